import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { reduced, sum } from './fractions.js';

/** What one line charges at one price, and under which version and window. */
export interface Charge {
  readonly line: string;
  readonly part: string;
  readonly kind: string;
  readonly price: string;
  readonly name: string;
}

/** Amounts before rounding: those of one line at one price are rounded together. */
export class Charges {
  readonly #whole = new Map<string, ReadonlySet<string>>();
  readonly #amounts = new Map<string, { charge: Charge; exact: Rational }>();

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
   * Amount of a line, as far as its versions and windows are meant: of each price rounded where all of it is,
   * and exact where only a part is.
   */
  rounded(line: string, isMeant: (name: string) => boolean = () => true): Rational {
    const own = [...this.#amounts.values()].filter(({ charge }) => charge.line === line);
    const isWhole = (name: string): boolean => this.#whole.get(line)?.has(name) ?? false;
    const groups = Map.groupBy(own, ({ charge: { part, kind, price, name } }) =>
      isWhole(name) ? 'whole' : JSON.stringify([part, kind, price]),
    );
    return sum([...groups.values()].map((members) => roundedPart(members, isMeant)));
  }
}

function roundedPart(
  members: readonly { readonly charge: Charge; readonly exact: Rational }[],
  isMeant: (name: string) => boolean,
): Rational {
  const whole = sum(members.map(({ exact }) => exact)).rounded();
  if (members.every(({ charge, exact }) => exact.isZero || isMeant(charge.name))) return whole;
  return sum(members.filter(({ charge }) => isMeant(charge.name)).map(({ exact }) => exact));
}

/**
 * Cents of a rounded whole: each part down, the cents left to the largest remainders, the earlier of equals.
 */
export function spread(parts: readonly Rational[], whole: Rational): Rational[] {
  const cent = Rational.of('0.01');
  const floors = parts.map((part) => {
    const cents = part.times(Rational.of(100));
    return Rational.of(0).minus(new Rational(-cents.n, cents.d).ceiling()).times(cent);
  });
  const left = Number(whole.minus(sum(floors)).times(Rational.of(100)).ceiling().n);
  const order = parts
    .map((part, index) => ({ index, rest: part.minus(floors[index] ?? zero) }))
    .sort((a, b) => b.rest.compared(a.rest) || a.index - b.index);
  const raised = new Set(order.slice(0, left).map(({ index }) => index));
  return floors.map((part, index) => (raised.has(index) ? part.plus(cent) : part));
}
