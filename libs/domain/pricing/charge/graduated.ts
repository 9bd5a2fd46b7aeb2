import type { UnitPricing } from '#domain/contract/line.js';
import { unitDraft, type UnitPricingMode } from './unit-pricing.js';
import { indexed } from './unit-price.js';

/** Each slice of the month's volume at the price of its own step. */
export const graduated: UnitPricingMode<Extract<UnitPricing, { mode: 'graduated' }>> = {
  drafts(units, { steps }, trace) {
    const { lineInSegment, quantity, after } = units;
    const { line, segment } = lineInSegment;
    return steps.flatMap((step, index) => {
      const from = Math.max(steps[index - 1]?.upTo ?? 0, line.above);
      if (step.upTo !== null && step.upTo <= from) return [];
      const slice = trace.apply('line', 'slice', segment.version, {
        after,
        quantity,
        from,
        ...(step.upTo !== null && { to: step.upTo }),
      });
      if (slice.value.isZero() && !(index === 0 && quantity.value.isZero())) return [];
      const price = indexed(step.price, line.indexation, segment.version, trace);
      return unitDraft(units, slice, price, trace);
    });
  },
};
