import type { Limits } from '#domain/contract/bonus-malus.js';
import type { AllowanceOrCharge } from './invoice.js';
import { monthAmount } from './month-amount.js';
import { belongsTo, isIn } from './month-parts.js';
import type { BonusMalusDraft } from './performance/bonus-malus-draft.js';
import type { PricingContext } from './pricing-context.js';
import { type RoundedEntry, type RoundedLine, roundedWith } from './rounding.js';
import type { TermsSegment } from './terms-segments.js';
import type { CalculationTrace, Term } from './trace.js';

/** A limit of the month, made of its parts by days of the calendar. */
export interface MonthLimit {
  readonly amount: Term | string;
  readonly appliesTo: Limits['appliesTo'];
  readonly segments: readonly TermsSegment[];
  readonly version: number;
}

/** null: no part of the month has it. */
export function monthLimit(context: PricingContext, kind: 'minimum' | 'maximum'): MonthLimit | null {
  const agreed = monthAmount(
    context,
    ({ inForce: { terms } }) => {
      const amount = (kind === 'minimum' ? terms.limits?.monthlyMin : terms.limits?.monthlyMax) ?? null;
      return amount === null || terms.limits === null ? null : { amount, proration: terms.limits.proration };
    },
    'limit',
  );
  const limits = agreed?.last.inForce.terms.limits;
  if (agreed === null || limits == null) return null;
  const { amount, segments, version } = agreed;
  const whole =
    typeof amount === 'string'
      ? amount
      : roundedTo(context.contract.rounding, amount, version, context.trace);
  return { amount: whole, appliesTo: limits.appliesTo, segments, version };
}

/** What a limit is about. */
export type CountedAmount = Pick<AllowanceOrCharge, 'id' | 'amount' | 'exact' | 'row' | 'vat'>;

/**
 * Lines, bonus and malus that the limit is about, as far as they belong to parts of the month that have it.
 */
export function countedAmounts(
  context: PricingContext,
  limit: MonthLimit,
  lines: readonly RoundedLine[],
  entries: readonly RoundedEntry[],
): CountedAmount[] {
  const { segments, trace } = context;
  const own = countedLines(context, limit, lines);
  const parts = (limit.appliesTo === 'linesOnly' ? [] : entries).map(({ entry, draft }): CountedAmount => {
    if (draft.segments.every((segment) => isIn(limit.segments, segment))) return entry;
    const whole = { row: entry.row, value: entry.amount };
    const part = partOf(whole, draft, limit, segments, trace);
    return { ...entry, amount: part.value, row: part.row, exact: part.value };
  });
  return [...own, ...parts];
}

/**
 * Of what is rounded together the limit counts the rounded amounts where it counts all, and else the exact
 * ones: to which line the last cent went depends on how the month is cut, and must not decide about money.
 */
function countedLines(
  { contract, segments }: PricingContext,
  limit: MonthLimit,
  lines: readonly RoundedLine[],
): CountedAmount[] {
  const isOwn = ({ line }: RoundedLine): boolean => belongsTo(limit.segments, segments, line);
  const cut = new Set(
    lines
      .filter((each) => !isOwn(each) && !each.line.exact.isZero())
      .map(({ draft }) => roundedWith(contract, draft)),
  );
  return lines.filter(isOwn).map(({ line, draft }) => {
    if (!cut.has(roundedWith(contract, draft))) return line;
    return { ...line, amount: draft.exact.value, row: draft.exact.row };
  });
}

/** Of a bonus or malus for more of the month than the limit: as much as of its base. */
function partOf(
  whole: Term,
  { base, baseLines }: BonusMalusDraft,
  { segments, version }: MonthLimit,
  month: readonly TermsSegment[],
  trace: CalculationTrace,
): Term {
  if (base === null || base.value.isZero()) return whole;
  const own = baseLines.filter((draft) => belongsTo(segments, month, draft));
  const exacts = own.map(({ exact }) => exact);
  const capped = trace.sum('limit', version, exacts);
  return trace.apply('limit', 'scaled', version, { part: whole, capped, whole: base });
}

/** A limit may be written with more decimals than money has. */
export function roundedTo(
  { scale, mode }: PricingContext['contract']['rounding'],
  value: Term,
  version: number,
  trace: CalculationTrace,
): Term {
  return value.value.decimalPlaces() <= scale
    ? value
    : trace.apply('limit', 'round', version, { value, scale, mode });
}
