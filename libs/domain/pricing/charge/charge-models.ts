import type { Line } from '#domain/contract/line.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import { linesBySegment, type LineInSegment } from '../terms-segments.js';
import type { ChargeModel, LineOf } from './charge-model.js';
import { fixed } from './fixed.js';
import { gainShare } from './gain-share.js';
import { withMinimumAmount } from './line-minimum.js';
import { maturedDrafts } from './maturity.js';
import { oneOff } from './one-off.js';
import { passThrough } from './pass-through.js';
import { perUnit } from './per-unit.js';
import { time } from './time.js';

/**
 * Every model that a line of a contract may name. `perUnit` and `outcome` are charged as one, so that tiers
 * go on where an amendment turns one into the other.
 */
export const chargeModels = {
  time,
  perUnit,
  outcome: perUnit,
  fixed,
  gainShare,
  oneOff,
  passThrough,
} satisfies { readonly [M in Line['model']]: ChargeModel<LineOf<M>> };

/**
 * The lines of the invoice before gates: those of each line of the contract in its order, with
 * the results that have matured; last the matured results of lines that the contract no longer has.
 */
export function lineDrafts(context: PricingContext): InvoiceLineDraft[] {
  const lines = linesBySegment(context.contract, context.segments, context.book);
  const matured = maturedDrafts(context);
  const drafts = lines.flatMap((segments) => {
    const id = segments[0]?.line.id;
    return [...chargedDrafts(context, segments), ...matured.filter(({ line }) => line.id === id)];
  });
  return [...drafts, ...matured.filter((draft) => !drafts.includes(draft))];
}

/** One line of the contract; its model may differ from segment to segment. */
function chargedDrafts(context: PricingContext, segments: readonly LineInSegment[]): InvoiceLineDraft[] {
  const models = new Set<ChargeModel>(Object.values(chargeModels));
  const drafts = [...models].flatMap((model) =>
    model.drafts(
      context,
      segments.filter(({ line }) => chargeModels[line.model] === model),
    ),
  );
  return withMinimumAmount(context, segments, drafts);
}
