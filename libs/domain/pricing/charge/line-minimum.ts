import { lineDraft, type InvoiceLineDraft } from '../line-draft.js';
import { monthAmount } from '../month-amount.js';
import { isIn } from '../month-parts.js';
import type { PricingContext } from '../pricing-context.js';
import type { LineInSegment } from '../terms-segments.js';
import { ofLastVersion } from './corridor.js';

/**
 * What is missing of a line to the least amount that is agreed for it: one more line of the invoice. All
 * amounts of the line are then rounded together, so that they come to the minimum to the cent.
 */
export function withMinimumAmount(
  context: PricingContext,
  lines: readonly LineInSegment[],
  drafts: readonly InvoiceLineDraft[],
): InvoiceLineDraft[] {
  const { contract, trace } = context;
  const agreed = monthAmount(
    context,
    (segment) => {
      const minimum = lines.find((each) => each.segment === segment)?.line.minimum;
      if (minimum === undefined || minimum.amount === null) return null;
      return { amount: minimum.amount, proration: minimum.proration };
    },
    'limit',
  );
  if (agreed === null) return [...drafts];
  const holding = lines
    .filter(({ segment }) => agreed.segments.includes(segment))
    .toSorted((a, b) => a.segment.to - b.segment.to);
  const last = ofLastVersion(contract, holding);
  if (last === undefined) return [...drafts];
  const { version } = last.segment;
  const counted = drafts.filter((draft) => isIn(agreed.segments, draft));
  const value = trace.sum(
    'limit',
    version,
    counted.map(({ exact }) => exact),
  );
  const missing = trace.apply('limit', 'shortBy', version, { value, least: agreed.amount });
  if (missing.value.isZero()) return [...drafts];
  const quantity = trace.apply('measure', 'sum', version, { [last.line.id]: 1 });
  const priced = { quantity, shownPer: 1, unit: 'C62', price: missing, per: 1 } as const;
  const together = `minimum ${last.line.id}`;
  return [...drafts, { ...lineDraft(last, null, priced, trace), part: 'shortfall' as const }].map((draft) =>
    drafts.includes(draft) && !counted.includes(draft) ? draft : { ...draft, together },
  );
}
