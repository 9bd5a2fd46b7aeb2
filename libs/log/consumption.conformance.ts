import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from './fingerprint.js';
import {
  oldestOffsets,
  doneWith,
  freshName,
  freshTopic,
  numbered,
  readAll,
  Recorder,
  until,
  values,
  whileConsuming,
} from './log.harness.js';
import type { Batch, Consumption, Log, BatchResult, PartitionProgress } from './log.js';

const texts = (from: number, to: number): string[] => numbered(from, to, 0).map(({ value }) => value);

/** The part of the conformance suite that is about handlers being driven. */
export function describeConsumption(log: () => Log): void {
  describe('A consumption', () => {
    describeDelivery(log);
    describePositions(log);
    describeSetbacks(log);
    describeStopping(log);
  });
}

function describeDelivery(log: () => Log): void {
  it('asks the handler for each partition where to begin and delivers all of it in order', async () => {
    const topic = await freshTopic(log(), { partitions: 3 });
    await log().append(topic, [...numbered(0, 25, 0), ...numbered(0, 7, 2)]);
    const handler = new Recorder();
    await whileConsuming(log(), { topic, batchRecords: 10 }, handler, async () => {
      await until(
        'all is delivered',
        () => handler.received(0).length >= 25 && handler.received(2).length >= 7,
      );
      await until('all are assigned', () => handler.assignments.length >= 3);
    });
    expect(new Set(handler.assignments)).toEqual(new Set([0, 1, 2]));
    expect(handler.assignments).toHaveLength(3);
    expect([0, 1, 2].map((partition) => handler.received(partition))).toEqual([
      texts(0, 25),
      [],
      texts(0, 7),
    ]);
    expect(handler.batches.every(({ records }) => records.length <= 10)).toBe(true);
    expect(handler.batches.every((batch) => batch.topic === topic)).toBe(true);
    expect(handler.faults).toEqual([]);
  });

  it('delivers records that are appended later', async () => {
    const topic = await freshTopic(log());
    const handler = new Recorder();
    await whileConsuming(log(), { topic }, handler, async () => {
      for (let round = 1; round <= 3; round++) {
        await log().append(topic, [
          ...numbered(round * 5 - 5, round * 5, 0),
          ...numbered(round - 1, round, 1),
        ]);
        await until(`round ${round} is delivered`, () => handler.received(0).length >= round * 5);
      }
      await until('the other partition is, too', () => handler.received(1).length >= 3);
    });
    expect([handler.received(0), handler.received(1)]).toEqual([texts(0, 15), texts(0, 3)]);
    expect(handler.faults).toEqual([]);
  });

  it('begins where the handler says', async () => {
    const topic = await freshTopic(log());
    const appended = await log().append(topic, numbered(0, 10, 0));
    const handler = new Recorder();
    const { end } = (await log().bounds(topic))[1]!;
    handler.begin = (partition) => (partition === 0 ? appended[6]!.offset : end);
    await whileConsuming(log(), { topic }, handler, async () => {
      await until('the rest is delivered', () => handler.received(0).length >= 4);
    });
    expect(handler.received(0)).toEqual(texts(6, 10));
  });

  it('never makes two calls for a partition at the same time, however long the handler takes', async () => {
    const topic = await freshTopic(log());
    const handler = new Recorder();
    handler.decide = async (batch) => {
      await new Promise(setImmediate);
      return doneWith(batch);
    };
    await whileConsuming(log(), { topic, batchRecords: 3 }, handler, async () => {
      for (let call = 0; call < 20; call++) {
        await log().append(topic, [...numbered(call * 2, call * 2 + 2, 0), ...numbered(call, call + 1, 1)]);
      }
      await until(
        'all is delivered',
        () => handler.received(0).length >= 40 && handler.received(1).length >= 20,
      );
    });
    expect([handler.received(0), handler.received(1)]).toEqual([texts(0, 40), texts(0, 20)]);
    expect(handler.faults).toEqual([]);
  });

  it('continues where the handler stopped within a batch', async () => {
    const topic = await freshTopic(log());
    await log().append(topic, numbered(0, 9, 0));
    const handler = new Recorder();
    handler.decide = ({ records }) => ({ status: 'done', next: records[0]!.offset + 1 });
    await whileConsuming(log(), { topic }, handler, async () => {
      await until(
        'the last is delivered',
        () => handler.received(0).at(-1) === '8' && handler.of(0).length >= 9,
      );
    });
    expect(handler.of(0).map(({ records }) => records[0]!.value)).toEqual(texts(0, 9));
    expect(handler.faults).toEqual([]);
  });

  it('shows how many records wait, since when, and that none waits', async () => {
    const topic = await freshTopic(log());
    await log().append(topic, numbered(0, 8, 0));
    const records = await readAll(log(), topic, 0);
    const gate = Promise.withResolvers<void>();
    const handler = new Recorder();
    handler.decide = async (batch) => {
      if (batch.records.some(({ value }) => value === '4')) await gate.promise;
      return doneWith(batch);
    };
    await whileConsuming(log(), { topic, batchRecords: 4 }, handler, async (consumption) => {
      await until('the second batch is in hand', () => handler.received(0).includes('4'));
      const waiting = handler.of(0).at(-1)!.records[0]!;
      const { end } = (await log().bounds(topic))[0]!;
      const shown = {
        next: waiting.offset,
        end,
        nextTimestamp: waiting.timestamp,
        pausedBy: null,
        stopped: false,
      };
      expect(progressOf(consumption, 0)).toMatchObject({ partition: 0, ...shown });
      expect(records.map(({ offset }) => offset)).toContain(waiting.offset);
      const before = Date.now();
      gate.resolve();
      await until('all is done', () => progressOf(consumption, 0).next >= end);
      const caughtUp = progressOf(consumption, 0);
      expect(caughtUp).toMatchObject({ next: end, end, nextTimestamp: null, pausedBy: null });
      expect(caughtUp.progressedAt).toBeGreaterThanOrEqual(before);
      expect(new Set(consumption.progress().map(({ partition }) => partition))).toEqual(new Set([0, 1]));
    });
  });
}

function describePositions(log: () => Log): void {
  it('commits what is processed, so that the next member can continue there', async () => {
    const topic = await freshTopic(log());
    const group = freshName();
    expect(await log().committed(group, topic)).toEqual([null, null]);
    await log().append(topic, numbered(0, 6, 0));
    const first = new Recorder();
    await whileConsuming(log(), { topic, group }, first, async () => {
      await until('all is delivered', () => first.received(0).length >= 6);
    });
    const { end } = (await log().bounds(topic))[0]!;
    expect(await log().committed(group, topic)).toEqual([end, null]);
    expect(await log().committed(freshName(), topic)).toEqual([null, null]);

    await log().append(topic, numbered(6, 9, 0));
    const second = new Recorder();
    second.begin = async (partition) =>
      (await log().committed(group, topic))[partition] ?? second.oldest[partition]!;
    await whileConsuming(log(), { topic, group }, second, async () => {
      await until('the rest is delivered', () => second.received(0).length >= 3);
    });
    expect(second.received(0)).toEqual(texts(6, 9));
  });

  it('never commits ahead of the handler', async () => {
    const topic = await freshTopic(log());
    const group = freshName();
    await log().append(topic, numbered(0, 12, 0));
    const handler = new Recorder();
    const ahead: (number | null)[] = [];
    handler.decide = async (batch) => {
      const committed = (await log().committed(group, topic))[0] ?? null;
      if (committed !== null && committed > batch.records[0]!.offset) ahead.push(committed);
      return doneWith(batch);
    };
    await whileConsuming(log(), { topic, group, batchRecords: 3 }, handler, async () => {
      await until('all is delivered', () => handler.received(0).length >= 12);
    });
    expect(ahead).toEqual([]);
    expect((await log().committed(group, topic))[0]).toBe((await log().bounds(topic))[0]!.end);
  });

  it('stops, and delivers nothing, where another record lies at the stored position than was read there', async () => {
    const [before, now] = [await freshTopic(log()), await freshTopic(log())];
    await log().append(before, numbered(100, 105, 0));
    await log().append(now, numbered(0, 12, 0));
    const read = (await readAll(log(), before, 0))[4]!;
    const next = read.offset + 1;
    const handler = new Recorder();
    handler.begin = (partition) => (partition === 0 ? next : handler.oldest[partition]!);
    const stops: [number, Error][] = [];
    const options = {
      topic: now,
      storedPosition: async (partition: number) =>
        partition === 0 ? { next, lastRead: fingerprintOf(read) } : null,
      onStopped: (partition: number, cause: Error) => void stops.push([partition, cause]),
    };
    await whileConsuming(log(), options, handler, async (consumption) => {
      await until('it has stopped', () => progressOf(consumption, 0).stopped);
      expect(progressOf(consumption, 0)).toMatchObject({ next, pausedBy: { code: 'log-replaced' } });
    });
    expect(handler.batches).toEqual([]);
    expect(stops).toEqual([[0, expect.objectContaining({ code: 'log-replaced' })]]);
  });

  it('goes on, also after a restart, where the record that was read still lies there', async () => {
    const topic = await freshTopic(log());
    const group = freshName();
    await log().append(topic, numbered(0, 6, 0));
    const first = new Recorder();
    await whileConsuming(log(), { topic, group }, first, async () => {
      await until('all is delivered', () => first.received(0).length >= 6);
    });
    const read = (await readAll(log(), topic, 0))[5]!;
    const next = read.offset + 1;
    await log().append(topic, numbered(6, 9, 0));
    for (const storedPosition of [undefined, async () => ({ next, lastRead: fingerprintOf(read) })]) {
      const second = new Recorder();
      second.begin = (partition) => (partition === 0 ? next : second.oldest[partition]!);
      const options = { topic, ...(storedPosition === undefined ? { group } : { storedPosition }) };
      await whileConsuming(log(), options, second, async () => {
        await until('the rest is delivered', () => second.received(0).length >= 3);
      });
      expect(second.received(0)).toEqual(texts(6, 9));
    }
  });

  it('keeps the positions of groups apart', async () => {
    const topic = await freshTopic(log());
    const groups = [freshName(), freshName()] as const;
    await log().append(topic, numbered(0, 10, 0));
    const stuck = new Recorder();
    stuck.decide = () => ({ status: 'retry', cause: new Error('this group has lost its store') });
    const free = new Recorder();
    await whileConsuming(log(), { topic, group: groups[0] }, stuck, async () => {
      await whileConsuming(log(), { topic, group: groups[1] }, free, async () => {
        await until(
          'one is done, one has begun',
          () => free.received(0).length >= 10 && stuck.batches.length > 0,
        );
      });
    });
    expect(free.received(0)).toEqual(texts(0, 10));
    expect(await log().committed(groups[0], topic)).toEqual([null, null]);
    expect((await log().committed(groups[1], topic))[0]).toBe((await log().bounds(topic))[0]!.end);
  });
}

function describeSetbacks(log: () => Log): void {
  it('asks again where to begin when it was fenced', async () => {
    const topic = await freshTopic(log());
    const appended = await log().append(topic, numbered(0, 10, 0));
    const handler = new Recorder();
    let moved = false;
    handler.begin = (partition) =>
      moved && partition === 0 ? appended[7]!.offset : handler.oldest[partition]!;
    handler.decide = (batch) => {
      if (moved) return doneWith(batch);
      moved = true;
      return { status: 'fenced' };
    };
    await whileConsuming(log(), { topic, batchRecords: 5 }, handler, async () => {
      await until('the rest is delivered', () => handler.received(0).at(-1) === '9');
    });
    expect(handler.received(0).slice(handler.of(0)[0]!.records.length)).toEqual(texts(7, 10));
    expect(handler.assignments.filter((partition) => partition === 0)).toHaveLength(2);
    expect(handler.faults).toEqual([]);
  });

  it('pauses a partition whose infrastructure is lost, longer each time, and skips nothing', async () => {
    const topic = await freshTopic(log());
    await log().append(topic, [...numbered(0, 4, 0), ...numbered(0, 4, 1)]);
    const at: number[] = [];
    const handler = new Recorder();
    handler.decide = (batch) => {
      if (batch.partition === 1) return doneWith(batch);
      at.push(performance.now());
      return at.length <= 2 ? { status: 'retry', cause: new Error(`loss ${at.length}`) } : doneWith(batch);
    };
    await whileConsuming(log(), { topic }, handler, async (consumption) => {
      await until('it is paused', () => progressOf(consumption, 0).pausedBy?.message === 'loss 1');
      expect(progressOf(consumption, 0).stopped).toBe(false);
      await until('the other goes on', () => handler.received(1).length >= 4);
      await until('it is paused again', () => progressOf(consumption, 0).pausedBy?.message === 'loss 2');
      await until('it has recovered', () => progressOf(consumption, 0).pausedBy === null);
    });
    const firsts = handler.of(0).map(({ records }) => records[0]!.value);
    expect(firsts.slice(0, 3)).toEqual(['0', '0', '0']);
    expect(new Set(handler.received(0))).toEqual(new Set(texts(0, 4)));
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(95);
    expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(195);
  });

  it('asks again where to begin when the handler could not say', async () => {
    const topic = await freshTopic(log());
    await log().append(topic, numbered(0, 2, 0));
    const handler = new Recorder();
    let attempts = 0;
    handler.begin = (partition) => {
      if (partition === 0 && ++attempts === 1) throw new Error('store is away');
      return handler.oldest[partition]!;
    };
    await whileConsuming(log(), { topic }, handler, async (consumption) => {
      await until('it is delivered', () => handler.received(0).length >= 2);
      await until('it has recovered', () => progressOf(consumption, 0).pausedBy === null);
    });
    expect(attempts).toBe(2);
  });

  const stops: [string, (handler: Recorder, end: number) => void, message: string][] = [
    ['throws', (handler) => (handler.decide = throwing), 'sum is negative'],
    ['begins beyond the end', (handler, end) => (handler.begin = only0(handler, end + 5)), 'the log ends at'],
    [
      'continues beyond its batch',
      (handler, end) => (handler.decide = jumping(end + 5)),
      'the handler answered next',
    ],
  ];
  it.each(stops)('stops a partition whose handler %s, and no other', async (_, prepare, message) => {
    const topic = await freshTopic(log());
    const group = freshName();
    await log().append(topic, numbered(0, 6, 0));
    const handler = new Recorder();
    prepare(handler, (await log().bounds(topic))[0]!.end);
    await whileConsuming(log(), { topic, group, batchRecords: 3 }, handler, async (consumption) => {
      await until('it is stopped', () => progressOf(consumption, 0).stopped);
      const calls = handler.of(0).length;
      await log().append(topic, [...numbered(6, 9, 0), ...numbered(0, 9, 1)]);
      await until('the other goes on', () => handler.received(1).length >= 9);
      expect(progressOf(consumption, 0)).toMatchObject({ stopped: true });
      expect(progressOf(consumption, 0).pausedBy?.message).toContain(message);
      expect(progressOf(consumption, 1)).toMatchObject({ stopped: false, pausedBy: null });
      expect(handler.of(0)).toHaveLength(calls);
    });
    expect((await log().committed(group, topic))[0]).toBeNull();
  });
}

function throwing(batch: Batch): BatchResult {
  if (batch.partition === 0) throw new Error('sum is negative');
  return doneWith(batch);
}

function only0(handler: Recorder, next: number): (partition: number) => number {
  return (partition) => (partition === 0 ? next : handler.oldest[partition]!);
}

function jumping(next: number): (batch: Batch) => BatchResult {
  return (batch) => (batch.partition === 0 ? { status: 'done', next } : doneWith(batch));
}

function describeStopping(log: () => Log): void {
  it('finishes the batch under way and commits it when stopped', async () => {
    const topic = await freshTopic(log());
    const group = freshName();
    await log().append(topic, numbered(0, 10, 0));
    const gate = Promise.withResolvers<void>();
    const handler = new Recorder();
    handler.decide = async (batch) => {
      await gate.promise;
      return doneWith(batch);
    };
    handler.oldest = await oldestOffsets(log(), topic);
    const consumption = await log().consume({ topic, group, handler, batchRecords: 4 });
    await until('a batch is in hand and all are assigned', () => {
      return handler.batches.length > 0 && handler.assignments.length >= 2;
    });
    const events: string[] = [];
    const stopped = consumption.stop().then(() => events.push('stopped'));
    await new Promise(setImmediate);
    events.push('released');
    gate.resolve();
    await stopped;
    expect(events).toEqual(['released', 'stopped']);
    expect(handler.batches).toHaveLength(1);
    expect(new Set(handler.losses)).toEqual(new Set([0, 1]));
    expect(handler.losses).toHaveLength(2);
    expect((await log().committed(group, topic))[0]).toBe(handler.batches[0]!.records.at(-1)!.offset + 1);
    expect(consumption.progress()).toEqual([]);
    await consumption.stop();
    expect(handler.faults).toEqual([]);
  });

  it('can be stopped while it is paused, and delivers nothing afterwards', async () => {
    const topic = await freshTopic(log());
    const group = freshName();
    await log().append(topic, numbered(0, 3, 0));
    const handler = new Recorder();
    handler.decide = () => ({ status: 'retry', cause: new Error('store is away') });
    await whileConsuming(log(), { topic, group }, handler, async (consumption) => {
      await until('it is paused', () => progressOf(consumption, 0).pausedBy !== null);
    });
    const seen = handler.batches.length;
    const after = new Recorder();
    await whileConsuming(log(), { topic, group }, after, async () => {
      await until('the next member has it all', () => after.received(0).length >= 3);
    });
    expect(handler.batches).toHaveLength(seen);
    expect(values(after.of(0).flatMap(({ records }) => records))).toEqual(texts(0, 3));
    expect(handler.faults).toEqual([]);
  });
}

function progressOf(consumption: Consumption, partition: number): PartitionProgress {
  const progress = consumption.progress().find((one) => one.partition === partition);
  if (progress === undefined) throw new Error(`partition ${partition} is not held`);
  return progress;
}
