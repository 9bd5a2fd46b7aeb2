import type { UnitPricing } from '#domain/contract/line.js';
import { unitDraft, type UnitPricingMode } from './unit-pricing.js';
import { indexed } from './unit-price.js';

/** Packages of a period are counted over all its versions; each version is charged those that it opened. */
export const packaged: UnitPricingMode<Extract<UnitPricing, { mode: 'package' }>> = {
  drafts(units, { size, price }, trace) {
    const { lineInSegment, quantity, after } = units;
    const { line, segment } = lineInSegment;
    const { version } = segment;
    const whole = trace.apply('line', 'sum', version, { after, quantity });
    const opened = trace.apply('line', 'packages', version, { quantity: whole, size });
    const before = trace.apply('line', 'packages', version, { quantity: after, size });
    const packages = trace.apply('line', 'difference', version, { value: opened, less: before });
    return [unitDraft(units, packages, indexed(price, line.indexation, version, trace), trace)];
  },
};
