import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { keyFingerprint, pseudonymizer } from '#platforms/pseudonym.js';
import { topics, topicSettings } from '#wire/topics.js';
import {
  customerKeyHistory,
  customerKeyInForce,
  requireCustomerKey,
  rotateCustomerKey,
} from './customer-keys.js';

const [one, two, three] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const at = Date.UTC(2026, 2, 1, 8);
const now = () => at;

let directory: string;
let log: Log;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-keys-'));
  log = openSqliteLog({ directory });
  await log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('The key of customer pseudonyms', () => {
  it('is known to the log by its fingerprint from the first start on, and another one is refused', async () => {
    await requireCustomerKey(log, one, now);
    await requireCustomerKey(log, one, now);
    const refused = requireCustomerKey(log, two, now);
    await expect(refused).rejects.toMatchObject({
      faults: [
        {
          code: 'key-differs',
          variable: 'TALLYLINE_CUSTOMER_KEY',
          message: expect.stringContaining(`since 2026-03-01T08:00:00.000Z (first start)`),
        },
      ],
    });
    await expect(refused).rejects.toThrow(keyFingerprint(one));
    await expect(refused).rejects.toThrow('tallyline customer-key rotate');
    expect(await customerKeyHistory(log)).toHaveLength(1);
  });

  it('is never in the log, nor is a pseudonym that it could make of a customer', async () => {
    await requireCustomerKey(log, one, now);
    const [record = ''] = await readTopicValues(log, topics.customerKeys.name);
    for (const form of ['hex', 'base64', 'base64url'] as const)
      expect(record).not.toContain(one.toString(form));
    expect(keyFingerprint(one)).toMatch(/^[\w-]{22}$/);
    expect(keyFingerprint(one)).not.toBe(pseudonymizer(one)('33612345678'));
    expect(keyFingerprint(one)).not.toBe(keyFingerprint(two));
  });

  it('is that of the first record where two processes make their first start with two keys', async () => {
    const starts = await Promise.allSettled([
      requireCustomerKey(log, one, now),
      requireCustomerKey(log, two, now),
    ]);
    const [first = '', second = ''] = await readTopicValues(log, topics.customerKeys.name);
    expect([first, second].every((value) => value.includes('first start'))).toBe(true);
    const inForce = await customerKeyInForce(log);
    expect(first).toContain(inForce!.fingerprint);
    const accepted = [one, two].filter((_, index) => starts[index]!.status === 'fulfilled');
    expect(accepted.map(keyFingerprint)).toEqual([inForce!.fingerprint]);
  });

  it('is replaced by an act with author, reason and time, after which the key before is refused', async () => {
    await requireCustomerKey(log, one, now);
    const rotation = { key: two, author: 'Ada', reason: 'the old key was lost' };
    const later = at + 60_000;
    expect(await rotateCustomerKey(log, rotation, () => later)).toEqual({
      isNew: true,
      record: {
        fingerprint: keyFingerprint(two),
        replaces: keyFingerprint(one),
        author: 'Ada',
        reason: 'the old key was lost',
        at: later,
      },
    });
    await requireCustomerKey(log, two, now);
    await expect(requireCustomerKey(log, one, now)).rejects.toThrow('(Ada)');
    expect(await rotateCustomerKey(log, rotation, now)).toMatchObject({ isNew: false });
  });

  it('is replaced once where two rotations are made at the same moment', async () => {
    await requireCustomerKey(log, one, now);
    await Promise.all(
      [two, three].map((key) => rotateCustomerKey(log, { key, author: 'Ada', reason: 'r' }, now)),
    );
    const history = await customerKeyHistory(log);
    expect(history.map(({ fingerprint }) => fingerprint)).toEqual([keyFingerprint(one), keyFingerprint(two)]);
    await expect(requireCustomerKey(log, three, now)).rejects.toThrow('is not the key');
  });
});
