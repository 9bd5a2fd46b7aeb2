import type { Contract, Version } from '#domain/contract/contract.js';
import type { Forecast } from '#domain/contract/kpi.js';
import type { OneOffLine } from '#domain/contract/line.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { dayBounds } from '#domain/period/period.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { foreignPeriodFaults } from './period-border.js';

/** The time of a contract, `[from, to)`. */
interface Span {
  readonly from: number;
  readonly to: number;
}

export function spanOf({ firstDay, lastDay }: Contract['term'], timeZone: string): Span {
  return {
    from: firstDay === null ? -Infinity : dayBounds(firstDay, timeZone).start,
    to: lastDay === null ? Infinity : dayBounds(lastDay, timeZone).end,
  };
}

/**
 * An amendment before the contract begins, or once it has ended: one of the two sets of terms is never in
 * force.
 */
export function amendmentFaults(from: number, effective: string, span: Span, path: Path): Fault[] {
  if (from >= span.to) {
    const message = `${effective} is after the last day of the contract: it is never in force`;
    return [fault('outside-term', path, message)];
  }
  if (from > span.from) return [];
  const message =
    `${effective} is not after the first moment of the contract: the terms before it are never in force; ` +
    'write these as the terms of the contract';
  return [fault('outside-term', path, message)];
}

/** A calendar rule or a waiver for a time in which the contract does not hold. */
export function intervalFaults({ from, to }: Span, span: Span, path: Path): Fault[] {
  if (!(from >= span.to || to <= span.from)) return [];
  return [fault('outside-term', path, 'lies outside the time of the contract: it never holds')];
}

/**
 * What every version agrees for a time outside of the contract, each once. `paths`: of each version's terms;
 * empty: the contract's own.
 */
export function outsideTermFaults(
  versions: readonly Version[],
  span: Span,
  frame: PeriodFrame,
  paths: readonly Path[],
): Fault[] {
  const seen = new Set<string>();
  const dated = versions.flatMap(({ terms }, index) => {
    const set = paths[index] ?? [];
    const own = (path: Path): Path => (set.length === 0 ? path : set);
    const waivers = terms.waivers.flatMap((waiver, place) => {
      const path = ['waivers', place];
      if (waiver.kind !== 'volumeAbove') return intervalFaults(waiver, span, own(path));
      return forecastFaults(waiver.forecast, span, frame, own([...path, 'forecast']));
    });
    const corridors = terms.corridors.flatMap(({ forecast }, place) =>
      forecastFaults(forecast, span, frame, own(['corridors', place, 'forecast'])),
    );
    const shares = Object.entries(terms.kpis).flatMap(([id, kpi]) =>
      kpi.type === 'share' ? forecastFaults(kpi.of, span, frame, own(['kpis', id, 'of'])) : [],
    );
    const faults = [...waivers, ...corridors, ...shares].filter(({ message }) => !seen.has(message));
    for (const { message } of faults) seen.add(message);
    return faults;
  });
  return [...dated, ...oneOffFaults(versions, span, frame.timeZone, paths)];
}

/** Numbers agreed for periods in which the contract does not hold, or that it does not have. */
function forecastFaults(forecast: Forecast, span: Span, frame: PeriodFrame, path: Path): Fault[] {
  if (forecast.kind === 'event') return [];
  return Object.keys(forecast.values).flatMap((period) => {
    const foreign = foreignPeriodFaults(period, frame, path);
    if (foreign.length > 0) return foreign;
    const { start, end } = periodsOf(frame).bounds(period);
    if (start < span.to && end > span.from) return [];
    const noun = periodNouns[frame.period.unit];
    return [fault('outside-term', path, `${period} is a ${noun} in which the contract does not hold`)];
  });
}

/**
 * One-off amounts that no version charges on their day, and those that two versions charge: moved to another
 * day once the first had passed. `paths`: of each version's terms.
 */
function oneOffFaults(
  versions: readonly Version[],
  span: Span,
  timeZone: string,
  paths: readonly Path[],
): Fault[] {
  const faults: Fault[] = [];
  const charged = new Map<string, string>();
  versions.forEach(({ from, terms }, index) => {
    const since = Math.max(span.from, from ?? -Infinity);
    const until = Math.min(span.to, versions[index + 1]?.from ?? Infinity);
    terms.lines.forEach((line, place) => {
      if (line.model !== 'oneOff') return;
      const path = index === 0 ? ['lines', place, 'day'] : (paths[index] ?? []);
      const day = dayBounds(line.day, timeZone).start;
      if (isNew(line, versions[index - 1])) {
        const why = whyNever(day, since, span, index === 0);
        if (why !== null)
          faults.push(
            fault('outside-term', path, `${line.day} of '${line.id}' is ${why}: it would never be charged`),
          );
      }
      const before = charged.get(line.id);
      if (day < since || day >= until) return;
      if (before !== undefined && before !== line.day) {
        const message = `'${line.id}' was charged on ${before} and would be charged again on ${line.day}: give the second an id of its own`;
        faults.push(fault('charged-twice', path, message));
      }
      charged.set(line.id, line.day);
    });
  });
  return faults;
}

function isNew({ id, day }: OneOffLine, before: Version | undefined): boolean {
  return !before?.terms.lines.some((line) => line.model === 'oneOff' && line.id === id && line.day === day);
}

function whyNever(day: number, since: number, span: Span, isFirst: boolean): string | null {
  if (day >= span.to) return 'after the last day of the contract';
  if (day >= since) return null;
  return isFirst || day < span.from
    ? 'before the first day of the contract'
    : 'before the amendment that sets it';
}
