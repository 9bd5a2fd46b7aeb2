import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fixedLine, sampleContract, timeLine, workTime } from '#domain/contract/contract.fixture.js';
import { Decimal, plain } from '#domain/money/money.js';
import { price } from '#domain/pricing/price.js';
import { recompute } from '#domain/pricing/trace.js';
import { decodeInvoiceReady, encodeInvoiceReady, type InvoiceReady } from './invoice-ready.js';
import { invoiceReadyJsonSchema } from './invoice-ready-schema.js';

const contract = sampleContract({
  measures: { time: workTime(['TALK']) },
  lines: [timeLine({ price: '29.50' }), fixedLine('100.00', { id: 'L2' })],
});

function ready(entries: readonly (readonly [string, number])[]): InvoiceReady {
  const quantities = new Map(entries);
  return {
    id: 'e1',
    revision: 1,
    adjusts: null,
    catalogueVersion: 'v1',
    contract,
    quantities,
    history: [],
    omissions: { work: [], estimatedValues: [], acceptedBecause: null },
    invoice: price(contract, { contract: 'C1', period: '2026-03', quantities }),
  };
}

const book = [['line/L1/1/-/-/-', 1_527_232_123]] as const;

describe('the invoice-ready event', () => {
  it('holds what is to be invoiced under the terms of EN 16931', () => {
    const event = decodeInvoiceReady(encodeInvoiceReady(ready(book)));
    expect(event?.data.lines[0]).toMatchObject({
      identifier: 'L1',
      // 424.231145 h; 424.2311 x 29.50 = 12514.81745
      invoicedQuantity: '424.2311',
      unitCode: 'HUR',
      itemNetPrice: { amount: '29.5', currency: 'EUR' },
      itemPriceBaseQuantity: '1',
      measured: { quantity: '1527232.123', unitCode: 'SEC', price: '29.5', priceBaseQuantity: '3600' },
      netAmount: { amount: '12514.82', currency: 'EUR' },
      period: { startDate: '2026-03-01', endDate: '2026-03-31' },
      vat: { categoryCode: 'S', rate: '20', exemptionReason: null },
    });
    expect(event?.data.totals).toMatchObject({
      totalWithoutVat: { amount: '12614.82', currency: 'EUR' },
      totalVat: { amount: '2522.96', currency: 'EUR' },
      totalWithVat: { amount: '15137.78', currency: 'EUR' },
    });
    expect(event?.data.quantities).toEqual(Object.fromEntries(book));
  });

  it('has the same bytes whatever the order in which the book was summed', () => {
    const two = [...book, ['kpi/aht/1/-/n/-', 5], ['kpi/aht/1/-/d/-', 1]] as const;
    expect(encodeInvoiceReady(ready(two.toReversed()))).toBe(encodeInvoiceReady(ready(two)));
  });

  it('can be recomputed from its own explanation', () => {
    const event = decodeInvoiceReady(encodeInvoiceReady(ready(book)));
    const results = recompute((event?.data.explanation ?? []) as InvoiceReady['invoice']['rows']);
    for (const line of event?.data.lines ?? []) {
      expect(plain(results.get(line.explainedBy) ?? new Decimal(-1), 2)).toBe(line.netAmount.amount);
    }
    const taxes = event?.data.vatBreakdown.map((group) =>
      plain(results.get(group.explainedBy) ?? new Decimal(-1), 2),
    );
    expect(taxes).toEqual(['2522.96']);
  });

  it('is not decoded where a member is missing or unknown', () => {
    const event = JSON.parse(encodeInvoiceReady(ready(book))) as Record<string, unknown>;
    expect(decodeInvoiceReady(JSON.stringify({ ...event, invoiceNumber: 7 }))).toBeNull();
    expect(decodeInvoiceReady(JSON.stringify({ ...event, data: {} }))).toBeNull();
    expect(decodeInvoiceReady('{')).toBeNull();
  });

  it('has the published schema that the code generates (run npm run schemas)', () => {
    const file = readFileSync(new URL('schemas/invoice-ready.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(file)).toEqual(invoiceReadyJsonSchema());
  });
});
