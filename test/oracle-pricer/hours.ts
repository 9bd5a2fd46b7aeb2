import type { Terms } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { Rational } from '#test/simulation/oracle/rational.js';
import type { Charges } from './charges.js';
import type { Call } from './draw.js';
import { clock } from './fractions.js';
import type { Month, Stretch } from './month.js';

/** Milliseconds of one version and window, in or outside of the evening. */
interface Cell {
  readonly name: string;
  readonly band: string;
  readonly terms: Terms;
  ms: bigint;
}

/**
 * The line of time: talk cut wherever terms or the evening change; the increment of the month, then the cap.
 */
export function chargeHours(month: Month, calls: readonly Call[], charges: Charges): void {
  const cells = cellsOf(month, calls);
  addIncrements(cells);
  takeCaps(month, calls, cells);
  for (const { name, band, terms, ms } of cells) {
    const line = lineOf(terms);
    const unitMs = { hour: 3_600_000, minute: 60_000, second: 1_000 }[line.unit];
    const price = Rational.of(line.price).times(Rational.of(band === '' ? '1' : '1.333'));
    const charge = { line: 'T', part: 'work', kind: band, price: `${Number(line.price)}`, name };
    charges.add(charge, new Rational(ms, BigInt(unitMs)), price);
  }
}

function cellsOf(month: Month, calls: readonly Call[]): Cell[] {
  const cells: Cell[] = [];
  // By when what they agree holds last in the month, whatever cuts it.
  const inOrder = month.stretches.toSorted((a, b) => lastEnd(month, a) - lastEnd(month, b) || a.to - b.to);
  for (const { name, terms } of inOrder) {
    if (cells.some((cell) => cell.name === name)) continue;
    for (const band of ['', 'late']) cells.push({ name, band, terms, ms: 0n });
  }
  for (const { from, to } of calls) {
    for (let at = from; at < to;) {
      const stretch = month.at(at);
      const local = clock(at);
      const isLate = local.hour >= 20;
      const edge = isLate
        ? local.startOfDay().add({ days: 1 })
        : local.toPlainDate().toZonedDateTime({ timeZone: local.timeZoneId, plainTime: '20:00' });
      const borders = [
        to,
        edge.epochMilliseconds,
        ...month.stretches.flatMap((each) => [each.from, each.to]),
      ];
      const end = Math.min(...borders.filter((border) => border > at));
      if (stretch !== null) {
        const band = isLate && lineOf(stretch.terms).bands.length > 0 ? 'late' : '';
        const cell = cells.find((each) => each.name === stretch.name && each.band === band);
        if (cell !== undefined) cell.ms += BigInt(end - at);
      }
      at = end;
    }
  }
  return cells.filter(({ ms }) => ms > 0n);
}

/**
 * Once on the time in each band, over all terms that agree the same; what it adds goes to those that
 * hold last.
 */
function addIncrements(cells: readonly Cell[]): void {
  const groups = Map.groupBy(cells, ({ band, terms }) => JSON.stringify([band, measureOf(terms).increment]));
  for (const members of groups.values()) {
    const last = members.at(-1);
    const increment = last === undefined ? null : measureOf(last.terms).increment;
    if (last === undefined || increment === null) continue;
    const [first, step] = [BigInt(increment.firstMs), BigInt(increment.stepMs)];
    const whole = members.reduce((all, { ms }) => all + ms, 0n);
    const beyond = whole > first ? whole - first : 0n;
    const steps = (beyond + step - 1n) / step;
    last.ms += first + steps * step - whole;
  }
}

/**
 * Each cap over the terms that agree it: prices in their order get their share rounded down, the last the
 * rest.
 */
function takeCaps(month: Month, calls: readonly Call[], cells: readonly Cell[]): void {
  const groups = Map.groupBy(cells, ({ terms }) => JSON.stringify(measureOf(terms).averageCap));
  for (const [agreed, members] of groups) {
    const [first] = members;
    const cap = first === undefined ? null : measureOf(first.terms).averageCap;
    if (cap === null) continue;
    const isMeant = (stretch: Stretch | null): boolean =>
      stretch !== null && JSON.stringify(measureOf(stretch.terms).averageCap) === agreed;
    const handled = calls.filter(({ from }) => isMeant(month.at(from))).length;
    const most = BigInt(handled) * BigInt(cap.perUnitMs);
    const whole = members.reduce((all, { ms }) => all + ms, 0n);
    if (whole <= most) continue;
    const prices = Map.groupBy(members, ({ band, terms }) => {
      const { price, bands } = lineOf(terms);
      return JSON.stringify([band, price, bands]);
    });
    const lists = [...prices.values()];
    const shares = shared(
      lists.map((list) => list.reduce((all, { ms }) => all + ms, 0n)),
      most,
    );
    lists.forEach((list, index) => {
      const agreements = [...Map.groupBy(list, ({ terms }) => JSON.stringify(terms)).values()];
      const parts = shared(
        agreements.map((own) => own.reduce((all, { ms }) => all + ms, 0n)),
        shares[index] ?? 0n,
      );
      agreements.forEach((own, place) => {
        const cut = shared(
          own.map(({ ms }) => ms),
          parts[place] ?? 0n,
        );
        own.forEach((cell, each) => (cell.ms = cut[each] ?? 0n));
      });
    });
  }
}

function shared(parts: readonly bigint[], total: bigint): bigint[] {
  const whole = parts.reduce((all, part) => all + part, 0n);
  const shares = parts.slice(0, -1).map((part) => (part * total) / whole);
  return [...shares, total - shares.reduce((all, share) => all + share, 0n)];
}

function lastEnd({ stretches }: Month, { terms }: Stretch): number {
  const text = JSON.stringify(terms);
  return stretches.findLast((stretch) => JSON.stringify(stretch.terms) === text)?.to ?? 0;
}

function measureOf({ measures }: Terms): WorkTime {
  const measure = measures['time'];
  if (measure?.kind !== 'time') throw new Error('there is no measure of time');
  return measure;
}

function lineOf({ lines }: Terms): TimeLine {
  const line = lines.find((each) => each.model === 'time');
  if (line === undefined) throw new Error('there is no line of time');
  return line;
}
