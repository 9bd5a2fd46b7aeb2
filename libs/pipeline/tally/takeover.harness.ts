import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { readCatalogue } from '#catalogue/load.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import type { NewRecord } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { tally } from './tally.js';

type Programme = 'care' | 'shop';

/** A contract of care that hands on what sales amount to. */
const ofUnits = `
  - id: k
    scope: { programme: care }
    seller: { name: S, countryCode: FR }
    buyer: { name: B, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    measures: { units: { kind: eventSum, name: sale.made, field: amount, scale: 0 } }
    lines: [{ id: sold, model: passThrough, measure: units }]`;

/** The queue of all calls belongs to this programme; null: to none. */
function viewWhere(programme: Programme | null, contracts = ' []'): CatalogueView {
  const programmeText = (id: string): string => `
  - id: ${id}
    brand: B
    timeZone: Europe/Paris
    thresholds: [20s]
    fcr: { windows: [P1D], reason: none }
    queues: [{ connection: c, native: own-${id}, name: own }${id === programme ? ', { connection: c, native: q, name: q }' : ''}]`;
  const text = `
tenant: t
connections: [{ id: c, platform: axialys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }]
agents: []
contracts:${contracts}
programmes:${['care', 'shop'].map(programmeText).join('')}`;
  const loaded = readCatalogue([{ name: 'all.yaml', text }]);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return catalogueView(catalogueIndex(loaded.catalogue));
}

export const [ofCare, ofShop, ofNone] = [viewWhere('care'), viewWhere('shop'), viewWhere(null)];
export const withContract = viewWhere('care', ofUnits);

/** Refuses one reading. */
class RefusingStore extends MemoryStore {
  refused: 'chains' | 'commit' | null = null;

  override async load(...asked: Parameters<MemoryStore['load']>): Promise<(string | null)[]> {
    if (this.refused === 'chains' && asked[1].some((key) => key.startsWith('chain|'))) {
      this.refused = null;
      throw new StoreUnavailable('refused');
    }
    return super.load(...asked);
  }

  override async commit(...asked: Parameters<MemoryStore['commit']>): Promise<'done' | 'stale'> {
    if (this.refused === 'commit') {
      this.refused = null;
      throw new StoreUnavailable('refused');
    }
    return super.commit(...asked);
  }
}

/** What was posted of the fact at an offset. */
export function recordOf(offset: number, sign: 1 | -1, content: PostingContent): NewRecord {
  return {
    key: 'c',
    value: journalWriter()([{ position: { partition: 0, offset, index: 0 }, sign, content }]),
  };
}

/** A call of each customer, one second after the other. */
export function journalOf(customers: readonly string[]): NewRecord[] {
  return customers.map((customer, offset) =>
    recordOf(offset, 1, tenSeconds(offset, offset * 1_000, customer)),
  );
}

export function inQueue({ segments, legs, ...call }: ContactContent, queue: string): ContactContent {
  return {
    ...call,
    segments: segments.map((each) => ({ ...each, queue })),
    legs: legs.map((each) => ({ ...each, queue })),
  };
}

export class Installation {
  readonly log = new MemoryLog(() => 0);
  readonly data = new MemoryData();
  readonly store = new RefusingStore(this.data);
  inForce: CatalogueView;
  /** Catalogues that were in force beside those of this file. */
  readonly others: CatalogueView[] = [];
  /** By partition, how many entities the tally says are parked. */
  readonly parked = new Map<number, Readonly<Record<string, number>>>();
  /** Of the partitions that the tally holds. */
  readonly #next = new Map<number, number>();
  readonly handler = tally({
    log: this.log,
    store: this.store,
    catalogues: {
      inForce: async () => this.inForce,
      find: async (version) => {
        const found = [ofCare, ofShop, ofNone, withContract, ...this.others].find(
          (view) => view.catalogueVersion === version,
        );
        if (found === undefined) throw new Error(`there is no catalogue ${version}`);
        return found;
      },
    },
    onRefused: () => undefined,
    onParked: (partition, counts) => void this.parked.set(partition, Object.fromEntries(counts)),
    takeoverRecords: 2,
    takeoverChains: 1,
    checkpointRecords: 2,
  });

  constructor(inForce = ofCare) {
    this.inForce = inForce;
  }

  /** The tally has counted calls of one day, one of each customer. */
  static async counted(...customers: readonly string[]): Promise<Installation> {
    const made = new Installation();
    await made.log.createTopics(topicSettings(2));
    await made.count(0, journalOf(customers));
    return made;
  }

  /** Appends records to a partition of the journal, and has the tally count them. */
  async count(partition: number, appended: readonly NewRecord[]): Promise<void> {
    const topic = topics.postings.name;
    await this.log.append(
      topic,
      appended.map((record) => ({ ...record, partition })),
    );
    const next = this.#next.get(partition) ?? (await this.handler.assigned(partition));
    const records = this.log.recordsNow(topic, partition, next, 100);
    const end = next + records.length;
    const batch = { topic, partition, records, end };
    let result = await this.handler.batch(batch);
    if (result.status === 'retry') result = await this.handler.batch(batch);
    if (result.status !== 'done') throw new Error(`the batch ended with ${result.status}`);
    this.#next.set(partition, result.next);
  }

  /** Another log takes the place of this one, with some records of its own. */
  async connectNew(records: number): Promise<void> {
    const other = new MemoryLog(() => 0);
    await other.createTopics(topicSettings(2));
    const appended = journalOf(Array<string>(records).fill('another customer'));
    await other.append(
      topics.postings.name,
      appended.map((record) => ({ ...record, partition: 0 })),
    );
    this.log.replace(other.contents());
  }

  /** Steps until there is no more to do; what one of them throws is in the answer. */
  async takeOver(view: CatalogueView): Promise<unknown[]> {
    this.inForce = view;
    const thrown: unknown[] = [];
    for (let steps = 0; steps < 30; steps++) {
      const isMore = await this.handler.takeOver().catch((error: unknown) => thrown.push(error) > 0);
      if (!isMore) break;
    }
    return thrown;
  }

  /** What the contract sums of sales in the first month of 1970. */
  async amountSold(): Promise<(readonly [field: string, sum: number])[]> {
    const key = 'contract|k|1970-01';
    const { values } = await this.store.sums({ keyspace: tallyStage.keyspace, partition: 0 }, [key]);
    return [...(values.get(key) ?? [])];
  }

  /** Calls offered, and of known customers, in the first hour of 1970. */
  async calls(programme: Programme, partition = 0): Promise<readonly (number | undefined)[]> {
    const key = `programme|${programme}|1970-01-01T00`;
    const { values } = await this.store.sums({ keyspace: tallyStage.keyspace, partition }, [key]);
    return [values.get(key)?.get('0|offered'), values.get(key)?.get('0|fcrContacts')];
  }
}
