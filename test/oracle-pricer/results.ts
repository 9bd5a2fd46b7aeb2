import type { JudgedClause, Shape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { spread, type Charges } from './charges.js';
import type { Score } from './draw.js';
import { floor, greatest, least, sum, wholeUnits } from './fractions.js';
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

/** Mean of one field of the scores of some versions and windows; null: no data. */
function meanOf(
  month: Month,
  scores: readonly Score[],
  names: ReadonlySet<string>,
  minSample: number,
  field: 'score' | 'tone' = 'score',
): Rational | null {
  const own = scores
    .filter(({ at }) => names.has(month.at(at)?.name ?? ''))
    .flatMap((each) => each[field] ?? []);
  if (own.length === 0 || own.length < minSample) return null;
  return sum(own.map((value) => Rational.of(value))).over(Rational.of(own.length));
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

/** What is known of the months before, for a malus that escalates. */
export interface Past {
  readonly month: Month;
  readonly scores: readonly Score[];
  readonly calls: readonly number[];
}

export function bonusMalus(now: Past, past: readonly Past[], charges: Charges): Entry[] {
  const { month } = now;
  const terms = [...month.stretches.slice(-1), ...month.stretches].map((stretch) => stretch.terms);
  const ids = new Set(terms.flatMap((each) => each.bonusMalus.map(({ id }) => id)));
  const entries = [...ids].flatMap((id) => entriesOf(now, past, id, charges));
  return (['malus', 'bonus'] as const).reduce((all, kind) => capped(month, kind, all, charges), entries);
}

/** All malus, or all bonus, of each part of the month against the cap that it agrees. */
function capped(month: Month, kind: 'malus' | 'bonus', entries: readonly Entry[], charges: Charges): Entry[] {
  const sign = Rational.of(kind === 'malus' ? -1 : 1);
  const size = (value: Rational): Rational => value.times(sign);
  const parts = partsOf(month, (terms) => terms[kind] ?? null);
  return parts.reduce(
    (all, { clause: { overallCap, base }, names }) => {
      const taken = all.filter(
        (entry) => size(entry.exact).compared(zero) > 0 && entry.names.isSubsetOf(names),
      );
      if (overallCap === null || taken.length === 0) return all;
      const lines = charges.exact(({ line, name }) => names.has(name) && (base?.includes(line) ?? true));
      const bound = lines.times(Rational.of(overallCap)).times(sign);
      const whole = sum(taken.map(({ exact }) => exact));
      if (size(whole).compared(size(bound)) <= 0) return all;
      const scaled = taken.map(({ exact }) => exact.times(bound).over(whole));
      const amounts = spread(scaled, bound.rounded());
      return all.map((entry) => {
        const index = taken.indexOf(entry);
        if (index < 0) return entry;
        return { ...entry, exact: scaled[index] ?? zero, amount: amounts[index] ?? zero };
      });
    },
    [...entries],
  );
}

interface Judged {
  readonly clause: JudgedClause;
  readonly kpis: Terms['kpis'];
  readonly malus: Terms['malus'];
}

/** Parts of a month in which a clause, what it is judged by and what bounds its malus are the same. */
function judgedParts(month: Month, id: string): { clause: Judged; names: Set<string> }[] {
  return partsOf(month, (terms): Judged | null => {
    const clause = terms.bonusMalus.find((each) => each.id === id);
    if (clause === undefined || clause.kind === 'earnBack') return null;
    return { clause, kpis: terms.kpis, malus: terms.malus };
  });
}

function entriesOf(now: Past, past: readonly Past[], id: string, charges: Charges): Entry[] {
  const { month } = now;
  const parts = judgedParts(month, id);
  const held = new Set(parts.flatMap(({ names }) => [...names]));
  const daysIn = (names: ReadonlySet<string>): number => month.daysWhere(({ name }) => names.has(name));
  return parts.flatMap(({ clause: judged, names }) => {
    const { clause } = judged;
    const first = valueOf(now, judged, names);
    const value = first.compared(zero) < 0 ? first.times(timesOf(past, clause)) : first;
    const base = charges.exact(({ line, name }) => clause.base.includes(line) && names.has(name));
    const of = clause.proration === 'none' ? daysIn(held) : month.days.length;
    const days = daysIn(names);
    const share = days === of ? Rational.of(1) : Rational.of(days).over(Rational.of(of));
    const isAmount = clause.kind === 'perEvent' || clause.unit === 'amount';
    const amount = !isAmount
      ? base.times(bounded(value, clause.cap, Rational.of(1)))
      : bounded(clause.kind === 'perEvent' ? value : value.times(share), clause.cap, base);
    const exact = bounded(amount, clause.capAmount ?? { bonus: null, malus: null }, share);
    if (value.isZero) return [];
    return [{ id, names, base: clause.base, exact, amount: exact.rounded() }];
  });
}

/** A rate, or an amount before it is prorated: 0 without data. */
function valueOf(now: Past, { clause, kpis }: Judged, names: ReadonlySet<string>): Rational {
  const { month, scores, calls } = now;
  const given = (id: string, shape: Shape): Rational | null => {
    const kpi = kpis[id];
    if (kpi === undefined) return null;
    const field = id === 'quality' ? 'score' : 'tone';
    const mean =
      meanOf(month, scores, names, kpi.minSample, field) ??
      (kpi.onNoData === 'asTarget' ? targetOf(shape) : null);
    return mean === null ? null : rateOf(shape, mean);
  };
  const agreed = (): Rational => {
    switch (clause.kind) {
      case 'kpi':
        return clause.shapes[0] === undefined ? zero : (given(clause.kpi, clause.shapes[0]) ?? zero);
      case 'scorecard': {
        const points = clause.of.flatMap(({ kpi, weight, shapes: [shape] }) => {
          const own = shape === undefined ? null : given(kpi, shape);
          return own === null ? [] : [{ own: millionths(own), weight: Rational.of(weight) }];
        });
        const [shape] = clause.shapes;
        if (points.length === 0 || shape === undefined) return zero;
        const whole = sum(points.map(({ own, weight }) => own.times(weight)));
        return rateOf(shape, whole.over(sum(points.map(({ weight }) => weight))));
      }
      case 'perEvent': {
        const counted = calls.filter((at) => names.has(month.at(at)?.name ?? '')).length;
        const days = month.daysWhere(({ name }) => names.has(name));
        const part = Rational.of(clause.free).times(Rational.of(days)).over(Rational.of(month.days.length));
        const free = clause.proration === 'none' ? Rational.of(clause.free) : wholeUnits(part);
        return greatest([zero, Rational.of(counted).minus(free)]).times(Rational.of(clause.amount));
      }
    }
  };
  const value = agreed();
  if (value.compared(zero) <= 0) return value;
  const isOpen = (clause.bonusIf ?? []).every(({ kpi: id, op, value: than }) => {
    const kpi = kpis[id];
    const field = id === 'quality' ? 'score' : 'tone';
    const mean = kpi === undefined ? null : meanOf(month, scores, names, kpi.minSample, field);
    return mean === null || holds(mean, op, than);
  });
  return isOpen ? value : zero;
}

/** By the months before, the latest first, up to one in which nothing was taken. */
function timesOf(past: readonly Past[], { id, escalation }: JudgedClause): Rational {
  if (escalation === undefined) return Rational.of(1);
  let months = 0;
  for (const earlier of past) {
    const taken = judgedParts(earlier.month, id).some(
      ({ clause, names }) => valueOf(earlier, clause, names).compared(zero) < 0,
    );
    if (!taken) break;
    months += 1;
  }
  return Rational.of(escalation[Math.min(months, escalation.length - 1)] ?? '1');
}

function millionths(value: Rational): Rational {
  const [scale, half] = [Rational.of(1_000_000), Rational.of('0.5')];
  const size = value.compared(zero) < 0 ? zero.minus(value) : value;
  const whole = floor(size.times(scale).plus(half)).over(scale);
  return value.compared(zero) < 0 ? zero.minus(whole) : whole;
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
      const below = Rational.of(shape.from).minus(value).over(Rational.of(shape.size));
      const beyond = shape.beyond === 'below' ? below : zero.minus(below);
      if (beyond.compared(zero) <= 0) return zero;
      const steps = { exact: beyond, full: floor(beyond), started: beyond.ceiling() }[shape.count];
      return steps.times(Rational.of(shape.rate));
    }
  }
}

/** At most `bonus`, at least minus `malus`, each times a whole. */
function bounded(
  value: Rational,
  { bonus, malus }: { readonly bonus: string | null; readonly malus: string | null },
  whole: Rational,
): Rational {
  const most = bonus === null ? value : least([value, Rational.of(bonus).times(whole)]);
  return malus === null ? most : greatest([most, zero.minus(Rational.of(malus).times(whole))]);
}
