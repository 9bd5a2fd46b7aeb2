import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Batch, LogUnavailable } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { meterStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { openEmbedded } from './engine/embedded.js';
import { allParked } from './parking.js';
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
function adder(fail: (numbers: readonly number[]) => void = () => undefined) {
  const rolledBack: number[] = [];
  const parkedCounts: Record<string, number>[] = [];
  const handler = partitionStage<number, { total: number }>(
    {
      stage: meterStage,
      decode: (value) => (/^\d+$/.test(value) ? Number(value) : null),
      expected: 'a number',
      entityOf: (number) => ({ entity: `number ${number}`, connection: 'own' }),
      load: async (at, claim) => {
        const [total] = await embedded.store.load(at, ['total'], claim);
        return { total: Number(total ?? 0) };
      },
      process: async (records, _batch, { state }) => {
        fail(records.map(({ event }) => event));
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
    {
      log: embedded.log,
      store: embedded.store,
      onRefused: () => undefined,
      onParked: (_partition, counts) => void parkedCounts.push(Object.fromEntries(counts)),
    },
  );
  return { handler, rolledBack, parkedCounts };
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

  const refuses13 = (numbers: readonly number[]) => {
    if (numbers.includes(13)) throw new TypeError('13 brings bad luck');
  };

  it('parks what one record breaks, and goes on with all others of the batch and after it', async () => {
    const { handler } = adder(refuses13);
    await handler.assigned(0);
    const batch = batchOf(0, '1', '2', '13', '4', '5', '6', '13', '8');
    expect(await handler.batch(batch)).toEqual({ status: 'done', next: 8 });
    expect(await total()).toBe('26');
    expect(await allParked(embedded.store, ref.keyspace, 1)).toEqual([
      { entity: 'number 13', partition: 0, offset: 2, cause: 'failed' },
    ]);
    expect(await openRefusals(embedded.log)).toMatchObject([
      {
        reason: 'parked',
        connection: 'own',
        from: { offset: 2 },
        message: expect.stringContaining('bad luck'),
      },
      {
        reason: 'parked',
        connection: 'own',
        from: { offset: 6 },
        message: expect.stringContaining('offset 2'),
      },
    ]);
  });

  it('says how many are parked by which cause, when one is, where another process goes on, and when the partition is lost', async () => {
    const first = adder(refuses13);
    await first.handler.assigned(0);
    await first.handler.batch(batchOf(0, '1', '13', '13'));
    const second = adder(refuses13);
    await second.handler.assigned(0);
    second.handler.lost(0);
    const none = { 'never-posted': 0, 'sum-too-large': 0, 'state-damaged': 0, failed: 0 };
    const one = { ...none, failed: 1 };
    expect([first.parkedCounts, second.parkedCounts]).toEqual([
      [none, one],
      [one, none],
    ]);
  });

  it('leaves out what comes later of a parked entity, also where another process goes on', async () => {
    const first = adder(refuses13).handler;
    await first.assigned(0);
    await first.batch(batchOf(0, '13'));
    const second = adder().handler;
    expect(await second.assigned(0)).toBe(1);
    await second.batch(batchOf(1, '13', '7'));
    expect(await total()).toBe('7');
    expect(await openRefusals(embedded.log)).toHaveLength(2);
  });

  it('finds one unusable record of 1 000 in 22 runs: all, two halves at each of ten levels, and without it', async () => {
    let runs = 0;
    const { handler } = adder((numbers) => {
      runs++;
      refuses13(numbers);
    });
    await handler.assigned(0);
    const values = Array.from({ length: 1_000 }, (_, index) => (index === 700 ? '13' : '1'));
    await handler.batch(batchOf(0, ...values));
    expect(await total()).toBe('999');
    expect(runs).toBeLessThanOrEqual(22);
  });

  it('parks what would leave the exact integers, not the partition', async () => {
    const grow = (delta: number) => new Map([['sum', new Map([['field', delta]])]]);
    const stage = partitionStage<number, null>(
      {
        stage: meterStage,
        decode: Number,
        expected: 'a number',
        entityOf: (number) => ({ entity: `number ${number}`, connection: 'own' }),
        load: async () => null,
        process: async (records) => ({
          puts: [],
          deletes: [],
          increments: grow(records.reduce((sum, { event }) => sum + event, 0)),
          refused: [],
          onCommitted: () => undefined,
        }),
        rollBack: () => undefined,
      },
      { log: embedded.log, store: embedded.store, onRefused: () => undefined },
    );
    await stage.assigned(0);
    const most = String(Number.MAX_SAFE_INTEGER);
    expect(await stage.batch(batchOf(0, most, '1', '0'))).toEqual({ status: 'done', next: 3 });
    const { values } = await embedded.store.sums(ref, ['sum']);
    expect(values.get('sum')?.get('field')).toBe(Number.MAX_SAFE_INTEGER);
    expect(await allParked(embedded.store, ref.keyspace, 1)).toMatchObject([
      { entity: 'number 1', offset: 1, cause: 'sum-too-large' },
    ]);
  });

  it('refuses a record with half a surrogate pair, which would become another text in the store', async () => {
    const { handler } = adder();
    await handler.assigned(0);
    await handler.batch(batchOf(0, JSON.stringify('\ud800'), JSON.stringify('\\ud800'), '5'));
    expect(await total()).toBe('5');
    expect((await openRefusals(embedded.log)).map(({ reason }) => reason)).toEqual([
      'unreadable',
      'unreadable',
    ]);
  });

  it('keeps what it committed before the log was lost in the midst of a batch', async () => {
    let isAway = true;
    const { handler } = adder((numbers) => {
      refuses13(numbers);
      if (isAway && numbers.includes(4)) throw new LogUnavailable('no leader');
    });
    await handler.assigned(0);
    expect(await handler.batch(batchOf(0, '1', '13', '3', '4'))).toEqual({ status: 'done', next: 2 });
    isAway = false;
    expect(await handler.batch(batchOf(2, '3', '4'))).toEqual({ status: 'done', next: 4 });
    expect(await total()).toBe('8');
  });

  it('rolls back and throws where it cannot go on without the record either', async () => {
    const { handler, rolledBack } = adder(() => {
      throw new TypeError('a defect');
    });
    await handler.assigned(0);
    await expect(handler.batch(batchOf(0, '1'))).rejects.toThrow('a defect');
    expect(rolledBack).toEqual([0, 0]);
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
