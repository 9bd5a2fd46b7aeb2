import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { measureTotal } from '../book-terms.js';
import { isIn, termsHoldUntil } from '../month-parts.js';
import type { PricingContext } from '../pricing-context.js';
import {
  type BookedQuantity,
  byBandAndRate,
  type LineInSegment,
  type TermsSegment,
} from '../terms-segments.js';
import type { CalculationTrace, PricingStep, Term } from '../trace.js';
import { atItsPrices, writtenTerms } from '../written-terms.js';
import type { CountedRun } from './units-in-order.js';

/** Time of one segment that has the same bands and rate. */
export interface BookedTime {
  readonly lineInSegment: LineInSegment<TimeLine>;
  /** null: there is no time in the period. */
  readonly booked: BookedQuantity | null;
  readonly quantity: Term;
}

function workTimeOf({ segment, line }: LineInSegment<TimeLine>): WorkTime | null {
  const measure = segment.inForce.terms.measures[line.measure];
  return measure?.kind === 'time' ? measure : null;
}

/**
 * An increment on the month is taken once on the time of each band and rate, over all terms that have it, and
 * what it adds goes to the last of them.
 */
export function incrementedTimes(
  { segments, trace }: PricingContext,
  times: readonly BookedTime[],
): readonly BookedTime[] {
  const groups = Map.groupBy(times, ({ lineInSegment, booked }) => {
    const increment = workTimeOf(lineInSegment)?.increment;
    if (increment?.per !== 'month') return null;
    return JSON.stringify([increment, booked?.bands, booked?.rate]);
  });
  const added = new Map<BookedTime, Term>();
  for (const [group, members] of groups) {
    const last = inOrderOfTerms(members, segments).at(-1);
    const increment = last === undefined ? null : (workTimeOf(last.lineInSegment)?.increment ?? null);
    if (group === null || last === undefined || increment === null) continue;
    const { version } = last.lineInSegment.segment;
    const quantities = members.map(({ quantity }) => quantity);
    const value = sumOf(quantities, 'increment', version, trace);
    const inputs = { value, first: increment.firstMs, step: increment.stepMs };
    const billed = trace.apply('increment', 'increment', version, inputs);
    const others = quantities.filter((quantity) => quantity !== last.quantity);
    added.set(last, others.length === 0 ? billed : lessOf(billed, others, 'increment', version, trace));
  }
  return times.map((each) => ({ ...each, quantity: added.get(each) ?? each.quantity }));
}

/**
 * A cap on the average (handle time) is taken on each part of the month that has one of its own: what lies
 * above it is taken from the parts in proportion.
 */
export function capped(context: PricingContext, times: readonly BookedTime[]): readonly BookedTime[] {
  const groups = Map.groupBy(times, ({ lineInSegment }) => {
    const cap = workTimeOf(lineInSegment)?.averageCap ?? null;
    return JSON.stringify(cap);
  });
  const quantities = new Map<BookedTime, Term>();
  for (const members of groups.values()) {
    for (const [each, quantity] of cappedPart(context, members)) quantities.set(each, quantity);
  }
  return times.map((each) => ({ ...each, quantity: quantities.get(each) ?? each.quantity }));
}

/** Empty: nothing lies above the cap. */
function cappedPart(
  context: PricingContext,
  times: readonly BookedTime[],
): readonly (readonly [BookedTime, Term])[] {
  const over = overCap(context, times);
  if (over === null) return [];
  const ordered = inOrderOfTerms(times, context.segments);
  return sharesOf(ordered, over.whole, over.capped, over.version, context.trace);
}

/**
 * By when their terms hold last, see there; those of the same terms by bands and rates, and last by their
 * end: so a border that changes nothing gives no other price the millisecond that is left, whatever was
 * worked on either side of it.
 */
function inOrderOfTerms(times: readonly BookedTime[], all: readonly TermsSegment[]): readonly BookedTime[] {
  return times
    .map((each) => ({ each, until: termsHoldUntil(each.lineInSegment.segment, all) }))
    .sort((a, b) => a.until - b.until || byPrice(a.each, b.each) || endOf(a.each) - endOf(b.each))
    .map(({ each }) => each);
}

function byPrice(
  { lineInSegment: { line }, booked: one }: BookedTime,
  { booked: other }: BookedTime,
): number {
  return one === null || other === null ? 0 : byBandAndRate(line, one, other);
}

function endOf({ lineInSegment: { segment } }: BookedTime): number {
  return segment.to;
}

/** Time of one part of the month, and what of it the cap leaves; null: nothing lies above it. */
function overCap(
  { book, trace, segments }: PricingContext,
  times: readonly Pick<BookedTime, 'lineInSegment' | 'quantity'>[],
): { readonly whole: Term; readonly capped: Term; readonly version: number } | null {
  const last = times.at(-1)?.lineInSegment;
  const cap = last === undefined ? null : (workTimeOf(last)?.averageCap ?? null);
  if (last === undefined || cap === null) return null;
  const { version } = last.segment;
  const written = JSON.stringify(cap);
  const part = segments.filter(({ inForce: { terms } }) => {
    const line = terms.lines.find(({ id }) => id === last.line.id);
    const measure = line !== undefined && 'measure' in line ? terms.measures[line.measure] : undefined;
    return measure?.kind === 'time' && JSON.stringify(measure.averageCap) === written;
  });
  const units = measureTotal(cap.measure, (cell) => isIn(part, cell), book, version, trace);
  const most = trace.apply('cap', 'product', version, { value: units, times: cap.perUnitMs });
  const quantities = times.map(({ quantity }) => quantity);
  const whole = trace.sum('cap', version, quantities);
  const total = trace.apply('cap', 'atMost', version, { value: whole, most });
  return total.value.equals(whole.value) ? null : { whole, capped: total, version };
}

/**
 * Increments and caps where every millisecond has its place: an increment on the month lengthens the last
 * time of each band and rate that has it, a cap on the average shortens all of it in proportion, not to whole
 * milliseconds.
 */
export function billedRuns(
  context: PricingContext,
  runs: readonly CountedRun<TimeLine>[],
): readonly CountedRun<TimeLine>[] {
  const { trace } = context;
  const quantities = new Map(runs.map((run) => [run, run.quantity]));
  const groups = (of: (run: CountedRun<TimeLine>, measure: WorkTime | null) => unknown) =>
    Map.groupBy(runs, (run) => JSON.stringify(of(run, workTimeOf(run.cell.lineInSegment)))).values();
  const ofPrice = ({ cell: { booked } }: CountedRun<TimeLine>): unknown => [booked.bands, booked.rate];
  for (const members of groups((run, measure) => [ofPrice(run), measure?.increment ?? null])) {
    const last = members.at(-1);
    const increment = last === undefined ? null : (workTimeOf(last.cell.lineInSegment)?.increment ?? null);
    if (last === undefined || increment?.per !== 'month') continue;
    const { version } = last.cell.lineInSegment.segment;
    const value = sumOf(
      members.map(({ quantity }) => quantity),
      'increment',
      version,
      trace,
    );
    const inputs = { value, first: increment.firstMs, step: increment.stepMs };
    const whole = trace.apply('increment', 'increment', version, inputs);
    const others = members.slice(0, -1).map(({ quantity }) => quantity);
    quantities.set(last, others.length === 0 ? whole : lessOf(whole, others, 'increment', version, trace));
  }
  for (const members of groups((_, measure) => measure?.averageCap ?? null)) {
    const times = members.map((run) => ({
      lineInSegment: run.cell.lineInSegment,
      quantity: quantities.get(run) ?? run.quantity,
    }));
    const over = overCap(context, times);
    if (over === null) continue;
    const { whole, capped: left, version } = over;
    members.forEach((run, index) => {
      const part = times[index]?.quantity ?? run.quantity;
      quantities.set(run, trace.apply('cap', 'scaled', version, { part, capped: left, whole }));
    });
  }
  return runs.map((run) => ({ ...run, quantity: quantities.get(run) ?? run.quantity }));
}

/**
 * In whole milliseconds: first the price of each band and rate gets its share, the last what is left, then in
 * the same way the terms of each, then their versions and windows. So a border within the month that changes
 * nothing moves no millisecond from one price, or from one clause, to another.
 */
function sharesOf(
  times: readonly BookedTime[],
  whole: Term,
  total: Term,
  version: number,
  trace: CalculationTrace,
  levels: readonly ((time: BookedTime) => string)[] = [
    writtenPrice,
    ({ lineInSegment: { segment } }) => writtenTerms(segment.inForce.terms),
  ],
): (readonly [BookedTime, Term])[] {
  const [level, ...below] = levels;
  const groups = level === undefined ? times.map((each) => [each]) : [...Map.groupBy(times, level).values()];
  const sums = groups.map((members) => {
    const quantities = members.map(({ quantity }) => quantity);
    return sumOf(quantities, 'cap', version, trace);
  });
  const shares = shared(sums, whole, total, version, trace);
  return groups.flatMap((members, index) => {
    const [sum, share] = [sums[index] ?? whole, shares[index] ?? total];
    const [only] = members;
    if (only !== undefined && members.length === 1) return [[only, share] as const];
    return sharesOf(members, sum, share, version, trace, below);
  });
}

function writtenPrice({ lineInSegment: { line }, booked }: BookedTime): string {
  const { price, bands, rates } = atItsPrices(line);
  return JSON.stringify([price, bands, rates, booked?.bands, booked?.rate]);
}

function shared(
  parts: readonly Term[],
  whole: Term,
  total: Term,
  version: number,
  trace: CalculationTrace,
): Term[] {
  const shares: Term[] = [];
  parts.forEach((part, index) => {
    if (parts.length === 1) shares.push(total);
    else if (index < parts.length - 1)
      shares.push(trace.apply('cap', 'cappedShare', version, { part, capped: total, whole }));
    else shares.push(lessOf(total, shares, 'cap', version, trace));
  });
  return shares;
}

function sumOf(terms: readonly Term[], step: PricingStep, version: number, trace: CalculationTrace): Term {
  const [only] = terms;
  return only !== undefined && terms.length === 1 ? only : trace.sum(step, version, terms);
}

function lessOf(
  value: Term,
  terms: readonly Term[],
  step: PricingStep,
  version: number,
  trace: CalculationTrace,
): Term {
  return trace.apply(step, 'difference', version, { value, less: trace.sum(step, version, terms) });
}
