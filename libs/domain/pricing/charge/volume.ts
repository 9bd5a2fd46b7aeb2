import type { UnitPricing } from '#domain/contract/line.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import { aboveIncluded, threshold, unitDraft, type UnitPricingMode } from './unit-pricing.js';
import { indexed } from './unit-price.js';

/** All units of the month at the price of the step that its volume reaches. */
export const volume: UnitPricingMode<Extract<UnitPricing, { mode: 'allUnits' }>> = {
  drafts(units, { steps }, trace) {
    const { line, segment } = units.lineInSegment;
    const upTos = steps.flatMap(({ upTo }, index) =>
      upTo === null ? [] : [[`upTo ${index + 1}`, threshold(units, upTo, trace)] as const],
    );
    const prices = steps.map(
      (step, index) =>
        [`price ${index + 1}`, indexed(step.price, line.indexation, segment.version, trace)] as const,
    );
    const price = trace.apply('price', 'stepPrice', segment.version, {
      volume: units.volume,
      ...(line.model === 'time' && { per: volumeTerms(line).perUnit }),
      ...Object.fromEntries(upTos),
      ...Object.fromEntries(prices),
    });
    return [unitDraft(units, aboveIncluded(units, trace), price, trace)];
  },
};
