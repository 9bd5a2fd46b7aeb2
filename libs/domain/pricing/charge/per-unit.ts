import type { UnitLine } from '#domain/contract/line.js';
import { volumeTerms, type VolumeLine } from '#domain/contract/volume-line.js';
import type { Period } from '#domain/period/period.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import { periodShare, type PeriodShare } from '../proration.js';
import { committedUnits } from '../commitment/committed-units.js';
import type { Term } from '../trace.js';
import type { LineInSegment } from '../terms-segments.js';
import type { ChargeModel } from './charge-model.js';
import { shortfall, volumeBounds, withinCorridor } from './corridor.js';
import type { PricedUnits, UnitPricingMode } from './unit-pricing.js';
import { unitPricingModes } from './unit-pricing-modes.js';
import { unitsInOrder, type BookedUnits } from './units-in-order.js';

/** Units x price: contacts, acts, events, and results that are final at the close of their period. */
export const perUnit: ChargeModel<UnitLine> = {
  drafts(context, segments) {
    const final = segments.filter((lineInSegment) => !isMaturing(lineInSegment));
    return unitDrafts(context, final, context.book.period);
  },
};

/** Whether its results are charged only when their verdicts are final: see maturity.ts. */
export function isMaturing(lineInSegment: LineInSegment): lineInSegment is LineInSegment<UnitLine> {
  const { line } = lineInSegment;
  return line.model === 'outcome' && line.settleAfter === 'maturity';
}

/** Units of a line as they were counted. */
export function unitDrafts(
  context: PricingContext,
  segments: readonly LineInSegment<UnitLine>[],
  period: Period,
): InvoiceLineDraft[] {
  return volumeDrafts(context, segments, period, (before) => unitsInOrder(segments, before, context.trace));
}

/**
 * All segments of a line in a period together, because tiers, packages and corridors count over the whole of
 * it, or of the commitment period that it belongs to: first the units up to the corridor's upper bound, then
 * those above it, then what is missing to the lower. `count`: the units of the month, each at its place after
 * those of earlier months; null: there are none.
 */
export function volumeDrafts(
  context: PricingContext,
  segments: readonly LineInSegment<VolumeLine>[],
  period: Period,
  count: (before: Term | null) => readonly BookedUnits<VolumeLine>[],
): InvoiceLineDraft[] {
  const { contract, trace } = context;
  const last = segments.at(-1);
  const { over } = last?.line ?? {};
  const { before, share } =
    last === undefined || over === undefined
      ? { before: null, share: shareOfPeriod(segments, period, contract) }
      : committedUnits(context, last, over, period);
  const cells = count(before).map((units): PricedUnits => ({ ...units, share, part: 'work' }));
  const bounds = volumeBounds(context, segments, period);
  const { within, overflow } =
    bounds?.upper == null ? { within: cells, overflow: [] } : withinCorridor(cells, bounds.upper, trace);
  const priced = (units: PricedUnits): InvoiceLineDraft[] => {
    const { pricing } = volumeTerms(units.lineInSegment.line);
    const mode: UnitPricingMode = unitPricingModes[pricing.mode];
    return mode.drafts(units, pricing, trace);
  };
  const short = bounds?.lower == null ? [] : shortfall(context, segments, cells, bounds.lower, priced);
  return [...within.flatMap(priced), ...overflow, ...short];
}

function shareOfPeriod(
  segments: readonly LineInSegment<VolumeLine>[],
  period: Period,
  contract: PricingContext['contract'],
): PeriodShare {
  return periodShare(
    segments.map(({ segment }) => segment),
    period,
    contract,
  );
}
