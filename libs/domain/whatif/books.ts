import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';

/** The sums of one contract for some months at one cut, those included that their price looks back to. */
export interface BookSeries {
  readonly contract: Contract;
  readonly months: ReadonlyMap<Period, Quantities>;
}

export type Quantities = ReadonlyMap<string, number>;

export function priceMonth({ contract, months }: BookSeries, period: Period): Invoice {
  const quantities = months.get(period) ?? new Map<string, number>();
  const history = [...months].flatMap(([month, sums]) =>
    month < period ? [{ period: month, quantities: sums }] : [],
  );
  return price(contract, { contract: contract.id, period, quantities, history });
}

/** The same with every month's sums changed. */
export function mapBooks(
  { contract, months }: BookSeries,
  change: (quantities: Quantities) => Quantities,
): BookSeries {
  return { contract, months: new Map([...months].map(([month, sums]) => [month, change(sums)])) };
}
