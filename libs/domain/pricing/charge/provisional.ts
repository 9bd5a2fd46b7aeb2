import type { UnitLine } from '#domain/contract/line.js';
import { Decimal, round } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { ProvisionalResults } from '../invoice.js';
import { maturityReach } from '../look-back.js';
import { valueOf } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import { type LineInSegment, linesBySegment, termsSegments } from '../terms-segments.js';
import { CalculationTrace } from '../trace.js';
import { maturesAt } from './maturity.js';
import { isMaturing, unitDrafts } from './per-unit.js';

/**
 * What a period has of resolutions whose window is still open at its end: by line and month how many hold so
 * far, what they would cost by themselves, and the period that charges what is left of them. No amount of
 * this invoice.
 */
export function provisionalResults(context: PricingContext): ProvisionalResults[] {
  const { contract, book } = context;
  const periods = periodsOf(contract);
  const { end } = periods.bounds(book.period);
  const reach = maturityReach(contract);
  return Array.from({ length: reach + 1 }, (_, index) => index - reach).flatMap((by) => {
    const period = periods.shift(book.period, by);
    const past = by === 0 ? book : book.history?.find((each) => each.period === period);
    const segments = termsSegments(contract, period);
    if (past === undefined || segments.length === 0) return [];
    const sums = { contract: contract.id, period, quantities: past.quantities };
    return linesBySegment(contract, segments, sums).flatMap((line): ProvisionalResults[] => {
      const open = line.filter(isMaturing).filter((each) => {
        return isSettled(each) && maturesAt(context, each, period) > end;
      });
      const [first] = open;
      if (first === undefined) return [];
      // rows of what is not charged explain nothing of the invoice
      const drafts = unitDrafts({ ...context, trace: new CalculationTrace(), warnings: [] }, open, period);
      const booked = open.flatMap(({ quantities }) => quantities).flatMap(({ sums: own }) => own);
      const units = booked.reduce((sum, { quantity }) => sum + quantity, 0);
      if (units === 0) return [];
      const amount = Decimal.sum(0, ...drafts.map(({ exact }) => valueOf(exact)));
      const { scale, mode } = contract.rounding;
      const last = Math.max(...open.map((each) => maturesAt(context, each, period)));
      return [
        {
          line: first.line.id,
          name: first.line.name,
          period,
          count: units,
          estimate: round(amount, scale, mode),
          chargedIn: periodEndingAfter(context, last),
        },
      ];
    });
  });
}

function isSettled({ segment, line }: LineInSegment<UnitLine>): boolean {
  const { measures, kpis } = segment.inForce.terms;
  const measure = measures[line.measure];
  return measure?.kind === 'resolved' && kpis[measure.kpi]?.type === 'settled';
}

/** The first period that ends at or after an instant. */
function periodEndingAfter({ contract, book }: PricingContext, at: number): Period {
  const periods = periodsOf(contract);
  let { period } = book;
  while (periods.bounds(period).end < at) period = periods.shift(period, 1);
  return period;
}
