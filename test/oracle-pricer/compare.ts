import { contractMeter } from '#domain/metering/contract-meter.js';
import { sampleScope } from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import { price } from '#domain/pricing/price.js';
import { amountsByClause } from '#domain/pricing/totals.js';
import { contentsOf, draw, type Draw } from './draw.js';
import { priceDraw, type Priced } from './pricer.js';

/** What the product and the reference pricer come to; null: the same. */
export function differenceOf(seed: number): { draw: Draw; product: Priced; reference: Priced } | null {
  const drawn = draw(seed);
  const [product, reference] = [productPrice(drawn), priceDraw(drawn)];
  const names = new Set([...Object.keys(product), ...Object.keys(reference)]);
  const isSame = [...names].every((name) => product[name] === reference[name]);
  return isSame ? null : { draw: drawn, product, reference };
}

export function productPrice(drawn: Draw): Priced {
  const { contract, month } = drawn;
  const meter = contractMeter(contract, sampleScope);
  const months = new Map<string, Map<string, number>>(
    [month, ...drawn.past.map((each) => each.month)].map((each) => [each, new Map()]),
  );
  for (const content of contentsOf(drawn)) {
    for (const { period, key, value } of meter.measure(content)) {
      const quantities = months.get(period);
      quantities?.set(key, (quantities.get(key) ?? 0) + value);
    }
  }
  const quantities = months.get(month) ?? new Map<string, number>();
  const history = drawn.past.map(({ month: period }) => {
    return { period, quantities: months.get(period) ?? new Map<string, number>() };
  });
  const invoice = price(contract, { contract: contract.id, period: month, quantities, history });
  const parts = [...amountsByClause(invoice)].filter(([, amount]) => !amount.isZero());
  return Object.fromEntries(
    [...parts, ['net', invoice.totals.net] as const].map(([id, amount]) => [id, plain(amount, 2)]),
  );
}
