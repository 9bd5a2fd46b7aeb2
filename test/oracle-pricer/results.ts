import type { BonusMalus, JudgedClause, Shape, Waiver } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import type { Charge, Charges } from './charges.js';
import type { Call, Score } from './draw.js';
import type { FurtherWork } from './further-work.js';
import { floor, greatest, least, sum, wholeUnits } from './fractions.js';
import type { Money } from './money.js';
import type { PricedPeriod, Stretch } from './priced-period.js';

/** A bonus or malus for the versions and windows `names`. */
export interface Entry {
  readonly id: string;
  readonly kind: 'bonus' | 'malus' | 'earnBack';
  readonly names: ReadonlySet<string>;
  /** Whether a charge is one of those that it is a part of. */
  readonly isBase: (charge: Charge) => boolean;
  readonly vat: string;
  readonly exact: Rational;
  readonly amount: Rational;
}

/** Versions and windows of the period in which terms say the same; of a null they say nothing. */
export function partsOf<C>(
  period: PricedPeriod,
  says: (terms: Terms, window: string) => C | null,
): { clause: C; names: Set<string> }[] {
  const parts = new Map<string, { clause: C; names: Set<string> }>();
  for (const { name, terms } of period.stretches) {
    const clause = says(terms, name.split('/')[1] ?? '');
    if (clause === null) continue;
    const text = JSON.stringify(clause);
    const part = parts.get(text) ?? { clause, names: new Set<string>() };
    parts.set(text, part);
    part.names.add(name);
  }
  return [...parts.values()];
}

/**
 * Mean of the field of a KPI in the scores of some versions and windows; null: no data. Without enough of
 * them that of the period before counts, where the KPI says so.
 */
function meanOf(
  { period, scores, before }: Past,
  names: ReadonlySet<string> | Window,
  id: string,
  kpi: Kpi,
  window: Window = null,
): Rational | null {
  const outages = outagesOf(period, id);
  const isOut = (instant: number): boolean => outages.some(({ from, to }) => instant >= from && instant < to);
  const own = scores
    .filter(({ at }) => !isOut(at) && isIn(names, period.at(at)))
    .flatMap((each) => each[fieldOf(id)] ?? []);
  if (own.length > 0 && own.length >= kpi.minSample)
    return sum(own.map((value) => Rational.of(value))).over(Rational.of(own.length));
  if (kpi.onNoData !== 'previousPeriod' || before === null) return null;
  return meanOf({ ...before, before: null }, window, id, kpi);
}

/** A window, or all of a period. */
type Window = string | null;

function isIn(names: ReadonlySet<string> | Window, stretch: Stretch | null): boolean {
  if (stretch === null || names === null) return stretch !== null;
  return typeof names === 'string' ? stretch.name.split('/')[1] === names : names.has(stretch.name);
}

/** Without data a condition holds. */
export function isOpenGate(
  now: Past,
  gate: Gate,
  kpi: Kpi,
  names: ReadonlySet<string>,
  window: Window = null,
): boolean {
  const mean = meanOf(now, names, gate.kpi, kpi, window);
  return mean === null || holds(mean, gate.op, gate.value);
}

/** Whether a line is paid, by the condition and the scores of its own part of the period. */
export function payment(now: Past): (stretch: Stretch) => boolean {
  const parts = partsOf(now.period, (terms): { gate: Gate; kpi: Kpi } | null => {
    const gate = terms.lines.find(({ id }) => id === 'U')?.payIf ?? null;
    const kpi = terms.kpis['quality'];
    return gate === null || kpi === undefined ? null : { gate, kpi };
  });
  return ({ name }) => {
    const part = parts.find(({ names }) => names.has(name));
    return part === undefined || isOpenGate(now, part.clause.gate, part.clause.kpi, part.names);
  };
}

function holds(value: Rational, op: string, than: string): boolean {
  const compared = value.compared(Rational.of(than));
  return { gt: compared > 0, gte: compared >= 0, lt: compared < 0, lte: compared <= 0 }[op] ?? false;
}

/** What is known of the periods before, for a malus that escalates. */
export interface Past {
  readonly period: PricedPeriod;
  readonly scores: readonly Score[];
  readonly calls: readonly Call[];
  readonly further?: FurtherWork;
  readonly before: Past | null;
}

export function bonusMalus(now: Past, past: readonly Past[], charges: Charges, money: Money): Entry[] {
  const { period } = now;
  const terms = [...period.stretches.slice(-1), ...period.stretches].map((stretch) => stretch.terms);
  const ids = new Set(terms.flatMap((each) => each.bonusMalus.map(({ id }) => id)));
  const entries = [...ids].flatMap((id) => entriesOf(now, past, id, charges, money));
  return (['malus', 'bonus'] as const).reduce(
    (all, kind) => capped(period, kind, all, charges, money),
    entries,
  );
}

/** Whether the targets of a clause were met in all parts of a period; without data they were not. */
export function isMet(now: Past, id: string): boolean {
  const parts = judgedParts(now.period, id);
  const values = parts.map(({ clause, names }) => agreedValue(now, clause, names));
  return values.length > 0 && values.every((value) => value !== null && value.compared(zero) >= 0);
}

/** All malus, or all bonus, of each part of the period against the cap that it agrees. */
function capped(
  period: PricedPeriod,
  kind: 'malus' | 'bonus',
  entries: readonly Entry[],
  charges: Charges,
  money: Money,
): Entry[] {
  const sign = Rational.of(kind === 'malus' ? -1 : 1);
  const size = (value: Rational): Rational => value.times(sign);
  const parts = partsOf(period, (terms) => terms[kind] ?? null);
  return parts.reduce(
    (all, { clause: { overallCap, base }, names }) => {
      const taken = all.filter((entry) => entry.kind === kind && entry.names.isSubsetOf(names));
      if (overallCap === null || taken.length === 0) return all;
      const lines = greatest([
        zero,
        charges.exact(({ line, name }) => names.has(name) && (base?.includes(line) ?? true)),
      ]);
      const bound = lines.times(Rational.of(overallCap)).times(sign);
      const whole = sum(taken.map(({ exact }) => exact));
      if (size(whole).compared(size(bound)) <= 0) return all;
      const scaled = taken.map(({ exact }) => exact.times(bound).over(whole));
      const amounts = money.spread(scaled, money.rounded(bound));
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
  readonly waivers: Terms['waivers'];
  readonly malus: Terms['malus'];
}

/** Parts of a period in which a clause, what it is judged by and what bounds its malus are the same. */
function judgedParts(period: PricedPeriod, id: string): { clause: Judged; names: Set<string> }[] {
  return partsOf(period, (terms, window): Judged | null => {
    const clause = terms.bonusMalus.find((each) => each.id === id);
    if (clause === undefined || clause.kind === 'earnBack') return null;
    if (clause.during !== null && clause.during !== window) return null;
    const waivers = terms.waivers.filter(({ of }) => of.includes(id));
    const judging = new Set([...kpisOf(clause), ...(clause.bonusIf ?? []).map(({ kpi }) => kpi)]);
    const kpis = Object.fromEntries(Object.entries(terms.kpis).filter(([kpi]) => judging.has(kpi)));
    return { clause, kpis, waivers, malus: terms.malus };
  });
}

function entriesOf(now: Past, past: readonly Past[], id: string, charges: Charges, money: Money): Entry[] {
  const { period } = now;
  const parts = judgedParts(period, id);
  const held = new Set(parts.flatMap(({ names }) => [...names]));
  const daysIn = (names: ReadonlySet<string>): number => period.daysWhere(({ name }) => names.has(name));
  return parts.flatMap(({ clause: judged, names }): Entry[] => {
    const { clause } = judged;
    const first = valueOf(now, judged, names);
    const value = first.compared(zero) < 0 ? first.times(timesOf(past, clause)) : first;
    if (value.isZero) return [];
    const kind = value.compared(zero) < 0 ? 'malus' : 'bonus';
    const isDamages = kind === 'malus' && judged.malus.vatTreatment === 'outOfScope';
    const inBase = ({ line, name }: Charge): boolean => clause.base.includes(line) && names.has(name);
    const groups = baseGroups(period, clause, charges, inBase, isDamages);
    // of lines below zero a share is nothing
    const base = greatest([zero, sum(groups.map(({ whole }) => whole))]);
    const ofMonth = clause.proration === 'none' ? daysIn(held) : period.days.length;
    const of = clause.during === null ? ofMonth : period.daysOfWindow(clause.during, id);
    const days = daysIn(names);
    const share = days === of ? Rational.of(1) : Rational.of(days).over(Rational.of(of));
    const isAmount = clause.kind === 'perEvent' || clause.unit === 'amount';
    const amount = !isAmount
      ? base.times(bounded(value, clause.cap, Rational.of(1)))
      : bounded(clause.kind === 'perEvent' ? value : value.times(share), clause.cap, base);
    const exact = bounded(amount, clause.capAmount ?? { bonus: null, malus: null }, share);
    const positive = groups.filter(({ weight }) => weight.compared(zero) > 0);
    const taking = positive.length > 0 ? positive : groups.slice(0, 1);
    const exacts = isAmount ? inProportion(exact, taking) : inProportion(exact, groups);
    const isCapped = exact.compared(amount) !== 0;
    const amounts = isCapped
      ? money.spread(exacts, money.rounded(exact))
      : exacts.map((each) => money.rounded(each));
    return (isAmount ? taking : groups).map(({ vat, isBase }, index) => {
      return { id, kind, names, isBase, vat, exact: exacts[index] ?? zero, amount: amounts[index] ?? zero };
    });
  });
}

function inProportion(amount: Rational, groups: readonly BaseGroup[]): Rational[] {
  const whole = sum(groups.map(({ weight }) => weight));
  return groups.map(({ weight }) =>
    groups.length === 1 ? amount : whole.isZero ? zero : amount.times(weight).over(whole),
  );
}

interface BaseGroup {
  readonly vat: string;
  readonly whole: Rational;
  /** What an amount is spread by. */
  readonly weight: Rational;
  readonly isBase: (charge: Charge) => boolean;
}

/**
 * What a clause is a part of, by VAT group; where that is nothing, what its lines come to in the whole
 * period. Damages are outside of VAT.
 */
function baseGroups(
  { stretches }: PricedPeriod,
  { base }: JudgedClause,
  charges: Charges,
  inBase: (charge: Charge) => boolean,
  isDamages: boolean,
): BaseGroup[] {
  const own = charges.exact(inBase);
  if (isDamages) return [{ vat: 'O 0', whole: own, weight: own, isBase: inBase }];
  const all = base.flatMap((line) => stretches.map(({ name }) => charges.vatOf(line, name)));
  const groups = [...new Set(all)].map((vat): BaseGroup & { ofPeriod: Rational } => {
    const isMeant = ({ line, name }: Charge): boolean => charges.vatOf(line, name) === vat;
    const isBase = (charge: Charge): boolean => inBase(charge) && isMeant(charge);
    const whole = charges.exact(isBase);
    const ofPeriod = charges.exact((charge) => base.includes(charge.line) && isMeant(charge));
    return { vat, isBase, whole, weight: whole, ofPeriod };
  });
  const charged = groups.filter(({ whole }) => !whole.isZero);
  if (charged.length > 0) return charged;
  const elsewhere = groups.filter(({ ofPeriod }) => !ofPeriod.isZero);
  if (elsewhere.length > 0) return elsewhere.map((group) => ({ ...group, weight: group.ofPeriod }));
  return groups.slice(0, 1);
}

/** Field that a KPI is the mean of. */
function fieldOf(kpi: string): 'score' | 'tone' {
  return kpi === 'quality' ? 'score' : 'tone';
}

/** A rate, or an amount before it is prorated; null: no data to judge by. */
function agreedValue(now: Past, judged: Judged, names: ReadonlySet<string>): Rational | null {
  const { period } = now;
  const { clause, kpis } = judged;

  const given = (id: string, shape: Shape): Rational | null => {
    const kpi = kpis[id];
    if (kpi === undefined) return null;
    const mean =
      meanOf(now, names, id, kpi, clause.during) ?? (kpi.onNoData === 'asTarget' ? targetOf(shape) : null);
    return mean === null ? null : shapedRate(shape, mean);
  };
  switch (clause.kind) {
    case 'kpi':
      return clause.shapes[0] === undefined ? zero : given(clause.kpi, clause.shapes[0]);
    case 'scorecard': {
      const points = clause.of.flatMap(({ kpi, weight, shapes: [shape] }) => {
        const own = shape === undefined ? null : given(kpi, shape);
        return own === null ? [] : [{ own: millionths(own), weight: Rational.of(weight) }];
      });
      const [shape] = clause.shapes;
      if (points.length === 0 || shape === undefined) return null;
      const whole = sum(points.map(({ own, weight }) => own.times(weight)));
      return shapedRate(shape, whole.over(sum(points.map(({ weight }) => weight))));
    }
    case 'perEvent': {
      const counted = countOf(now, clause.measure, names);
      const days = period.daysWhere(({ name }) => names.has(name));
      // those of a calendar rule are free in all of it, in whichever periods it lies
      const of = clause.during === null ? period.days.length : period.daysOfWindow(clause.during, clause.id);
      const isWhole = clause.proration === 'none' || days === of;
      const part = (): Rational => Rational.of(clause.free).times(new Rational(BigInt(days), BigInt(of)));
      const free = isWhole ? Rational.of(clause.free) : wholeUnits(part());
      return greatest([zero, Rational.of(counted).minus(free)]).times(Rational.of(clause.amount));
    }
  }
}

/** After waivers and conditions: 0 without data. */
function valueOf(now: Past, judged: Judged, names: ReadonlySet<string>): Rational {
  const { clause, kpis, waivers } = judged;
  const value = agreedValue(now, judged, names) ?? zero;
  if (value.compared(zero) < 0) return waivers.some((waiver) => isWaived(now, waiver)) ? zero : value;
  const isOpen = (clause.bonusIf ?? []).every((gate) => {
    const kpi = kpis[gate.kpi];
    return kpi === undefined || isOpenGate(now, gate, kpi, names, clause.during);
  });
  return isOpen ? value : zero;
}

/**
 * What is left out of a KPI wherever it is used: the outages of clauses that are judged by it and ever hold.
 */
export function outagesOf(period: PricedPeriod, kpi: string): { from: number; to: number }[] {
  return period.termsThatHold().flatMap(({ bonusMalus, waivers }) => {
    const judged = new Set(bonusMalus.flatMap((clause) => (kpisOf(clause).includes(kpi) ? [clause.id] : [])));
    return waivers.filter((waiver) => waiver.kind === 'outage' && waiver.of.some((id) => judged.has(id)));
  }) as { from: number; to: number }[];
}

/** What it is judged by, without the conditions of a bonus. */
function kpisOf(clause: BonusMalus): string[] {
  if (clause.kind === 'kpi') return [clause.kpi];
  return clause.kind === 'scorecard' ? clause.of.map(({ kpi }) => kpi) : [];
}

/** Contacts, or started stretches of outages, in some versions and windows. */
function countOf({ period, calls, further }: Past, measure: string, names: ReadonlySet<string>): number {
  if (measure === 'contacts')
    return calls.filter(({ from }) => names.has(period.at(from)?.name ?? '')).length;
  return (further?.outages ?? []).reduce((all, { from, to }) => {
    const stretch = period.at(to);
    const elapsed = stretch?.terms.measures[measure];
    if (stretch === null || elapsed?.kind !== 'elapsed' || !names.has(stretch.name)) return all;
    return all + Math.ceil(Math.max(0, to - from - elapsed.freeMs) / elapsed.stepMs);
  }, 0);
}

function isWaived({ period, calls }: Past, waiver: Waiver): boolean {
  switch (waiver.kind) {
    case 'outage':
      return false;
    case 'period':
      return period.from < waiver.to && period.to > waiver.from;
    case 'volumeAbove': {
      if (waiver.forecast.kind !== 'agreed') return false;
      const forecast = waiver.forecast.values[period.name];
      const counted = calls.filter(({ from }) => period.at(from) !== null).length;
      if (forecast === undefined) return false;
      return Rational.of(counted).compared(Rational.of(forecast).times(Rational.of(waiver.above))) > 0;
    }
  }
}

/** By the periods before, the latest first, up to one in which nothing was taken. */
function timesOf(past: readonly Past[], { id, escalation }: JudgedClause): Rational {
  if (escalation === undefined) return Rational.of(1);
  let periods = 0;
  for (const earlier of past) {
    const taken = judgedParts(earlier.period, id).some(
      ({ clause, names }) => valueOf(earlier, clause, names).compared(zero) < 0,
    );
    if (!taken) break;
    periods += 1;
  }
  return Rational.of(escalation[Math.min(periods, escalation.length - 1)] ?? '1');
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

function shapedRate(shape: Shape, value: Rational): Rational {
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
