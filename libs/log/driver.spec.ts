import { beforeEach, describe, expect, it } from '@jest/globals';
import { fingerprintOf } from './fingerprint.js';
import { backOffMs } from './back-off.js';
import { PartitionDriver } from './driver.js';
import type { PartitionSource } from './partition-source.js';
import type { Batch, LogRecord, BatchResult, PartitionHandler, StoredPosition } from './log.js';
import { promisesRun, VirtualTime } from './virtual-time.harness.js';

const done = (next: number): BatchResult => ({ status: 'done', next });
const retry = (reason: string): BatchResult => ({ status: 'retry', cause: new Error(reason) });
const fenced: BatchResult = { status: 'fenced' };

/** A partition in memory that delivers like an adapter: at most three records per batch. */
class MemorySource implements PartitionSource {
  begin = 0;
  readonly records: LogRecord[] = [];
  readonly commits: number[] = [];
  stored: StoredPosition | null = null;
  readonly seeks: number[] = [];
  isPaused = true;
  delivering = false;
  deliver: (from: number) => void = () => {};

  grow(count: number, timestamp = 1_000): void {
    for (let index = 0; index < count; index++) {
      const offset = this.end;
      this.records.push({ offset, timestamp: timestamp + offset, key: 'k', value: `${offset}` });
    }
  }

  get end(): number {
    return this.records.length;
  }

  deliverFrom(offset: number): void {
    this.isPaused = false;
    this.seeks.push(offset);
    this.deliver(offset);
  }

  stopDelivery(): void {
    this.isPaused = true;
  }

  bounds(): Promise<{ begin: number; end: number }> {
    return Promise.resolve({ begin: this.begin, end: this.end });
  }

  recordFrom(offset: number): Promise<LogRecord | null> {
    return Promise.resolve(this.records[offset] ?? null);
  }

  committed(): Promise<StoredPosition | null> {
    return Promise.resolve(this.stored);
  }

  commit(position: StoredPosition): void {
    this.commits.push(position.next);
    this.stored = position;
  }
}

/** A handler that begins at 0 and answers with the results of the spec, one per batch; then `done`. */
class ScriptedHandler implements PartitionHandler {
  starts: (number | Error)[] = [];
  results: (BatchResult | Error | Promise<BatchResult>)[] = [];
  readonly batches: Batch[] = [];
  assignedCount = 0;
  lostCount = 0;

  assigned(): Promise<number> {
    this.assignedCount += 1;
    const start = this.starts.shift() ?? 0;
    return start instanceof Error ? Promise.reject(start) : Promise.resolve(start);
  }

  batch(batch: Batch): Promise<BatchResult> {
    this.batches.push(batch);
    const result = this.results.shift() ?? done(batch.records.at(-1)!.offset + 1);
    return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
  }

  lost(): void {
    this.lostCount += 1;
  }

  firsts(): number[] {
    return this.batches.map((batch) => batch.records[0]!.offset);
  }
}

let time: VirtualTime;
let source: MemorySource;
let handler: ScriptedHandler;
let driver: PartitionDriver;
let beganAt: number;

beforeEach(() => {
  time = new VirtualTime();
  beganAt = time.now();
  source = new MemorySource();
  handler = new ScriptedHandler();
  driver = new PartitionDriver({
    topic: 'facts',
    partition: 3,
    handler,
    source,
    time,
    initial: { next: 0, end: 0 },
  });
  source.deliver = () => void pump();
});

/** Delivers as long as the driver wants more. */
async function pump(): Promise<void> {
  if (source.delivering) return;
  source.delivering = true;
  while (!source.isPaused && driver.next < source.end) {
    const records = source.records.slice(driver.next, driver.next + 3);
    await driver.deliver({ records, next: records.at(-1)!.offset + 1, begin: source.begin, end: source.end });
  }
  source.delivering = false;
}

/** Milliseconds until each waiting timer, without the check of log and store, which comes every 5 s. */
function pauses(): number[] {
  const nextCheck = 5_000 - ((time.now() - beganAt) % 5_000);
  const waiting = time.waiting();
  const check = waiting.indexOf(nextCheck);
  return check < 0 ? waiting : waiting.toSpliced(check, 1);
}

async function started(): Promise<void> {
  driver.start();
  await promisesRun();
}

describe('A running partition', () => {
  it('begins where the handler says and delivers in order up to the end', async () => {
    source.grow(8);
    handler.starts = [2];
    await started();
    expect(handler.batches.map((batch) => batch.records.map((record) => record.offset))).toEqual([
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(handler.batches[0]).toMatchObject({ topic: 'facts', partition: 3, end: 8 });
    expect(source.commits).toEqual([5, 8]);
    expect(driver.progress()).toMatchObject({ next: 8, end: 8, nextTimestamp: null, pausedBy: null });
  });

  it('continues in the middle of a batch of which the handler processed only a part', async () => {
    source.grow(4);
    handler.results = [done(2)];
    await started();
    expect(handler.firsts()).toEqual([0, 2]);
    expect(source.commits).toEqual([2, 4]);
  });

  it('leaves out records below its position, and drops a fetch that arrives during a batch', async () => {
    await started();
    source.grow(5);
    await driver.deliver({ records: source.records.slice(0, 2), next: 2, begin: 0, end: 5 });
    const taken = driver.deliver({ records: source.records, next: 5, begin: 0, end: 5 });
    await driver.deliver({ records: source.records, next: 5, begin: 0, end: 5 });
    await taken;
    expect(handler.batches.map((batch) => batch.records.map((record) => record.offset))).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });

  it('skips offsets that hold transaction markers instead of records', async () => {
    await started();
    source.grow(2);
    await driver.deliver({ records: source.records, next: 5, begin: 0, end: 8 });
    expect(driver.next).toBe(5);
    await driver.deliver({ records: [], next: 8, begin: 0, end: 8 });
    expect(driver.progress()).toMatchObject({ next: 8, end: 8 });
    expect(handler.batches).toHaveLength(1);
    expect(source.commits).toEqual([5, 8]);
  });
});

describe('The progress of a partition', () => {
  it('shows the timestamp of the next record, and when the partition last advanced', async () => {
    source.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.results = [gate.promise];
    await started();
    const start = time.now();
    await time.advance(7_000);
    expect(driver.progress()).toMatchObject({ next: 0, end: 6, nextTimestamp: 1_000, progressedAt: start });
    handler.results = [Promise.withResolvers<BatchResult>().promise];
    gate.resolve(done(2));
    await promisesRun();
    expect(driver.progress()).toMatchObject({ next: 2, nextTimestamp: 1_002, progressedAt: start + 7_000 });
  });

  it('shows the partition as caught up until the moment it grew', async () => {
    await started();
    await time.advance(3_600_000);
    driver.endMovedTo(1);
    expect(driver.progress()).toMatchObject({ next: 0, end: 1, progressedAt: time.now() });
    const grownAt = time.now();
    await time.advance(60_000);
    driver.endMovedTo(2);
    expect(driver.progress().progressedAt).toBe(grownAt);
  });

  it('shows the initial position until the handler has answered', () => {
    handler.assigned = () => Promise.withResolvers<number>().promise;
    const initial = { next: 40, end: 70 };
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source,
      time,
      initial,
    });
    driver.start();
    expect(driver.progress()).toMatchObject({ next: 40, end: 70, nextTimestamp: null, stopped: false });
  });
});

describe('A partition whose handler answers retry', () => {
  it('is paused from 100 ms, doubled each time, up to 10 s', () => {
    expect([0, 1, 2, 6, 7, 50].map(backOffMs)).toEqual([100, 200, 400, 6_400, 10_000, 10_000]);
  });

  it('pauses, shows why, and delivers again from the same record on', async () => {
    source.grow(2);
    handler.results = [retry('store is away'), retry('store is still away')];
    await started();
    expect(pauses()).toEqual([100]);
    expect(source.isPaused).toBe(true);
    expect(driver.progress().pausedBy?.message).toBe('store is away');
    await time.advance(100);
    expect(pauses()).toEqual([200]);
    expect(driver.progress().pausedBy?.message).toBe('store is still away');
    await time.advance(200);
    expect(handler.firsts()).toEqual([0, 0, 0]);
    expect(handler.assignedCount).toBe(1);
    expect(source.commits).toEqual([2]);
    expect(driver.progress()).toMatchObject({ next: 2, pausedBy: null, stopped: false });
  });

  it('pauses for 100 ms again once it has advanced', async () => {
    source.grow(6);
    handler.results = [retry('a'), retry('b'), done(3), retry('c')];
    await started();
    await time.advance(300);
    expect(handler.firsts()).toEqual([0, 0, 0, 3]);
    expect(pauses()).toEqual([100]);
  });

  it('pauses in the same way when the adapter cannot fetch', async () => {
    await started();
    driver.fetchFailed(new Error('broker is away'));
    expect(driver.progress().pausedBy?.message).toBe('broker is away');
    source.grow(1);
    await time.advance(100);
    expect(source.seeks).toEqual([0, 0]);
    expect(driver.progress()).toMatchObject({ next: 1, pausedBy: null });
  });

  it('pauses in the same way when the handler cannot say where to begin, and asks it again', async () => {
    source.grow(1);
    handler.starts = [new Error('store is away'), new Error('store is away'), 0];
    await started();
    expect(driver.progress()).toMatchObject({ stopped: false, pausedBy: new Error('store is away') });
    await time.advance(99);
    expect(handler.assignedCount).toBe(1);
    await time.advance(1 + 200);
    expect(handler.assignedCount).toBe(3);
    expect(driver.progress()).toMatchObject({ next: 1, pausedBy: null });
  });
});

describe('A fenced partition', () => {
  it('asks the handler again where to begin, without a pause', async () => {
    source.grow(6);
    handler.results = [fenced];
    handler.starts = [0, 4];
    await started();
    expect(handler.firsts()).toEqual([0, 4]);
    expect(source.commits).toEqual([6]);
    expect(pauses()).toEqual([]);
  });

  it('backs off when it is fenced repeatedly', async () => {
    source.grow(3);
    handler.results = [fenced, fenced, fenced];
    await started();
    expect(handler.assignedCount).toBe(2);
    expect(pauses()).toEqual([200]);
    expect(driver.progress().pausedBy?.message).toContain('facts/3: fenced repeatedly');
    await time.advance(200);
    expect(pauses()).toEqual([400]);
    await time.advance(400);
    expect(driver.progress()).toMatchObject({ next: 3, pausedBy: null });
  });
});

describe('A partition stops for good', () => {
  async function expectStopped(message: string, next: number): Promise<void> {
    const seen = handler.batches.length;
    expect(driver.progress()).toMatchObject({ stopped: true, next });
    expect(driver.progress().pausedBy?.message).toContain(message);
    source.grow(5);
    driver.endMovedTo(source.end);
    await driver.deliver({ records: source.records, next: source.end, begin: source.begin, end: source.end });
    await time.advance(3_600_000);
    expect(handler.batches).toHaveLength(seen);
    expect(driver.progress()).toMatchObject({ stopped: true, next });
    expect(source.isPaused).toBe(true);
  }

  it('when the handler throws', async () => {
    source.grow(6);
    handler.results = [done(3), new Error('sum is negative')];
    await started();
    await expectStopped('sum is negative', 3);
    expect(source.commits).toEqual([3]);
  });

  it.each([
    ['not above the first record', 3],
    ['more than one above the last', 7],
    ['no offset at all', Number.NaN],
  ])('when the next offset of the handler is %s', async (_, next) => {
    source.grow(6);
    handler.results = [done(3), done(next)];
    await started();
    await expectStopped(`facts/3: the handler answered next ${next} to a batch of 3 to 5`, 3);
  });

  it('when the handler begins it beyond the end', async () => {
    source.grow(4);
    handler.starts = [5];
    await started();
    await expectStopped('cannot continue at 5, the log ends at 4', 5);
    expect(source.seeks).toEqual([]);
  });

  it('when the handler begins it at something that is not an offset', async () => {
    source.grow(4);
    handler.starts = [Number.NaN];
    await started();
    await expectStopped('cannot continue at NaN: not an offset', Number.NaN);
  });

  it('when the handler begins it at a deleted record', async () => {
    source.grow(4);
    source.begin = 2;
    handler.starts = [1];
    await started();
    expect(source.seeks).toEqual([]);
    await expectStopped('cannot continue at 1, the log begins at 2', 1);
  });

  it('when retention deletes its next record', async () => {
    await started();
    source.grow(4);
    source.begin = 2;
    await pump();
    await expectStopped('cannot continue at 0, the log begins at 2', 0);
  });
});

describe('The end of a partition', () => {
  it('waits for the batch under way and commits it when stopped', async () => {
    source.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.results = [gate.promise];
    await started();
    const stopped = driver.stop();
    await promisesRun();
    expect(handler.lostCount).toBe(0);
    gate.resolve(done(3));
    await stopped;
    expect(source.commits).toEqual([3]);
    expect(handler.batches).toHaveLength(1);
    expect(handler.lostCount).toBe(1);
  });

  it('commits nothing of a partition that another member owns', async () => {
    source.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.results = [gate.promise];
    await started();
    const lost = driver.lose();
    gate.resolve(done(3));
    await lost;
    expect(source.commits).toEqual([]);
    expect(handler.lostCount).toBe(1);
  });

  it.each([fenced, retry('store is away')])('also comes after the result %j', async (result) => {
    source.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.results = [gate.promise];
    await started();
    const stopped = driver.stop();
    gate.resolve(result);
    await stopped;
    expect(pauses()).toEqual([]);
    expect(handler.assignedCount).toBe(1);
    expect(handler.batches).toHaveLength(1);
  });

  it('ends a pause', async () => {
    source.grow(1);
    handler.results = [retry('store is away')];
    await started();
    await driver.stop();
    expect(time.waiting()).toEqual([]);
    await time.advance(20_000);
    expect(handler.batches).toHaveLength(1);
  });

  it('ignores a begin offset that comes too late', async () => {
    source.grow(1);
    const answer = Promise.withResolvers<number>();
    handler.assigned = () => answer.promise;
    driver.start();
    const stopped = driver.stop();
    answer.resolve(0);
    await stopped;
    expect(source.seeks).toEqual([]);
  });

  it('comes once, however often the partition is stopped or lost', async () => {
    await started();
    await Promise.all([driver.stop(), driver.stop()]);
    await driver.lose();
    expect(handler.lostCount).toBe(1);
  });
});

describe('A partition whose store is checked while no record comes', () => {
  let storedNext: number | null | Error;

  beforeEach(async () => {
    source.grow(2);
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source,
      time,
      initial: { next: 0, end: 0 },
      storedPosition: async (partition) => {
        if (partition !== 3) throw new Error(`unexpected partition ${partition}`);
        if (storedNext instanceof Error) throw storedNext;
        return storedNext === null ? null : { next: storedNext, lastRead: null };
      },
    });
    driver.start();
    await promisesRun();
  });

  it.each([
    ['was wiped', null, 0],
    ['was rolled back', 1, 1],
  ])('is assigned again where the store %s', async (_, stored, start) => {
    expect(driver.next).toBe(2);
    storedNext = stored;
    handler.starts = [start];
    await time.advance(5_000);
    expect(handler.assignedCount).toBe(2);
    expect(handler.firsts()).toEqual([0, start]);
    expect(driver.next).toBe(2);
    storedNext = 2;
    await time.advance(60_000);
    expect(handler.assignedCount).toBe(2);
  });

  it.each([
    ['agrees with the handler', 2],
    ['is ahead, since another process works on the partition', 7],
    ['cannot be reached', new Error('away')],
  ])('continues where the store %s', async (_, stored) => {
    storedNext = stored;
    await time.advance(60_000);
    expect(handler.assignedCount).toBe(1);
    source.grow(1);
    await pump();
    expect(driver.next).toBe(3);
  });

  it('is no longer checked once it is stopped', async () => {
    storedNext = null;
    await driver.stop();
    expect(time.waiting()).toEqual([]);
  });
});

describe('A partition whose log may be another one', () => {
  const stops: Error[] = [];
  const record = (offset: number, value: string): LogRecord => ({ offset, timestamp: 1, key: 'k', value });

  function driverAt(position: StoredPosition | null): void {
    stops.length = 0;
    handler.starts = [position?.next ?? 0];
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source,
      time,
      initial: { next: 0, end: 0 },
      storedPosition: async () => position,
      onStopped: (partition, cause) => void stops.push(new Error(`${partition}`, { cause })),
    });
  }

  const isStopped = (): void => {
    expect(driver.progress()).toMatchObject({ stopped: true, pausedBy: { code: 'log-replaced' } });
    expect(stops.map(({ message, cause }) => [message, (cause as { code: string }).code])).toEqual([
      ['3', 'log-replaced'],
    ]);
  };

  it('stops before anything is delivered where another record lies at the stored position', async () => {
    source.records.push(record(0, 'a'), record(1, 'b'), record(2, 'c'));
    driverAt({ next: 2, lastRead: fingerprintOf(record(1, 'another')) });
    await started();
    isStopped();
    expect(handler.batches).toEqual([]);
    expect(driver.progress().pausedBy?.message).toContain('facts/3: this is another log');
  });

  it.each([
    ['key', { ...record(1, 'b'), key: 'l' }],
    ['value', record(1, 'c')],
    ['time', { ...record(1, 'b'), timestamp: 2 }],
  ])('distinguishes two records by their %s', async (_, other) => {
    source.records.push(record(0, 'a'), record(1, 'b'));
    driverAt({ next: 2, lastRead: fingerprintOf(other) });
    await started();
    expect(handler.batches).toEqual([]);
    isStopped();
  });

  it('goes on where the last record that was read still lies there', async () => {
    source.records.push(record(0, 'a'), record(1, 'b'), record(2, 'c'));
    driverAt({ next: 2, lastRead: fingerprintOf(record(1, 'b')) });
    await started();
    expect(handler.firsts()).toEqual([2]);
    await time.advance(60_000);
    expect(driver.progress().stopped).toBe(false);
  });

  it('goes on where retention has deleted the last record that was read, which nothing can be compared with', async () => {
    source.records.push(record(0, 'a'), record(1, 'b'), record(2, 'c'));
    source.begin = 2;
    driverAt({ next: 2, lastRead: fingerprintOf(record(1, 'another')) });
    await started();
    expect(handler.firsts()).toEqual([2]);
  });

  it('goes on where retention deletes that record between a look at the bounds and one at the record', async () => {
    source.records.push(record(0, 'a'), record(1, 'b'), record(2, 'c'));
    source.recordFrom = async () => {
      source.begin = 2;
      return record(2, 'c');
    };
    driverAt({ next: 2, lastRead: fingerprintOf(record(1, 'b')) });
    await started();
    expect(handler.firsts()).toEqual([2]);
  });

  it('is noticed while it runs, also where the new log has grown beyond the position', async () => {
    source.records.push(record(0, 'a'), record(1, 'b'));
    driverAt(null);
    await started();
    source.records.splice(0, 2, ...['x', 'y', 'z'].map((value, offset) => record(offset, value)));
    await time.advance(5_000);
    isStopped();
    await pump();
    expect(handler.batches).toHaveLength(1);
  });

  it('is noticed before a batch of it is processed where the log ends earlier than it did', async () => {
    source.grow(8);
    driverAt(null);
    await started();
    source.records.splice(0, 8, ...Array.from({ length: 8 }, (_, offset) => record(offset, 'new')));
    const fetched = [record(8, 'new')];
    driver.endMovedTo(100);
    await driver.deliver({ records: fetched, next: 9, begin: 0, end: 9 });
    isStopped();
    expect(handler.firsts()).toEqual([0, 3, 6]);
  });

  it('does not stop where a new leader lacks for a while what was read', async () => {
    source.grow(2);
    driverAt(null);
    await started();
    const lost = source.records.splice(1);
    await time.advance(5_000);
    source.records.push(...lost);
    await time.advance(5_000);
    expect(driver.progress().stopped).toBe(false);
  });

  it('keeps the fingerprint beside the position that it commits, and compares it where no other is stored', async () => {
    source.grow(3);
    await started();
    expect(source.stored).toEqual({ next: 3, lastRead: fingerprintOf(source.records[2]!) });
    await driver.stop();
    source.records.splice(0, 3, ...Array.from({ length: 4 }, (_, offset) => record(offset, 'new')));
    handler.starts = [3];
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source,
      time,
      initial: { next: 0, end: 0 },
    });
    await started();
    expect(driver.progress()).toMatchObject({ stopped: true, pausedBy: { code: 'log-replaced' } });
    expect(handler.firsts()).toEqual([0]);
  });
});
