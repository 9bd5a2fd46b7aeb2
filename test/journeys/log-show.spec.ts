import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { linesOf } from '#wire/samples/lines.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { cli, cliJson } from './cli.js';

let data: string;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'tallyline-log-show-'));
  const log = openSqliteLog({ directory: data });
  await log.createTopics(topicSettings(2));
  const [fact = ''] = linesOf('facts-1.ndjson');
  await log.append(topics.facts.name, [{ key: 'bank:4711', value: fact, partition: 1 }]);
  await log.append(topics.refused.name, [{ key: 'k', value: 'no json', partition: 0 }]);
  await log.close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const show = (...args: string[]) => ['log', 'show', ...args, '--data', data];

describe('tallyline log show', () => {
  it('prints a record with the names of its fields', async () => {
    const shown = await cliJson<{ value: unknown }>(...show('telephony.facts', '1', '0'));
    expect(shown).toMatchObject({ topic: 'telephony.facts', partition: 1, offset: 0, key: 'bank:4711' });
    expect(shown.value).toMatchObject({
      fact: { type: 'contact.started', entity: 'bank:4711', media: 'voice' },
    });
  });

  it('prints a record that is something else as it stands', async () => {
    expect(await cliJson(...show('telephony.refused', '0', '0'))).toMatchObject({ value: 'no json' });
  });

  it.each([
    [4, 'which offsets there are', 'partition 1 holds 0 to 0', ['telephony.facts', '1', '1']],
    [4, 'a partition that there is not', 'no such partition', ['telephony.facts', '7', '0']],
    [2, 'a topic that there is not', 'name one of telephony.raw', ['facts', '0', '0']],
    [2, 'an offset that is no number', "'last' is no whole number", ['telephony.facts', '0', 'last']],
  ])('ends with %d and names %s', async (code, _, message, args) => {
    const ran = await cli(...show(...args));
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
  });
});
