import type { Contract } from '#domain/contract/contract.js';
import type { Decimal } from '#domain/money/money.js';
import {
  type AccruedPart,
  netOfParts,
  openWindows,
  type ProvisionalPart,
  provisionalParts,
} from '#domain/outlook/accrual.js';
import { netOfCarried } from '#domain/pricing/carried-adjustments.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import { effectiveCloses } from '#wire/closes.js';
import { carriedIn, invoicedUpTo } from '#wire/invoiced.js';
import { topics } from '#wire/topics.js';
import { WaitingAdjustments } from '#wire/waiting-adjustments.js';
import { type BooksAsOf, booksAsOf, type BooksDeps, type PricedAsOf } from './books-as-of.js';
import type { CloseLog, RecordedClose } from './close-log.js';
import { type PeriodStanding, periodStandings } from './period-standing.js';

/** What a contract has earned at a cut, and has not invoiced; amounts without VAT. */
export interface Accrual extends PricedAsOf {
  /** Decimals of its amounts. */
  readonly scale: number;
  readonly net: Decimal;
  readonly parts: readonly AccruedPart[];
  readonly provisional: readonly ProvisionalPart[];
  /** Closed periods that were invoiced in another currency: their differences are in no part. */
  readonly incomparable: readonly string[];
}

export interface AccrualDeps extends BooksDeps {
  readonly closeLog: CloseLog;
  /** When contracts came into force here for the first time. */
  readonly since: () => Promise<ReadonlyMap<string, number>>;
}

/**
 * `at`: the instant (UTC epoch ms) that it is the accrual of. `isNow`: as the tally stands; else by what was
 * in the log before it, facts and closes alike.
 */
export interface AccrualInstant {
  readonly at: number;
  readonly isNow: boolean;
}

/**
 * Of each contract, at its own instant: all periods that are not closed as a close at the cut would price
 * them, what adjustments of the closed ones would invoice, and the adjustments that wait to be carried.
 * Nothing that an invoice charges already is in it.
 */
export async function readAccruals(
  contracts: readonly Contract[],
  instantOf: (contract: Contract) => AccrualInstant,
  deps: AccrualDeps,
): Promise<Accrual[]> {
  const all = await deps.closeLog.closes();
  const since = await deps.since();
  const asked = await Promise.all(
    contracts.map(async (contract) => {
      const { at, isNow } = instantOf(contract);
      const closes = isNow ? all : await closesBefore(all, at, deps);
      const standings = periodStandings(contract, {
        closes,
        standings: deps.closeLog.standings,
        inForceSince: since.get(contract.id) ?? null,
        // a day ends before the one that follows it begins
        now: isNow ? at : at - 1,
      });
      return { contract, at, isNow, closes, standings };
    }),
  );
  const questions = asked.map(({ contract, at, isNow, standings }) => {
    return { contract, periods: standings.map(({ period }) => period), knownAt: isNow ? null : at };
  });
  const books = await booksAsOf(questions, deps);
  const accruals: Accrual[] = [];
  const turns = new EventLoopTurns(pricesUntilTurn);
  for (const [index, each] of asked.entries()) {
    const read = books[index];
    if (read === undefined) throw new Error(`the books of ${each.contract.id} were not read`);
    accruals.push(await accrualOf(each, read, turns, deps));
  }
  return accruals;
}

/** A price takes about a millisecond. */
const pricesUntilTurn = 4;

async function closesBefore(
  closes: readonly RecordedClose[],
  at: number,
  { log }: AccrualDeps,
): Promise<readonly RecordedClose[]> {
  const [end = 0] = await log.offsetsAt(topics.closes.name, at);
  return closes.filter(({ offset }) => offset < end);
}

interface Asked {
  readonly contract: Contract;
  readonly at: number;
  readonly closes: readonly RecordedClose[];
  readonly standings: readonly PeriodStanding[];
}

async function accrualOf(
  { contract, at, closes, standings }: Asked,
  books: BooksAsOf,
  turns: EventLoopTurns,
  deps: AccrualDeps,
): Promise<Accrual> {
  const parts: AccruedPart[] = [];
  const provisional: ProvisionalPart[] = [];
  const incomparable: string[] = [];
  let last: Invoice | null = null;
  for (const { period, state } of standings) {
    await turns.after(1);
    const invoice = price(contract, books.bookOf(period));
    last = invoice;
    if (state === 'closed' || state === 'adjusted') {
      const difference = await differenceOf(contract, invoice, closes, deps);
      if (difference === 'incomparable') incomparable.push(period);
      else if (difference !== null) parts.push(difference);
    } else {
      parts.push({ kind: 'period', period, state, net: invoice.totals.net });
      if (state === 'open') provisional.push(...provisionalParts(contract, invoice));
    }
  }
  parts.push(...(await waitingOf(contract, closes, deps)));
  // a window that is open at the end of an earlier period is either closed by now or open at the last one's
  if (last !== null) provisional.push(...openWindows(last));
  const { facts, journal } = books;
  const { lookup } = deps;
  return {
    contract,
    brand: lookup.programme(contract.programme)?.brand ?? null,
    at,
    catalogue: lookup.catalogue.version,
    facts,
    journal,
    scale: last?.scale ?? contract.rounding.scale,
    net: netOfParts(parts),
    parts,
    provisional,
    incomparable,
  };
}

/** What an adjustment of a closed period would invoice; null: nothing differs. */
async function differenceOf(
  contract: Contract,
  invoice: Invoice,
  closes: readonly RecordedClose[],
  { closeLog }: AccrualDeps,
): Promise<AccruedPart | 'incomparable' | null> {
  const { period } = invoice;
  const close = effectiveCloses(closes, contract.id, period).at(-1);
  if (close === undefined) throw new Error(`${contract.id} ${period} has no close`);
  const before = invoicedUpTo(await closeLog.readEventOf(close));
  if (before.currency !== invoice.currency) return 'incomparable';
  const difference = adjustmentOf(contract, before, invoice);
  if (difference === null) return null;
  return { kind: 'difference', period, revision: close.revision, net: difference.totals.net };
}

/** The adjustments of a contract whose lines no invoice has yet, by the closes there are. */
async function waitingOf(
  { id }: Contract,
  closes: readonly RecordedClose[],
  { closeLog }: AccrualDeps,
): Promise<AccruedPart[]> {
  const waiting = new WaitingAdjustments();
  for (const close of closes) waiting.take(close);
  const parts: AccruedPart[] = [];
  for (const { invoice, carriedBy } of waiting.of(id)) {
    const close = closes.find((each) => each.invoice === invoice);
    if (close === undefined || carriedBy === null)
      throw new Error(`there is no close of the event ${invoice}`);
    const { period, revision } = close;
    const net = netOfCarried(carriedIn(await closeLog.eventOf(close)));
    parts.push({ kind: 'waiting', period, revision, net, event: invoice, carriedBy });
  }
  return parts;
}
