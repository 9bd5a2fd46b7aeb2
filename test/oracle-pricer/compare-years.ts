import { answeredCall, sampleScope } from '#domain/contract/contract.fixture.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { plain } from '#domain/money/money.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import { price } from '#domain/pricing/price.js';
import { amountsByClause } from '#domain/pricing/totals.js';
import type { Priced } from './pricer.js';
import type { YearDraw } from './year-draw.js';

/** What the product comes to for contracts that commit over several months. */
export function yearPrice({ contract, month, calls }: YearDraw): Priced {
  const meter = contractMeter(contract, sampleScope);
  const books = new Map<string, Map<string, number>>();
  for (const [index, { from, to }] of calls.entries()) {
    const content = { ...answeredCall(from, to), contact: `c:${index}` };
    for (const { period, key, value } of meter.measure(content)) {
      const book = books.get(period) ?? new Map<string, number>();
      books.set(period, book.set(key, (book.get(key) ?? 0) + value));
    }
  }
  const bookOf = (period: string): Map<string, number> => books.get(period) ?? new Map<string, number>();
  const history = lookBackPeriods(contract, month).map((period) => ({ period, quantities: bookOf(period) }));
  const invoice = price(contract, {
    contract: contract.id,
    period: month,
    quantities: bookOf(month),
    history,
  });
  const parts = [...amountsByClause(invoice)].filter(([, amount]) => !amount.isZero());
  return Object.fromEntries(
    [...parts, ['net', invoice.totals.net] as const].map(([id, amount]) => [id, plain(amount, 2)]),
  );
}
