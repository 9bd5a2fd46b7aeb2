import { Rational } from '#test/simulation/oracle/rational.js';
import { zone } from './calendar.js';

export function greatest(values: readonly Rational[]): Rational {
  return values.reduce((most, value) => (value.compared(most) > 0 ? value : most));
}

export function least(values: readonly Rational[]): Rational {
  return values.reduce((few, value) => (value.compared(few) < 0 ? value : few));
}

export function floor(value: Rational): Rational {
  return new Rational(0n).minus(new Rational(-value.n, value.d).ceiling());
}

/** To the nearest whole number; a half is one more. */
export function wholeUnits(value: Rational): Rational {
  return floor(value.plus(Rational.of('0.5')));
}

export function sum(values: readonly Rational[]): Rational {
  return values.reduce((all, value) => reduced(all.plus(value)), Rational.of(0));
}

/** In lowest terms, so that long sums stay short. */
export function reduced({ n, d }: Rational): Rational {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n ? new Rational(0n) : new Rational(n / a, d / a);
}

/** The wall clock of the contracts. */
export function clock(instant: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
}
