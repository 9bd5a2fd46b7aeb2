import type { Bounds, JudgedClause, Limits, Shape } from '#domain/contract/bonus-malus.js';
import type { Commitment } from '#domain/contract/commitment.js';
import { discountSteps, type Discount } from '#domain/contract/discount.js';
import type { PurchaseOrder } from '#domain/contract/payment.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal } from '#domain/money/money.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { WrittenLine } from '../lines.js';
import type { WrittenTerms } from './written-terms.js';

/** In what a contract is paid, as it is written. */
export interface WrittenMoney {
  readonly currency: string;
  /** `scale` left out: that of the currency. */
  readonly rounding: { readonly money: { readonly scale?: number | undefined } };
}

type Amount = readonly [amount: string, path: Path];

/**
 * Amounts that are agreed as such and have more decimals than money of the contract has: no invoice can come
 * to them. Prices of units may have more, since what is rounded is what so many units cost.
 */
export function decimalFaults(terms: WrittenTerms, money: WrittenMoney): Fault[] {
  const { lines, limits, bonusMalus, commitments = [], discounts = [] } = terms;
  const amounts = [
    ...lines.flatMap((line, index) => below(amountsOfLine(line), ['lines', index])),
    ...below(limits === null ? [] : amountsOfLimits(limits), ['limits']),
    ...bonusMalus.flatMap((clause, index) =>
      clause.kind === 'earnBack' ? [] : below(amountsOfClause(clause), ['bonusMalus', index]),
    ),
    ...commitments.flatMap((each, index) => below(amountsOfCommitment(each), ['commitments', index])),
    ...discounts.flatMap((each, index) => below(amountsOfDiscount(each), ['discounts', index])),
  ];
  return amounts.flatMap((amount) => faultsOf(amount, money));
}

export function orderDecimalFaults(orders: readonly PurchaseOrder[], money: WrittenMoney): Fault[] {
  return orders.flatMap(({ limit }, index) =>
    limit === null ? [] : faultsOf([limit, ['purchaseOrders', index, 'limit']], money),
  );
}

function faultsOf([amount, path]: Amount, { currency, rounding }: WrittenMoney): Fault[] {
  const scale = rounding.money.scale ?? minorUnitOf(currency);
  const exact = new Decimal(amount);
  const decimals = exact.decimalPlaces();
  if (decimals <= scale) return [];
  const [low, high] = [Decimal.ROUND_FLOOR, Decimal.ROUND_CEIL].map((mode) => exact.toFixed(scale, mode));
  const has = scale === 0 ? 'no decimals' : `${scale} ${scale === 1 ? 'decimal' : 'decimals'}`;
  const more = decimals <= maxScale ? `, or rounding.money.scale ${decimals} if amounts have that many` : '';
  const message = `${amount} cannot be invoiced: amounts in ${currency} have ${has} here; write ${low} or ${high}${more}`;
  return [fault('too-many-decimals', path, message)];
}

/** Of `rounding.money.scale`. */
const maxScale = 4;

function below(amounts: readonly Amount[], path: Path): Amount[] {
  return amounts.map(([amount, own]) => [amount, [...path, ...own]]);
}

/** Those that are agreed at all. */
function agreed(...amounts: readonly (readonly [string | null | undefined, Path])[]): Amount[] {
  return amounts.flatMap(([amount, path]): Amount[] => (amount == null ? [] : [[amount, path]]));
}

function amountsOfLine(line: WrittenLine): Amount[] {
  const own = 'amount' in line ? agreed([line.amount, ['amount']]) : [];
  const minimum = 'minimum' in line ? agreed([line.minimum?.amount, ['minimum', 'amount']]) : [];
  return [...own, ...minimum];
}

function amountsOfLimits({ monthlyMin, monthlyMax }: Limits): Amount[] {
  return agreed([monthlyMin, ['monthlyMin']], [monthlyMax, ['monthlyMax']]);
}

function amountsOfClause(clause: JudgedClause): Amount[] {
  const shapes = 'shapes' in clause && clause.unit === 'amount' ? clause.shapes : [];
  return [
    ...(clause.kind === 'perEvent' ? agreed([clause.amount, ['amount']]) : []),
    ...shapes.flatMap((shape, index) => below(amountsOfShape(shape), ['shapes', index])),
    ...(clause.capAmount === undefined ? [] : below(amountsOfBounds(clause.capAmount), ['capAmount'])),
  ];
}

function amountsOfBounds({ bonus, malus }: Bounds): Amount[] {
  return agreed([bonus, ['bonus']], [malus, ['malus']]);
}

function amountsOfShape(shape: Shape): Amount[] {
  switch (shape.shape) {
    case 'step':
      return shape.points.map(({ rate }, index) => [rate, ['points', index, 'amount']]);
    case 'linear':
      return agreed([shape.from.rate, ['from', 'amount']], [shape.to.rate, ['to', 'amount']]);
    case 'perPoint':
      return agreed([shape.rate, ['amount']]);
  }
}

function amountsOfCommitment(commitment: Commitment): Amount[] {
  if (commitment.kind === 'volume') return [];
  const { minimum, maximum } = commitment;
  return agreed([minimum, ['minimum']], [maximum, ['maximum']]);
}

/** Thresholds of a volume are no money. */
function amountsOfDiscount(discount: Discount): Amount[] {
  const isMoney = discount.volumeOf === undefined;
  return discountSteps(discount).flatMap(({ amount, above, atLeast }, index) => {
    const thresholds = isMoney ? agreed([above, ['above']], [atLeast, ['atLeast']]) : [];
    const own = [...agreed([amount, ['amount']]), ...thresholds];
    return below(own, discount.steps === undefined ? [] : ['steps', index]);
  });
}
