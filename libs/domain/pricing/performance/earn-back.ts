import type { EarnBack } from '#domain/contract/bonus-malus.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Verdict } from './bonus-malus.js';
import type { BonusMalusDraft } from './bonus-malus-draft.js';
import type { AllowanceOrCharge } from '../invoice.js';
import { pastBook, type PeriodBook } from '../period-book.js';
import type { PricingContext } from '../pricing-context.js';
import { vatGroupName } from '../vat.js';

/** A period priced at this cut; of a past one without what it earned back itself. */
export interface PastPrice {
  readonly entries: readonly AllowanceOrCharge[];
  readonly verdicts: readonly Verdict[];
}

/**
 * A malus is given back in part when the targets have been met for so many periods since: the share of what
 * the period before those was charged. A period without data enough to judge all its targets does not count
 * as met; without the sums of all periods nothing is given back.
 */
export function earnedBack(
  context: PricingContext,
  priceAgain: (book: PeriodBook) => PastPrice,
): BonusMalusDraft[] {
  return context.periodEnd.terms.bonusMalus.flatMap((clause) => {
    return clause.kind === 'earnBack' ? earnBack(context, clause, priceAgain) : [];
  });
}

function earnBack(
  context: PricingContext,
  clause: EarnBack,
  priceAgain: (book: PeriodBook) => PastPrice,
): BonusMalusDraft[] {
  const { book, periodEnd, trace } = context;
  const { shift } = periodsOf(context.contract);
  const charged = shift(book.period, -clause.ifTargetsMetFor);
  const since = Array.from({ length: clause.ifTargetsMetFor }, (_, index) => shift(charged, index + 1));
  const books = [charged, ...since].map((period) => pastBook(book, period));
  const [malusPeriod, ...rest] = books.map((past) => (past === null ? null : priceAgain(past)));
  if (malusPeriod == null) return [];
  const isMet = rest.every((past) => past !== null && clause.of.every((id) => meets(past, id)));
  const malus = malusPeriod.entries.filter(
    (entry) => entry.kind === 'malus' && clause.of.includes(entry.clause),
  );
  if (!isMet || malus.length === 0) return [];
  return [...Map.groupBy(malus, ({ vat }) => vatGroupName(vat)).values()].flatMap((entries) => {
    const [first] = entries;
    if (first === undefined) return [];
    const taken = entries.map(({ clause: id, amount }) => [`${charged} ${id}`, amount.negated()] as const);
    const base = trace.apply('bonusMalus', 'sum', periodEnd.version, Object.fromEntries(taken));
    const exact = trace.apply('bonusMalus', 'product', periodEnd.version, {
      value: base,
      times: clause.share,
    });
    return {
      clause: clause.id,
      kind: 'earnBack',
      name: clause.name,
      base,
      rate: null,
      exact,
      vat: first.vat,
      version: periodEnd.version,
      together: null,
      segments: [],
      baseLines: [],
    } as const;
  });
}

/** In all parts of the period. */
function meets({ verdicts }: PastPrice, id: string): boolean {
  const own = verdicts.filter(({ clause }) => clause === id);
  return own.length > 0 && own.every(({ is }) => is === 'met');
}
