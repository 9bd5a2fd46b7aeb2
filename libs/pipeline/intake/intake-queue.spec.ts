import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LogUnavailable, type NewRecord } from '#log/log.js';
import { IntakeQueue, type QueueLimits, queueLimits, type SizedRecord } from './intake-queue.js';

/** A log whose acks come when the test says so. */
class HeldLog {
  readonly calls: { records: readonly NewRecord[]; ack: () => void; fail: (error: Error) => void }[] = [];

  append(_topic: string, records: readonly NewRecord[]) {
    const { promise, resolve, reject } = Promise.withResolvers<[]>();
    this.calls.push({ records, ack: () => resolve([]), fail: reject });
    return promise;
  }

  values(): string[][] {
    return this.calls.map(({ records }) => records.map(({ value }) => value));
  }

  /** The next append that is not answered yet, as soon as there is one. */
  async next(index: number): Promise<HeldLog['calls'][number]> {
    for (;;) {
      const call = this.calls[index];
      if (call !== undefined) return call;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function start(limits: Partial<QueueLimits> = {}) {
  let now = 5_000;
  const log = new HeldLog();
  const queue = new IntakeQueue(log, 'telephony.raw', () => now, { ...queueLimits, lingerMs: 0, ...limits });
  return { log, queue, pass: (ms: number) => void (now += ms) };
}

const records = (...values: string[]): SizedRecord[] =>
  values.map((value) => ({ record: { key: value, value }, bytes: value.length }));

describe('The queue in front of the log', () => {
  it('answers a caller after the ack of the log and not before', async () => {
    const { log, queue } = start();
    let answered = false;
    const answer = queue.append(records('a')).then((result) => {
      answered = true;
      return result;
    });
    const append = await log.next(0);
    expect(answered).toBe(false);
    append.ack();
    expect(await answer).toEqual({ status: 'acked' });
  });

  it('appends records that arrive together in one append, in order', async () => {
    const { log, queue } = start();
    const answers = [queue.append(records('a')), queue.append(records('b', 'c')), queue.append(records('d'))];
    (await log.next(0)).ack();
    await Promise.all(answers);
    expect(log.values()).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('gathers records while an append is under way, and runs one append at a time', async () => {
    const { log, queue } = start();
    const first = queue.append(records('a'));
    const one = await log.next(0);
    const rest = [queue.append(records('b')), queue.append(records('c'))];
    expect(log.calls).toHaveLength(1);
    one.ack();
    await first;
    (await log.next(1)).ack();
    await Promise.all(rest);
    expect(log.values()).toEqual([['a'], ['b', 'c']]);
  });

  it('splits appends at their bounds, and answers a caller after the last of their records', async () => {
    const { log, queue } = start({ appendRecords: 2, appendBytes: 5 });
    let answered = false;
    const answer = queue.append(records('aa', 'bb', 'cc', 'dddddddd')).then(() => void (answered = true));
    for (const index of [0, 1]) {
      (await log.next(index)).ack();
      await log.next(index + 1);
      expect(answered).toBe(false);
    }
    (await log.next(2)).ack();
    await answer;
    expect(log.values()).toEqual([['aa', 'bb'], ['cc'], ['dddddddd']]);
  });

  it('rejects callers at each bound, and accepts them again when there is room', async () => {
    const { log, queue, pass } = start({ queuedRecords: 2, queuedBytes: 10, queuedMs: 1_000 });
    const held = [queue.append(records('a')), queue.append(records('b'))];
    expect(await queue.append(records('c'))).toEqual({ status: 'overloaded', bound: 'records' });
    (await log.next(0)).ack();
    await Promise.all(held);

    const large = queue.append(records('0123456789'));
    expect(await queue.append(records('c'))).toEqual({ status: 'overloaded', bound: 'bytes' });
    (await log.next(1)).ack();
    await large;

    const slow = queue.append(records('a'));
    const append = await log.next(2);
    pass(1_000);
    expect(queue.depth()).toEqual({ records: 1, bytes: 1, oldestAgeMs: 1_000 });
    expect(await queue.append(records('c'))).toEqual({ status: 'overloaded', bound: 'age' });
    append.ack();
    await slow;
    expect(queue.depth()).toEqual({ records: 0, bytes: 0, oldestAgeMs: 0 });
  });

  it('answers unavailable to all callers of a failed append, drops the rest of their records, and goes on', async () => {
    const { log, queue, pass } = start({ appendRecords: 2 });
    const split = queue.append(records('a', 'b', 'c'));
    const other = queue.append(records('d'));
    pass(7);
    (await log.next(0)).fail(new LogUnavailable('no leader'));
    expect(await split).toMatchObject({ status: 'unavailable', cause: { message: 'no leader' } });
    expect(queue.acks()).toEqual({ ackedAt: null, failedAt: 5_007, oldestAgeMs: 7 });
    (await log.next(1)).ack();
    expect(await other).toEqual({ status: 'acked' });
    expect(log.values()).toEqual([['a', 'b'], ['d']]);
    expect(queue.acks()).toEqual({ ackedAt: 5_007, failedAt: 5_007, oldestAgeMs: 0 });
  });

  it('rejects with the error itself where an invariant is broken, instead of answering unavailable', async () => {
    const { log, queue } = start();
    const answer = queue.append(records('a'));
    (await log.next(0)).fail(new TypeError('a defect'));
    await expect(answer).rejects.toThrow('a defect');
  });

  it('answers everything accepted when it is drained, without waiting for further records', async () => {
    const { log, queue } = start({ lingerMs: 3_600_000 });
    const answer = queue.append(records('a'));
    const drained = queue.drain();
    (await log.next(0)).ack();
    await drained;
    expect(await answer).toEqual({ status: 'acked' });
    await queue.drain();
  });

  it('loses no record and repeats none, whatever the sizes and bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        async (callers, appendRecords, appendBytes) => {
          const written: string[] = [];
          const log = {
            append: async (_topic: string, batch: readonly NewRecord[]) => {
              await Promise.resolve();
              written.push(...batch.map(({ value }) => value));
              return [];
            },
          };
          const limits = { ...queueLimits, lingerMs: 0, appendRecords, appendBytes };
          const queue = new IntakeQueue(log, 'telephony.raw', () => 0, limits);
          const units = callers.map((sizes, caller) =>
            sizes.map((size, index) => ({
              record: { key: '', value: `${caller}/${index}` },
              bytes: size,
            })),
          );
          await Promise.all(units.map((unit) => queue.append(unit)));
          expect(written).toEqual(units.flat().map(({ record }) => record.value));
          expect(queue.depth()).toEqual({ records: 0, bytes: 0, oldestAgeMs: 0 });
        },
      ),
      { numRuns: 50 },
    );
  });

  it('appends what senders bring in turns, so that one with many records does not keep the others waiting', async () => {
    const { log, queue } = start({ appendRecords: 100 });
    const many = records(...Array.from({ length: 300 }, (_, index) => `many${index}`));
    const answers = [queue.append(many, 'flood'), queue.append(records('one'), 'bank')];
    (await log.next(0)).ack();
    (await log.next(1)).ack();
    (await log.next(2)).ack();
    (await log.next(3)).ack();
    await Promise.all(answers);
    // The first append began before the second sender came; in the next one its turn is after 50 records.
    expect(log.values().map((append) => append.indexOf('one'))).toEqual([-1, 50, -1, -1]);
    const ofFlood = log
      .values()
      .flat()
      .filter((value) => value !== 'one');
    expect(ofFlood).toEqual(many.map(({ record }) => record.value));
  });

  it('rejects a sender who fills half of it, and no other', () => {
    const { queue } = start({ queuedRecords: 10 });
    void queue.append(records('1', '2', '3', '4', '5'), 'flood');
    expect(queue.overload('flood')).toEqual({ status: 'overloaded', bound: 'records' });
    expect(queue.overload('bank')).toBeNull();
  });
});
