import { Decimal, round, zero } from '#domain/money/money.js';
import type { InvoiceLine, UnitCode } from './invoice.js';

/** Quantity, unit and price of a line as a document shows them (BT-129, BT-130, BT-146, BT-149). */
export interface DocumentQuantity {
  /** At most four decimals; carries the sign of the amount. */
  readonly quantity: Decimal;
  readonly unit: DocumentUnitCode;
  /** Never negative, at most six decimals. */
  readonly price: Decimal;
  readonly baseQuantity: Decimal;
}

/** Beside those of pricing: hours, minutes. */
export type DocumentUnitCode = UnitCode | 'HUR' | 'MIN';

type Priced = Pick<InvoiceLine, 'quantity' | 'unit' | 'price' | 'baseQuantity' | 'amount'>;

/**
 * What was measured and priced, within the limits of documents (XP Z12-012, BR-FR-DEC: quantities have at
 * most four decimals, unit prices at most six and are above zero), so that quantity × price ÷ base quantity,
 * rounded half up to `scale` decimals, is the amount to the cent. Of the quantities that do that, the one
 * nearest to what was measured: time in hours (in minutes where it is paid by the minute), else in seconds.
 * Where none does, because the contract rounds otherwise or a price is not expressible, it is once the
 * amount.
 */
export function documentQuantity(line: Priced, scale: number): DocumentQuantity {
  const positive = line.price.isNegative()
    ? { ...line, price: line.price.negated(), quantity: line.quantity.negated() }
    : line;
  for (const unit of unitsOf(positive)) {
    const { price, baseQuantity } = withinSixDecimals(unit);
    if (price.isZero() || price.decimalPlaces() > 6 || baseQuantity.decimalPlaces() > 4) continue;
    for (const quantity of neighbours(unit.quantity)) {
      const shown = { quantity, unit: unit.unit, price, baseQuantity };
      if (amountOf(shown, scale).equals(line.amount)) return shown;
    }
  }
  return once(line.amount);
}

/** What a document computes from its line. */
export function amountOf(
  { quantity, price, baseQuantity }: Omit<DocumentQuantity, 'unit'>,
  scale: number,
): Decimal {
  return round(quantity.times(price).div(baseQuantity), scale);
}

function once(amount: Decimal): DocumentQuantity {
  const quantity = new Decimal(amount.isNegative() ? -1 : 1);
  return { quantity, unit: 'C62', price: amount.abs(), baseQuantity: new Decimal(1) };
}

type Unit = Omit<DocumentQuantity, 'quantity'> & Pick<Priced, 'quantity'>;

function unitsOf({ quantity, unit, price, baseQuantity }: Priced): Unit[] {
  const own = { quantity, unit, price, baseQuantity };
  if (unit !== 'SEC') return [own];
  const minutes = {
    ...own,
    quantity: quantity.div(60),
    unit: 'MIN' as const,
    baseQuantity: baseQuantity.div(60),
  };
  const hours = {
    ...own,
    quantity: quantity.div(3600),
    unit: 'HUR' as const,
    baseQuantity: baseQuantity.div(3600),
  };
  if (baseQuantity.equals(60)) return [minutes, own];
  return baseQuantity.equals(1) ? [own] : [hours, own];
}

/** A price of more decimals becomes that of ten, a hundred, … units. */
function withinSixDecimals({ price, baseQuantity }: Pick<Unit, 'price' | 'baseQuantity'>): {
  price: Decimal;
  baseQuantity: Decimal;
} {
  const excess = Math.max(0, price.decimalPlaces() - 6);
  if (excess === 0 || excess > 6) return { price, baseQuantity };
  const factor = new Decimal(10).pow(excess);
  return { price: price.times(factor), baseQuantity: baseQuantity.times(factor) };
}

/** The quantities of four decimals beside it, the nearer first; itself, where it has no more. */
function neighbours(quantity: Decimal): Decimal[] {
  const below = quantity.toDecimalPlaces(4, Decimal.ROUND_FLOOR);
  const above = quantity.toDecimalPlaces(4, Decimal.ROUND_CEIL);
  if (below.equals(above)) return [below];
  const isNearerBelow = quantity.minus(below).lessThan(above.minus(quantity));
  return (isNearerBelow ? [below, above] : [above, below]).map((each) => (each.isZero() ? zero : each));
}
