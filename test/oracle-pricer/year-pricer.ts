import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Discount, DiscountStep } from '#domain/contract/discount.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { greatest, least, sum, wholeUnits } from './fractions.js';
import type { Priced } from './pricer.js';
import { firstMonth, midnight, monthsBetween, type YearDraw } from './year-draw.js';

interface Agreed {
  readonly value: string;
  readonly proration: string;
}

/**
 * Commitments over several months, priced forwards: month after month from the first, as a clerk would keep
 * the books, with what each commitment period has come to so far. Amendments hold from the first of a month.
 */
export function priceYear({ contract, month: priced, calls }: YearDraw): Priced {
  const books = new Books(contract);
  let parts: [string, Rational][] = [];
  const byMonth = Map.groupBy(calls, ({ from }) => monthOf(from, contract.timeZone));
  for (const month of monthsBetween(firstMonth, priced)) parts = books.month(month, byMonth.get(month) ?? []);
  const net = sum(parts.map(([, amount]) => amount));
  const shown = parts.filter(([, amount]) => !amount.isZero);
  return Object.fromEntries([...shown, ['net', net] as const].map(([id, amount]) => [id, amount.cents()]));
}

class Books {
  readonly #contract: Contract;
  /** By line or commitment, and the first day of its commitment period. */
  readonly #soFar = new Map<string, Rational>();
  readonly #order: string[];
  /** Rebates by id and span, as they were first written; those named twice are met once. */
  readonly #rebates: (readonly [string, CommitmentSpan])[];
  readonly #given = new Map<string, Rational>();
  /** Of the month before, to be taken off this one. */
  #putOff = zero;
  #credits: [month: string, left: Rational][] = [];
  /** Terms by day, once asked for. */
  readonly #days = new Map<number, Terms | null>();

  constructor(contract: Contract) {
    this.#contract = contract;
    const idsOf = (section: (terms: Terms) => readonly { readonly id: string }[]): string[] => [
      ...new Set(contract.versions.flatMap(({ terms }) => section(terms).map(({ id }) => id))),
    ];
    this.#order = idsOf(({ commitments = [] }) => commitments);
    this.#rebates = contract.versions.flatMap(({ terms }) =>
      (terms.discounts ?? []).flatMap(({ id, over }) => (over === undefined ? [] : [[id, over] as const])),
    );
  }

  month(month: string, calls: YearDraw['calls']): [string, Rational][] {
    const days = daysOf(month).filter((day) => this.#termsOn(day) !== null);
    const [first] = days;
    const terms = first === undefined ? null : this.#termsOn(first);
    if (first === undefined || terms === null) return [];
    const last = days.at(-1) ?? first;
    const [begins, until] = [midnight(dateOf(first)), midnight(dateOf(last + 1))];
    const within = calls.filter(({ from }) => from >= begins && from < until);
    const ms = sum(within.map(({ from, to }) => Rational.of(to - from)));
    const share = new Rational(BigInt(days.length), BigInt(daysOf(month).length));
    const amounts = new Map<string, Rational>([
      ['U', this.#units('U', Rational.of(within.length), month, terms, share)],
      ['T', this.#units('T', ms, month, terms, share)],
      ['F', Rational.of(amountOf(terms)).times(share).rounded()],
    ]);
    const ends = this.#contract.term.lastDay?.slice(0, 7) === month;
    const [malus] = terms.bonusMalus;
    const taken =
      malus?.kind === 'perEvent' ? Rational.of(malus.amount).times(Rational.of(within.length)) : zero;
    const waits = malus?.kind === 'perEvent' && malus.deduct !== undefined && !ends;
    if (!waits) amounts.set('M', taken);
    const volume = (line: string): Rational => (line === 'U' ? Rational.of(within.length) : ms);
    for (const each of terms.discounts ?? []) {
      if (each.over !== undefined || !isHeld(each, month)) continue;
      const base = sum(
        [...amounts].flatMap(([id, amount]) => ((each.base?.includes(id) ?? true) ? [amount] : [])),
      );
      const measured = each.volumeOf === undefined ? base : volume(each.volumeOf);
      amounts.set(each.id, zero.minus(this.#off(each, terms, base, measured, share)));
    }
    amounts.set('limits', limitOf(terms, share, sum([...amounts.values()])));
    for (const id of this.#order) {
      const clause = (terms.commitments ?? []).find((each) => each.id === id);
      if (clause !== undefined)
        amounts.set(id, this.#settled(clause, month, terms, amounts, within.length, ms));
    }
    for (const [id, over] of this.#rebates) {
      const clause = (terms.discounts ?? []).find((each) => each.id === id && each.over === over);
      if (clause === undefined || amounts.has(id) || !isHeld(clause, month)) continue;
      amounts.set(id, this.#rebate(clause, over, month, terms, amounts, volume));
    }
    amounts.set('M', (amounts.get('M') ?? zero).plus(this.#putOff));
    this.#putOff = waits ? taken : zero;
    amounts.set('credits', this.#settleCredits(month, terms, ends, sum([...amounts.values()])));
    return [...amounts];
  }

  /** What a discount takes off, to the cent, and at most its base. */
  #off(clause: Discount, terms: Terms, base: Rational, measured: Rational, share: Rational): Rational {
    const isWhole = clause.proration === 'none' || share.compared(Rational.of(1)) === 0;
    const part = (value: string): Rational => Rational.of(value).times(isWhole ? Rational.of(1) : share);
    const line = terms.lines.find(({ id }) => id === clause.volumeOf);
    const per = Rational.of(line?.model === 'time' ? volumeTerms(line).perUnit : 1);
    const bound = (step: DiscountStep | undefined): Rational | null => {
      const text = step?.above ?? step?.atLeast;
      if (text === undefined) return null;
      if (clause.volumeOf === undefined) return isWhole ? part(text) : part(text).rounded();
      return isWhole ? part(text).times(per) : wholeUnits(part(text).times(per));
    };
    const positive = greatest([zero, base]);
    const steps = clause.steps ?? [clause];
    let off = zero;
    for (const [index, step] of steps.entries()) {
      const from = bound(step);
      if (clause.appliesTo === 'excess') {
        const to = bound(steps[index + 1]);
        const end = to === null ? positive : least([positive, to]);
        off = off.plus(greatest([zero, end.minus(from ?? zero)]).times(Rational.of(step.rate ?? '0')));
        continue;
      }
      const order = from === null ? 1 : measured.compared(from);
      if (order < 0 || (order === 0 && step.above !== undefined)) continue;
      off =
        step.amount === undefined
          ? positive.times(Rational.of(step.rate ?? '0'))
          : part(step.amount).rounded();
    }
    return least([off, positive]).rounded();
  }

  #rebate(
    clause: Discount,
    over: CommitmentSpan,
    month: string,
    terms: Terms,
    amounts: ReadonlyMap<string, Rational>,
    volume: (line: string) => Rational,
  ): Rational {
    const span = this.#span(over, month);
    const key = `${clause.id} ${over} ${span.first}`;
    const counted = sum(
      [...amounts].flatMap(([id, amount]) => ((clause.base?.includes(id) ?? true) ? [amount] : [])),
    );
    const base = (this.#soFar.get(key) ?? zero).plus(counted);
    const units = (this.#soFar.get(`${key} volume`) ?? zero).plus(
      clause.volumeOf === undefined ? zero : volume(clause.volumeOf),
    );
    this.#soFar.set(key, base).set(`${key} volume`, units);
    const held = span.days.filter((day) =>
      (this.#termsOn(day)?.discounts ?? []).some(
        (each) => each.id === clause.id && each.over === over && isHeld(each, monthOfDay(day)),
      ),
    );
    const share = new Rational(BigInt(held.length), BigInt(span.days.length));
    const all = this.#off(clause, terms, base, clause.volumeOf === undefined ? base : units, share);
    const before = this.#given.get(key) ?? zero;
    const isLast = monthOfDay(held.at(-1) ?? -1) === month;
    if (clause.settle !== 'asReached' && !isLast) return zero;
    this.#given.set(key, all);
    return before.minus(all);
  }

  /** What is carried on from a month below zero, or what it uses of those before, the oldest first. */
  #settleCredits(month: string, { credits }: Terms, ends: boolean, total: Rational): Rational {
    const carries = credits?.belowZero === 'carry' && (!ends || credits.atEnd === 'lapse');
    if (carries && total.compared(zero) < 0) {
      const rest = zero.minus(total);
      this.#credits.push([month, rest]);
      return rest;
    }
    let open = total;
    for (const credit of this.#credits) {
      const used = carries ? least([credit[1], open]) : credit[1];
      credit[1] = credit[1].minus(used);
      open = open.minus(used);
    }
    this.#credits = this.#credits.filter(([, left]) => left.compared(zero) > 0);
    return open.minus(total);
  }

  /** A line of units or time: each at its place in the volume of the month, or of its commitment period. */
  #units(id: string, volume: Rational, month: string, terms: Terms, share: Rational): Rational {
    const line = terms.lines.find((each) => each.id === id);
    if (line === undefined || !(line.model === 'perUnit' || line.model === 'time')) return zero;
    const { pricing, above, proration, perUnit } = volumeTerms(line);
    const { over } = line;
    const span = over === undefined ? null : this.#span(over, month);
    const key = `${id} ${over ?? ''} ${span?.first ?? month}`;
    const from = this.#soFar.get(key) ?? zero;
    const to = from.plus(volume);
    this.#soFar.set(key, to);
    const holds = ({ lines }: Terms): boolean => {
      const same = lines.find((each) => each.id === id);
      return same !== undefined && 'over' in same && same.over === over;
    };
    const part = span === null ? share : this.#partOf(span, holds);
    const place = (units: number): Rational => {
      const number = Rational.of(units);
      const agreed =
        proration === 'none' || part.compared(Rational.of(1)) === 0 ? number : wholeUnits(number.times(part));
      return agreed.times(Rational.of(perUnit));
    };
    const between = (low: Rational, high: Rational | null): Rational =>
      greatest([
        zero,
        (high === null ? to : least([to, high])).minus(greatest([from, low, place(above)])),
      ]).over(Rational.of(perUnit));
    switch (pricing.mode) {
      case 'flat':
        return between(zero, null).times(Rational.of(pricing.price)).rounded();
      case 'package': {
        const size = Rational.of(pricing.size);
        const opened = to.over(size).ceiling().minus(from.over(size).ceiling());
        return opened.times(Rational.of(pricing.price)).rounded();
      }
      case 'graduated':
      case 'allUnits': {
        const slices = pricing.steps.map(({ upTo, price }, index) => {
          const low = place(pricing.steps[index - 1]?.upTo ?? 0);
          return { price, quantity: between(low, upTo === null ? null : place(upTo)) };
        });
        const prices = Map.groupBy(slices, ({ price }) => Number(price));
        return sum(
          [...prices.values()].map((same) =>
            sum(same.map(({ price, quantity }) => quantity.times(Rational.of(price)))).rounded(),
          ),
        );
      }
    }
  }

  #settled(
    clause: Commitment,
    month: string,
    terms: Terms,
    amounts: ReadonlyMap<string, Rational>,
    units: number,
    ms: Rational,
  ): Rational {
    const span = this.#span(clause.over, month);
    const key = `${clause.id} ${clause.over} ${span.first}`;
    const before = this.#soFar.get(key) ?? zero;
    const isLast = monthOfDay(span.days.findLast((day) => this.#termsOn(day) !== null) ?? -1) === month;
    const agreed = (says: (each: Commitment) => string | null): Rational | null =>
      this.#agreed(span, (on) => {
        const own = (on.commitments ?? []).find(({ id, over }) => id === clause.id && over === clause.over);
        const value = own === undefined ? null : says(own);
        return own === undefined || value === null ? null : { value, proration: own.proration };
      });
    if (clause.kind === 'volume') {
      const line = terms.lines.find(({ id }) => id === clause.line);
      const per = Rational.of(line?.model === 'time' ? volumeTerms(line).perUnit : 1);
      const minimum = agreed((each) => (each.kind === 'volume' ? each.minimumVolume : null)) ?? zero;
      const soFar = before.plus(clause.line === 'U' ? Rational.of(units) : ms);
      this.#soFar.set(key, soFar);
      const missing = greatest([zero, wholeUnits(minimum.times(per)).minus(soFar)]);
      return isLast ? missing.times(Rational.of(clause.shortfallPrice)).over(per).rounded() : zero;
    }
    const counted = sum(
      [...amounts].flatMap(([id, amount]) => ((clause.base?.includes(id) ?? true) ? [amount] : [])),
    );
    const soFar = before.plus(counted);
    this.#soFar.set(key, soFar);
    const bound = (kind: 'minimum' | 'maximum'): Rational | null =>
      agreed((each) => (each.kind === 'amount' ? each[kind] : null))?.rounded() ?? null;
    const [minimum, maximum] = [bound('minimum'), bound('maximum')];
    const beyond = (value: Rational): Rational =>
      maximum === null ? zero : greatest([zero, value.minus(maximum)]);
    const missing = minimum === null || !isLast ? zero : greatest([zero, minimum.minus(soFar)]);
    return beyond(before).minus(beyond(soFar)).plus(missing);
  }

  #termsOn(day: number): Terms | null {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const terms = this.#termsAt(dateOf(day));
    this.#days.set(day, terms);
    return terms;
  }

  #termsAt(day: Temporal.PlainDate): Terms | null {
    const { term, versions } = this.#contract;
    const text = day.toString();
    if ((term.firstDay !== null && text < term.firstDay) || (term.lastDay !== null && text > term.lastDay))
      return null;
    return versions.findLast(({ from }) => from === null || from <= midnight(day))?.terms ?? null;
  }

  /** All days of the commitment period that a month belongs to. */
  #span(over: CommitmentSpan, month: string): { first: number; days: number[] } {
    const { firstDay, lastDay } = this.#contract.term;
    const begins = numberOf(firstDay ?? '2025-01-01');
    if (over === 'term')
      return { first: begins, days: daysBetween(begins, numberOf(lastDay ?? '2026-12-31') + 1) };
    const length = over.endsWith('Year') ? 12 : 3;
    const months = monthsBetween(over.startsWith('calendar') ? '2024-01' : monthOfDay(begins), month);
    const [since = month] = months.slice((Math.ceil(months.length / length) - 1) * length);
    const first = numberOf(`${since}-01`);
    const end = dateOf(first).add({ months: length });
    return { first, days: daysBetween(first, numberOf(end.toString())) };
  }

  #partOf({ days }: { days: number[] }, holds: (terms: Terms) => boolean): Rational {
    const own = days.filter((day) => {
      const terms = this.#termsOn(day);
      return terms !== null && holds(terms);
    });
    return new Rational(BigInt(own.length), BigInt(days.length));
  }

  /** Day by day; null: no day has it. */
  #agreed({ days }: { days: number[] }, says: (terms: Terms) => Agreed | null): Rational | null {
    const said = [...Map.groupBy(days, (day) => this.#termsOn(day))].flatMap(([terms, own]) => {
      const agreed = terms === null ? null : says(terms);
      return agreed === null ? [] : [{ ...agreed, days: own.length }];
    });
    if (said.length === 0) return null;
    const held = said.reduce((all, { days: own }) => all + own, 0);
    return sum(
      said.map(({ value, proration, days: own }) => {
        const of = proration === 'none' ? held : days.length;
        return Rational.of(value).times(new Rational(BigInt(own), BigInt(of)));
      }),
    );
  }
}

function isHeld({ from, to }: Discount, month: string): boolean {
  return (from ?? month) <= month && month <= (to ?? month);
}

function limitOf({ limits }: Terms, share: Rational, net: Rational): Rational {
  if (limits === null) return zero;
  const bound = (value: string): Rational =>
    limits.proration === 'none' ? Rational.of(value) : Rational.of(value).times(share).rounded();
  const { monthlyMin: low, monthlyMax: high } = limits;
  if (low !== null && bound(low).compared(net) > 0) return bound(low).minus(net);
  if (high !== null && bound(high).compared(net) < 0) return bound(high).minus(net);
  return zero;
}

function amountOf({ lines }: Terms): string {
  const line = lines.find(({ id }) => id === 'F');
  return line?.model === 'fixed' ? line.amount : '0';
}

/** Days are numbered from the first of 2024. */
const dates: Temporal.PlainDate[] = [];
const numbers = new Map<string, number>();
const months: string[] = [];
for (let day = Temporal.PlainDate.from('2024-01-01'); day.year < 2029; day = day.add({ days: 1 })) {
  numbers.set(day.toString(), dates.length);
  months.push(day.toString().slice(0, 7));
  dates.push(day);
}

function dateOf(day: number): Temporal.PlainDate {
  const date = dates[day];
  if (date === undefined) throw new RangeError(`${day} is not in the calendar`);
  return date;
}

function numberOf(date: string): number {
  const day = numbers.get(date);
  if (day === undefined) throw new RangeError(`${date} is not in the calendar`);
  return day;
}

function monthOfDay(day: number): string {
  return months[day] ?? '';
}

/** Days of a month. */
function daysOf(month: string): number[] {
  const first = numberOf(`${month}-01`);
  return daysBetween(first, first + dateOf(first).daysInMonth);
}

function monthOf(instant: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toString().slice(0, 7);
}

function daysBetween(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}
