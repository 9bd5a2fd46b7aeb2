import type { UnitPricing } from '#domain/contract/line.js';
import { unitDraft, type UnitPricingMode } from './unit-pricing.js';
import { indexed } from './unit-price.js';
import { total } from './units-in-order.js';

/** Packages of a period are counted over all its terms; each is charged under those that opened it. */
export const packaged: UnitPricingMode<Extract<UnitPricing, { mode: 'package' }>> = {
  drafts(units, { size, price }, trace) {
    const { line, segment } = units.lineInSegment;
    const { version } = segment;
    const opened = units.runs.map(({ after, quantity }) => {
      const all = trace.apply('line', 'sum', version, { after, quantity });
      const by = trace.apply('line', 'packages', version, { quantity: all, size });
      const before = trace.apply('line', 'packages', version, { quantity: after, size });
      return trace.apply('line', 'difference', version, { value: by, less: before });
    });
    const packages = total(opened, version, trace);
    return [unitDraft(units, packages, indexed(price, line.indexation, version, trace), trace)];
  },
};
