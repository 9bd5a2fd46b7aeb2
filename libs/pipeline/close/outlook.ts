import type { Contract } from '#domain/contract/contract.js';
import { atRunRate, isEnough, runRate, type RunRate } from '#domain/outlook/run-rate.js';
import { type Target, targetsOf } from '#domain/outlook/target.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import { price } from '#domain/pricing/price.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import type { AccrualInstant } from './accruals.js';
import { booksAsOf, type BooksDeps, type PricedAsOf } from './books-as-of.js';

/**
 * The period of a contract that lasts at an instant: what it holds, what it is expected to end with, and what
 * its next thresholds take. None of it is invoiced, and nothing is written down.
 */
export interface Outlook extends PricedAsOf {
  readonly rate: RunRate;
  /** The period as a close at the cut would price it, without what it would carry. */
  readonly soFar: Invoice;
  /** The same at its end, if work goes on as before; null: less than one open day has elapsed. */
  readonly forecast: Invoice | null;
  readonly targets: readonly ExpectedTarget[];
}

export interface ExpectedTarget extends Target {
  /** How many more of the units the forecast counts; null: there is no forecast. */
  readonly expected: number | null;
}

/** null: the contract has no terms at the instant. `weekdays`: those that are open, 1 Monday to 7 Sunday. */
export async function readOutlook(
  contract: Contract,
  { at, isNow }: AccrualInstant,
  weekdays: readonly number[],
  deps: BooksDeps,
): Promise<Outlook | null> {
  const period = periodsOf(contract).at(isNow ? at : at - 1);
  const rate = runRate(contract, period, at, weekdays);
  if (rate === null) return null;
  const [books] = await booksAsOf([{ contract, periods: [period], knownAt: isNow ? null : at }], deps);
  if (books === undefined) throw new Error(`the book of ${contract.id} was not read`);
  const book = books.bookOf(period);
  const expected = isEnough(rate) ? atRunRate(contract, book, rate) : null;
  const turns = new EventLoopTurns(pricesUntilTurn);
  const priceOf = async (each: PeriodBook): Promise<Invoice> => {
    await turns.after(1);
    return price(contract, each);
  };
  const targets = await targetsOf(book, rate.segment, priceOf);
  const { lookup } = deps;
  return {
    contract,
    brand: lookup.programme(contract.programme)?.brand ?? null,
    at,
    catalogue: lookup.catalogue.version,
    facts: books.facts,
    journal: books.journal,
    rate,
    soFar: price(contract, book),
    forecast: expected === null ? null : price(contract, expected),
    targets: targets.map((target) => ({
      ...target,
      expected: expected === null ? null : moreOf(target, book, expected),
    })),
  };
}

/** A price takes about a millisecond. */
const pricesUntilTurn = 4;

/** Of a line all that it counts, whatever the band and rate; of a KPI what it counts. */
function moreOf({ kpi, clause, keys }: Target, now: PeriodBook, then: PeriodBook): number {
  const isMeant = (key: string): boolean =>
    kpi === null ? key.startsWith(`line/${clause}/`) : key === keys[0];
  const sum = ({ quantities }: PeriodBook): number =>
    [...quantities].reduce((total, [key, value]) => (isMeant(key) ? total + value : total), 0);
  return sum(then) - sum(now);
}
