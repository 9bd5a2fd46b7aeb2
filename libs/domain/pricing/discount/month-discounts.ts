import type { Discount } from '#domain/contract/discount.js';
import { Decimal } from '#domain/money/money.js';
import { countedVolume, volumeUnit } from '../commitment/volume.js';
import { rowsOf, vatGroupsOf } from '../counted-months.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { CountedAmount } from '../month-limit.js';
import type { PricingContext } from '../pricing-context.js';
import { periodShare } from '../proration.js';
import type { RoundedEntry, RoundedLine } from '../rounding.js';
import type { Term } from '../trace.js';
import { agreedSteps } from './agreed-steps.js';
import { isBetween } from './discount-in.js';
import { discountEntry, given, type Given } from './discount-shares.js';

/** A month as far as it is priced before its discounts. */
export interface UndiscountedMonth {
  readonly context: PricingContext;
  readonly drafts: readonly InvoiceLineDraft[];
  readonly lines: readonly RoundedLine[];
  readonly entries: readonly RoundedEntry[];
}

/**
 * Discounts of the month by itself, in the order in which they are written. Each is taken off the amounts of
 * its base as they are invoiced, with their VAT in proportion.
 */
export function monthDiscounts(month: UndiscountedMonth): RoundedEntry[] {
  const { context } = month;
  const { segments, periodEnd, book } = context;
  const all: RoundedEntry[] = [];
  for (const clause of segments.length === 0 ? [] : (periodEnd.terms.discounts ?? [])) {
    if (clause.over !== undefined || !isBetween(clause, book.period)) continue;
    const before = { ...month, entries: [...month.entries, ...all] };
    all.push(...entriesOf(before, clause));
  }
  return all;
}

function entriesOf(month: UndiscountedMonth, clause: Discount): RoundedEntry[] {
  const { context } = month;
  const { trace, contract, periodEnd, segments, book } = context;
  const { version } = periodEnd;
  const counted = amountsOf(month, clause);
  const base = trace.apply('discount', 'sum', version, rowsOf(counted));
  const unit = clause.volumeOf === undefined ? null : volumeUnit(month, clause.volumeOf);
  if (clause.volumeOf !== undefined && unit === null) return [];
  const measured =
    clause.volumeOf === undefined
      ? base
      : trace.sum('discount', version, countedVolume(month, clause.volumeOf));
  const steps = agreedSteps(context, clause, periodShare(segments, book.period, contract), unit);
  const groups = vatGroupsOf(context, [], counted, 'discount');
  const off = given(context, clause, steps, base, measured, unit?.unit ?? 'money', groups);
  const draft = draftOf(month, clause);
  return off.shares.map(({ vat, amount }, index) => {
    const id = off.shares.length === 1 ? clause.id : `${clause.id}.${index + 1}`;
    const taken = trace.apply('discount', 'difference', version, { value: '0', less: amount });
    const entry = { ...discountEntry(clause, id, vat, taken, version), ...ofBase(clause, off, base) };
    return { entry, draft: { ...draft, exact: taken, vat } };
  });
}

/** The base of an allowance and what part of it it is, where it is one rate of one base (BT-93, BT-94). */
function ofBase(
  { rate, appliesTo }: Discount,
  { exact, shares }: Given,
  base: Term,
): { readonly base?: Decimal; readonly rate?: Decimal; readonly exact?: Decimal } {
  if (shares.length !== 1) return {};
  const unrounded = { exact: exact.value.negated() };
  if (rate === undefined || appliesTo === 'excess') return unrounded;
  return { ...unrounded, base: base.value, rate: new Decimal(rate).negated() };
}

function amountsOf({ lines, entries }: UndiscountedMonth, { base }: Discount): CountedAmount[] {
  return [
    ...lines.flatMap(({ line }) => (base === null || base.includes(line.line) ? [line] : [])),
    ...entries.flatMap(({ entry }) => (base === null || base.includes(entry.clause) ? [entry] : [])),
  ];
}

/** What a limit of a part of the month counts of it: as much as of the lines of its base. */
function draftOf(
  { context, drafts }: UndiscountedMonth,
  { id, name, base }: Discount,
): Omit<RoundedEntry['draft'], 'exact' | 'vat'> {
  const { segments, trace, periodEnd } = context;
  const { version } = periodEnd;
  const baseLines = drafts.filter(({ line }) => base === null || base.includes(line.id));
  const isCut = segments.length > 1 && segments.some(({ inForce }) => inForce.terms.limits !== null);
  const exacts = baseLines.map(({ exact }) => exact);
  return {
    clause: id,
    kind: 'discount',
    name,
    base: isCut ? trace.sum('discount', version, exacts) : null,
    rate: null,
    version,
    together: null,
    segments,
    baseLines,
  };
}
