import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, LogUnavailable } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { openEmbedded } from './engine/embedded.js';
import { partitionStage, statelessStage } from './partition-stage.js';
import { openRefusals } from './redrive.js';

/** The common part of all stages, with a stage that adds numbers, on the embedded log and store. */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-stage-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const ref = { keyspace: meterStage.keyspace, partition: 0 };

/** Sums the numbers of its records; `fail` is called within each batch. */
function adder(fail: () => void = () => undefined) {
  const rolledBack: number[] = [];
  const handler = partitionStage<number, { total: number }>(
    {
      stage: meterStage,
      decode: (value) => (/^\d+$/.test(value) ? Number(value) : null),
      expected: 'a number',
      load: async (at, claim) => {
        const [total] = await embedded.store.load(at, ['total'], claim);
        return { total: Number(total ?? 0) };
      },
      process: async (records, _batch, { state }) => {
        fail();
        const total = records.reduce((sum, { event }) => sum + event, state.total);
        const onCommitted = () => void (state.total = total);
        return {
          puts: [['total', String(total)]],
          deletes: [],
          increments: new Map(),
          refused: [],
          onCommitted,
        };
      },
      rollBack: ({ total }) => void rolledBack.push(total),
    },
    { log: embedded.log, store: embedded.store, onRefused: () => undefined },
  );
  return { handler, rolledBack };
}

function batchOf(from: number, ...values: string[]): Batch {
  const records = values.map((value, index) => ({ offset: from + index, timestamp: 0, key: 'k', value }));
  return { topic: topics.facts.name, partition: 0, records, end: from + values.length };
}

async function total(): Promise<string | null> {
  return (await embedded.store.load(ref, ['total']))[0] ?? null;
}

describe('A stage with state', () => {
  it('begins where the store is, and commits state and position together', async () => {
    const first = adder().handler;
    expect(await first.assigned(0)).toBe(0);
    expect(await first.batch(batchOf(0, '1', '2'))).toEqual({ status: 'done', next: 2 });
    const second = adder().handler;
    expect(await second.assigned(0)).toBe(2);
    expect(await second.batch(batchOf(2, '3'))).toEqual({ status: 'done', next: 3 });
    expect(await total()).toBe('6');
  });

  it('refuses an unreadable record visibly and goes on with the others', async () => {
    const { handler } = adder();
    await handler.assigned(0);
    expect(await handler.batch(batchOf(0, '1', 'no number', '2'))).toEqual({ status: 'done', next: 3 });
    expect(await total()).toBe('3');
    expect(await openRefusals(embedded.log)).toMatchObject([
      {
        stage: 'meter',
        reason: 'unreadable',
        from: { offset: 1 },
        message: expect.stringContaining('expected a number'),
      },
    ]);
  });

  it('answers fenced, and rolls back, once another process has claimed the partition', async () => {
    const { handler, rolledBack } = adder();
    await handler.assigned(0);
    await adder().handler.assigned(0);
    expect(await handler.batch(batchOf(0, '1'))).toEqual({ status: 'fenced' });
    expect(rolledBack).toEqual([0]);
    expect(await total()).toBeNull();
  });

  it('answers fenced for a partition that it does not own', async () => {
    const { handler } = adder();
    expect(await handler.batch(batchOf(0, '1'))).toEqual({ status: 'fenced' });
    await handler.assigned(0);
    handler.lost(0);
    expect(await handler.batch(batchOf(0, '1'))).toEqual({ status: 'fenced' });
  });

  it.each([new LogUnavailable('no leader'), new StoreUnavailable('no answer')])(
    'rolls back and asks for a retry on lost infrastructure: %p',
    async (cause) => {
      let isAway = true;
      const { handler, rolledBack } = adder(() => {
        if (isAway) throw cause;
      });
      await handler.assigned(0);
      expect(await handler.batch(batchOf(0, '1'))).toEqual({ status: 'retry', cause });
      expect(rolledBack).toEqual([0]);
      isAway = false;
      expect(await handler.batch(batchOf(0, '1'))).toEqual({ status: 'done', next: 1 });
    },
  );

  it('rolls back and throws where an invariant is broken', async () => {
    const { handler, rolledBack } = adder(() => {
      throw new TypeError('a defect');
    });
    await handler.assigned(0);
    await expect(handler.batch(batchOf(0, '1'))).rejects.toThrow('a defect');
    expect(rolledBack).toEqual([0]);
  });
});

describe('A stage without state', () => {
  const deps = () => ({ log: embedded.log, onRefused: () => undefined });

  it('begins at the beginning of the log where its group has committed nothing', async () => {
    const stage = statelessStage(meterStage, async () => [], deps());
    expect(await stage.assigned(0)).toBe(0);
    expect(await stage.batch(batchOf(4, 'x', 'y'))).toEqual({ status: 'done', next: 6 });
  });

  it('asks for a retry where the log is away', async () => {
    const cause = new LogUnavailable('no leader');
    const stage = statelessStage(meterStage, async () => Promise.reject(cause), deps());
    expect(await stage.batch(batchOf(0, 'x'))).toEqual({ status: 'retry', cause });
  });
});
