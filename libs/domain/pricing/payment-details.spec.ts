import { describe, expect, it } from '@jest/globals';
import { fixedLine, sampleContract } from '#domain/contract/contract.fixture.js';
import type { Contract } from '#domain/contract/contract.js';
import { plain } from '#domain/money/money.js';
import { price } from './price.js';

const priceOf = (rest: Partial<Contract>) =>
  price(sampleContract({ lines: [fixedLine('100.00')] }, rest), {
    contract: 'C1',
    period: '2026-04',
    quantities: new Map(),
  });

describe('What an invoice says of its payment', () => {
  it('is there for a contract that agrees amounts in another currency and nothing else', () => {
    const rates = { '2026-04': { date: '2026-04-30', rate: '0.95' } };
    const conversions = [{ use: 'tax', currency: 'CHF', source: 'ECB', rates }] as const;
    const [shown] = priceOf({ conversions }).paymentDetails?.conversions ?? [];
    // 100.00 x 0.95
    expect(shown === undefined ? null : plain(shown.net, 2)).toBe('95.00');
  });

  it('is there for a contract that agrees a day of payment, or an order, and nothing else', () => {
    const payment = { days: 30, count: 'fromInvoice', discounts: [] } as const;
    expect(priceOf({ payment }).paymentDetails?.payment?.days).toBe(30);
    const order = { number: 'PO-1', from: '2026-03', to: null, limit: null };
    expect(priceOf({ purchaseOrders: [order] }).paymentDetails?.purchaseOrder).toBe('PO-1');
  });

  it('is not there for a contract that says nothing of it', () => {
    expect(priceOf({}).paymentDetails).toBeUndefined();
  });
});

describe('The limit of a purchase order', () => {
  const warnings = (limit: string) => {
    const order = { number: 'PO-1', from: '2026-03', to: null, limit };
    return priceOf({ purchaseOrders: [order] }).warnings.map(({ code }) => code);
  };

  it('is held against what is known of its months, to the cent', () => {
    // March is not in the book; April costs 100.00.
    expect(warnings('100.00')).toEqual([]);
    expect(warnings('99.99')).toEqual(['purchase-order-exceeded']);
  });
});
