import type { Corridor, OverflowStep } from '#domain/contract/bonus-malus.js';
import type { Contract } from '#domain/contract/contract.js';
import { volumeTerms, type VolumeLine } from '#domain/contract/volume-line.js';
import type { Period } from '#domain/period/period.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { forecastTerm } from '../book-terms.js';
import { valueOf, type InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import { daysOf } from '../proration.js';
import type { LineInSegment, TermsSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
import { writtenTerms } from '../written-terms.js';
import { asBooked, slice, unitDraft, type PricedUnits } from './unit-pricing.js';
import { total, type UnitRun } from './units-in-order.js';

/**
 * The agreed volume of a line in a period: units up to `upper` as usual, those above at a price of their own.
 */
export interface VolumeBounds {
  readonly lower: VolumeBound | null;
  readonly upper: UpperBound | null;
}

/** `units` of the segments in which the corridor holds. */
interface VolumeBound {
  readonly units: Term;
  readonly corridors: ReadonlyMap<TermsSegment, Corridor>;
}

/** `ends`: of the steps above it, in units; the last has none. */
interface UpperBound extends VolumeBound {
  readonly ends: readonly Term[];
}

/**
 * Up to how many times the forecast a step goes; of a corridor with fewer steps as far as its last but one.
 */
function endOf(corridor: Corridor, step: number): string | null {
  const steps = stepsOf(corridor);
  if (steps.length === 0) return null;
  return steps.slice(0, step + 1).findLast(({ upTo }) => upTo !== null)?.upTo ?? corridor.upper;
}

/** What is charged above the upper bound; empty: what is charged below it. */
function stepsOf({ overflow, overflowPrice }: Corridor): readonly OverflowStep[] {
  return overflow ?? (overflowPrice === null ? [] : [{ upTo: null, price: overflowPrice }]);
}

/**
 * The corridor of a line, as its terms have it in each segment. A bound that changes within the month, or
 * holds in a part of it, is made of its parts by days of the calendar. null: there is no corridor, or no
 * forecast.
 */
export function volumeBounds(
  context: PricingContext,
  segments: readonly LineInSegment<VolumeLine>[],
  period: Period,
): VolumeBounds | null {
  const corridors = new Map<TermsSegment, Corridor>();
  for (const { segment, line } of segments) {
    const corridor =
      segment.inForce.terms.corridors.find((candidate) => candidate.line === line.id) ??
      minimumCorridor(line, period);
    if (corridor !== undefined) corridors.set(segment, corridor);
  }
  const [first] = corridors.values();
  const last = segments.findLast(({ segment }) => corridors.has(segment));
  if (first === undefined) return null;
  const forecasts = forecastsOf(context, [...corridors.values()], period);
  if (forecasts === null) return null;
  const bound = (times: (corridor: Corridor) => string | null): VolumeBound | null => {
    const holding = new Map([...corridors].filter(([, corridor]) => times(corridor) !== null));
    if (holding.size === 0) return null;
    const { units, ...held } = boundOf(context, holding, times, forecasts, period);
    const perUnit = last === undefined ? 1 : volumeTerms(last.line).perUnit;
    const version = last?.segment.version ?? 0;
    return { ...held, units: asBooked(units, perUnit, version, context.trace, 'corridor') };
  };
  const upper = bound((corridor) => (stepsOf(corridor).length === 0 ? null : corridor.upper));
  const longest = Math.max(...[...corridors.values()].map((corridor) => stepsOf(corridor).length));
  const ends = Array.from({ length: longest - 1 }, (_, step) => bound((corridor) => endOf(corridor, step)));
  return {
    lower: bound(({ lower }) => lower),
    upper: upper === null ? null : { ...upper, ends: ends.flatMap((end) => end?.units ?? []) },
  };
}

/** A minimum volume is a corridor around it that has no forecast of its own and nothing above it. */
function minimumCorridor({ id, minimum }: VolumeLine, period: Period): Corridor | undefined {
  if (minimum === undefined || minimum.volume === null) return undefined;
  const { volume, shortfallPrice, proration } = minimum;
  const forecast = { kind: 'agreed', values: { [period]: volume } } as const;
  const above = { upper: null, overflowPrice: null };
  return { id, line: id, forecast, lower: '1', ...above, shortfallPrice, proration };
}

/** By the corridor as it is written; null, with a warning: of one there is none. */
function forecastsOf(
  context: PricingContext,
  corridors: readonly Corridor[],
  period: Period,
): Map<string, Term> | null {
  const forecasts = new Map<string, Term>();
  for (const { id, forecast } of corridors) {
    const written = JSON.stringify(forecast);
    if (forecasts.has(written)) continue;
    const term = forecastTerm(context, forecast, period);
    if (term === null) {
      const message = `no forecast for ${period}: the corridor is not applied`;
      context.warnings.push({ code: 'no-forecast', clause: id, message });
      return null;
    }
    forecasts.set(written, term);
  }
  return forecasts;
}

function boundOf(
  { contract, trace }: PricingContext,
  corridors: ReadonlyMap<TermsSegment, Corridor>,
  times: (corridor: Corridor) => string | null,
  forecasts: ReadonlyMap<string, Term>,
  period: Period,
): VolumeBound {
  const groups = Map.groupBy([...corridors], ([, corridor]) => {
    return JSON.stringify([corridor.forecast, times(corridor), corridor.proration]);
  });
  const days = (segments: readonly TermsSegment[]): number => daysOf(segments, contract.timeZone);
  const covered = days([...corridors.keys()]);
  const daysInPeriod = periodsOf(contract).days(period);
  const terms = [...groups.values()].flatMap((members) => {
    const [segment, corridor] = members.at(-1) ?? [];
    if (segment === undefined || corridor === undefined) return [];
    const { version } = segment;
    const forecast = forecasts.get(JSON.stringify(corridor.forecast)) ?? '0';
    const whole = trace.apply('corridor', 'product', version, {
      value: forecast,
      times: times(corridor) ?? '0',
    });
    const share = {
      days: days(members.map(([each]) => each)),
      of: corridor.proration === 'none' ? covered : daysInPeriod,
    };
    if (share.days === share.of) return whole;
    return trace.apply('corridor', 'prorated', version, { value: whole, ...share });
  });
  const [only] = terms;
  const version = [...corridors.keys()].at(-1)?.version ?? 0;
  const sum = only !== undefined && terms.length === 1 ? only : trace.sum('corridor', version, terms);
  const isPart = terms.length > 1 || covered !== daysInPeriod;
  const units = isPart
    ? trace.apply('corridor', 'round', version, { value: sum, scale: 0, mode: 'halfAwayFromZero' })
    : sum;
  return { units, corridors };
}

/** The units up to the upper bound, cell by cell, and the drafts of those above it. */
export function withinCorridor(
  cells: readonly PricedUnits[],
  upper: UpperBound,
  trace: CalculationTrace,
): { readonly within: readonly PricedUnits[]; readonly overflow: readonly InvoiceLineDraft[] } {
  const places = placesOf(cells, upper, trace);
  const overflow: InvoiceLineDraft[] = [];
  const within = cells.map((cell): PricedUnits => {
    const { segment } = cell.lineInSegment;
    const corridor = upper.corridors.get(segment);
    if (corridor === undefined) return cell;
    const { version } = segment;
    const kept = cell.runs.map((run): UnitRun => {
      const place = places.get(run) ?? run;
      const quantity = slice(place, 0, upper.units, version, trace, 'corridor');
      return {
        after: run.after,
        quantity: quantity.value.equals(run.quantity.value) ? run.quantity : quantity,
      };
    });
    if (kept.every(({ quantity }, index) => quantity === cell.runs[index]?.quantity)) return cell;
    const quantity = total(
      kept.map((run) => run.quantity),
      version,
      trace,
    );
    overflow.push(...overflowOf({ ...cell, part: 'overflow' }, quantity, corridor, upper, places, trace));
    return { ...cell, runs: kept, quantity };
  });
  return { within, overflow };
}

/** What is above the bound, step by step, each unit by its place. */
function overflowOf(
  cell: PricedUnits,
  within: Term,
  corridor: Corridor,
  { units, ends }: UpperBound,
  places: ReadonlyMap<UnitRun, UnitRun>,
  trace: CalculationTrace,
): InvoiceLineDraft[] {
  const { version } = cell.lineInSegment.segment;
  const steps = stepsOf(corridor);
  const [only] = steps;
  if (only !== undefined && steps.length === 1) {
    const rest = trace.apply('corridor', 'difference', version, { value: cell.quantity, less: within });
    return [unitDraft(cell, rest, only.price, trace)];
  }
  return steps.flatMap(({ price }, index) => {
    const [from, to] = [ends[index - 1] ?? units, ends[index] ?? null];
    const slices = cell.runs.map((run) => {
      return slice(
        places.get(run) ?? run,
        from,
        index === steps.length - 1 ? null : to,
        version,
        trace,
        'corridor',
      );
    });
    const inStep = total(slices, version, trace);
    return inStep.value.isZero() ? [] : [unitDraft(cell, inStep, price, trace)];
  });
}

/** Each run with the units before it that the corridor counts: all of them, where it holds all month. */
function placesOf(
  cells: readonly PricedUnits[],
  { corridors }: VolumeBound,
  trace: CalculationTrace,
): ReadonlyMap<UnitRun, UnitRun> {
  const places = new Map<UnitRun, UnitRun>();
  if (cells.every(({ lineInSegment: { segment } }) => corridors.has(segment))) return places;
  const counted = cells
    .filter(({ lineInSegment: { segment } }) => corridors.has(segment))
    .flatMap(({ runs, lineInSegment: { segment } }) => runs.map((run) => ({ run, version: segment.version })))
    .toSorted((a, b) => valueOf(a.run.after).comparedTo(valueOf(b.run.after)));
  const before: Term[] = [];
  for (const { run, version } of counted) {
    const after = trace.sum('corridor', version, before);
    places.set(run, { after, quantity: run.quantity });
    before.push(run.quantity);
  }
  return places;
}

/**
 * What is missing to the lower bound: at the price of the shortfall, else as further units of the line, at
 * its own price outside of bands and rates, by the terms of the last version outside of its windows.
 */
export function shortfall(
  { contract, trace }: PricingContext,
  segments: readonly LineInSegment<VolumeLine>[],
  cells: readonly PricedUnits[],
  lower: VolumeBound,
  drafts: (units: PricedUnits) => readonly InvoiceLineDraft[],
): readonly InvoiceLineDraft[] {
  const holding = segments
    .filter(({ segment }) => lower.corridors.has(segment))
    .toSorted((a, b) => a.segment.to - b.segment.to);
  const lineInSegment = ofLastVersion(contract, holding);
  const corridor = lineInSegment === undefined ? undefined : lower.corridors.get(lineInSegment.segment);
  const [first] = cells;
  if (lineInSegment === undefined || corridor === undefined || first === undefined) return [];
  const { version } = lineInSegment.segment;
  const counted = cells.filter(({ lineInSegment: { segment } }) => lower.corridors.has(segment));
  const quantities = counted.map(({ quantity }) => quantity);
  const volume = trace.sum('corridor', version, quantities);
  const quantity = trace.apply('corridor', 'shortBy', version, { value: volume, least: lower.units });
  if (quantity.value.isZero()) return [];
  const missing: PricedUnits = {
    ...first,
    lineInSegment,
    booked: null,
    quantity,
    runs: [{ after: first.volume, quantity }],
    part: 'shortfall',
  };
  return corridor.shortfallPrice === null
    ? drafts(missing)
    : [unitDraft(missing, quantity, corridor.shortfallPrice, trace)];
}

/**
 * Where the terms hold that the last version says outside of its windows; where none does, the last. Terms
 * are compared rather than windows, so that a window or an amendment that changes nothing moves nothing.
 */
export function ofLastVersion<L extends LineInSegment>(
  { versions }: Contract,
  holding: readonly L[],
): L | undefined {
  const last = holding.at(-1);
  const own = versions.find(({ version }) => version === last?.segment.version)?.terms;
  const written = own === undefined ? null : writtenTerms(own);
  return holding.findLast(({ segment }) => writtenTerms(segment.inForce.terms) === written) ?? last;
}
