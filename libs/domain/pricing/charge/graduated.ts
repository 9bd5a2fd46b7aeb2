import type { UnitPricing } from '#domain/contract/line.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import { sliceOf, threshold, unitDraft, valueOf, type UnitPricingMode } from './unit-pricing.js';
import { indexed } from './unit-price.js';

/** Each slice of the month's volume at the price of its own step. */
export const graduated: UnitPricingMode<Extract<UnitPricing, { mode: 'graduated' }>> = {
  drafts(units, { steps }, trace) {
    const { lineInSegment, quantity } = units;
    const { line, segment } = lineInSegment;
    const included = threshold(units, volumeTerms(line).above, trace);
    const ends = steps.map(({ upTo }) => (upTo === null ? null : threshold(units, upTo, trace)));
    return steps.flatMap((step, index) => {
      const start = ends[index - 1] ?? 0;
      const from = valueOf(start) > valueOf(included) ? start : included;
      const to = ends[index] ?? null;
      if (to !== null && valueOf(to) <= valueOf(from)) return [];
      const inStep = sliceOf(units, from, to, trace);
      if (inStep.value.isZero() && !(index === 0 && quantity.value.isZero())) return [];
      const price = indexed(step.price, line.indexation, segment.version, trace);
      return unitDraft(units, inStep, price, trace);
    });
  },
};
