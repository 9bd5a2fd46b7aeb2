import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { formatFault } from '#catalogue/fault.js';
import { readCatalogue } from '#catalogue/load.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { backOffMs } from '#log/back-off.js';
import type { PartitionHandler } from '#log/log.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { tally } from '#pipeline/tally/tally.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { type Change, StaleClaim, type Store } from '#store/store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import type { SumsAudit, SumsAuditDeps } from './audit-sums.js';
import { auditSums, tallyRef } from './audit-sums.js';
import { repairedKey } from './drift.js';

/** One queue, and a contract that pays each handled contact. */
const catalogue = `
tenant: atelier
connections: [{ id: c, platform: genesys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }]
programmes:
  - id: care
    brand: Aurore
    timeZone: Europe/Paris
    fcr: { windows: [P7D], reason: queue }
    queues: [{ connection: c, native: q }]
agents: [{ code: A1, ids: [{ connection: c, native: a }] }]
contracts:
  - id: calls
    seller: { name: Atelier, siren: '123456789', vatId: FR12123456789, countryCode: FR }
    buyer: { name: Aurore, siren: '987654321', vatId: FR98987654321, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: care }
    measures: { contacts: { kind: count, of: handled } }
    lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.00' }]
`;

/** 2026-03-02 10:00 in Paris. */
const firstAt = Date.UTC(2026, 2, 2, 9);

/** A call of one of three customers, of 10 s, by its number: one a second. */
function call(number: number): ContactContent {
  return tenSeconds(number, firstAt + number * 1_000, `customer ${number % 3}`);
}

function viewOf(text: string): CatalogueView {
  const loaded = readCatalogue([{ name: 'catalogue.yaml', text }]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return catalogueView(catalogueIndex(loaded.catalogue));
}

/** A journal of one partition on the embedded log, and a tally of it in a store. */
export class TalliedJournal {
  readonly directory = mkdtempSync(join(tmpdir(), 'tallyline-tallied-'));
  readonly #embedded = openEmbedded(this.directory);
  readonly view = viewOf(catalogue);
  readonly log = this.#embedded.log;
  readonly store: Store;
  readonly #write = journalWriter();
  readonly #handler: PartitionHandler;
  /** Calls that were posted. */
  posted = 0;
  #scratches = 0;
  #next: number | null = null;
  /** In a row. */
  #failures = 0;

  private constructor(store: Store | null) {
    this.store = store ?? this.#embedded.store;
    const { log, view } = this;
    this.#handler = tally({
      log,
      store: this.store,
      catalogues: onlyCatalogue(view),
      onRefused: () => undefined,
    });
  }

  /** `store`: by default the embedded one. */
  static async open(store: Store | null): Promise<TalliedJournal> {
    const journal = new TalliedJournal(store);
    await journal.log.createTopics(topicSettings(1));
    return journal;
  }

  async close(): Promise<void> {
    await this.#embedded.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get sums(): Omit<SumsAuditDeps, 'scratch'> {
    const { log, store, view } = this;
    return { log, store, catalogues: onlyCatalogue(view) };
  }

  get at() {
    return tallyRef(0);
  }

  /** `customer`: by default one of three. */
  async post(calls: number, customer?: string): Promise<void> {
    const records = Array.from({ length: calls }, () => {
      const position = { partition: 0, offset: this.posted, index: 0 };
      const own = call(this.posted++);
      const content = customer === undefined ? own : { ...own, customer };
      return { key: 'k', value: this.#write([{ position, sign: 1, content }]) };
    });
    await this.log.append(topics.postings.name, records);
  }

  /** What the driver of a running tally does: batch after batch, claiming again where it was fenced. */
  async tallyUp(): Promise<void> {
    for (;;) {
      this.#next ??= await this.#claimed();
      const records = await this.log.read(topics.postings.name, 0, this.#next, 50);
      if (records.length === 0) return;
      const result = await this.#handler.batch({
        topic: topics.postings.name,
        partition: 0,
        records,
        end: (records.at(-1)?.offset ?? 0) + 1,
      });
      if (result.status === 'retry') throw result.cause;
      if (result.status === 'done') {
        [this.#next, this.#failures] = [result.next, 0];
        continue;
      }
      this.#next = null;
      // The first time in a row without a pause.
      if (this.#failures === 0) this.#failures = 1;
      else await this.#backOff();
    }
  }

  /** Where another claim comes while the state is read, it backs off and claims once more. */
  async #claimed(): Promise<number> {
    for (;;) {
      try {
        return await this.#handler.assigned(0);
      } catch (error) {
        if (!(error instanceof StaleClaim)) throw error;
      }
      await this.#backOff();
    }
  }

  async #backOff(): Promise<void> {
    await delay(backOffMs((this.#failures += 1)));
  }

  /** Postings go on arriving, and the tally counts them, while something else is done. */
  async meanwhile<T>(work: () => Promise<T>): Promise<T> {
    let isOver = false;
    const arriving = (async () => {
      while (!isOver) {
        await this.post(1);
        await this.tallyUp();
        await setImmediate();
      }
    })();
    try {
      return await work();
    } finally {
      isOver = true;
      await arriving;
    }
  }

  /** Changes the store as no commit of the tally does: its position stays where it is. */
  async damage(change: Partial<Pick<Change, 'puts' | 'deletes' | 'increments'>>): Promise<void> {
    const { epoch, next } = await this.store.claim(this.at);
    this.#next = null;
    const [before = null] = await this.store.load(this.at, [repairedKey]);
    // An audit does not look at the state of repairs.
    const guard = { key: repairedKey, value: before };
    const puts = [...(change.puts ?? []), [repairedKey, `${before} damaged`] as const];
    const { deletes = [], increments = new Map<string, Map<string, number>>() } = change;
    const all = { epoch, expectedNext: next, next, guard, puts, deletes, increments };
    if ((await this.store.commit(this.at, all)) !== 'done') throw new Error('the store was not damaged');
  }

  /** Work with an empty store beside. */
  async withScratch<T>(work: (deps: SumsAuditDeps) => Promise<T>): Promise<T> {
    const scratch = new SqliteStore({ directory: join(this.directory, `scratch-${this.#scratches++}`) });
    try {
      return await work({ ...this.sums, scratch });
    } finally {
      await scratch.close();
    }
  }

  async audited(): Promise<SumsAudit> {
    return this.withScratch(async (deps) => auditSums(0, deps));
  }
}
