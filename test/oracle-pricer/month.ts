import type { Contract, Terms } from '#domain/contract/contract.js';
import { Rational } from '#test/simulation/oracle/rational.js';

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

export class Month {
  readonly stretches: readonly Stretch[];
  /** What holds at the first moment of each day of the month; null: the contract does not. */
  readonly days: readonly (Stretch | null)[];

  constructor(contract: Contract, month: string) {
    const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
    const midnight = (day: Temporal.PlainDate): number =>
      day.toZonedDateTime(contract.timeZone).epochMilliseconds;
    const dates = Array.from({ length: first.daysInMonth }, (_, index) => first.add({ days: index }));
    const [start, end] = [midnight(first), midnight(first.add({ months: 1 }))];
    const { firstDay, lastDay } = contract.term;
    const begins = firstDay === null ? start : midnight(Temporal.PlainDate.from(firstDay));
    const ends = lastDay === null ? end : midnight(Temporal.PlainDate.from(lastDay).add({ days: 1 }));
    const borders = new Set([begins, ends, start, end]);
    for (const { from, windows } of contract.versions) {
      if (from !== null) borders.add(from);
      for (const window of windows) borders.add(window.from).add(window.to);
    }
    const [since, until] = [Math.max(start, begins), Math.min(end, ends)];
    const inside = [...borders].filter((at) => at >= since && at <= until).sort((a, b) => a - b);
    this.stretches = inside.slice(1).map((to, index) => {
      const from = inside[index] ?? to;
      return { from, to, ...termsAt(contract, from) };
    });
    this.days = dates.map((date) => this.at(midnight(date)));
  }

  at(instant: number): Stretch | null {
    return this.stretches.find(({ from, to }) => instant >= from && instant < to) ?? null;
  }

  /** Days of the month for which something holds. */
  daysWhere(holds: (stretch: Stretch) => boolean): number {
    return this.days.filter((stretch) => stretch !== null && holds(stretch)).length;
  }

  /**
   * A number that clauses agree by month, made up by calendar days of what each day's clause says; null: none
   * says anything. `isPart`: not all days of the month say the same.
   */
  madeUp(says: (terms: Terms) => Agreed | null): { amount: Rational; isPart: boolean } | null {
    const saying = this.stretches.map(({ terms }) => says(terms)).filter((each) => each !== null);
    const [any] = saying;
    if (any === undefined) return null;
    const days = this.days.flatMap((stretch) => (stretch === null ? [] : (says(stretch.terms) ?? [])));
    const of = (proration: string): number => (proration === 'none' ? days.length : this.days.length);
    const last = saying.at(-1) ?? any;
    if (days.length === 0) {
      const whole = last.proration === 'none' ? Rational.of(last.amount) : Rational.of(0);
      return { amount: whole, isPart: true };
    }
    const amount = days.reduce(
      (sum, each) => sum.plus(Rational.of(each.amount).over(Rational.of(of(each.proration)))),
      Rational.of(0),
    );
    const kinds = new Set(saying.map((each) => JSON.stringify(each)));
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
