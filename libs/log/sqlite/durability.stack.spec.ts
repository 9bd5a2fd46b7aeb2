import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAll, values } from '../log.harness.js';
import { ChildProgram } from './child-program.harness.js';
import { openDatabase } from './database.js';
import { openSqliteLog } from './sqlite-log.js';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-log-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/**
 * Appends for ever, three calls at a time, and consumes what it appends; says each ack and each finished
 * batch.
 */
const WORK = `
  import { writeSync } from 'node:fs';
  import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
  const [directory, round] = process.argv.slice(1);
  const say = (line) => writeSync(1, line + '\\n');
  const log = openSqliteLog({ directory });
  await log.createTopics([{ name: 'facts', partitions: 3, retentionMs: null, compacted: false }]);
  const next = (batch) => batch.records.at(-1).offset + 1;
  await log.consume({
    topic: 'facts', group: 'meter', batchRecords: 20,
    handler: {
      assigned: async (partition) => (await log.committed('meter', 'facts'))[partition] ?? 0,
      batch: async (batch) => {
        say(['done', batch.partition, next(batch)].join(' '));
        return { status: 'done', next: next(batch) };
      },
      lost() {},
    },
  });
  for (let call = 0; ; call++) {
    await Promise.all([0, 1, 2].map(async (part) => {
      const records = Array.from({ length: 7 }, (_, index) => {
        const name = [round, call, part, index].join('.');
        return { key: name, value: name + ' ' + 'x'.repeat(300) };
      });
      const appended = await log.append('facts', records);
      for (const [index, { partition, offset }] of appended.entries()) {
        say(['ack', partition, offset, records[index].key].join(' '));
      }
    }));
  }
`;

describe('A log whose process is killed', () => {
  it('keeps every acknowledged append as a whole, and no position ahead of finished records', async () => {
    const acks = new Map<string, string>();
    for (let round = 0; round < 4; round++) {
      const worker = new ChildProgram(WORK, [directory, `${round}`]);
      await worker.line((_, index) => index > 300 + round * 211);
      const lines = (await worker.kill()).map((line) => line.split(' '));

      for (const [what, partition, offset, key] of lines) {
        if (what === 'ack') acks.set(`${partition}/${offset}`, key!);
      }
      const log = openSqliteLog({ directory });
      const kept = new Map<string, string>();
      for (const partition of [0, 1, 2]) {
        const records = await readAll(log, 'facts', partition);
        for (const { offset, key } of records) kept.set(`${partition}/${offset}`, key);
        expect(records.every(({ key, value }) => value === `${key} ${'x'.repeat(300)}`)).toBe(true);
      }
      expect([...acks].filter(([place, key]) => kept.get(place) !== key)).toEqual([]);
      expect(unfinishedCalls([...kept.values()])).toEqual([]);

      const finished = (partition: number): number =>
        Math.max(
          0,
          ...lines
            .filter((line) => line[0] === 'done' && line[1] === `${partition}`)
            .map((line) => +line[2]!),
        );
      const committed = await log.committed('meter', 'facts');
      committed.forEach((next, partition) => expect(next ?? 0).toBeLessThanOrEqual(finished(partition)));
      expect(committed.some((next) => next !== null && next > 0)).toBe(true);
      await log.close();
    }
    expect(acks.size).toBeGreaterThan(800);
  });

  /** Calls of which some records are there and some are not. */
  function unfinishedCalls(keys: readonly string[]): string[] {
    const counts = new Map<string, number>();
    for (const key of keys) {
      const call = key.slice(0, key.lastIndexOf('.'));
      counts.set(call, (counts.get(call) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count !== 7).map(([call]) => call);
  }
});

describe('The database of a log', () => {
  it('syncs every transaction', () => {
    const database = openDatabase(directory, false);
    expect(database.prepare('pragma synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(database.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    database.close();
  });
});

describe('Another process', () => {
  const APPEND = `
    import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
    const log = openSqliteLog({ directory: process.argv[1] });
    await log.createTopics([{ name: 'facts', partitions: 1, retentionMs: null, compacted: false }]);
    for (let index = 0; ; index++) {
      await log.append('facts', [{ key: 'k', value: String(index) }]);
      console.log(index);
    }
  `;

  it('can read while one writes, but not write', async () => {
    const writer = new ChildProgram(APPEND, [directory]);
    try {
      await writer.line((line) => line === '20');
      const onlooker = openSqliteLog({ directory, readOnly: true });
      const seen = values(await readAll(onlooker, 'facts', 0));
      expect(seen.length).toBeGreaterThan(20);
      expect(seen).toEqual(seen.map((_, index) => `${index}`));
      expect(() => openSqliteLog({ directory })).toThrow(
        `data directory ${directory} is in use by process ${writer.pid}; stop it or choose another`,
      );
      await writer.line((line) => Number(line) > seen.length + 20);
      expect((await readAll(onlooker, 'facts', 0)).length).toBeGreaterThan(seen.length);
      await onlooker.close();
    } finally {
      await writer.kill();
    }
  });
});
