import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import { formatFault } from '#catalogue/fault.js';
import { readCatalogue } from '#catalogue/load.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { type CloseDeps, type CloseMode, closePeriod } from '#pipeline/close/close-period.js';
import { thisSoftware } from '#pipeline/close/software.js';
import type { Log } from '#log/log.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { MemoryLog } from './ports/memory-log.js';
import { Random } from './random.js';
import { microtasks } from './world/crew.js';
import { type Fate, Gates, type SimProcess } from './world/gates.js';

export const months = ['2026-03', '2026-04', '2026-05', '2026-06'] as const;
export type Month = (typeof months)[number];

export interface Agreed {
  /** As the contract writes it. */
  readonly lateEvents: 'nextPeriod' | 'creditNote';
  /** In cents; null: none. */
  readonly monthlyMin: number | null;
}

/** Calls at 2.35 with 20 % of VAT, and their talk time at 29.50 an hour with 10 %. */
function catalogueOf({ lateEvents, monthlyMin }: Agreed): CatalogueIndex {
  const limits = monthlyMin === null ? '' : `limits: { monthlyMin: '${(monthlyMin / 100).toFixed(2)}' }`;
  const text = `
tenant: atelier
connections:
  - { id: c, platform: axialys, timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true }
programmes:
  - { id: care, brand: Aurore, timeZone: Europe/Paris, queues: [{ connection: c, native: q }] }
agents: [{ code: A1, ids: [{ connection: c, native: a }] }]
contracts:
  - id: calls
    seller: { name: Atelier, siren: '123456789', vatId: FR12123456789, countryCode: FR }
    buyer: { name: Aurore, siren: '987654321', vatId: FR98987654321, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: care }
    term: { firstDay: 2026-03-01 }
    period: { lateEvents: ${lateEvents} }
    measures: { contacts: { kind: count, of: handled }, talk: { kind: contactTime, parts: [talk] } }
    lines:
      - { id: L1, model: perUnit, measure: contacts, price: '2.35', vat: { category: S, rate: '20' } }
      - { id: L2, model: time, measure: talk, unit: hour, price: '29.50', vat: { category: S, rate: '10' } }
    ${limits}`;
  const loaded = readCatalogue([{ name: 'centre.yaml', text }]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return catalogueIndex(loaded.catalogue);
}

/** Something that goes on call by call, until it says what came of it. */
export interface Running {
  readonly process: SimProcess;
  /** null: not yet. */
  readonly outcome: () => string | null;
}

/** A journal that calls of a month are added to, and invoicers that close over gates. */
export class CarriedOffice {
  readonly log = new MemoryLog(() => 0);
  readonly lookup: CatalogueIndex;
  readonly #gates = new Gates(this.log, new Random(1));
  readonly #record = journalWriter();
  readonly #counts = new Map<string, number>();
  #facts = 0;
  #head = '';

  private constructor(agreed: Agreed) {
    this.lookup = catalogueOf(agreed);
  }

  static async open(agreed: Agreed): Promise<CarriedOffice> {
    const office = new CarriedOffice(agreed);
    await office.log.createTopics(topicSettings(1));
    const act = { author: 'Ada', reason: null, at: 0 };
    await new CatalogueLog(office.log).apply(office.lookup.catalogue, act, null);
    return office;
  }

  /** So many calls of ten seconds in a month become known. */
  async add(month: Month, calls: number): Promise<void> {
    for (let call = 0; call < calls; call++) {
      const at = Date.parse(`${month}-10T08:00:00Z`) + this.#facts * 20_000;
      const offset = this.#facts++;
      const content = tenSeconds(offset, at, `customer-${offset}`);
      const value = this.#record([{ position: { partition: 0, offset, index: 0 }, sign: 1, content }]);
      this.#head = decodeJournalRecord(value)?.link ?? '';
      await this.log.append(topics.postings.name, [{ key: 'k', value, partition: 0 }]);
    }
    this.#counts.set(month, (this.#counts.get(month) ?? 0) + calls);
  }

  close(month: Month, mode: CloseMode): Running {
    const process: SimProcess = { name: 'invoicer', isDead: false };
    let outcome: string | null = null;
    const contract = this.lookup.contract('calls');
    if (contract === null) throw new Error('the catalogue has no contract');
    closePeriod(contract, month, this.#deps(this.#gates.logOf(process) as Log), mode).then(
      ({ status }) => (outcome = status),
      (error: unknown) => (outcome = Error.isError(error) ? (error.stack ?? '') : String(error)),
    );
    return { process, outcome: () => outcome };
  }

  /** Lets so many calls through, or all; the next one has the fate given. Returns what came of it. */
  async goOn(running: Running, calls = Infinity, fate: Fate = 'pass'): Promise<string | null> {
    for (let made = 0; running.outcome() === null;) {
      await microtasks();
      const waiting = this.#gates.waiting.find((call) => call.process === running.process);
      if (waiting === undefined) {
        if (running.process.isDead) return null;
        continue;
      }
      const isLast = made === calls;
      if (isLast && fate === 'pass') return null;
      this.#gates.open(waiting, isLast ? fate : 'pass');
      await microtasks();
      if (isLast) return running.outcome();
      made += 1;
    }
    return running.outcome();
  }

  /** What billing reads, each event once. */
  events(): InvoiceReadyEvent[] {
    const texts = this.log.recordsEver(topics.invoiceReady.name, 0).map(({ value }) => value);
    const byId = Map.groupBy(texts, (text) => decodeInvoiceReady(text)?.id ?? '');
    return [...byId.values()].map((same) => {
      if (new Set(same).size > 1) throw new Error('an event was written with two contents');
      const event = decodeInvoiceReady(same[0] ?? '');
      if (event === null) throw new Error('what was written is no event');
      return event;
    });
  }

  #deps(log: Log): CloseDeps {
    const catalogues = new CatalogueLog(log);
    return {
      log,
      lookup: this.lookup,
      closeLog: new CloseLog(log),
      metered: async () => ({ facts: [this.#facts], heads: [this.#head] }),
      tallied: async (_, month) => ({ offsets: [this.#facts], quantities: this.#quantities(month) }),
      parked: async () => [],
      lookupOf: async () => this.lookup,
      inForce: async (announced) => catalogues.decided(announced, Date.UTC(2027, 0, 1)),
      now: () => Date.UTC(2027, 0, 1),
      software: thisSoftware(),
    };
  }

  #quantities(month: string): Map<string, number> {
    const calls = this.#counts.get(month) ?? 0;
    if (calls === 0) return new Map();
    return new Map([
      ['line/L1/1/-/-/-', calls],
      ['line/L2/1/-/-/-', calls * 10_000],
    ]);
  }
}
