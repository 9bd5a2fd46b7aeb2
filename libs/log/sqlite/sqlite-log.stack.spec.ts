import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { freshTopic, numbered, readAll, Recorder, until, values, whileConsuming } from '../log.harness.js';
import { fingerprintOf } from '../fingerprint.js';
import { describeLogConformance } from '../log.conformance.js';
import { LogUnavailable } from '../log.js';
import { promisesRun, VirtualTime } from '../virtual-time.harness.js';
import { lockDirectory } from './directory-lock.js';
import { openSqliteLog, type SqliteLog, type SqliteLogOptions } from './sqlite-log.js';

describeLogConformance('sqlite', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'tallyline-log-'));
  const under = {
    log: openSqliteLog({ directory: scratch }),
    async restart() {
      await under.log.close();
      under.log = openSqliteLog({ directory: scratch });
      return under.log;
    },
    async dispose() {
      await under.log.close();
      rmSync(scratch, { recursive: true });
    },
  };
  return under;
});

const DAY = 86_400_000;
let directory: string;
let time: VirtualTime;
let log: SqliteLog;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-log-'));
  time = new VirtualTime();
  log = openSqliteLog({ directory, time });
});

afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

async function reopened(options: Partial<SqliteLogOptions> = {}): Promise<SqliteLog> {
  await log.close();
  log = openSqliteLog({ directory, time, ...options });
  return log;
}

describe('Timestamps of the embedded log', () => {
  it('are the time of the append and never decrease, even if the clock is set back, records are deleted or it restarts', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    const start = time.now();
    const timestamps: number[] = [];
    const append = async (): Promise<void> => {
      const [{ offset } = { offset: -1 }] = await log.append(topic, numbered(0, 1, 0));
      timestamps.push((await log.read(topic, 0, offset, 1))[0]!.timestamp);
    };
    await append();
    await time.advance(5_000);
    await append();
    time.set(start - 60_000);
    await append();
    await log.prune(start + 2 * DAY);
    await reopened();
    await append();
    await time.advance(100_000);
    await append();
    expect(timestamps.map((timestamp) => timestamp - start)).toEqual([0, 5_000, 5_000, 5_000, 40_000]);
  });
});

describe('Group commit of the embedded log', () => {
  it('writes the appends of one turn in one transaction, of which a wrong one fails alone', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    forbid('poison');
    const results = await Promise.allSettled(
      ['a', 'b', 'poison', 'c'].map((key) => log.append(topic, [{ key, value: key }])),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(results[2]).toMatchObject({ reason: expect.any(LogUnavailable) });
    expect((await readAll(log, topic, 0)).map(({ offset, value }) => [offset, value])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });

  it('writes nothing of a failed call, and continues at the same offset', async () => {
    const topic = await freshTopic(log, { partitions: 2 });
    await log.append(topic, numbered(0, 3, 0));
    forbid('poison');
    const call = [...numbered(3, 6, 0), { key: 'poison', value: 'x', partition: 1 }];
    await expect(log.append(topic, call)).rejects.toThrow('no room for poison');
    expect(await log.bounds(topic)).toMatchObject([{ end: 3 }, { end: 0 }]);
    expect(await log.append(topic, numbered(3, 4, 0))).toEqual([{ partition: 0, offset: 3 }]);
  });

  it('needs one transaction for many calls', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    let looks = 0;
    time.now = () => ++looks;
    await Promise.all(Array.from({ length: 50 }, () => log.append(topic, numbered(0, 1, 0))));
    expect(looks).toBe(1);
    expect(await log.bounds(topic)).toMatchObject([{ end: 50 }]);
  });

  /** Lets the database itself refuse records of this key, as a full disk would. */
  function forbid(key: string): void {
    const other = new DatabaseSync(join(directory, 'log.db'));
    const tables = other.prepare("select name from sqlite_schema where name like 'records%'").all();
    for (const name of tables.map((table) => String(table['name']))) {
      other.exec(
        `create trigger no_${key}_${name} before insert on ${name} when new.key = '${key}'
         begin select raise(abort, 'no room for ${key}'); end`,
      );
    }
    other.close();
  }
});

describe('A read of the embedded log', () => {
  it('returns large values in portions', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    const value = 'x'.repeat(400_000);
    await log.append(
      topic,
      Array.from({ length: 100 }, () => ({ key: 'k', value })),
    );
    const portion = await log.read(topic, 0, 0, 1_000);
    // A reader parses a portion in one go: some 2 MB, however many records it asks for.
    expect(portion.length).toBeGreaterThan(0);
    expect(portion.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThan(4_000_000);
    expect(await readAll(log, topic, 0)).toHaveLength(100);
  });
});

describe('Pruning of the embedded log', () => {
  it('deletes records older than the retention in steps, and leaves the rest at their offsets', async () => {
    const topic = await freshTopic(log, { partitions: 2, retentionMs: 30 * DAY });
    await log.append(topic, [...numbered(0, 4_500, 0), ...numbered(0, 1, 1)]);
    await time.advance(10 * DAY);
    const kept = time.now();
    await log.append(topic, numbered(4_500, 4_510, 0));

    expect(await log.prune(kept + 20 * DAY)).toEqual({ expired: 0, compacted: 0, isErased: true });
    const pruning = log.prune(kept + 20 * DAY + 1);
    const appended = log.append(topic, numbered(4_510, 4_511, 0));
    expect(await appended).toEqual([{ partition: 0, offset: 4_510 }]);
    expect((await log.bounds(topic))[0]!.begin).toBeLessThan(4_500);
    expect(await pruning).toEqual({ expired: 4_501, compacted: 0, isErased: true });

    expect(await log.bounds(topic)).toEqual([
      { partition: 0, begin: 4_500, end: 4_511 },
      { partition: 1, begin: 1, end: 1 },
    ]);
    expect((await readAll(log, topic, 0))[0]).toMatchObject({
      offset: 4_500,
      value: '4500',
      timestamp: kept,
    });
    expect(values(await log.read(topic, 0, 0, 1))).toEqual(['4500']);
    expect(await log.offsetsAt(topic, 0)).toEqual([4_500, 1]);
  });

  it('never decreases begin or end, even if everything is deleted and the log is opened again', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    await log.append(topic, numbered(0, 7, 0));
    await log.prune(time.now() + 2 * DAY);
    expect(await log.bounds(topic)).toEqual([{ partition: 0, begin: 7, end: 7 }]);
    await reopened();
    expect(await log.bounds(topic)).toEqual([{ partition: 0, begin: 7, end: 7 }]);
    expect(await log.append(topic, numbered(7, 8, 0))).toEqual([{ partition: 0, offset: 7 }]);
    expect(await log.offsetsAt(topic, 0)).toEqual([7]);
  });

  it('keeps records forever where there is no retention', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    await log.append(topic, numbered(0, 7, 0));
    expect(await log.prune(time.now() + 10_000 * DAY)).toEqual({ expired: 0, compacted: 0, isErased: true });
    expect(await readAll(log, topic, 0)).toHaveLength(7);
  });

  it('keeps the newest record of each key in a compacted topic, and does not move its begin', async () => {
    const topic = await freshTopic(log, { partitions: 1, compacted: true });
    const records = ['a', 'b', 'a', 'c', 'b', 'a', 'd'].map((key, index) => ({
      key,
      value: `${key}${index}`,
    }));
    await log.append(topic, records);
    await time.advance(1_000);
    await log.append(topic, [{ key: 'c', value: 'c7' }]);
    expect(await log.prune(time.now())).toEqual({ expired: 0, compacted: 4, isErased: true });
    const left = await readAll(log, topic, 0);
    expect(left.map(({ offset, value }) => `${offset}=${value}`)).toEqual(['4=b4', '5=a5', '6=d6', '7=c7']);
    expect(await log.bounds(topic)).toEqual([{ partition: 0, begin: 0, end: 8 }]);
    expect(await log.offsetsAt(topic, 0)).toEqual([4]);
    expect(await log.offsetsAt(topic, time.now())).toEqual([7]);
    const handler = new Recorder();
    await whileConsuming(log, { topic, batchRecords: 3 }, handler, async () => {
      await until('what is left is delivered', () => handler.received(0).length >= 4);
    });
    expect(handler.received(0)).toEqual(['b4', 'a5', 'd6', 'c7']);
  });

  it('stops a partition whose next record it deleted', async () => {
    const topic = await freshTopic(log, { partitions: 1, retentionMs: DAY });
    await log.append(topic, numbered(0, 5, 0));
    const handler = new Recorder();
    handler.decide = () => ({ status: 'retry', cause: new Error('store is away') });
    await whileConsuming(log, { topic }, handler, async (consumption) => {
      await until('it is paused', () => consumption.progress()[0]!.pausedBy !== null);
      await log.prune(time.now() + 2 * DAY);
      await log.append(topic, numbered(5, 6, 0));
      await time.advance(100);
      const [progress] = consumption.progress();
      expect(progress).toMatchObject({ next: 0, stopped: true });
      expect(progress!.pausedBy!.message).toContain('cannot continue at 0, the log begins at 5');
    });
    const late = new Recorder();
    late.begin = () => 4;
    await whileConsuming(log, { topic }, late, async (consumption) => {
      await until('it is stopped', () => consumption.progress()[0]!.stopped);
      expect(consumption.progress()[0]!.pausedBy!.message).toContain(
        'cannot continue at 4, the log begins at 5',
      );
    });
    expect(late.batches).toEqual([]);
  });
});

describe('A consumption of the embedded log', () => {
  it('gives the event loop and other partitions a turn between two batches', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, [...numbered(0, 60, 0), ...numbered(0, 60, 1)]);
    const handler = new Recorder();
    let turns = 0;
    let over = false;
    const turn = (): void => {
      turns += 1;
      if (!over) setImmediate(turn);
    };
    const turnsAt: number[] = [];
    handler.decide = ({ partition, records }) => {
      if (partition === 0) turnsAt.push(turns);
      return { status: 'done', next: records.at(-1)!.offset + 1 };
    };
    turn();
    await whileConsuming(log, { topic, batchRecords: 2 }, handler, async () => {
      await until('all is delivered', () => handler.received(0).length + handler.received(1).length >= 120);
    });
    over = true;
    expect(turnsAt.every((at, index) => index === 0 || at > turnsAt[index - 1]!)).toBe(true);
    const order = handler.batches.map(({ partition }) => partition).join('');
    expect(order).not.toMatch(/000|111/);
  });

  it('writes positions with the next append, or after a second', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    await log.append(topic, numbered(0, 2, 0));
    const onlooker = openSqliteLog({ directory, readOnly: true });
    const handler = new Recorder();
    await whileConsuming(log, { topic, group: 'normalizer' }, handler, async () => {
      await until('it is done', async () => (await log.committed('normalizer', topic))[0] === 2);
      expect(await onlooker.committed('normalizer', topic)).toEqual([null]);
      await time.advance(1_000);
      expect(await onlooker.committed('normalizer', topic)).toEqual([2]);
      await log.append(topic, numbered(2, 3, 0));
      await until('it is done', async () => (await log.committed('normalizer', topic))[0] === 3);
      expect(await onlooker.committed('normalizer', topic)).toEqual([2]);
      await log.append(topic, numbered(3, 4, 0));
      expect(await onlooker.committed('normalizer', topic)).toEqual([3]);
      await until('it is done', async () => (await log.committed('normalizer', topic))[0] === 4);
    });
    expect(await onlooker.committed('normalizer', topic)).toEqual([4]);
    await onlooker.close();
  });

  it('shows since when a record waits that is not fetched yet', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    await log.append(topic, numbered(0, 1, 0));
    const appendedAt = time.now();
    await time.advance(5_000);
    const handler = new Recorder();
    const answer = Promise.withResolvers<number>();
    handler.begin = () => answer.promise;
    await whileConsuming(log, { topic }, handler, async (consumption) => {
      expect(consumption.progress()).toMatchObject([{ next: 0, end: 1, nextTimestamp: appendedAt }]);
      answer.resolve(0);
      await until('it is done', () => consumption.progress()[0]!.next === 1);
      await time.advance(3_600_000);
      expect(consumption.progress()).toMatchObject([{ nextTimestamp: null, progressedAt: time.now() }]);
    });
  });

  it('has one member per group and topic', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    const options = { topic, group: 'meter', handler: new Recorder(), batchRecords: 1 };
    const consumption = await log.consume(options);
    await expect(log.consume(options)).rejects.toThrow(`group meter already consumes ${topic} here`);
    await consumption.stop();
    await (await log.consume(options)).stop();
  });

  it('is stopped when the log is closed', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    await log.append(topic, numbered(0, 2, 0));
    const handler = new Recorder();
    const gate = Promise.withResolvers<void>();
    handler.begin = () => 0;
    handler.decide = async ({ records }) => {
      await gate.promise;
      return { status: 'done', next: records.at(-1)!.offset + 1 };
    };
    await log.consume({ topic, group: 'meter', handler, batchRecords: 10 });
    await until('a batch is in hand', () => handler.batches.length > 0);
    const closed = log.close();
    await promisesRun();
    gate.resolve();
    await closed;
    expect(handler.losses).toEqual([0]);
    expect(await (await reopened()).committed('meter', topic)).toEqual([2]);
  });
});

describe('The data directory of the embedded log', () => {
  it('is locked while the log is open', async () => {
    expect(() => openSqliteLog({ directory })).toThrow(`data directory ${directory} is in use by process`);
    await log.close();
    lockDirectory(directory).release();
  });

  it('may be locked by the caller, who keeps the lock', async () => {
    await log.close();
    const lock = lockDirectory(directory);
    await reopened({ lock });
    await log.close();
    expect(() => lockDirectory(directory)).toThrow('is in use by process');
    lock.release();
    expect(() => openSqliteLog({ directory: join(directory, 'other'), lock })).toThrow('the lock is for');
  });

  it('can be read while another log writes to it', async () => {
    const topic = await freshTopic(log, { retentionMs: DAY });
    await log.append(topic, numbered(0, 3, 0));
    const onlooker = openSqliteLog({ directory, readOnly: true });
    expect(values(await readAll(onlooker, topic, 0))).toEqual(['0', '1', '2']);
    await log.append(topic, numbered(3, 5, 0));
    expect(values(await readAll(onlooker, topic, 0))).toEqual(['0', '1', '2', '3', '4']);
    await log.prune(time.now() + 2 * DAY);
    await log.append(topic, numbered(5, 6, 0));
    expect(await onlooker.bounds(topic)).toEqual(await log.bounds(topic));
    const later = await freshTopic(log);
    expect(await onlooker.bounds(later)).toHaveLength(2);

    const message = `the log in ${directory} is open for reading only`;
    const handler = new Recorder();
    await expect(onlooker.append(topic, numbered(0, 1, 0))).rejects.toThrow(message);
    await expect(onlooker.createTopics([])).rejects.toThrow(message);
    await expect(onlooker.consume({ topic, group: 'g', handler, batchRecords: 1 })).rejects.toThrow(message);
    await expect(onlooker.prune(0)).rejects.toThrow(message);
    await onlooker.close();
  });

  it('can be read when no log writes to it', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, numbered(0, 3, 0));
    await log.close();
    const onlooker = openSqliteLog({ directory, readOnly: true });
    expect(values(await readAll(onlooker, topic, 0))).toEqual(['0', '1', '2']);
    await onlooker.close();
  });

  it('of the first layout is read as it is written: positions get room for the record read last', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    const group = 'g';
    await log.append(topic, numbered(0, 3, 0));
    await whileConsuming(log, { topic, group }, new Recorder(), async (consumption) => {
      await until('all is read', () => consumption.progress()[0]!.next === 3);
    });
    await log.close();
    const database = new DatabaseSync(join(directory, 'log.db'));
    database.exec('alter table positions drop column last_read; pragma user_version = 1');
    database.close();
    expect(() => openSqliteLog({ directory, readOnly: true })).toThrow('written by an earlier version');
    log = openSqliteLog({ directory, time });
    expect(await log.committed(group, topic)).toEqual([3]);
  });

  it('stops a stage without a store where a record before its committed position is another one', async () => {
    const topic = await freshTopic(log, { partitions: 1 });
    const group = 'g';
    await log.append(topic, numbered(0, 3, 0));
    await whileConsuming(log, { topic, group }, new Recorder(), async (consumption) => {
      await until('all is read', () => consumption.progress()[0]!.next === 3);
    });
    await log.close();
    // As after the restoration of a log that was copied before, and of positions that were not.
    const database = new DatabaseSync(join(directory, 'log.db'));
    const lastRead = fingerprintOf({ offset: 2, timestamp: 1, key: 'k', value: 'of another log' });
    database.prepare('update positions set last_read = ?').run(lastRead);
    database.close();
    log = openSqliteLog({ directory, time });
    await log.append(topic, numbered(3, 9, 0));
    const handler = new Recorder();
    handler.begin = () => 3;
    await whileConsuming(log, { topic, group }, handler, async (consumption) => {
      await until('it has stopped', () => consumption.progress()[0]!.stopped);
      expect(consumption.progress()[0]).toMatchObject({ pausedBy: { code: 'log-replaced' } });
    });
    expect(handler.batches).toEqual([]);
  });

  it('is refused with the reason where it has no log, or one of a newer version', async () => {
    const empty = mkdtempSync(join(directory, 'empty-'));
    expect(() => openSqliteLog({ directory: empty, readOnly: true })).toThrow(
      `there is no log in data directory ${empty}`,
    );
    await log.close();
    const database = new DatabaseSync(join(directory, 'log.db'));
    database.exec('pragma user_version = 99');
    database.close();
    expect(() => openSqliteLog({ directory })).toThrow(
      'written by a newer version (layout 99, this version knows 2): update Tallyline',
    );
    lockDirectory(directory).release();
  });
});
