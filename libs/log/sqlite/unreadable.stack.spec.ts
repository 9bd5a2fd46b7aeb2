import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { freshTopic, Recorder, until, whileConsuming } from '../log.harness.js';
import { openLog } from '../open-log.js';
import { VirtualTime } from '../virtual-time.harness.js';
import { emptyWriteAheadLog, inTransaction, openDatabase } from './database.js';
import { createPartitionTable, PartitionTable } from './partition-table.js';
import { openSqliteLog, type SqliteLog } from './sqlite-log.js';

const DAY = 86_400_000;
let directory: string;
let time: VirtualTime;
let log: SqliteLog;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-log-'));
  // Years before the clock of the machine.
  time = new VirtualTime(Date.UTC(2020, 0, 1));
  log = openSqliteLog({ directory, time });
});

afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

/** The numbers of the records whose text is in any byte of the files, ascending. */
function readableIn(files: string): number[] {
  const texts = readdirSync(files).map((file) => readFileSync(join(files, file), 'latin1'));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/number-(\d+);/g)].map(([, number]) => Number(number)),
  );
  return [...new Set(found)].sort((a, b) => a - b);
}

/** Numbers from 0 to below 1, always the same for a seed. */
function drawsOf(seed: number): () => number {
  let state = seed * 7_919;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x80000000;
}

/** Each holds a text of its own. */
function recordsOf(count: number, from: number, draw: () => number, longest = 25_000) {
  return Array.from({ length: Math.floor(count) }, (_, index) => {
    const half = 'x'.repeat(Math.floor(10 * (longest / 10) ** draw()));
    return { key: `key-${from + index};`, value: `${half}number-${from + index};${half}` };
  });
}

/**
 * Appends, forgets by age and replaces single records for some days; gives the days after which the files
 * held something else than what is kept.
 */
function unreadable(
  database: DatabaseSync,
  own: string,
  draw: () => number,
  { longest, perDay }: { readonly longest: number; readonly perDay: number },
): number[] {
  const table = new PartitionTable(database, 1, 0, false);
  const replaced = new Set<number>();
  const wrong: number[] = [];
  for (let day = 0; day < 16; day++) {
    inTransaction(database, () => {
      for (const { key, value } of recordsOf(draw() * perDay, table.bounds.end, draw, longest)) {
        table.push(day, key, value);
      }
      table.write();
    });
    const { begin, end } = table.bounds;
    const until = begin + Math.floor(((end - begin) * draw()) / 2);
    while (table.bounds.begin < until) inTransaction(database, () => table.expireTowards(until, 100));
    for (let offset = until; offset < end; offset++) {
      if (draw() > 0.02) continue;
      inTransaction(database, () => table.replace(offset, 'erased'));
      replaced.add(offset);
    }
    expect(emptyWriteAheadLog(database)).toBe(true);
    const kept = Array.from({ length: end - until }, (_, index) => until + index);
    const expected = kept.filter((offset) => !replaced.has(offset));
    if (!isDeepStrictEqual(readableIn(own), expected)) wrong.push(day);
  }
  return wrong;
}

describe('What the embedded log has forgotten', () => {
  it.each([
    { what: 'many rows in a page', longest: 100, perDay: 300 },
    { what: 'some rows in a page', longest: 3_000, perDay: 40 },
    { what: 'rows of many pages', longest: 30_000, perDay: 20 },
  ])(
    'cannot be read in its files, and what is kept can: $what',
    ({ longest, perDay }) => {
      for (let seed = 1; seed <= 12; seed++) {
        const own = join(directory, String(seed));
        mkdirSync(own);
        const database = openDatabase(own, false);
        // Nothing of this is about crashes, and it is ten times as fast.
        database.exec('pragma synchronous = off');
        createPartitionTable(database, 1, 0);
        expect(unreadable(database, own, drawsOf(seed), { longest, perDay })).toEqual([]);
        database.close();
      }
    },
    120_000,
  );

  it('is read over by its readers, and a replaced record that was read last is recognised', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    await log.append(topic, recordsOf(3, 0, drawsOf(1)));
    const first = new Recorder();
    await whileConsuming(log, { topic, group: 'g' }, first, async () => {
      await until('all is read', () => first.received(0).length === 3);
    });
    log.replace(topic, [{ partition: 0, offset: 2 }], 'erased');
    expect((await log.read(topic, 0, 2, 1))[0]?.value.trim()).toBe('erased');
    const again = new Recorder();
    again.begin = () => 3;
    await whileConsuming(log, { topic, group: 'g' }, again, async (consumption) => {
      await log.append(topic, [{ key: 'k', value: 'next' }]);
      await until('it goes on', () => again.received(0).length === 1);
      expect(consumption.progress()[0]!.stopped).toBe(false);
    });
    expect(again.received(0)).toEqual(['next']);
  });

  it('is nothing that a group has not read yet, however old it is', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    await log.append(topic, recordsOf(4, 0, drawsOf(1)));
    const handler = new Recorder();
    await whileConsuming(log, { topic, group: 'g' }, handler, async () => {
      await until('all is read', () => handler.received(0).length === 4);
    });
    await log.append(topic, recordsOf(2, 4, drawsOf(1)));
    expect(await log.prune(time.now() + 10 * DAY)).toMatchObject({ expired: 4 });
    expect(await log.bounds(topic)).toEqual([{ partition: 0, begin: 4, end: 6 }]);
  });

  it('goes when a process opens it that was not there in time', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    await log.append(topic, recordsOf(4, 0, drawsOf(1)));
    await log.close();
    expect(readableIn(directory)).toEqual([0, 1, 2, 3]);
    const opened = openLog(
      { engine: { kind: 'embedded' }, dataDirectory: directory, namespace: null },
      { clientId: 'test', onWarning: () => undefined },
    );
    await until('it is gone', () => readableIn(directory).length === 0);
    expect(await opened.bounds(topic)).toEqual([{ partition: 0, begin: 4, end: 4 }]);
    await opened.close();
  });
});
