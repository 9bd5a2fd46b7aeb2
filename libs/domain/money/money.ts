import { Decimal as Base } from 'decimal.js';

/**
 * The one decimal arithmetic of the product: 34 significant digits (as IEEE 754 decimal128), halves away from
 * zero, never exponents in text. Integers stay integers until pricing; here they become decimals, never
 * floats.
 */
export const Decimal = Base.clone({
  precision: 34,
  rounding: Base.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
export type Decimal = Base;

/** An amount never goes without its currency (ISO 4217). */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** In JSON amounts are strings: `{"amount": "12514.82", "currency": "EUR"}`. */
export interface MoneyJson {
  readonly amount: string;
  readonly currency: string;
}

/**
 * `halfAwayFromZero`: 2.5 -> 3, -2.5 -> -3; `halfEven`: 2.5 -> 2; `down`: towards zero; `up`: away from zero.
 */
export type RoundingMode = 'halfAwayFromZero' | 'halfEven' | 'down' | 'up';

const modes: Readonly<Record<RoundingMode, Base.Rounding>> = {
  halfAwayFromZero: Base.ROUND_HALF_UP,
  halfEven: Base.ROUND_HALF_EVEN,
  down: Base.ROUND_DOWN,
  up: Base.ROUND_UP,
};

export const zero: Decimal = new Decimal(0);

/**
 * Reads a decimal as contracts and events write it: digits, at most one point, no exponent. Throws on
 * anything else.
 */
export function decimal(text: string): Decimal {
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) throw new Error(`'${text}' is not a decimal number such as "29.50"`);
  return new Decimal(text);
}

/** Integer counts and milliseconds on their way into pricing. */
export function whole(value: number): Decimal {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} is not a whole number`);
  return new Decimal(value);
}

/** Of 34 digits, those that a few divisions leave right: 20 decimals of an amount below 10^12. */
const certainDigits = 32;
export const certainDecimals = 20;

/**
 * Rounds to `scale` decimals. What a division left out in its last digits must not decide: three thirds of
 * 100.00 are 100.00 in any mode.
 */
export function round(value: Decimal, scale: number, mode: RoundingMode = 'halfAwayFromZero'): Decimal {
  const certain = value.toDecimalPlaces(certainDecimals).toSignificantDigits(certainDigits);
  const rounded = certain.toDecimalPlaces(scale, modes[mode]);
  return rounded.isZero() ? zero : rounded;
}

export function money(amount: string | Decimal, currency: string): Money {
  return { amount: typeof amount === 'string' ? decimal(amount) : amount, currency };
}

/** Sum of amounts of one currency; adding euros to dollars is a broken invariant and throws. */
export function addMoney(first: Money, ...others: readonly Money[]): Money {
  let amount = first.amount;
  for (const other of others) {
    if (other.currency !== first.currency)
      throw new Error(`cannot add ${other.currency} to ${first.currency}`);
    amount = amount.plus(other.amount);
  }
  return { amount, currency: first.currency };
}

export function roundMoney(value: Money, scale: number, mode: RoundingMode = 'halfAwayFromZero'): Money {
  return { amount: round(value.amount, scale, mode), currency: value.currency };
}

/** Written with exactly `scale` decimals if given (must not lose any), else as it is. */
export function moneyJson(value: Money, scale?: number): MoneyJson {
  return { amount: plain(value.amount, scale), currency: value.currency };
}

export function moneyOf(json: MoneyJson): Money {
  return money(json.amount, json.currency);
}

/**
 * Plain digits. With `scale`: padded to it; a value that has more decimals throws rather than being rounded.
 */
export function plain(value: Decimal, scale?: number): string {
  if (scale === undefined) return value.isZero() ? '0' : value.toString();
  if (value.decimalPlaces() > scale) throw new Error(`${value.toString()} has more than ${scale} decimals`);
  return (value.isZero() ? zero : value).toFixed(scale);
}
