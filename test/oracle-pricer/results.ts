import type { KpiBonusMalus, Shape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { spread, type Charges } from './charges.js';
import type { Score } from './draw.js';
import { floor, greatest, least, sum } from './fractions.js';
import type { Month, Stretch } from './month.js';

/** A bonus or malus for the versions and windows `names`. */
export interface Entry {
  readonly id: string;
  readonly names: ReadonlySet<string>;
  readonly base: readonly string[];
  readonly exact: Rational;
  readonly amount: Rational;
}

/** Versions and windows of the month in which terms say the same; of a null they say nothing. */
function partsOf<C>(month: Month, says: (terms: Terms) => C | null): { clause: C; names: Set<string> }[] {
  const parts = new Map<string, { clause: C; names: Set<string> }>();
  for (const { name, terms } of month.stretches) {
    const clause = says(terms);
    if (clause === null) continue;
    const text = JSON.stringify(clause);
    const part = parts.get(text) ?? { clause, names: new Set<string>() };
    parts.set(text, part);
    part.names.add(name);
  }
  return [...parts.values()];
}

/** Mean score of some versions and windows; null: no data. */
function meanOf(
  month: Month,
  scores: readonly Score[],
  names: ReadonlySet<string>,
  minSample: number,
): Rational | null {
  const own = scores.filter(({ at }) => names.has(month.at(at)?.name ?? ''));
  if (own.length === 0 || own.length < minSample) return null;
  return sum(own.map(({ score }) => Rational.of(score))).over(Rational.of(own.length));
}

/** Whether a line is paid, by the condition and the scores of its own part of the month. */
export function payment(month: Month, scores: readonly Score[]): (stretch: Stretch) => boolean {
  const parts = partsOf(month, (terms): { gate: Gate; kpi: Kpi } | null => {
    const gate = terms.lines.find(({ id }) => id === 'U')?.payIf ?? null;
    const kpi = terms.kpis['quality'];
    return gate === null || kpi === undefined ? null : { gate, kpi };
  });
  return ({ name }) => {
    const part = parts.find(({ names }) => names.has(name));
    if (part === undefined) return true;
    const { gate, kpi } = part.clause;
    const mean = meanOf(month, scores, part.names, kpi.minSample);
    return mean === null || holds(mean, gate.op, gate.value);
  };
}

function holds(value: Rational, op: string, than: string): boolean {
  const compared = value.compared(Rational.of(than));
  return { gt: compared > 0, gte: compared >= 0, lt: compared < 0, lte: compared <= 0 }[op] ?? false;
}

export function bonusMalus(month: Month, scores: readonly Score[], charges: Charges): Entry[] {
  const terms = [...month.stretches.slice(-1), ...month.stretches].map((stretch) => stretch.terms);
  const ids = new Set(terms.flatMap((each) => each.bonusMalus.map(({ id }) => id)));
  const entries = [...ids].flatMap((id) => entriesOf(month, id, scores, charges));
  return partsOf(month, ({ malus }) => malus).reduce((all, { clause: { overallCap }, names }) => {
    const taken = all.filter((entry) => entry.exact.compared(zero) < 0 && entry.names.isSubsetOf(names));
    if (overallCap === null || taken.length === 0) return all;
    const lines = charges.exact(({ name }) => names.has(name));
    const bound = zero.minus(lines.times(Rational.of(overallCap)));
    const whole = sum(taken.map(({ exact }) => exact));
    if (whole.compared(bound) >= 0) return all;
    const scaled = taken.map(({ exact }) => exact.times(bound).over(whole));
    const amounts = spread(scaled, bound.rounded());
    return all.map((entry) => {
      const index = taken.indexOf(entry);
      if (index < 0) return entry;
      return { ...entry, exact: scaled[index] ?? zero, amount: amounts[index] ?? zero };
    });
  }, entries);
}

function entriesOf(month: Month, id: string, scores: readonly Score[], charges: Charges): Entry[] {
  const parts = partsOf(month, (terms): { clause: KpiBonusMalus; kpi: Kpi; malus: Terms['malus'] } | null => {
    const clause = terms.bonusMalus.find((each) => each.id === id);
    const kpi = terms.kpis['quality'];
    return clause?.kind !== 'kpi' || kpi === undefined ? null : { clause, kpi, malus: terms.malus };
  });
  return parts.flatMap(({ clause: { clause, kpi }, names }) => {
    const [shape] = clause.shapes;
    if (shape === undefined) return [];
    const mean =
      meanOf(month, scores, names, kpi.minSample) ?? (kpi.onNoData === 'asTarget' ? targetOf(shape) : null);
    const rate = mean === null ? zero : bounded(rateOf(shape, mean), clause);
    if (rate.isZero) return [];
    const exact = charges
      .exact(({ line, name }) => clause.base.includes(line) && names.has(name))
      .times(rate);
    return [{ id, names, base: clause.base, exact, amount: exact.rounded() }];
  });
}

/** On target: at the first threshold of the clause. */
function targetOf(shape: Shape): Rational {
  switch (shape.shape) {
    case 'step':
      return Rational.of(shape.points[0]?.value ?? '0');
    case 'linear':
      return Rational.of(shape.from.at);
    case 'perPoint':
      return Rational.of(shape.from);
  }
}

function rateOf(shape: Shape, value: Rational): Rational {
  switch (shape.shape) {
    case 'step':
      return Rational.of(shape.points.find(({ op, value: at }) => holds(value, op, at))?.rate ?? '0');
    case 'linear': {
      const [from, to] = [Rational.of(shape.from.at), Rational.of(shape.to.at)];
      const way = least([Rational.of(1), greatest([zero, value.minus(from).over(to.minus(from))])]);
      const [low, high] = [Rational.of(shape.from.rate), Rational.of(shape.to.rate)];
      return low.plus(high.minus(low).times(way));
    }
    case 'perPoint': {
      const beyond = Rational.of(shape.from).minus(value).over(Rational.of(shape.size));
      if (beyond.compared(zero) <= 0) return zero;
      const steps = { exact: beyond, full: floor(beyond), started: beyond.ceiling() }[shape.count];
      return steps.times(Rational.of(shape.rate));
    }
  }
}

function bounded(rate: Rational, { cap: { bonus, malus } }: KpiBonusMalus): Rational {
  const most = bonus === null ? rate : least([rate, Rational.of(bonus)]);
  return malus === null ? most : greatest([most, zero.minus(Rational.of(malus))]);
}
