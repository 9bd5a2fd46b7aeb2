import { affectsContract } from '#catalogue/difference.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { Period } from '#domain/period/period.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import type { CarriedAdjustment, Invoice } from '#domain/pricing/invoice.js';
import type { PastPeriod } from '#domain/pricing/period-book.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import type { CatalogueLog } from '#pipeline/catalogue-log.js';
import { TallyReader } from '#pipeline/tally-reader.js';
import type { Store } from '#store/store.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type { Actor } from '#wire/period-acts.js';
import { carriedIn, invoicedUpTo } from '#wire/invoiced.js';
import { contractKey } from '#wire/stages.js';
import { type Accrual, type AccrualDeps, type AccrualInstant, readAccruals } from './accruals.js';
import { watchesTogether } from './claimed-time.js';
import { CloseLog } from './close-log.js';
import { adjustPeriod, type AdjustResult } from './adjust-period.js';
import { type CloseDeps, type CloseMode, closePeriod, type TalliedQuantities } from './close-period.js';
import {
  confirmClose,
  type Confirmation,
  type ConfirmDeps,
  type ConfirmResult,
  pendingRequest,
  type RequestedClose,
} from './close-request.js';
import { ContractsSince } from './contracts-since.js';
import { meteredFacts } from './cut.js';
import { eventsOf } from './earlier-events.js';
import { holdPeriod, type HoldResult, type PeriodDecision, releasePeriod } from './hold-period.js';
import { type PeriodStanding, periodStandings } from './period-standing.js';
import { KnownCatalogues } from './known-catalogues.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import { type Outlook, readOutlook } from './outlook.js';
import { parkedWork, withoutParked } from './parked-work.js';
import { type BookWithHistory, readBooks } from './read-books.js';
import { closesOf, type ContactLine, readContactLines } from './read-contact-lines.js';
import { thisSoftware } from './software.js';
import { type Verification, verifyClose } from './verify-close.js';

export interface PeriodsDeps {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: CatalogueIndex;
  /** Of the journal. */
  readonly partitions: number;
  readonly catalogues: CatalogueLog;
}

export interface LivePeriod {
  /** Journal offsets per partition at which the quantities were read. */
  readonly offsets: readonly number[];
  /** Sums of the tally by quantity key. */
  readonly quantities: ReadonlyMap<string, number>;
  /** The quantities priced as a close would price them now. */
  readonly invoice: Invoice;
  /** What was invoiced for the period, revision by revision; empty: it is open. */
  readonly revisions: readonly InvoiceReadyEvent[];
  /** What an adjustment would invoice now; null: nothing, or the period is open. */
  readonly difference: Invoice | null;
}

/** Periods of contracts over the tally of one catalogue: what they hold so far, and their close. */
export class Periods {
  readonly #deps: PeriodsDeps;
  readonly #closeLog: CloseLog;
  readonly #catalogues: KnownCatalogues;
  readonly #tally: TallyReader;
  readonly #since: ContractsSince;

  constructor(deps: PeriodsDeps) {
    this.#deps = deps;
    this.#closeLog = new CloseLog(deps.log);
    this.#since = new ContractsSince(deps.catalogues);
    this.#catalogues = new KnownCatalogues(deps.catalogues, [deps.lookup]);
    const { store, partitions, lookup, catalogues } = deps;
    const find = async (version: string) => catalogues.find(version);
    this.#tally = new TallyReader({ store, partitions, catalogue: lookup.catalogue, find });
  }

  /** What a period holds and amounts to so far; null: the catalogue has no such contract. */
  async live(id: string, period: Period): Promise<LivePeriod | null> {
    const contract = this.#deps.lookup.contract(id);
    if (contract === null) return null;
    const earlier = lookBackPeriods(contract, period);
    const { offsets, books } = await this.#tallied(id, [period, ...earlier]);
    const tallied = books[0]?.quantities ?? new Map<string, number>();
    const revisions = await this.#revisions(id, period);
    const { lookup } = this.#deps;
    // Of a closed period it is what an adjustment would invoice that counts.
    const isBeside =
      contractMeter(contract, lookup).isOnClock || (revisions.length > 0 && watchesTogether(lookup));
    const { quantities, history } = isBeside
      ? await this.#besideOthers(contract, period, offsets)
      : { quantities: tallied, history: books.slice(1) };
    const carried = revisions.length > 0 ? [] : await this.#waiting(id, period);
    const invoice = price(contract, { contract: id, period, quantities, history }, carried);
    const last = revisions.at(-1);
    const before = last === undefined ? null : invoicedUpTo(last);
    const isComparable = before?.currency === invoice.currency;
    const difference = before === null || !isComparable ? null : adjustmentOf(contract, before, invoice);
    return { offsets, quantities, invoice, revisions, difference };
  }

  /**
   * The caller makes sure that the tally has caught up with what is to be closed. An adjustment settles the
   * later closed periods that it moves as well.
   */
  async close(
    contract: Contract,
    period: Period,
    mode: CloseMode = 'close',
    acceptOmissions: string | null = null,
    actor: Actor | null = null,
    reason: string | null = null,
  ): Promise<AdjustResult> {
    const { log, lookup, store, partitions, catalogues } = this.#deps;
    const deps: CloseDeps = {
      log,
      lookup,
      closeLog: this.#closeLog,
      metered: async () => meteredFacts(log, store, partitions),
      tallied: async (id: string, month: string) => this.tallied(id, month),
      parked: async (of: Contract, month: Period) => parkedWork(of, month, this.#deps),
      lookupOf: async (version: string) => this.#catalogues.of(version),
      inForce: async (announced) => catalogues.decided(announced, Date.now()),
      now: Date.now,
      software: thisSoftware(),
    };
    if (mode === 'adjust') return adjustPeriod(contract, period, deps, acceptOmissions, actor, reason);
    const closed = await closePeriod(contract, period, deps, mode, acceptOmissions, actor, reason);
    return closed.status === 'closed' ? { ...closed, moved: [] } : closed;
  }

  /** The close of a period that waits for a second person; null: none is asked for. */
  async requested(contract: string, period: Period): Promise<RequestedClose | null> {
    return pendingRequest(this.#closeLog, contract, period);
  }

  /** See `confirmClose`. */
  async confirm(contract: Contract, period: Period, by: Confirmation): Promise<ConfirmResult> {
    const inForce: ConfirmDeps['inForce'] = async (announced) =>
      this.#deps.catalogues.decided(announced, Date.now());
    return confirmClose(contract, period, { closeLog: this.#closeLog, inForce, now: Date.now }, by);
  }

  /** The lines of all revisions of a period in which a contact stands. */
  async contactLines(contract: string, period: Period, contact: string): Promise<ContactLine[]> {
    const lookupOf = async (version: string): Promise<CatalogueIndex> => this.#catalogues.of(version);
    const readers = { log: this.#deps.log, closeLog: this.#closeLog, lookupOf };
    return readContactLines(contact, await closesOf(readers, contract, period), readers);
  }

  /** Where the periods of contracts stand. `now`: UTC epoch ms. */
  async standings(contracts: readonly Contract[], now: number): Promise<PeriodStanding[]> {
    const since = await this.#since.all();
    const closes = await this.#closeLog.closes();
    const input = { closes, standings: this.#closeLog.standings, now };
    return contracts.flatMap((contract) =>
      periodStandings(contract, { ...input, inForceSince: since.get(contract.id) ?? null }),
    );
  }

  /** See `readAccruals`. */
  async accruals(
    contracts: readonly Contract[],
    instantOf: (contract: Contract) => AccrualInstant,
  ): Promise<Accrual[]> {
    return readAccruals(contracts, instantOf, this.#accrualDeps());
  }

  /** See `readOutlook`. */
  async outlook(
    contract: Contract,
    instant: AccrualInstant,
    weekdays: readonly number[],
  ): Promise<Outlook | null> {
    return readOutlook(contract, instant, weekdays, this.#accrualDeps());
  }

  #accrualDeps(): AccrualDeps {
    const { log, store, lookup, partitions } = this.#deps;
    return {
      log,
      store,
      lookup,
      partitions,
      closeLog: this.#closeLog,
      since: async () => this.#since.all(),
      tallied: async (id, periods) => this.#tallied(id, periods),
    };
  }

  /** See `holdPeriod`. */
  async hold(contract: string, period: Period, decision: PeriodDecision): Promise<HoldResult> {
    return holdPeriod(this.#closeLog, contract, period, decision);
  }

  /** See `releasePeriod`. */
  async release(contract: string, period: Period, decision: PeriodDecision): Promise<HoldResult> {
    return releasePeriod(this.#closeLog, contract, period, decision);
  }

  /** Makes the event of a revision again and compares; writes nothing. */
  async verify(contract: string, period: Period, revision: number): Promise<Verification> {
    const lookupOf = async (version: string): Promise<CatalogueIndex> => this.#catalogues.of(version);
    const deps = { log: this.#deps.log, closeLog: this.#closeLog, lookupOf, software: thisSoftware() };
    return verifyClose(contract, period, revision, deps);
  }

  /** Live quantities of a contract and period, with the journal offsets at which they were read. */
  async tallied(contract: string, period: Period): Promise<TalliedQuantities> {
    const { offsets, books } = await this.#tallied(contract, [period]);
    return { offsets, quantities: books[0]?.quantities ?? new Map<string, number>() };
  }

  /** Of several periods at once, so that all of them are at the same offsets. */
  async #tallied(
    contract: string,
    periods: readonly Period[],
  ): Promise<{ offsets: readonly number[]; books: PastPeriod[] }> {
    const programme = this.#deps.lookup.contract(contract)?.programme ?? '';
    const keys = periods.map((period) => contractKey(contract, period));
    const { offsets, values: read } = await this.#tally.read(keys, (difference) => {
      return affectsContract(difference, { id: contract, programme });
    });
    const books = periods.map((period) => {
      const quantities = new Map<string, number>();
      for (const values of read) {
        for (const [field, sum] of values.get(contractKey(contract, period)) ?? [])
          quantities.set(field, (quantities.get(field) ?? 0) + sum);
      }
      for (const [field, sum] of quantities) if (sum === 0) quantities.delete(field);
      return { period, quantities };
    });
    return { offsets, books };
  }

  /** The adjustments that the close of an open period will carry. */
  async #waiting(contract: string, period: Period): Promise<CarriedAdjustment[]> {
    await this.#closeLog.closes();
    const texts = await eventsOf(this.#closeLog.waitingFor(contract, period), { closeLog: this.#closeLog });
    return texts.map(carriedIn);
  }

  /**
   * Where a person's second counts once, it matters what else claims it, in whatever partition that lies: the
   * book of the journal as far as the tally has come.
   */
  async #besideOthers(
    contract: Contract,
    period: Period,
    offsets: readonly number[],
  ): Promise<BookWithHistory> {
    const { log, lookup } = this.#deps;
    const parked = await Promise.all(
      [period, ...lookBackPeriods(contract, period)].map(async (each) =>
        parkedWork(contract, each, this.#deps),
      ),
    );
    const without = withoutParked(parked.flat());
    const limit = { facts: null, journal: offsets, without };
    const [book] = await readBooks(log, [{ contract, period, mapping: lookup, limit }]);
    return book ?? { quantities: new Map<string, number>(), history: [] };
  }

  async #revisions(contract: string, period: Period): Promise<InvoiceReadyEvent[]> {
    const closes = await this.#closeLog.effective(contract, period);
    return Promise.all(closes.map(async (close) => this.#closeLog.readEventOf(close)));
  }
}
