/** An exact fraction; amounts are rounded once, at the end. */
export class Rational {
  readonly n: bigint;
  /** Above 0. */
  readonly d: bigint;

  constructor(n: bigint, d = 1n) {
    if (d === 0n) throw new RangeError('a fraction of nothing');
    this.n = d < 0n ? -n : n;
    this.d = d < 0n ? -d : d;
  }

  /** Of an integer, or of a decimal in text. */
  static of(value: number | string): Rational {
    const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
    if (whole === '') throw new RangeError(`${value} is no decimal`);
    return new Rational(
      BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`),
      10n ** BigInt(fraction.length),
    );
  }

  plus(other: Rational): Rational {
    return new Rational(this.n * other.d + other.n * this.d, this.d * other.d);
  }

  minus(other: Rational): Rational {
    return new Rational(this.n * other.d - other.n * this.d, this.d * other.d);
  }

  times(other: Rational): Rational {
    return new Rational(this.n * other.n, this.d * other.d);
  }

  over(other: Rational): Rational {
    return new Rational(this.n * other.d, this.d * other.n);
  }

  /** Below 0, 0 or above 0 as it is below, equal to or above the other. */
  compared(other: Rational): number {
    const difference = this.n * other.d - other.n * this.d;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  get isZero(): boolean {
    return this.n === 0n;
  }

  /** The least integer that is not below it. */
  ceiling(): Rational {
    const down = this.n / this.d;
    return new Rational(this.n > 0n && this.n % this.d !== 0n ? down + 1n : down);
  }

  /** To cents, halves away from zero. */
  rounded(): Rational {
    const size = this.n < 0n ? -this.n : this.n;
    const cents = (size * 200n + this.d) / (this.d * 2n);
    return new Rational(this.n < 0n ? -cents : cents, 100n);
  }

  /** With two decimals; it must have no more. */
  cents(): string {
    const cents = this.n * 100n;
    if (cents % this.d !== 0n) throw new RangeError(`${this.n}/${this.d} is no whole number of cents`);
    const text = String(cents / this.d)
      .replace('-', '')
      .padStart(3, '0');
    return `${this.n < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;
  }
}

export const zero = new Rational(0n);
