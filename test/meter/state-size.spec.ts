import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWith } from '#test/stack/describe-with.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { stateSize } from './state-size.js';

/** What a contact may cost in Redis; docs/decisions/0032 says what follows from it for a whole centre. */
const limits = { openBytes: 900, archivedBytes: 40 };

describeWith([await ownRedisAvailable()], () => {
  describe('The state of a Genesys contact in Redis', () => {
    describeState();
  });
});

function describeState(): void {
  let stack: RedisStack;
  beforeAll(async () => {
    stack = await startRedis({ own: true });
  });
  afterAll(() => stack.stop());

  it('takes no more than its limit, open and archived, however many contacts there are', async () => {
    for (const contacts of [300, 4_000]) {
      const { openBytes, archivedBytes } = await stateSize(
        { url: stack.url, port: stack.server.port },
        contacts,
      );
      expect(openBytes).toBeLessThan(limits.openBytes);
      expect(archivedBytes).toBeLessThan(limits.archivedBytes);
      // It measures the contacts, not nothing: the ids of seven facts alone take more.
      expect(openBytes).toBeGreaterThan(7 * 22);
      expect(archivedBytes).toBeGreaterThan(16);
    }
  }, 60_000);
}
