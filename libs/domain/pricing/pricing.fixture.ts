import type { PostingContent } from '#domain/posting/posting.js';
import type { Contract } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { sampleScope } from '#domain/contract/contract.fixture.js';
import { plain } from '#domain/money/money.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { Invoice } from './invoice.js';
import { price } from './price.js';

/** Words of the worked cases, for tests only. */
export function priced(
  contract: Contract,
  period: string,
  quantities: Readonly<Record<string, number>>,
): Invoice {
  return price(contract, { contract: contract.id, period, quantities: new Map(Object.entries(quantities)) });
}

/** Measures contents and prices them: what the invoicer does, without a journal. */
export function booked(contract: Contract, period: string, contents: readonly PostingContent[]): Invoice {
  return price(contract, {
    contract: contract.id,
    period,
    quantities: sumsOf(contract, contents).get(period) ?? new Map(),
  });
}

/** Sums by period and key. */
function sumsOf(contract: Contract, contents: Iterable<PostingContent>): Map<string, Map<string, number>> {
  const meter = contractMeter(contract, sampleScope);
  const sums = new Map<string, Map<string, number>>();
  for (const content of contents) {
    for (const { period, key, value } of meter.measure(content)) {
      const month = sums.get(period) ?? new Map<string, number>();
      sums.set(period, month.set(key, (month.get(key) ?? 0) + value));
    }
  }
  return sums;
}

export function outcome(id: string, ...events: readonly OutcomeEvent[]): OutcomeContent {
  return {
    kind: 'outcome',
    outcome: `c:${id}`,
    connection: 'c',
    programme: 'P',
    queue: null,
    agent: null,
    contact: null,
    customer: null,
    events,
  };
}

export function event(name: string, at: number, data: OutcomeEvent['data'] = {}): OutcomeEvent {
  return { name, at, data };
}

export const net = (invoice: Invoice): string => plain(invoice.totals.net, 2);

/** Every amount of the invoice by its id. */
export function parts({ lines, allowancesAndCharges }: Invoice): [string, string][] {
  return [...lines, ...allowancesAndCharges].map(({ id, amount }) => [id, plain(amount, 2)]);
}

/** Quantity, unit, price and base quantity of each line. */
export function shown({ lines }: Invoice): string[][] {
  return lines.map(({ quantity, unit, price: unitPrice, baseQuantity }) => [
    plain(quantity),
    unit,
    plain(unitPrice),
    plain(baseQuantity),
  ]);
}
