import { beforeEach, describe, expect, it } from '@jest/globals';
import { backOffMs, type PartitionSource, PartitionDriver } from './driver.js';
import type { Batch, LogRecord, BatchResult, PartitionHandler } from './log.js';
import { promisesRun, VirtualTime } from './virtual-time.harness.js';

const done = (next: number): BatchResult => ({ status: 'done', next });
const retry = (reason: string): BatchResult => ({ status: 'retry', cause: new Error(reason) });
const fenced: BatchResult = { status: 'fenced' };

/** A partition in memory that delivers like an adapter: at most three records a batch. */
class MemoryFeed implements PartitionSource {
  begin = 0;
  readonly records: LogRecord[] = [];
  readonly commits: number[] = [];
  readonly seeks: number[] = [];
  held = true;
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
    this.held = false;
    this.seeks.push(offset);
    this.deliver(offset);
  }

  stopDelivery(): void {
    this.held = true;
  }

  bounds(): Promise<{ begin: number; end: number }> {
    return Promise.resolve({ begin: this.begin, end: this.end });
  }

  commit(next: number): void {
    this.commits.push(next);
  }
}

/** A handler that begins at 0 and says what the spec lets it say, one outcome a batch; then `done`. */
class ScriptedHandler implements PartitionHandler {
  starts: (number | Error)[] = [];
  outcomes: (BatchResult | Error | Promise<BatchResult>)[] = [];
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
    const outcome = this.outcomes.shift() ?? done(batch.records.at(-1)!.offset + 1);
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  }

  lost(): void {
    this.lostCount += 1;
  }

  firsts(): number[] {
    return this.batches.map((batch) => batch.records[0]!.offset);
  }
}

let time: VirtualTime;
let feed: MemoryFeed;
let handler: ScriptedHandler;
let driver: PartitionDriver;

beforeEach(() => {
  time = new VirtualTime();
  feed = new MemoryFeed();
  handler = new ScriptedHandler();
  driver = new PartitionDriver({
    topic: 'facts',
    partition: 3,
    handler,
    source: feed,
    time,
    initial: { next: 0, end: 0 },
  });
  feed.deliver = () => void pump();
});

/** Delivers as long as the driver wants more. */
async function pump(): Promise<void> {
  if (feed.delivering) return;
  feed.delivering = true;
  while (!feed.held && driver.next < feed.end) {
    const records = feed.records.slice(driver.next, driver.next + 3);
    await driver.deliver({ records, next: records.at(-1)!.offset + 1, begin: feed.begin, end: feed.end });
  }
  feed.delivering = false;
}

async function started(): Promise<void> {
  driver.start();
  await promisesRun();
}

describe('a partition that runs', () => {
  it('begins where the handler says and delivers in order to the end', async () => {
    feed.grow(8);
    handler.starts = [2];
    await started();
    expect(handler.batches.map((batch) => batch.records.map((record) => record.offset))).toEqual([
      [2, 3, 4],
      [5, 6, 7],
    ]);
    expect(handler.batches[0]).toMatchObject({ topic: 'facts', partition: 3, end: 8 });
    expect(feed.commits).toEqual([5, 8]);
    expect(driver.progress()).toMatchObject({ next: 8, end: 8, nextTimestamp: null, pausedBy: null });
  });

  it('goes on in the middle of a batch where the handler did only a part of it', async () => {
    feed.grow(4);
    handler.outcomes = [done(2)];
    await started();
    expect(handler.firsts()).toEqual([0, 2]);
    expect(feed.commits).toEqual([2, 4]);
  });

  it('leaves out records below its position, and fetches that come at the wrong time', async () => {
    await started();
    feed.grow(5);
    await driver.deliver({ records: feed.records.slice(0, 2), next: 2, begin: 0, end: 5 });
    const taken = driver.deliver({ records: feed.records, next: 5, begin: 0, end: 5 });
    await driver.deliver({ records: feed.records, next: 5, begin: 0, end: 5 });
    await taken;
    expect(handler.batches.map((batch) => batch.records.map((record) => record.offset))).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
  });

  it('steps over offsets that hold no record of ours', async () => {
    await started();
    feed.grow(2);
    await driver.deliver({ records: feed.records, next: 5, begin: 0, end: 8 });
    expect(driver.next).toBe(5);
    await driver.deliver({ records: [], next: 8, begin: 0, end: 8 });
    expect(driver.progress()).toMatchObject({ next: 8, end: 8 });
    expect(handler.batches).toHaveLength(1);
    expect(feed.commits).toEqual([5, 8]);
  });
});

describe('progress', () => {
  it('tells the timestamp of the record that waits, and when it last fenced on', async () => {
    feed.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.outcomes = [gate.promise];
    await started();
    const start = time.now();
    await time.advance(7_000);
    expect(driver.progress()).toMatchObject({ next: 0, end: 6, nextTimestamp: 1_000, progressedAt: start });
    handler.outcomes = [Promise.withResolvers<BatchResult>().promise];
    gate.resolve(done(2));
    await promisesRun();
    expect(driver.progress()).toMatchObject({ next: 2, nextTimestamp: 1_002, progressedAt: start + 7_000 });
  });

  it('counts a partition as caught up until the moment it grew', async () => {
    await started();
    await time.advance(3_600_000);
    driver.endMovedTo(1);
    expect(driver.progress()).toMatchObject({ next: 0, end: 1, progressedAt: time.now() });
    const grownAt = time.now();
    await time.advance(60_000);
    driver.endMovedTo(2);
    expect(driver.progress().progressedAt).toBe(grownAt);
  });

  it('shows what was supposed before the handler has answered', () => {
    handler.assigned = () => Promise.withResolvers<number>().promise;
    const supposed = { next: 40, end: 70 };
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source: feed,
      time,
      initial: supposed,
    });
    driver.start();
    expect(driver.progress()).toMatchObject({ next: 40, end: 70, nextTimestamp: null, stopped: false });
  });
});

describe('retry', () => {
  it('doubles the pause from 100 ms to 10 s', () => {
    expect([0, 1, 2, 6, 7, 50].map(backOffMs)).toEqual([100, 200, 400, 6_400, 10_000, 10_000]);
  });

  it('pauses, says why, and delivers from the same record on', async () => {
    feed.grow(2);
    handler.outcomes = [retry('store is away'), retry('store is still away')];
    await started();
    expect(time.waiting()).toEqual([100]);
    expect(feed.held).toBe(true);
    expect(driver.progress().pausedBy?.message).toBe('store is away');
    await time.advance(100);
    expect(time.waiting()).toEqual([200]);
    expect(driver.progress().pausedBy?.message).toBe('store is still away');
    await time.advance(200);
    expect(handler.firsts()).toEqual([0, 0, 0]);
    expect(handler.assignedCount).toBe(1);
    expect(feed.commits).toEqual([2]);
    expect(driver.progress()).toMatchObject({ next: 2, pausedBy: null, stopped: false });
  });

  it('starts the pauses anew once the partition has fenced on', async () => {
    feed.grow(6);
    handler.outcomes = [retry('a'), retry('b'), done(3), retry('c')];
    await started();
    await time.advance(300);
    expect(handler.firsts()).toEqual([0, 0, 0, 3]);
    expect(time.waiting()).toEqual([100]);
  });

  it('follows when the adapter cannot fetch', async () => {
    await started();
    driver.fetchFailed(new Error('broker is away'));
    expect(driver.progress().pausedBy?.message).toBe('broker is away');
    feed.grow(1);
    await time.advance(100);
    expect(feed.seeks).toEqual([0, 0]);
    expect(driver.progress()).toMatchObject({ next: 1, pausedBy: null });
  });

  it('follows when the handler cannot say where to begin, and asks again', async () => {
    feed.grow(1);
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

describe('fenced', () => {
  it('asks again where to begin, at once', async () => {
    feed.grow(6);
    handler.outcomes = [fenced];
    handler.starts = [0, 4];
    await started();
    expect(handler.firsts()).toEqual([0, 4]);
    expect(feed.commits).toEqual([6]);
    expect(time.waiting()).toEqual([]);
  });

  it('backs off when it happens again and again', async () => {
    feed.grow(3);
    handler.outcomes = [fenced, fenced, fenced];
    await started();
    expect(handler.assignedCount).toBe(2);
    expect(time.waiting()).toEqual([200]);
    expect(driver.progress().pausedBy?.message).toContain('facts/3: fenced again and again');
    await time.advance(200);
    expect(time.waiting()).toEqual([400]);
    await time.advance(400);
    expect(driver.progress()).toMatchObject({ next: 3, pausedBy: null });
  });
});

describe('a broken invariant stops the partition where it stands', () => {
  async function expectStopped(message: string, next: number): Promise<void> {
    const seen = handler.batches.length;
    expect(driver.progress()).toMatchObject({ stopped: true, next });
    expect(driver.progress().pausedBy?.message).toContain(message);
    feed.grow(5);
    driver.endMovedTo(feed.end);
    await driver.deliver({ records: feed.records, next: feed.end, begin: feed.begin, end: feed.end });
    await time.advance(3_600_000);
    expect(handler.batches).toHaveLength(seen);
    expect(driver.progress()).toMatchObject({ stopped: true, next });
    expect(feed.held).toBe(true);
  }

  it('when the handler throws', async () => {
    feed.grow(6);
    handler.outcomes = [done(3), new Error('sum is negative')];
    await started();
    await expectStopped('sum is negative', 3);
    expect(feed.commits).toEqual([3]);
  });

  it.each([
    ['not above the first record', 3],
    ['more than one above the last', 7],
    ['no offset at all', Number.NaN],
  ])('when the handler goes on at a place %s', async (_, next) => {
    feed.grow(6);
    handler.outcomes = [done(3), done(next)];
    await started();
    await expectStopped(`facts/3: the handler went on at ${next} after a batch of 3 to 5`, 3);
  });

  it('when it is to begin beyond the end', async () => {
    feed.grow(4);
    handler.starts = [5];
    await started();
    await expectStopped('to go on at 5, but the log ends at 4', 5);
    expect(feed.seeks).toEqual([]);
  });

  it('when it is to begin at no offset', async () => {
    feed.grow(4);
    handler.starts = [Number.NaN];
    await started();
    await expectStopped('to go on at NaN: that is no offset', Number.NaN);
  });

  it('when it is to begin at what is gone', async () => {
    feed.grow(4);
    feed.begin = 2;
    handler.starts = [1];
    await started();
    expect(feed.seeks).toEqual([]);
    await expectStopped('to go on at 1, but the log begins at 2', 1);
  });

  it('when retention overtakes it', async () => {
    await started();
    feed.grow(4);
    feed.begin = 2;
    await pump();
    await expectStopped('to go on at 0, but the log begins at 2', 0);
  });
});

describe('the end of it', () => {
  it('waits for the batch in hand and commits it when stopped', async () => {
    feed.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.outcomes = [gate.promise];
    await started();
    const stopped = driver.stop();
    await promisesRun();
    expect(handler.lostCount).toBe(0);
    gate.resolve(done(3));
    await stopped;
    expect(feed.commits).toEqual([3]);
    expect(handler.batches).toHaveLength(1);
    expect(handler.lostCount).toBe(1);
  });

  it('commits nothing of a partition that somebody else has', async () => {
    feed.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.outcomes = [gate.promise];
    await started();
    const lost = driver.lose();
    gate.resolve(done(3));
    await lost;
    expect(feed.commits).toEqual([]);
    expect(handler.lostCount).toBe(1);
  });

  it.each([fenced, retry('store is away')])('comes as well after %j', async (outcome) => {
    feed.grow(6);
    const gate = Promise.withResolvers<BatchResult>();
    handler.outcomes = [gate.promise];
    await started();
    const stopped = driver.stop();
    gate.resolve(outcome);
    await stopped;
    expect(time.waiting()).toEqual([]);
    expect(handler.assignedCount).toBe(1);
    expect(handler.batches).toHaveLength(1);
  });

  it('ends a pause', async () => {
    feed.grow(1);
    handler.outcomes = [retry('store is away')];
    await started();
    await driver.stop();
    expect(time.waiting()).toEqual([]);
    await time.advance(20_000);
    expect(handler.batches).toHaveLength(1);
  });

  it('lets an answer that comes too late begin nothing', async () => {
    feed.grow(1);
    const answer = Promise.withResolvers<number>();
    handler.assigned = () => answer.promise;
    driver.start();
    const stopped = driver.stop();
    answer.resolve(0);
    await stopped;
    expect(feed.seeks).toEqual([]);
  });

  it('comes once, however often it is asked for', async () => {
    await started();
    await Promise.all([driver.stop(), driver.stop()]);
    await driver.lose();
    expect(handler.lostCount).toBe(1);
  });
});

describe('a partition whose store went back while nothing came', () => {
  let storedNext: number | null | Error;

  beforeEach(async () => {
    feed.grow(2);
    driver = new PartitionDriver({
      topic: 'facts',
      partition: 3,
      handler,
      source: feed,
      time,
      initial: { next: 0, end: 0 },
      storedNext: async (partition) => {
        if (partition !== 3) throw new Error(`asked about ${partition}`);
        if (storedNext instanceof Error) throw storedNext;
        return storedNext;
      },
    });
    driver.start();
    await promisesRun();
  });

  it.each([
    ['is emptied', null, 0],
    ['stands at an earlier moment', 1, 1],
  ])('is taken anew where it %s', async (_, stored, start) => {
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
    ['stands where the handler said', 2],
    ['is ahead, somebody else being at work', 7],
    ['cannot be asked', new Error('away')],
  ])('goes on where it %s', async (_, stored) => {
    storedNext = stored;
    await time.advance(60_000);
    expect(handler.assignedCount).toBe(1);
    feed.grow(1);
    await pump();
    expect(driver.next).toBe(3);
  });

  it('is asked about no more once it is left', async () => {
    storedNext = null;
    await driver.stop();
    expect(time.waiting()).toEqual([]);
  });
});
