import type { CommitmentPeriod } from '#domain/contract/commitment-period.js';
import type { VolumeCommitment } from '#domain/contract/commitment.js';
import { valueOf } from '../line-draft.js';
import { roundedTo } from '../month-limit.js';
import type { CalculationTrace, PricingStep, Term } from '../trace.js';
import { agreedNumber } from './agreed-number.js';
import { agreedIn, balanceOf, entryOf, type Settlement } from './settlement.js';
import { countedVolume, volumeUnit, type MonthWork } from './volume.js';

/** `before`: what the earlier months of the commitment period count; null: this is the first. */
export function settleVolume(
  month: MonthWork,
  clause: VolumeCommitment,
  whole: CommitmentPeriod,
  before: Term | null,
): Settlement | null {
  const { context } = month;
  const { trace, contract } = context;
  const { version, terms } = context.periodEnd;
  const measured = volumeUnit(month, clause.line);
  const agreed = agreedNumber(
    context,
    whole,
    agreedIn(clause, ({ minimumVolume }) => minimumVolume),
  );
  if (measured === null || agreed === null) return null;
  const { unit, per } = measured;
  const least = inWholeUnits(agreed, per, version, trace);
  const inMonth = trace.sum('commitment', version, countedVolume(month, clause.line));
  const soFar = before === null ? inMonth : trace.sum('commitment', version, [before, inMonth]);
  const left = trace.apply('commitment', 'shortBy', version, { value: soFar, least });
  const counted = { agreed: valueOf(least), before, inMonth, left };
  const balances = [balanceOf(clause, whole, 'minimumVolume', unit, counted)];
  if (context.book.period !== whole.last || left.value.isZero()) return { entries: [], balances };
  const inputs = { quantity: left, price: clause.shortfallPrice, per };
  const exact = trace.apply('commitment', 'amount', version, inputs);
  const amount = roundedTo(contract.rounding, exact, version, trace);
  const vat = terms.lines.find(({ id }) => id === clause.line)?.vat ?? terms.vat;
  return { entries: [entryOf(clause, vat, amount, exact.value, version)], balances };
}

/** In milliseconds or acts; a number that was made up by days has whole ones. */
export function inWholeUnits(
  { number, isWhole }: NonNullable<ReturnType<typeof agreedNumber>>,
  per: number,
  version: number,
  trace: CalculationTrace,
  step: PricingStep = 'commitment',
): Term | string {
  const units = per === 1 ? number : trace.apply(step, 'product', version, { value: number, times: per });
  if (isWhole || typeof units === 'string') return units;
  const inputs = { value: units, scale: 0, mode: 'halfAwayFromZero' };
  return trace.apply(step, 'round', version, inputs);
}
