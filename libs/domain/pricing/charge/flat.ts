import type { UnitPricing } from '#domain/contract/line.js';
import { aboveIncluded, unitDraft, type UnitPricingMode } from './unit-pricing.js';
import { unitPrice } from './unit-price.js';

/** Every unit at one price, or at that of its rate and bands. */
export const flat: UnitPricingMode<Extract<UnitPricing, { mode: 'flat' }>> = {
  drafts(units, { price }, trace) {
    const { lineInSegment, booked } = units;
    const { line, segment } = lineInSegment;
    const priced = unitPrice({ ...line, price }, booked, segment.version, trace);
    return [unitDraft(units, aboveIncluded(units, trace), priced, trace)];
  },
};
