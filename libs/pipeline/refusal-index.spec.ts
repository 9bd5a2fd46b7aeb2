import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '#log/log.js';
import { openSqliteLog, type SqliteLog } from '#log/sqlite/sqlite-log.js';
import type { RefusedRecord } from '#wire/refused.js';
import { topics, topicSettings } from '#wire/topics.js';
import { appendRefused } from './dead-letters.js';
import { RefusalIndex } from './refusal-index.js';

let directory: string;
let log: SqliteLog;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-refusals-'));
  log = openSqliteLog({ directory });
  await log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function refusal(delivery: string, row: number): RefusedRecord {
  return {
    state: 'refused',
    id: `${delivery}-${row}`,
    stage: 'normalizer',
    from: { topic: topics.raw.name, partition: 0, offset: 0 },
    connection: 'c',
    delivery,
    row,
    reason: 'invalid-field',
    path: '',
    message: 'a message',
  };
}

async function rowsOf(index: RefusalIndex, delivery: string, limit = 10): Promise<(number | null)[]> {
  return (await index.ofDelivery(delivery, limit)).refusals.map(({ row }) => row);
}

describe('The index of refusals', () => {
  it('answers the open refusals of a delivery, those that were resolved left out', async () => {
    const index = new RefusalIndex(log);
    expect(await index.ofDelivery('a', 10)).toEqual({ total: 0, refusals: [] });
    await appendRefused(log, [refusal('a', 0), refusal('b', 0), refusal('a', 1)]);
    expect(await rowsOf(index, 'a')).toEqual([0, 1]);
    await appendRefused(log, [{ state: 'resolved', id: 'a-0' }]);
    expect(await rowsOf(index, 'a')).toEqual([1]);
    expect(await rowsOf(index, 'b')).toEqual([0]);
  });

  it('reads no more refusals than the limit and still counts them all', async () => {
    const index = new RefusalIndex(log);
    await appendRefused(log, [refusal('a', 0), refusal('a', 1), refusal('a', 2)]);
    expect(await index.ofDelivery('a', 2)).toMatchObject({ total: 3, refusals: [{ row: 0 }, { row: 1 }] });
  });

  it('shares one reading among the questions that come while another is under way', async () => {
    await appendRefused(log, [refusal('a', 0)]);
    let readings = 0;
    const counted = new Proxy(log, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          if (name === 'bounds') readings++;
          return value.apply(target, args) as unknown;
        };
      },
    });
    const index = new RefusalIndex(counted);
    const answers = await Promise.all(Array.from({ length: 20 }, () => rowsOf(index, 'a')));
    expect(answers).toEqual(answers.map(() => [0]));
    expect(readings).toBeLessThanOrEqual(2);
  });

  it('fails the question where the log cannot be read, and answers the next one', async () => {
    await appendRefused(log, [refusal('a', 0)]);
    let isAway = true;
    const faulty = new Proxy(log, {
      get: (target, name) => {
        if (name === 'read' && isAway) return () => Promise.reject(new LogUnavailable('no leader'));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const index = new RefusalIndex(faulty);
    await expect(index.ofDelivery('a', 10)).rejects.toThrow('no leader');
    isAway = false;
    expect(await rowsOf(index, 'a')).toEqual([0]);
  });
});
