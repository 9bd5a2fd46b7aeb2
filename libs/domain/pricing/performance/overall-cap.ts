import { monthParts, belongsTo } from '../month-parts.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { TermsSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
import type { BonusMalusDraft } from './bonus-malus-draft.js';

/** Lines that agreed credits bring below zero leave no room for bonus or malus: a share of them is 0. */
export function atLeastZero(
  trace: CalculationTrace,
  step: 'overallCap' | 'kpiCap',
  version: number,
  base: Term,
): Term {
  return base.value.isNegative() ? trace.apply(step, 'atLeast', version, { value: base, least: 0 }) : base;
}

/** A cap over all bonus, or over all malus. */
interface OverallCap {
  readonly overallCap: string | null;
  readonly base?: readonly string[] | undefined;
}

/**
 * Where all malus, or all bonus, together is above its cap on the month's lines, each is brought down in
 * proportion; where the cap changes within the month, in each of its parts.
 */
export function overallCapped(
  context: PricingContext,
  drafts: readonly BonusMalusDraft[],
  lines: readonly InvoiceLineDraft[],
): readonly BonusMalusDraft[] {
  return (['malus', 'bonus'] as const).reduce<readonly BonusMalusDraft[]>((each, kind) => {
    const parts = monthParts(context.segments, ({ inForce: { terms } }): OverallCap | null => {
      return terms[kind] ?? null;
    });
    return parts.reduce(
      (all, { clause, segments, version }, index) =>
        cappedPart(context, { kind, cap: clause, segments, version, index }, all, lines),
      each,
    );
  }, drafts);
}

interface CapPart {
  readonly kind: 'malus' | 'bonus';
  readonly cap: OverallCap;
  readonly segments: readonly TermsSegment[];
  readonly version: number;
  readonly index: number;
}

function cappedPart(
  { trace, segments: month }: PricingContext,
  { kind, cap: { overallCap, base: ids }, segments, version, index }: CapPart,
  drafts: readonly BonusMalusDraft[],
  lines: readonly InvoiceLineDraft[],
): readonly BonusMalusDraft[] {
  const isMeant = (draft: BonusMalusDraft): boolean =>
    draft.kind === kind && draft.segments.every((segment) => segments.includes(segment));
  const meant = drafts.filter(isMeant);
  if (overallCap === null || meant.length === 0) return drafts;
  const own = lines.filter(
    (draft) => belongsTo(segments, month, draft) && (ids === undefined || ids.includes(draft.line.id)),
  );
  const exacts = own.map(({ exact }) => exact);
  const base = atLeastZero(trace, 'overallCap', version, trace.sum('overallCap', version, exacts));
  const times = kind === 'malus' ? `-${overallCap}` : overallCap;
  const cap = trace.apply('overallCap', 'product', version, { value: base, times });
  const whole = trace.sum(
    'overallCap',
    version,
    meant.map(({ exact }) => exact),
  );
  const capped =
    kind === 'malus'
      ? trace.apply('overallCap', 'atLeast', version, { value: whole, least: cap })
      : trace.apply('overallCap', 'atMost', version, { value: whole, most: cap });
  if (capped.value.equals(whole.value)) return drafts;
  const together = `overallCap ${kind} ${index}`;
  return drafts.map((draft) => {
    if (!isMeant(draft)) return draft;
    const inputs = { part: draft.exact, capped, whole };
    return { ...draft, exact: trace.apply('overallCap', 'scaled', version, inputs), together };
  });
}
