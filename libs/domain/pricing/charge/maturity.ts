import type { UnitLine } from '#domain/contract/line.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import { maturityReach } from '../look-back.js';
import type { PricingContext } from '../pricing-context.js';
import { linesBySegment, termsSegments, type LineInSegment } from '../terms-segments.js';
import { isMaturing, unitDrafts } from './per-unit.js';

/**
 * Results that had to mature: whether a contact was the last one is known for certain only when its window
 * has passed. A period is charged on the invoice of the first period that ends after that; its lines bear its
 * own dates.
 */
export function maturedDrafts(context: PricingContext): InvoiceLineDraft[] {
  const { contract, book } = context;
  const periods = periodsOf(contract);
  const reach = maturityReach(contract);
  return Array.from({ length: reach + 1 }, (_, index) => index - reach).flatMap((by) => {
    const period = periods.shift(book.period, by);
    const quantities = quantitiesOf(context, period);
    const segments = termsSegments(contract, period);
    if (segments.length === 0) return [];
    const past = { contract: contract.id, period, quantities: quantities ?? new Map<string, number>() };
    return linesBySegment(contract, segments, past).flatMap((line) => {
      const due = line.filter(isMaturing).filter((maturing) => matures(context, maturing, period));
      const [first] = due;
      if (first === undefined) return [];
      if (quantities !== null) return unitDrafts(context, due, period);
      context.warnings.push({
        code: 'matured-period-not-in-book',
        clause: first.line.id,
        message: `${period} has matured, but its sums are not in the book`,
      });
      return [];
    });
  });
}

function quantitiesOf({ book }: PricingContext, period: Period): ReadonlyMap<string, number> | null {
  if (period === book.period) return book.quantities;
  return book.history?.find((past) => past.period === period)?.quantities ?? null;
}

/** Whether a period's last window closes within the invoiced period. */
function matures(context: PricingContext, line: LineInSegment<UnitLine>, period: Period): boolean {
  const at = maturesAt(context, line, period);
  const { start, end } = periodsOf(context.contract).bounds(context.book.period);
  return at > start && at <= end;
}

/** When the last window of a period closes (UTC epoch ms). */
export function maturesAt(
  { contract }: PricingContext,
  { segment, line }: LineInSegment<UnitLine>,
  period: Period,
): number {
  const measure = segment.inForce.terms.measures[line.measure];
  const kpi = measure?.kind === 'resolved' ? segment.inForce.terms.kpis[measure.kpi] : undefined;
  const windowMs = kpi !== undefined && 'windowMs' in kpi ? kpi.windowMs : 0;
  return periodsOf(contract).bounds(period).end + windowMs;
}
