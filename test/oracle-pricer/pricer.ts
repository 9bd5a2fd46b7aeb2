import type { Terms } from '#domain/contract/contract.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { Charges } from './charges.js';
import type { Draw } from './draw.js';
import { sum } from './fractions.js';
import { chargeHours } from './hours.js';
import { Month, type Agreed, type Stretch } from './month.js';
import { bonusMalus, payment, type Entry } from './results.js';
import { chargeUnits } from './units.js';

/** Amounts in euros to the cent by line and clause, and the net total. */
export type Priced = Readonly<Record<string, string>>;

/**
 * The month of a draw priced from the words of its clauses: work by work and unit by unit, in exact
 * fractions. Shares types with the product and no code.
 */
export function priceDraw({ contract, month: name, calls, scores, past }: Draw): Priced {
  const month = new Month(contract, name);
  const charges = new Charges();
  const instants = calls.map(({ from }) => from);
  chargeUnits(month, instants, payment(month, scores), charges);
  chargeHours(month, calls, charges);
  // a minimum is held against what would be charged if all were paid
  const ungated = new Charges();
  chargeUnits(month, instants, () => true, ungated);
  chargeMinimum(month, 'U', ungated, payment(month, scores), charges);
  chargeMinimum(month, 'T', charges, () => true, charges);
  chargeFixed(month, charges);
  const before = past.map((each) => ({ ...each, month: new Month(contract, each.month) }));
  const entries = bonusMalus({ month, scores, calls: instants }, before, charges);
  const limit = limitOf(month, charges, entries);
  const lines = ['U', 'T', 'F'].map((line): [string, Rational] => [line, charges.rounded(line)]);
  const clauses = Map.groupBy(entries, ({ id }) => id);
  const results = [...clauses].map(([id, own]): [string, Rational] => [
    id,
    sum(own.map(({ amount }) => amount)),
  ]);
  const parts = [...lines, ...results, ['limits', limit] as const].filter(([, amount]) => !amount.isZero);
  const net = sum(parts.map(([, amount]) => amount));
  return Object.fromEntries([...parts, ['net', net] as const].map(([id, amount]) => [id, amount.cents()]));
}

/** What is missing of a line to its least amount. */
function chargeMinimum(
  month: Month,
  id: string,
  ungated: Charges,
  isPaid: (stretch: Stretch) => boolean,
  charges: Charges,
): void {
  const minimumIn = ({ lines }: Terms): Agreed | null => {
    const minimum = lines.find((line) => line.id === id)?.minimum;
    return minimum === undefined || minimum.amount === null
      ? null
      : { amount: minimum.amount, proration: minimum.proration };
  };
  const made = month.madeUp(minimumIn);
  const holding = month.stretches.filter(({ terms }) => minimumIn(terms) !== null);
  const last = holding.at(-1);
  if (made === null || last === undefined) return;
  const ordinary = JSON.stringify(last.ordinary);
  const { name } = holding.findLast(({ terms }) => JSON.stringify(terms) === ordinary) ?? last;
  const names = new Set(holding.map((each) => each.name));
  const held = ungated.exact(({ line, name: of }) => line === id && names.has(of));
  const missing = made.amount.minus(held);
  if (missing.compared(zero) <= 0) return;
  const stretch = month.stretches.find((each) => each.name === name) ?? last;
  const paid = isPaid(stretch) ? missing : zero;
  charges.add({ line: id, part: 'minimum', kind: '', price: '', name }, Rational.of(1), paid);
  charges.roundWhole(id, names);
}

/** By days of the calendar, or as a whole by what holds last. */
function chargeFixed(month: Month, charges: Charges): void {
  const last = month.stretches.at(-1);
  const line = last === undefined ? undefined : fixedOf(last.terms);
  if (last === undefined || line === undefined) return;
  const add = (name: string, share: Rational, amount: string): void =>
    charges.add({ line: 'F', part: 'work', kind: '', price: '', name }, share, Rational.of(amount));
  if (line.proration === 'none') return add(last.name, Rational.of(1), line.amount);
  const day = new Rational(1n, BigInt(month.days.length));
  for (const stretch of month.days) {
    if (stretch !== null) add(stretch.name, day, fixedOf(stretch.terms)?.amount ?? '0');
  }
}

function fixedOf({ lines }: Terms) {
  return lines.find((line) => line.model === 'fixed');
}

/** What brings the month to its minimum or down to its maximum. */
function limitOf(month: Month, charges: Charges, entries: readonly Entry[]): Rational {
  for (const kind of ['monthlyMin', 'monthlyMax'] as const) {
    const amountIn = ({ limits }: Terms): string | null => limits?.[kind] ?? null;
    const made = month.madeUp((terms) => {
      const amount = amountIn(terms);
      return amount === null || terms.limits === null ? null : { amount, proration: terms.limits.proration };
    });
    if (made === null) continue;
    const holding = month.stretches.filter(({ terms }) => amountIn(terms) !== null);
    const names = new Set(holding.map(({ name }) => name));
    const linesOnly = holding.at(-1)?.terms.limits?.appliesTo === 'linesOnly';
    const lines = ['U', 'T', 'F'].map((line) => charges.rounded(line, (name) => names.has(name)));
    const counted = sum([
      ...lines,
      ...(linesOnly ? [] : entries.map((entry) => within(entry, names, charges))),
    ]);
    const limit = made.amount.rounded();
    const missing = limit.minus(counted);
    if (kind === 'monthlyMin' ? missing.compared(zero) > 0 : missing.compared(zero) < 0)
      return missing.rounded();
  }
  return zero;
}

/** Of a bonus or malus for more of the month than the limit: as much as of its base. */
function within({ names, base, amount }: Entry, limited: ReadonlySet<string>, charges: Charges): Rational {
  if (names.isSubsetOf(limited)) return amount;
  const whole = charges.exact(({ line, name }) => base.includes(line) && names.has(name));
  if (whole.isZero) return amount;
  const own = charges.exact(({ line, name }) => base.includes(line) && names.has(name) && limited.has(name));
  return amount.times(own).over(whole);
}
