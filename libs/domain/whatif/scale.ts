import { apportion } from '#domain/calendar/split.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Measure } from '#domain/contract/measure.js';
import {
  encodeQuantityKey,
  decodeQuantityKey,
  type QuantityKey,
  type KpiQuantityKey,
  type LineQuantityKey,
} from '#domain/metering/quantity-key.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { workStates } from '#domain/kpi/contact-counters.js';
import type { KpiModule, KpiType } from '#domain/kpi/kpi-module.js';
import { kpiScales } from '#domain/kpi/kpi-unit.js';
import { kpiModule, scaleOf } from '#domain/kpi/kpis.js';
import { mapBooks, type BookSeries, type Quantities } from './books.js';
import type { Driver } from './drivers.js';

/**
 * The sums as they would have been had a driver had the value `x` instead of what was observed: an
 * approximation where increments and caps of single contacts are agreed, exact in all else. Works on any
 * contract of the same work.
 */
export function scaled(books: BookSeries, driver: Driver, x: number): BookSeries {
  switch (driver.name) {
    case 'volume':
      return mapBooks(books, (quantities) =>
        mapCells(quantities, (cell, value) =>
          staysPut(books.contract, cell) ? value : part(value, x, driver),
        ),
      );
    case 'handleTime':
      return mapBooks(books, (quantities) =>
        mapCells(quantities, (cell, value) =>
          movesWithTime(books.contract, cell) ? part(value, x, driver) : value,
        ),
      );
    case 'kpi':
      return mapBooks(books, (quantities) => withKpi(books.contract, quantities, driver, x));
  }
}

/** value x to / now, in whole units. */
function part(value: number, to: number, { now }: Driver): number {
  return divided(value, to, now);
}

function divided(value: number, times: number, by: number): number {
  const [product, divisor] = [BigInt(value) * BigInt(times) * 2n, BigInt(by) * 2n];
  const half = product < 0n ? -BigInt(by) : BigInt(by);
  return Number((product + half) / divisor);
}

/** Forecasts do not follow what came, nor do customers lost and ad-hoc work. */
export function staysPut(contract: Contract, cell: QuantityKey): boolean {
  switch (cell.kind) {
    case 'forecast':
      return true;
    case 'kpi':
      return whatIfOf(contract, cell) === 'count';
    case 'line':
      return measureOfLine(contract, cell)?.kind === 'adHoc';
    case 'measure':
    case 'clock':
      return false;
  }
}

function movesWithTime(contract: Contract, cell: QuantityKey): boolean {
  switch (cell.kind) {
    case 'line': {
      const measure = measureOfLine(contract, cell);
      return (
        measure?.kind === 'time' &&
        measure.states.some((state) => (workStates as readonly string[]).includes(state))
      );
    }
    case 'kpi':
      return cell.part === 'n' && whatIfOf(contract, cell) === 'handleTime';
    case 'measure':
    case 'clock':
    case 'forecast':
      return false;
  }
}

function whatIfOf(contract: Contract, cell: KpiQuantityKey): KpiModule<KpiType>['whatIf'] {
  const kpi = kpiOf(contract, cell);
  return kpi === null ? undefined : kpiModule(kpi).whatIf;
}

/**
 * Every KPI of that definition gets the value, and so do contacts that are paid because it counts them as
 * resolved.
 */
function withKpi(contract: Contract, quantities: Quantities, driver: Driver, x: number): Quantities {
  const next = new Map(quantities);
  const cells = [...quantities].map(([key, value]) => ({ key, value, cell: decodeQuantityKey(key) }));
  const meant = (cell: QuantityKey): cell is KpiQuantityKey => {
    const kpi = cell.kind === 'kpi' ? kpiOf(contract, cell) : null;
    return kpi !== null && driver.kpi !== null && sameDefinition(kpi, driver.kpi.definition);
  };
  for (const { key, value, cell } of cells) {
    if (!meant(cell) || cell.part !== 'n') continue;
    if (driver.unit === 'events') next.set(key, part(value, x, driver));
    else next.delete(key);
  }
  for (const { value, cell } of cells) {
    if (!meant(cell) || cell.part !== 'd' || driver.unit === 'events') continue;
    const n = numerator(driver, value, x);
    next.set(encodeQuantityKey({ ...cell, part: 'n' }), n);
    for (const id of resolvedLines(contract, cell)) resolve(next, cell, id, n);
  }
  for (const [key, value] of next) if (value === 0) next.delete(key);
  return next;
}

/** The numerator with which a denominator gives the value; units as the book holds them. */
function numerator({ kpi, perUnit }: Driver, d: number, x: number): number {
  const { up, down } = kpi === null ? kpiScales.ratio : scaleOf(kpi.definition);
  return divided(d, x * down, perUnit * up);
}

/** Lines that pay the contacts which a KPI counts as resolved. */
function resolvedLines(contract: Contract, cell: KpiQuantityKey): string[] {
  const terms = termsOf(contract, cell);
  return (terms?.lines ?? []).flatMap((line) => {
    const measure = 'measure' in line ? terms?.measures[line.measure] : undefined;
    return measure?.kind === 'resolved' && measure.kpi === cell.id ? [line.id] : [];
  });
}

/** Spreads `n` over a line's sums of that version and window as they were. */
function resolve(
  quantities: Map<string, number>,
  { version, window }: KpiQuantityKey,
  id: string,
  n: number,
): void {
  const own = [...quantities].filter(([key]) => {
    const cell = key.startsWith(`line/${id}/`) ? decodeQuantityKey(key) : null;
    return cell?.kind === 'line' && cell.version === version && cell.window === window;
  });
  const plain: LineQuantityKey = { kind: 'line', id, version, window, bands: [], rate: null, since: null };
  if (own.length === 0) quantities.set(encodeQuantityKey(plain), n);
  const shares = apportion(
    n,
    own.map(([, value]) => value),
  );
  own.forEach(([key], index) => quantities.set(key, shares[index] ?? 0));
}

function mapCells(quantities: Quantities, change: (cell: QuantityKey, value: number) => number): Quantities {
  const next = new Map<string, number>();
  for (const [key, value] of quantities) {
    const changed = change(decodeQuantityKey(key), value);
    if (changed !== 0) next.set(key, changed);
  }
  return next;
}

function measureOfLine(contract: Contract, cell: LineQuantityKey): Measure | undefined {
  const terms = termsOf(contract, cell);
  const line = terms?.lines.find(({ id }) => id === cell.id);
  return line !== undefined && 'measure' in line ? terms?.measures[line.measure] : undefined;
}

function termsOf(
  { versions }: Contract,
  { version, window }: { readonly version: number; readonly window: string | null },
): Terms | null {
  const found = versions.find((candidate) => candidate.version === version);
  if (found === undefined || window === null) return found?.terms ?? null;
  return found.windows.find(({ id }) => id === window)?.terms ?? null;
}

function kpiOf(contract: Contract, cell: KpiQuantityKey): Kpi | null {
  return termsOf(contract, cell)?.kpis[cell.id] ?? null;
}

/** What is counted is the same; what little data means may differ. */
function sameDefinition(a: Kpi, b: Kpi): boolean {
  return counted(a) === counted(b);
}

function counted(kpi: Kpi): string {
  const definition = Object.entries(kpi).filter(([name]) => !beside.has(name));
  return JSON.stringify(definition.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const beside = new Set(['version', 'minSample', 'onNoData']);
