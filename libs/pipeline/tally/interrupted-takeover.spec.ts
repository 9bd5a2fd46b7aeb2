import { describe, expect, it } from '@jest/globals';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { readCatalogue } from '#catalogue/load.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { type NewRecord, WrongLog } from '#log/log.js';
import { StoreUnavailable } from '#store/store.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { tally } from './tally.js';

type Programme = 'care' | 'shop';

/** The queue of all calls belongs to this programme; null: to none. */
function viewWhere(programme: Programme | null): CatalogueView {
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
contracts: []
programmes:${['care', 'shop'].map(programmeText).join('')}`;
  const loaded = readCatalogue([{ name: 'all.yaml', text }]);
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return catalogueView(catalogueIndex(loaded.catalogue));
}

const [ofCare, ofShop, ofNone] = [viewWhere('care'), viewWhere('shop'), viewWhere(null)];

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
function recordOf(offset: number, sign: 1 | -1, content: ContactContent): NewRecord {
  return {
    key: 'c',
    value: journalWriter()([{ position: { partition: 0, offset, index: 0 }, sign, content }]),
  };
}

/** A call of each customer, one second after the other. */
function journalOf(customers: readonly string[]): NewRecord[] {
  return customers.map((customer, offset) =>
    recordOf(offset, 1, tenSeconds(offset, offset * 1_000, customer)),
  );
}

function inQueue({ segments, legs, ...call }: ContactContent, queue: string): ContactContent {
  return {
    ...call,
    segments: segments.map((each) => ({ ...each, queue })),
    legs: legs.map((each) => ({ ...each, queue })),
  };
}

class Installation {
  readonly log = new MemoryLog(() => 0);
  readonly store = new RefusingStore(new MemoryData());
  inForce: CatalogueView;
  /** Of the partitions that the tally holds. */
  readonly #next = new Map<number, number>();
  readonly handler = tally({
    log: this.log,
    store: this.store,
    catalogues: {
      inForce: async () => this.inForce,
      find: async (version) => {
        const found = [ofCare, ofShop, ofNone].find((view) => view.catalogueVersion === version);
        if (found === undefined) throw new Error(`there is no catalogue ${version}`);
        return found;
      },
    },
    onRefused: () => undefined,
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

  /** Calls offered, and of known customers, in the first hour of 1970. */
  async calls(programme: Programme, partition = 0): Promise<readonly (number | undefined)[]> {
    const key = `programme|${programme}|1970-01-01T00`;
    const { values } = await this.store.sums({ keyspace: tallyStage.keyspace, partition }, [key]);
    return [values.get(key)?.get('0|offered'), values.get(key)?.get('0|fcrContacts')];
  }
}

describe('A takeover of another catalogue that is interrupted', () => {
  // Four calls of four customers, all in one queue: four are offered to whom the queue belongs, none to
  // others.
  const four = ['a', 'b', 'c', 'd'];
  const [all, none] = [
    [4, 4],
    [undefined, undefined],
  ];

  it('moves all calls to the other programme where nothing fails', async () => {
    const centre = await Installation.counted(...four);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('loses no sums that it has read where the store then cannot say what the chains are', async () => {
    const centre = await Installation.counted(...four);
    centre.store.refused = 'chains';
    expect(await centre.takeOver(ofShop)).toEqual([expect.any(StoreUnavailable)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('changes nothing by a log that is connected by mistake and ends before what was counted', async () => {
    const centre = await Installation.counted(...four);
    const own = centre.log.contents();
    for (const others of [0, 2]) {
      await centre.connectNew(others);
      expect(await centre.takeOver(ofShop)).toContainEqual(expect.any(WrongLog));
      centre.log.replace(own);
      expect(await centre.takeOver(ofCare)).toEqual([]);
      expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    }
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('goes on in its own log where another one was connected in the middle of it', async () => {
    const centre = await Installation.counted(...four);
    centre.inForce = ofShop;
    // It begins, and moves the first two calls.
    expect([await centre.handler.takeOver(), await centre.handler.takeOver()]).toEqual([true, true]);
    const own = centre.log.contents();
    await centre.connectNew(3);
    expect(await centre.takeOver(ofShop)).toContainEqual(expect.any(WrongLog));
    centre.log.replace(own);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('moves nothing where the log has lost records that were counted', async () => {
    const centre = await Installation.counted(...four);
    const own = centre.log.contents();
    centre.log.expire(topics.postings.name, 0, 1);
    expect(await centre.takeOver(ofShop)).toContainEqual(expect.objectContaining({ code: 'log-truncated' }));
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    centre.log.replace(own);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('moves no call that was not counted, as another program had posted something else in its place', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    const record = (offset: number, queue: string, second: number): NewRecord =>
      recordOf(offset, 1, inQueue(tenSeconds(offset, second * 1_000, 'a customer'), queue));
    // Two calls of a queue that stays with care; after the checkpoint at 2 the second once more, now of the
    // queue that moves, which no reader counts; then a call of that queue.
    const own = 'c:own-care';
    await centre.count(0, [record(0, own, 0), record(1, own, 1), record(1, 'c:q', 2), record(2, 'c:q', 3)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[3, 3], none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  it('changes all chains before a batch that comes in the middle of them', async () => {
    const centre = await Installation.counted(...four);
    centre.inForce = ofShop;
    // It begins, moves two calls and then the other two, and with these it takes the first call out of its
    // chain: four calls to go, four to come.
    for (let step = 0; step < 3; step++) expect(await centre.handler.takeOver()).toBe(true);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([
      [undefined, 3],
      [4, undefined],
    ]);
    await centre.count(0, [recordOf(4, 1, tenSeconds(4, 4_000, 'a'))]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, [5, 5]]);
  });

  it('begins at the first call that it touches, also where that was counted at the second attempt', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    centre.store.refused = 'commit';
    await centre.count(0, journalOf(four));
    // What memory knows of the first attempt is gone.
    await centre.handler.assigned(0);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });

  it('counts on from the chains as it has left them', async () => {
    const centre = new Installation();
    await centre.log.createTopics(topicSettings(2));
    const record = (offset: number, sign: 1 | -1, call: number): NewRecord =>
      recordOf(offset, sign, tenSeconds(call, call * 1_000, 'a customer'));
    await centre.count(0, [record(0, 1, 0)]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    await centre.count(0, [record(1, 1, 1)]);
    expect(await centre.takeOver(ofCare)).toEqual([]);
    await centre.count(0, [record(2, 1, 2)]);
    // All three calls of the customer lie in one chain of care, of which any can be taken back.
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[3, 3], none]);
    await centre.count(0, [record(3, -1, 1)]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([[2, 2], none]);
  });

  it('goes on in all other partitions where one of them cannot', async () => {
    const centre = new Installation(ofNone);
    await centre.log.createTopics(topicSettings(2));
    await centre.count(0, [recordOf(0, -1, tenSeconds('never posted', 0, 'a'))]);
    await centre.count(1, journalOf(four));
    expect(await centre.takeOver(ofShop)).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('was never posted') as unknown }),
    );
    expect(await centre.calls('shop', 1)).toEqual(all);
  });

  it('moves no call that the tally refused as unreadable', async () => {
    const centre = await Installation.counted(...four, 'half a surrogate pair \ud800');
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([all, none]);
    expect(await centre.takeOver(ofShop)).toEqual([]);
    expect([await centre.calls('care'), await centre.calls('shop')]).toEqual([none, all]);
  });
});
