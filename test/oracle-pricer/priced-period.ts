import type { Contract, Terms } from '#domain/contract/contract.js';
import { Rational } from '#test/simulation/oracle/rational.js';
import { periodNamed } from './calendar.js';
import { clock, sum } from './fractions.js';

/** An interval in which one version and window holds; the clock and the calendar by `Temporal` alone. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Version and window. */
  readonly name: string;
  readonly terms: Terms;
  /** What its version says outside of windows. */
  readonly ordinary: Terms;
}

/** The time of one invoice, day by day and in stretches of one set of terms. */
export class PricedPeriod {
  readonly name: string;
  readonly contract: Contract;
  /** `[from, to)`, whatever term the contract has. */
  readonly from: number;
  readonly to: number;
  readonly stretches: readonly Stretch[];
  /** What holds at the first moment of each day of the period; null: the contract does not. */
  readonly days: readonly (Stretch | null)[];

  /** Whether the contract holds, in this period or another. */
  readonly isInTerm: (at: number) => boolean;

  readonly #dates: readonly Temporal.PlainDate[];

  constructor(contract: Contract, name: string) {
    this.name = name;
    this.contract = contract;
    const { first, days } = periodNamed(contract.period, name);
    const midnight = (day: Temporal.PlainDate): number =>
      day.toZonedDateTime(contract.timeZone).epochMilliseconds;
    this.#dates = Array.from({ length: days }, (_, index) => first.add({ days: index }));
    const [start, end] = [midnight(first), midnight(first.add({ days }))];
    [this.from, this.to] = [start, end];
    const { firstDay, lastDay } = contract.term;
    const begins = firstDay === null ? start : midnight(Temporal.PlainDate.from(firstDay));
    const ends = lastDay === null ? end : midnight(Temporal.PlainDate.from(lastDay).add({ days: 1 }));
    const borders = new Set([begins, ends, start, end]);
    for (const { from, windows } of contract.versions) {
      if (from !== null) borders.add(from);
      for (const window of windows) borders.add(window.from).add(window.to);
    }
    this.isInTerm = (at) => (firstDay === null || at >= begins) && (lastDay === null || at < ends);
    const [since, until] = [Math.max(start, begins), Math.min(end, ends)];
    const inside = [...borders].filter((at) => at >= since && at <= until).sort((a, b) => a - b);
    this.stretches = inside.slice(1).map((to, index) => {
      const from = inside[index] ?? to;
      return { from, to, ...termsAt(contract, from) };
    });
    this.days = this.#dates.map((date) => this.at(midnight(date)));
  }

  at(instant: number): Stretch | null {
    return this.stretches.find(({ from, to }) => instant >= from && instant < to) ?? null;
  }

  /** Terms that hold at some moment, in this period or another. */
  termsThatHold(): readonly Terms[] {
    const { versions, term, timeZone } = this.contract;
    const borders = versions.flatMap(({ from, windows }) => [
      ...(from === null ? [] : [from]),
      ...windows.flatMap((window) => [window.from, window.to]),
    ]);
    const begins =
      term.firstDay === null
        ? Math.min(0, ...borders) - 1
        : Temporal.PlainDate.from(term.firstDay).toZonedDateTime(timeZone).epochMilliseconds;
    const moments = [begins, ...borders].filter((at) => this.isInTerm(at));
    return [...new Set(moments.map((at) => termsAt(this.contract, at).terms))];
  }

  /** Days of the period for which something holds. */
  daysWhere(holds: (stretch: Stretch) => boolean): number {
    return this.days.filter((stretch) => stretch !== null && holds(stretch)).length;
  }

  /** Days of a calendar rule, in this period and others, on which the contract has a clause for it. */
  daysOfWindow(window: string, clause: string): number {
    const rules = this.contract.versions.flatMap(({ windows }) => windows.filter(({ id }) => id === window));
    const first = clock(Math.min(...rules.map(({ from }) => from))).toPlainDate();
    const last = clock(Math.max(...rules.map(({ to }) => to))).toPlainDate();
    let days = 0;
    for (let day = first; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
      const at = day.toZonedDateTime(this.contract.timeZone).epochMilliseconds;
      if (!this.isInTerm(at)) continue;
      const { name, terms } = termsAt(this.contract, at);
      const agreed = terms.bonusMalus.find(({ id }) => id === clause);
      if (
        name.endsWith(`/${window}`) &&
        agreed !== undefined &&
        'during' in agreed &&
        agreed.during === window
      )
        days += 1;
    }
    return days;
  }

  /** What a day is of an amount of a month: one of its days. */
  shareOfMonth(day: number): Rational {
    return new Rational(1n, BigInt(this.#dates[day]?.daysInMonth ?? 0));
  }

  /** A number of units that clauses agree for the period, made up by calendar days. */
  unitsMadeUp(says: (terms: Terms) => Agreed | null): { amount: Rational; isPart: boolean } | null {
    return this.#madeUp(says, () => new Rational(1n, BigInt(this.days.length)));
  }

  /** An amount that clauses agree by month, made up by the days of each month that the period has. */
  amountMadeUp(says: (terms: Terms) => Agreed | null): { amount: Rational; isPart: boolean } | null {
    return this.#madeUp(says, (day) => this.shareOfMonth(day));
  }

  /** By what each day's clause says; null: none says anything. `isPart`: not all days say the same. */
  #madeUp(
    says: (terms: Terms) => Agreed | null,
    shareOf: (day: number) => Rational,
  ): { amount: Rational; isPart: boolean } | null {
    const saying = this.stretches.map(({ terms }) => says(terms)).filter((each) => each !== null);
    const [any] = saying;
    if (any === undefined) return null;
    const days = this.days.flatMap((stretch, index) => {
      const agreed = stretch === null ? null : says(stretch.terms);
      return agreed === null ? [] : [{ ...agreed, index }];
    });
    const last = saying.at(-1) ?? any;
    if (days.length === 0) {
      const whole = last.proration === 'none' ? Rational.of(last.amount) : Rational.of(0);
      return { amount: whole, isPart: true };
    }
    const each = new Rational(1n, BigInt(days.length));
    const amount = sum(
      days.map(({ amount: agreed, proration, index }) =>
        Rational.of(agreed).times(proration === 'none' ? each : shareOf(index)),
      ),
    );
    const kinds = new Set(saying.map((agreed) => JSON.stringify(agreed)));
    return { amount, isPart: kinds.size > 1 || days.length < this.days.length };
  }
}

export interface Agreed {
  readonly amount: string;
  readonly proration: string;
}

function termsAt({ versions }: Contract, instant: number): Pick<Stretch, 'name' | 'terms' | 'ordinary'> {
  const version = versions.findLast(({ from }) => from === null || from <= instant);
  if (version === undefined) throw new Error('no version holds');
  const window = version.windows.find(({ from, to }) => instant >= from && instant < to);
  return {
    name: `${version.version}/${window?.id ?? ''}`,
    terms: window?.terms ?? version.terms,
    ordinary: version.terms,
  };
}
