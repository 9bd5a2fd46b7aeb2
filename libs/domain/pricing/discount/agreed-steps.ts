import { discountSteps, thresholdOf, type Discount, type DiscountStep } from '#domain/contract/discount.js';
import { inWholeUnits } from '../commitment/settle-volume.js';
import type { VolumeUnit } from '../commitment/volume.js';
import { valueOf } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { PeriodShare } from '../proration.js';
import type { Term } from '../trace.js';

/** A step with its numbers as far as its months are covered. */
export interface AgreedStep extends Pick<DiscountStep, 'rate'> {
  readonly amount: Term | string | null;
  readonly bound: { readonly is: 'above' | 'atLeast'; readonly value: Term | string } | null;
}

/** `unit`: of the volume that the steps are held against; null: it is money. */
export function agreedSteps(
  context: PricingContext,
  clause: Discount,
  share: PeriodShare,
  unit: VolumeUnit | null,
): AgreedStep[] {
  const { trace, periodEnd } = context;
  const { version } = periodEnd;
  const isWhole = clause.proration === 'none' || share.days === share.of;
  const inPart = (value: string): Term | string =>
    isWhole ? value : trace.apply('discount', 'prorated', version, { value, ...share });
  return discountSteps(clause).map((step) => {
    const threshold = thresholdOf(step);
    const bound = (value: string): Term | string => {
      const number = inPart(value);
      return unit === null
        ? inMoney(context, number)
        : inWholeUnits({ number, isWhole }, unit.per, version, trace, 'discount');
    };
    return {
      rate: step.rate,
      amount: step.amount === undefined ? null : inMoney(context, inPart(step.amount)),
      bound:
        threshold === null
          ? null
          : { is: step.above === undefined ? 'atLeast' : 'above', value: bound(threshold) },
    };
  });
}

/** Whether a measure has passed the step. */
export function isPassed({ bound }: AgreedStep, measured: Term): boolean {
  if (bound === null) return true;
  const value = valueOf(bound.value);
  return bound.is === 'above' ? measured.value.gt(value) : measured.value.gte(value);
}

function inMoney({ contract, trace, periodEnd }: PricingContext, value: Term | string): Term | string {
  const { scale, mode } = contract.rounding;
  if (typeof value === 'string' || value.value.decimalPlaces() <= scale) return value;
  return trace.apply('discount', 'round', periodEnd.version, { value, scale, mode });
}
