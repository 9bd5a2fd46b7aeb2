import type { Contract } from '#domain/contract/contract.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { floor, sum } from './fractions.js';

/** How a contract rounds its amounts. */
export class Money {
  readonly scale: number;
  /** Lines are rounded as one sum. */
  readonly isByTotal: boolean;
  readonly #mode: Contract['rounding']['mode'];
  readonly #currency: string;

  constructor({ rounding: { scale, mode, at }, currency }: Contract) {
    this.scale = scale;
    this.isByTotal = at === 'total';
    this.#mode = mode;
    this.#currency = currency;
  }

  rounded(value: Rational): Rational {
    return roundedTo(value, this.scale, this.#mode);
  }

  /** Half up to the smallest unit of the currency, whatever rounds prices. */
  tax(base: Rational, percent: string): Rational {
    const decimals = { EUR: 2, JPY: 0, TND: 3 }[this.#currency];
    if (decimals === undefined) throw new RangeError(`${this.#currency} is not known`);
    return roundedTo(base.times(Rational.of(percent)).over(Rational.of(100)), decimals, 'halfAwayFromZero');
  }

  /**
   * Units of a rounded whole: each part down, those left to the largest remainders, the earlier of equals.
   */
  spread(parts: readonly Rational[], whole: Rational): Rational[] {
    const many = Rational.of(10 ** this.scale);
    const floors = parts.map((part) => floor(part.times(many)).over(many));
    const left = Number(whole.minus(sum(floors)).times(many).ceiling().n);
    const order = parts
      .map((part, index) => ({ index, rest: part.minus(floors[index] ?? zero) }))
      .sort((a, b) => b.rest.compared(a.rest) || a.index - b.index);
    const raised = new Set(order.slice(0, left).map(({ index }) => index));
    return floors.map((part, index) => (raised.has(index) ? part.plus(Rational.of(1).over(many)) : part));
  }
}

export function roundedTo(value: Rational, scale: number, mode: Contract['rounding']['mode']): Rational {
  const many = Rational.of(10 ** scale);
  const isNegative = value.n < 0n;
  const size = (isNegative ? zero.minus(value) : value).times(many);
  const down = floor(size);
  const beyondHalf = size.minus(down).compared(Rational.of('0.5'));
  const isRaised = {
    down: false,
    up: size.compared(down) > 0,
    halfAwayFromZero: beyondHalf >= 0,
    halfEven: beyondHalf > 0 || (beyondHalf === 0 && down.n % 2n !== 0n),
  }[mode];
  const rounded = down.plus(Rational.of(isRaised ? 1 : 0)).over(many);
  return isNegative ? zero.minus(rounded) : rounded;
}

/** All decimals of a number that has an end, at most 15. */
export function decimalText(value: Rational): string {
  const scaled = value.times(Rational.of(10 ** 15));
  if (scaled.n % scaled.d !== 0n) throw new RangeError(`${value.n}/${value.d} has more than 15 decimals`);
  const text = String(scaled.n / scaled.d)
    .replace('-', '')
    .padStart(16, '0');
  return `${value.n < 0n ? '-' : ''}${text.slice(0, -15)}.${text.slice(-15)}`;
}

/** With four decimals; it must have no more. */
export function amountText(value: Rational): string {
  const scaled = value.times(Rational.of(10_000));
  if (scaled.n % scaled.d !== 0n) throw new RangeError(`${value.n}/${value.d} has more than four decimals`);
  const text = String(scaled.n / scaled.d)
    .replace('-', '')
    .padStart(5, '0');
  return `${value.n < 0n ? '-' : ''}${text.slice(0, -4)}.${text.slice(-4)}`;
}
