import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '#apps/cli/demo/random.js';
import { requireCatalogue } from '#catalogue/load.js';
import { inNamespace } from '#log/in-namespace.js';
import { openKafkaLog } from '#log/kafka/kafka-log.js';
import type { Log } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { catalogueAtStart } from '#pipeline/catalogue-log.js';
import { Engine } from '#pipeline/engine/engine.js';
import { compareMeter, meterRef } from '#pipeline/meter/rebuild/compare-meter.js';
import { repairMeter } from '#pipeline/meter/rebuild/repair-meter.js';
import { openRefusals } from '#pipeline/redrive.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';
import { centreFiguresOf, differencesFromOracle } from '#test/faults/centre/verdict.js';
import { centreWork } from '#test/faults/centre/work.js';
import { customerKey } from '#test/faults/figures.js';
import { shuffled } from '#test/faults/schedule.js';
import { contractIds } from '#test/simulation/centre.js';
import { closablePeriods } from '#test/simulation/records.js';
import { describeWith } from '#test/stack/describe-with.js';
import { deleteBelow, deleteTopics } from '#test/stack/kafka/admin.js';
import { sharedKafka, sharedServer } from '#test/stack/stack.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics } from '#wire/topics.js';

/**
 * Facts expire, the store is lost, and revisions, outcomes and cancellations of contacts that were settled
 * and invoiced long before come after that: every figure is that of the independent oracle.
 */
interface Ground {
  readonly log: Log;
  readonly store: Store;
  /** Retention removes facts below these offsets, by partition; not all of them, where it goes by time. */
  readonly expire: (below: readonly number[]) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

const partitions = 3;
const dayMs = 86_400_000;

/** By partition, up to where the states that are kept suffice. */
async function covered(log: Log): Promise<number[]> {
  const found: number[] = [];
  for (const { partition, end } of await log.bounds(topics.states.name)) {
    const records = end === 0 ? [] : await log.read(topics.states.name, partition, 0, 100_000);
    const all = records.map(({ value }) => decodeStateRecord(value));
    found.push(Math.max(0, ...all.map((each) => (each?.kind === 'covered' ? each.from : 0))));
  }
  return found;
}

async function withScratch<T>(work: (scratch: Store) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-scratch-'));
  const scratch = new SqliteStore({ directory });
  try {
    return await work(scratch);
  } finally {
    await scratch.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Deletes a page of the meter's archive behind its back. */
async function losePage(store: Store): Promise<void> {
  const ref = meterRef(0);
  const { epoch, next } = await store.claim(ref);
  const change = { epoch, expectedNext: next, next, puts: [['lost', 'p0']] as const, deletes: ['p0'] };
  const guard = { key: 'lost', value: null };
  expect(await store.commit(ref, { ...change, guard, increments: new Map() })).toBe('done');
}

async function accept(engine: Engine, deliveries: readonly RecordedDelivery[]): Promise<void> {
  // In small steps, so that contacts are archived while others come.
  for (let from = 0; from < deliveries.length; from += 30) {
    await engine.accept(deliveries.slice(from, from + 30));
    await engine.drained();
  }
}

function describeLoss(ground: () => Promise<Ground>): void {
  let opened: Ground | null = null;
  const { input, work } = centreWork(11, 160);
  afterAll(async () => {
    await opened?.dispose();
    rmSync(work.catalogue, { recursive: true, force: true });
  });

  it('comes to the figures of the oracle, whatever comes late, and refuses nothing', async () => {
    opened = await ground();
    const { log, store, expire } = opened;
    const catalogue = requireCatalogue(work.catalogue);
    const start = async (): Promise<Engine> => {
      const engine = await Engine.start({
        log,
        store,
        partitions,
        catalogue,
        customerKey: Buffer.from(customerKey, 'hex'),
        archiveAfterMs: 0,
        onWarning: () => undefined,
        onRefused: () => undefined,
      });
      await catalogueAtStart(engine.catalogues, catalogue, Date.now());
      return engine;
    };
    const deliveries = shuffled(input.deliveries, seededRandom(11));
    const early = Math.floor(deliveries.length * 0.6);

    const before = await start();
    await accept(before, deliveries.slice(0, early));
    for (const id of contractIds) {
      for (const period of closablePeriods) {
        await before.close(before.lookup.contract(id)!, period, 'close', 'part of the work');
      }
    }
    await before.stop();
    await expire(await covered(log));
    const begins = (await log.bounds(topics.facts.name)).map(({ begin }) => begin);
    expect(Math.min(...begins)).toBeGreaterThan(0);
    for (const keyspace of await store.keyspaces()) await store.drop(keyspace);

    const after = await start();
    await accept(after, deliveries.slice(early));
    expect(differencesFromOracle(await centreFiguresOf(after), input)).toEqual([]);
    expect(await openRefusals(log)).toEqual([]);

    // The restored meter, while it runs, is what a rebuild makes; a page of its archive that is lost comes
    // back.
    for (let partition = 0; partition < partitions; partition++) {
      const { compared, differences } = await withScratch((scratch) =>
        compareMeter(partition, { log, store, scratch }),
      );
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(20);
    }
    await losePage(store);
    const decided = { author: 'Ops', reason: 'a lost page', at: Date.now() };
    const repair = await withScratch((scratch) => repairMeter(0, { log, store, scratch }, decided));
    expect(repair).toMatchObject({ status: 'repaired', left: [] });
    await after.stop();
  }, 400_000);
}

describe('A store that is lost after facts have expired, on the embedded engine,', () => {
  describeLoss(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-lost-store-'));
    const log = openSqliteLog({ directory });
    const store = new SqliteStore({ directory });
    return {
      log,
      store,
      expire: async (below) => {
        const firstKept = await Promise.all(
          below.map(
            async (offset, partition) => (await log.read(topics.facts.name, partition, offset, 1))[0],
          ),
        );
        const times = firstKept.flatMap((record) => record?.timestamp ?? []);
        await log.prune(Math.min(...times) + topics.facts.retentionDays * dayMs);
      },
      dispose: async () => {
        await store.close();
        await log.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  });
});

describeWith([await sharedKafka(), await sharedServer('redis')], (brokers, redis) => {
  describe('A store that is lost after facts have expired, on Kafka and Redis,', () => {
    describeLoss(async () => {
      const namespace = `lost-${randomUUID().slice(0, 8)}`;
      const outside = (topic: string): string => `${namespace}.${topic}`;
      const log = inNamespace(
        openKafkaLog({ brokers, clientId: 'lost-store', replicationFactor: 1 }),
        namespace,
      );
      const store = await RedisStore.open({ url: redis.join(','), prefix: namespace });
      return {
        log,
        store,
        expire: async (below) => {
          for (const [partition, offset] of below.entries()) {
            await deleteBelow(brokers, outside(topics.facts.name), offset, partition);
          }
        },
        dispose: async () => {
          for (const keyspace of await store.keyspaces()) await store.drop(keyspace);
          await store.close();
          await log.close();
          await deleteTopics(
            brokers,
            Object.values(topics).map(({ name }) => outside(name)),
          );
        },
      };
    });
  });
});
