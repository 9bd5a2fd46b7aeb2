import type { Terms } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { WorkTime } from '#domain/contract/measure.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import type { Charges } from './charges.js';
import type { Call } from './draw.js';
import { clock, greatest, reduced, sum } from './fractions.js';
import type { PricedPeriod, Stretch } from './priced-period.js';
import { chargeVolume, rateOf, type VolumeLine } from './units.js';

/** Milliseconds of one version and window, in or outside of the evening. */
interface Cell {
  readonly name: string;
  readonly band: string;
  readonly rate: string;
  readonly terms: Terms;
  ms: bigint;
}

/**
 * The line of time: talk cut wherever terms or the evening change; the increment of the month, then the cap.
 */
export function chargeHours(period: PricedPeriod, calls: readonly Call[], charges: Charges): void {
  if (period.stretches.some(({ terms }) => isByVolume(terms))) return chargeByVolume(period, calls, charges);
  const cells = cellsOf(period, calls);
  addIncrements(cells);
  takeCaps(period, calls, cells);
  for (const { name, band, rate, terms, ms } of cells) {
    const line = lineOf(terms);
    const agreed = line.rates.find(({ id }) => id === rate)?.price ?? line.price;
    const price = Rational.of(agreed).times(Rational.of(band === '' ? '1' : '1.333'));
    const charge = { line: 'T', part: 'work', kind: `${band} ${rate}`, price: `${Number(agreed)}`, name };
    charges.add(charge, Rational.of(String(ms)).over(unitMs(line)), price);
  }
}

function cellsOf(period: PricedPeriod, calls: readonly Call[]): Cell[] {
  const cells: Cell[] = [];
  // By when what they agree holds last in the month, whatever cuts it.
  const until = ({ name }: Stretch): number =>
    period.stretches.findLast((each) => each.name === name)?.to ?? 0;
  const places = new Map<Cell, readonly number[]>();
  for (const stretch of period.stretches) {
    const { name, terms } = stretch;
    if (cells.some((cell) => cell.name === name)) continue;
    ['', 'late'].forEach((band, inBand) => {
      [...lineOf(terms).rates.map(({ id }) => id), ''].forEach((rate, place) => {
        const cell = { name, band, rate, terms, ms: 0n };
        cells.push(cell);
        // prices of the same terms in their own order, whatever cuts the terms
        places.set(cell, [lastEnd(period, stretch), inBand, place, until(stretch)]);
      });
    });
  }
  cells.sort((a, b) => {
    const [one, other] = [places.get(a) ?? [], places.get(b) ?? []];
    const differs = one.findIndex((place, index) => place !== other[index]);
    return differs < 0 ? 0 : (one[differs] ?? 0) - (other[differs] ?? 0);
  });
  for (const { stretch, band, rate, ms } of talkOf(period, calls)) {
    const cell = cells.find((each) => each.name === stretch.name && each.band === band && each.rate === rate);
    if (cell !== undefined) cell.ms += BigInt(ms);
  }
  return cells.filter(({ ms }) => ms > 0n);
}

interface Talk {
  /** When its terms, in or outside of the evening, began to hold. */
  readonly since: number;
  readonly stretch: Stretch;
  readonly band: string;
  readonly rate: string;
  readonly ms: number;
}

/** Talk cut wherever terms or the evening change. */
function talkOf(period: PricedPeriod, calls: readonly Call[]): Talk[] {
  const talk: Talk[] = [];
  for (const call of calls) {
    const { from, to } = call;
    for (let at = from; at < to;) {
      const stretch = period.at(at);
      const local = clock(at);
      const isLate = local.hour >= 20;
      const evening = local.toPlainDate().toZonedDateTime({ timeZone: local.timeZoneId, plainTime: '20:00' });
      const edge = isLate ? local.startOfDay().add({ days: 1 }) : evening;
      const borders = [
        to,
        edge.epochMilliseconds,
        ...period.stretches.flatMap((each) => [each.from, each.to]),
      ];
      const end = Math.min(...borders.filter((border) => border > at));
      if (stretch !== null) {
        const hasBand = lineOf(stretch.terms).bands.length > 0;
        const midnight = local.startOfDay().epochMilliseconds;
        const begun = isLate ? evening.epochMilliseconds : midnight;
        const since = Math.max(stretch.from, hasBand ? begun : stretch.from);
        const rate = rateOf(lineOf(stretch.terms), call);
        talk.push({ since, stretch, band: isLate && hasBand ? 'late' : '', rate, ms: end - at });
      }
      at = end;
    }
  }
  return talk;
}

/** A corridor without a forecast for the period as well: when it is counted none may be known yet. */
function isByVolume(terms: Terms): boolean {
  const { tiers, above = 0, minimum } = lineOf(terms);
  const hasCorridor = terms.corridors.some(({ line }) => line === 'T') || (minimum?.volume ?? null) !== null;
  return tiers !== undefined || above > 0 || hasCorridor;
}

/**
 * Time takes its places in the volume of the month by when its price began to hold. An increment of the month
 * lengthens the last time of each band, a cap on the average shortens all time in proportion.
 */
function chargeByVolume(period: PricedPeriod, calls: readonly Call[], charges: Charges): void {
  const runs = [...Map.groupBy(talkOf(period, calls), ({ since, rate }) => `${since} ${rate}`).values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const ms = others.reduce((all, each) => all + each.ms, first.ms);
      return { ...first, exact: Rational.of(ms) };
    })
    .sort((a, b) => a.since - b.since);
  const groups = (of: (measure: WorkTime, kind: string) => unknown) =>
    Map.groupBy(runs, ({ stretch: { terms }, band, rate }) =>
      JSON.stringify(of(measureOf(terms), `${band} ${rate}`)),
    ).values();
  for (const members of groups(({ increment }, kind) => [increment, kind])) {
    const last = members.at(-1);
    const increment = last === undefined ? null : measureOf(last.stretch.terms).increment;
    if (last === undefined || increment === null) continue;
    const whole = sum(members.map(({ exact }) => exact));
    const [first, step] = [Rational.of(increment.firstMs), Rational.of(increment.stepMs)];
    const steps = greatest([zero, whole.minus(first)])
      .over(step)
      .ceiling();
    last.exact = last.exact.plus(first.plus(steps.times(step)).minus(whole));
  }
  for (const members of groups(({ averageCap }) => averageCap)) {
    const [any] = members;
    const cap = any === undefined ? null : measureOf(any.stretch.terms).averageCap;
    if (cap === null) continue;
    const most = Rational.of(handledUnder(period, calls, cap) * cap.perUnitMs);
    const whole = sum(members.map(({ exact }) => exact));
    if (whole.compared(most) <= 0) continue;
    for (const run of members) run.exact = reduced(run.exact.times(most).over(whole));
  }
  const pieces = runs.map(({ stretch, band, rate, exact }) => {
    return { stretch, band, rate, quantity: reduced(exact.over(unitMs(lineOf(stretch.terms)))) };
  });
  const of = (terms: Terms, rate: string): VolumeLine => {
    const { rates, tiers, above = 0, proration = 'calendarDays' } = lineOf(terms);
    const price = rates.find(({ id }) => id === rate)?.price ?? lineOf(terms).price;
    return { pricing: tiers ?? { mode: 'flat', price }, above, proration };
  };
  chargeVolume(period, { id: 'T', of, surcharge: '1.333', isPaid: () => true }, pieces, charges);
}

function unitMs({ unit, hoursPerFte = '0' }: TimeLine): Rational {
  const hour = Rational.of(3_600_000);
  if (unit === 'fte') return hour.times(Rational.of(hoursPerFte));
  return { hour, minute: Rational.of(60_000), second: Rational.of(1_000) }[unit];
}

/** Contacts of the terms that agree a cap. */
function handledUnder(period: PricedPeriod, calls: readonly Call[], cap: WorkTime['averageCap']): number {
  const agreed = JSON.stringify(cap);
  const isMeant = (stretch: Stretch | null): boolean =>
    stretch !== null && JSON.stringify(measureOf(stretch.terms).averageCap) === agreed;
  return calls.filter(({ from }) => isMeant(period.at(from))).length;
}

/**
 * Once on the time in each band, over all terms that agree the same; what it adds goes to those that
 * hold last.
 */
function addIncrements(cells: readonly Cell[]): void {
  const groups = Map.groupBy(cells, ({ band, rate, terms }) =>
    JSON.stringify([band, rate, measureOf(terms).increment]),
  );
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
function takeCaps(period: PricedPeriod, calls: readonly Call[], cells: readonly Cell[]): void {
  const groups = Map.groupBy(cells, ({ terms }) => JSON.stringify(measureOf(terms).averageCap));
  for (const members of groups.values()) {
    const [first] = members;
    const cap = first === undefined ? null : measureOf(first.terms).averageCap;
    if (cap === null) continue;
    const most = BigInt(handledUnder(period, calls, cap) * cap.perUnitMs);
    const whole = members.reduce((all, { ms }) => all + ms, 0n);
    if (whole <= most) continue;
    const prices = Map.groupBy(members, ({ band, rate, terms }) => {
      const { price, bands, rates } = lineOf(terms);
      return JSON.stringify([band, rate, price, bands, rates]);
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

function lastEnd({ stretches }: PricedPeriod, { terms }: Stretch): number {
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
