import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readQuantities } from '#pipeline/close/read-quantities.js';
import { meter, meterKeyspace } from '#pipeline/meter/meter.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { openRefusals } from '#pipeline/redrive.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { tally } from '#pipeline/tally/tally.js';
import type { CatalogueView } from '#catalogue/view.js';
import { fact } from '#domain/contact/facts.fixture.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { sampleContract, sampleScope } from '#domain/contract/contract.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { inNamespace } from '#log/in-namespace.js';
import type { Batch, Log, LogRecord, PartitionHandler } from '#log/log.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { contractKey, tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';

/** The meter and the tally at the boundaries where a process can die, on the real embedded log and store. */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-stages-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: (queue) => ({ programme: 'p', queue }),
  hasProgramme: (programme) => programme !== 'nowhere',
  rules: () => ({ thresholdsMs: [20_000], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
  agent: () => null,
  agentCode: (agent) => agent,
};

/** Two contacts of one customer, the second revised after the fact. */
const facts: Fact[] = [
  fact('queue.entered', 0),
  fact('agent.joined', 9_000),
  fact('queue.left', 10_000),
  fact('agent.left', 70_000),
  fact('segment.summarized', 100_000, { entity: 'c:2', revision: 1 }),
  fact('agent.wrapped', 110_000),
  fact('segment.summarized', 100_000, { entity: 'c:2', revision: 2, talkMs: 50_000 }),
];

async function records(topic: string, from = 0): Promise<LogRecord[]> {
  return embedded.log.read(topic, 0, from, 1_000);
}

/** Drives a handler over one partition in batches that end at `ends`, as the log would. */
async function drive(handler: PartitionHandler, topic: string, ends: readonly number[] = []): Promise<void> {
  let next = await handler.assigned(0);
  const all = await records(topic);
  const borders = [...ends, all.length].filter((end) => end > next);
  for (const end of borders) {
    const batch: Batch = { topic, partition: 0, records: all.slice(next, end), end: all.length };
    if (batch.records.length === 0) continue;
    const outcome = await handler.batch(batch);
    expect(outcome).toEqual({ status: 'done', next: end });
    next = end;
  }
}

async function appendFacts(values: readonly string[]): Promise<void> {
  await embedded.log.append(
    topics.facts.name,
    values.map((value) => ({ key: 'c', value })),
  );
}

function newMeter(store: Store = embedded.store, log: Log = embedded.log): PartitionHandler {
  return meter({ log, store, onRefused: () => undefined });
}

function newTally(): PartitionHandler {
  return tally({
    log: embedded.log,
    store: embedded.store,
    catalogues: onlyCatalogue(view),
    onRefused: () => undefined,
  });
}

let runs = 0;
/** The same log, with another topic as its journal. */
function withJournal(name: string): Log {
  const own = inNamespace(embedded.log, name);
  return new Proxy(embedded.log, {
    get: (log, method) => {
      return (first: unknown, ...rest: unknown[]) => {
        const of = first === topics.postings.name || method === 'createTopics' ? own : log;
        return (Reflect.get(of, method) as (...args: unknown[]) => unknown).call(of, first, ...rest);
      };
    },
  });
}

async function sums(): Promise<Record<string, number>> {
  const key = 'programme|p|1970-01-01T00';
  const { values } = await embedded.store.sums({ keyspace: tallyStage.keyspace, partition: 0 }, [key]);
  return Object.fromEntries(values.get(key) ?? []);
}

const counted = {
  '0|offered': 2,
  '0|answered': 2,
  '0|handled': 2,
  '0|legs': 2,
  '0|waitAnsweredMs': 20_000,
  '0|answeredWithin20000': 2,
  '0|talkMs': 110_000,
  '0|acwMs': 30_000,
  '0|fcrContacts': 2,
  '0|gap1': 1,
};

describe('The meter', () => {
  it('gives every fact the same postings with the same positions, whatever the batches', async () => {
    await appendFacts(facts.map((each) => encodeFact(each)));
    await drive(newMeter(), topics.facts.name);
    const whole = (await records(topics.postings.name)).map(({ value }) => value);
    const positions = whole.map((value) => {
      return (decodeJournalRecord(value)?.postings ?? []).map(({ position, sign }) => [
        position.offset,
        position.index,
        sign,
      ]);
    });
    expect(positions).toEqual([
      [[2, 0, 1]],
      [
        [3, 0, -1],
        [3, 1, 1],
      ],
      [[4, 0, 1]],
      [
        [5, 0, -1],
        [5, 1, 1],
      ],
      [
        [6, 0, -1],
        [6, 1, 1],
      ],
    ]);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: facts.length })), async (ends) => {
        await embedded.store.drop(meterKeyspace);
        const log = withJournal(`run-${++runs}`);
        await log.createTopics(topicSettings(1));
        await drive(
          newMeter(embedded.store, log),
          topics.facts.name,
          [...ends].sort((a, b) => a - b),
        );
        const appended = await log.read(topics.postings.name, 0, 0, 1_000);
        expect(appended.map(({ value }) => value)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  it('does not post again what a crash between append and commit left, and the tally counts it once', async () => {
    await appendFacts(facts.map((each) => encodeFact(each)));
    const dying = new Proxy(embedded.store, {
      get: (store, name) => {
        if (name === 'commit') return () => Promise.reject(new StoreUnavailable('no connection'));
        const value: unknown = Reflect.get(store, name);
        return typeof value === 'function' ? (value.bind(store) as unknown) : value;
      },
    });
    const first = newMeter(dying);
    const batch = {
      topic: topics.facts.name,
      partition: 0,
      records: await records(topics.facts.name),
      end: 7,
    };
    await first.assigned(0);
    expect(await first.batch(batch)).toMatchObject({ status: 'retry' });
    expect(await first.batch(batch)).toMatchObject({ status: 'retry' });
    await drive(newMeter(), topics.facts.name, [3]);
    expect(await records(topics.postings.name)).toHaveLength(10);
    await drive(newTally(), topics.postings.name, [3, 7]);
    expect(await sums()).toEqual(counted);
  });

  it('answers fenced where another process has claimed its partition', async () => {
    await appendFacts(facts.map((each) => encodeFact(each)));
    const zombie = newMeter();
    await zombie.assigned(0);
    await drive(newMeter(), topics.facts.name);
    const batch = {
      topic: topics.facts.name,
      partition: 0,
      records: await records(topics.facts.name),
      end: 7,
    };
    expect(await zombie.batch(batch)).toEqual({ status: 'fenced' });
    await drive(newTally(), topics.postings.name);
    expect(await sums()).toEqual(counted);
  });

  it('refuses an unrecognised record and goes on', async () => {
    await appendFacts(['no json', ...facts.map((each) => encodeFact(each)), '{"type":"other"}']);
    await drive(newMeter(), topics.facts.name);
    expect(await openRefusals(embedded.log)).toMatchObject([
      { stage: 'meter', reason: 'unreadable', from: { topic: topics.facts.name, partition: 0, offset: 0 } },
      { stage: 'meter', reason: 'unreadable', from: { topic: topics.facts.name, partition: 0, offset: 8 } },
    ]);
    await drive(newTally(), topics.postings.name);
    expect(await sums()).toEqual(counted);
  });
});

describe('The tally', () => {
  it('counts the same sums, whatever the batches', async () => {
    await appendFacts(facts.map((each) => encodeFact(each)));
    await drive(newMeter(), topics.facts.name);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 5 })), async (ends) => {
        await embedded.store.drop(tallyStage.keyspace);
        await drive(
          newTally(),
          topics.postings.name,
          [...ends].sort((a, b) => a - b),
        );
        expect(await sums()).toEqual(counted);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses an unrecognised record and goes on', async () => {
    await appendFacts(facts.map((each) => encodeFact(each)));
    await embedded.log.append(topics.postings.name, [{ key: 'x', value: '{"id":"1-2"}' }]);
    await drive(newMeter(), topics.facts.name);
    await drive(newTally(), topics.postings.name, [1]);
    expect(await openRefusals(embedded.log)).toMatchObject([{ stage: 'tally', from: { offset: 0 } }]);
    expect(await sums()).toEqual(counted);
  });

  it('counts for a contract what its book will say, resolution per issue included', async () => {
    const kpi = {
      type: 'fcrPerIssue',
      chain: 'anchored',
      windowMs: 7 * 86_400_000,
      unknownCustomer: 'exclude',
      basis: 'gross',
      notSolvable: [],
      version: 1,
      minSample: 0,
      onNoData: 'neutral',
    } as const;
    const contract = sampleContract({ kpis: { issues: kpi } }, { timeZone: 'UTC', programme: 'p' });
    const programmeOf = (queue: string) => ({ programme: 'p', queue });
    const meter = contractMeter(contract, { ...sampleScope, assignmentOf: programmeOf });
    const withContract: CatalogueView = { ...view, contracts: [{ id: contract.id, meter }] };
    await appendFacts(facts.map(encodeFact));
    await drive(newMeter(), topics.facts.name);
    const counting = { log: embedded.log, store: embedded.store, catalogues: onlyCatalogue(withContract) };
    await drive(tally({ ...counting, onRefused: () => undefined }), topics.postings.name);
    const period = '1970-01';
    const key = contractKey(contract.id, period);
    const { next, values } = await embedded.store.sums({ keyspace: tallyStage.keyspace, partition: 0 }, [
      key,
    ]);
    const limit = { facts: null, journal: [next] };
    const [book] = await readQuantities(embedded.log, [{ period, meter, view: withContract, limit }]);
    expect(values.get(key)?.size).toBeGreaterThan(0);
    expect(new Map(values.get(key))).toEqual(book);
  });
});
