import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { reduced, sum } from './fractions.js';
import type { Money } from './money.js';

/** What one line charges at one price, and under which version and window. */
export interface Charge {
  readonly line: string;
  readonly part: string;
  readonly kind: string;
  readonly price: string;
  readonly name: string;
}

/** An amount of a line with its VAT group. */
export interface Amount {
  readonly line: string;
  readonly vat: string;
  readonly amount: Rational;
}

/** Amounts before rounding: those of one line at one price are rounded together. */
export class Charges {
  readonly #whole = new Map<string, ReadonlySet<string>>();
  readonly #amounts = new Map<string, { charge: Charge; exact: Rational }>();
  readonly #money: Money;
  /** VAT group of a line under a version and window. */
  readonly vatOf: (line: string, name: string) => string;

  constructor(money: Money, vatOf: (line: string, name: string) => string) {
    this.#money = money;
    this.vatOf = vatOf;
  }

  add(charge: Charge, quantity: Rational, price: Rational): void {
    const key = JSON.stringify(charge);
    const known = this.#amounts.get(key)?.exact ?? zero;
    this.#amounts.set(key, { charge, exact: reduced(known.plus(quantity.times(price))) });
  }

  /** From now on the amounts of these versions and windows of a line are rounded as one sum. */
  roundWhole(line: string, names: ReadonlySet<string>): void {
    this.#whole.set(line, names);
  }

  /** Unrounded, of some lines and some versions and windows. */
  exact(isMeant: (charge: Charge) => boolean): Rational {
    return sum([...this.#amounts.values()].filter(({ charge }) => isMeant(charge)).map(({ exact }) => exact));
  }

  /**
   * Amounts by line and VAT group, as far as versions and windows are meant: of each price rounded where all
   * of it is, and exact where only a part is.
   */
  rounded(isMeant: (name: string) => boolean = () => true): Amount[] {
    const own = [...this.#amounts.values()].map((each) => {
      const { line, name } = each.charge;
      return { ...each, line: this.#money.isByTotal ? 'lines' : line, vat: this.vatOf(line, name) };
    });
    const isWhole = ({ line, name }: Charge): boolean => this.#whole.get(line)?.has(name) ?? false;
    const groups = Map.groupBy(own, ({ charge, line, vat }) => {
      const { part, kind, price } = charge;
      return JSON.stringify([line, vat, ...(line === 'lines' || isWhole(charge) ? [] : [part, kind, price])]);
    });
    const amounts = [...groups.values()].map((members): Amount => {
      const [{ line, vat } = { line: '', vat: '' }] = members;
      return { line, vat, amount: this.#roundedPart(members, isMeant) };
    });
    return [...Map.groupBy(amounts, ({ line, vat }) => `${line} ${vat}`).values()].map((members) => {
      const [{ line, vat } = { line: '', vat: '' }] = members;
      return { line, vat, amount: sum(members.map(({ amount }) => amount)) };
    });
  }

  #roundedPart(
    members: readonly { readonly charge: Charge; readonly exact: Rational }[],
    isMeant: (name: string) => boolean,
  ): Rational {
    const whole = this.#money.rounded(sum(members.map(({ exact }) => exact)));
    if (members.every(({ charge, exact }) => exact.isZero || isMeant(charge.name))) return whole;
    return sum(members.filter(({ charge }) => isMeant(charge.name)).map(({ exact }) => exact));
  }
}
