import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Decimal, plain, round, type RoundingMode } from '#domain/money/money.js';
import { amountOf, documentQuantity } from './document-quantity.js';

describe('Quantity and price of a document', () => {
  it('give the amount of any line to the cent, within the limits, near to what was measured', () => {
    const line = fc.record({
      ms: fc.integer({ min: -4_000_000_000, max: 4_000_000_000 }),
      price: fc.integer({ min: 1, max: 9_999_999 }),
      decimals: fc.integer({ min: 0, max: 8 }),
      per: fc.constantFrom('1', '60', '3600', '546012'),
      mode: fc.constantFrom<RoundingMode>('halfAwayFromZero', 'halfEven', 'down', 'up'),
    });
    fc.assert(
      fc.property(line, ({ ms, price, decimals, per, mode }) => {
        const quantity = new Decimal(ms).div(1000);
        const priced = {
          quantity,
          price: new Decimal(price).div(10 ** decimals),
          baseQuantity: new Decimal(per),
        };
        const amount = round(quantity.times(priced.price).div(per), 2, mode);
        const document = documentQuantity({ ...priced, unit: 'SEC', amount }, 2);
        expect(plain(amountOf(document, 2))).toBe(plain(amount));
        expect(document.quantity.decimalPlaces()).toBeLessThanOrEqual(4);
        expect(document.price.decimalPlaces()).toBeLessThanOrEqual(6);
        expect(document.price.isNegative()).toBe(false);
        if (document.unit !== 'HUR') return;
        expect(document.quantity.times(3600).minus(quantity).abs().toNumber()).toBeLessThan(0.36);
      }),
    );
  });
});
