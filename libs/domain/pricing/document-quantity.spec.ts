import { describe, expect, it } from '@jest/globals';
import { Decimal, plain } from '#domain/money/money.js';
import { documentQuantity } from './document-quantity.js';
import type { UnitCode } from './invoice.js';

function shown(
  quantity: string,
  unit: UnitCode,
  price: string,
  per: string,
  amount: string,
): [string, string, string, string] {
  const line = { quantity: new Decimal(quantity), price: new Decimal(price), baseQuantity: new Decimal(per) };
  const document = documentQuantity({ ...line, unit, amount: new Decimal(amount) }, 2);
  return [plain(document.quantity), document.unit, plain(document.price), plain(document.baseQuantity)];
}

describe('Quantity and price of a document', () => {
  it('are hours, where those of four decimals give the amount to the cent', () => {
    // 1 527 232.123 s are 424.231 145 h; 424.2311 x 29.50 = 12 514.817 45, rounded 12 514.82
    expect(shown('1527232.123', 'SEC', '29.5', '3600', '12514.82')).toEqual(['424.2311', 'HUR', '29.5', '1']);
  });

  it('are the other neighbour, where the nearest hours are a cent off', () => {
    // 1 000.007 s x 36.00 / 3600 = 10.000 07, charged as 10.00; 0.277 8 h (nearer) gives 10.000 8, also 10.00
    expect(shown('1000.007', 'SEC', '36', '3600', '10.00')).toEqual(['0.2778', 'HUR', '36', '1']);
    // 0.525 s x 97.00 / 3600 = 0.014 15, charged as 0.01: 0.000 1 h gives 0.0097 (0.01); the nearer of
    // 0.000 145 8 is 0.000 1; of 0.56 s = 0.000 155 6 h it is 0.000 2, which gives 0.0194 (0.02)
    expect(shown('0.525', 'SEC', '97', '3600', '0.01')).toEqual(['0.0001', 'HUR', '97', '1']);
    expect(shown('0.556', 'SEC', '97', '3600', '0.01')).toEqual(['0.0001', 'HUR', '97', '1']);
  });

  it('are exact seconds, where no hours of four decimals give the amount', () => {
    // 1.5 s x 400.00 / 3600 = 0.166 67, charged as 0.17; 0.000 4 h gives 0.16, 0.000 5 h 0.20
    expect(shown('1.5', 'SEC', '400', '3600', '0.17')).toEqual(['1.5', 'SEC', '400', '3600']);
  });

  it('are minutes, where the minute is paid', () => {
    expect(shown('90', 'SEC', '0.4', '60', '0.60')).toEqual(['1.5', 'MIN', '0.4', '1']);
  });

  it('have the sign in the quantity, and a price of at most six decimals', () => {
    expect(shown('3', 'C62', '-2.35', '1', '-7.05')).toEqual(['-3', 'C62', '2.35', '1']);
    // 1000 x 0.001 234 56 = 1.234 56: 0.123 456 for 100
    expect(shown('1000', 'C62', '0.00123456', '1', '1.23')).toEqual(['1000', 'C62', '0.123456', '100']);
  });

  it('are once the amount, where nothing else gives it: rounded down by the contract, or a share of a price', () => {
    // 1 x 10.009 is 10.01 in a document
    expect(shown('1', 'C62', '10.009', '1', '10.00')).toEqual(['1', 'C62', '10', '1']);
    expect(shown('1', 'C62', '33.333333333333333333', '1', '33.33')).toEqual(['1', 'C62', '33.33', '1']);
    expect(shown('-5', 'C62', '0', '1', '-0.01')).toEqual(['-1', 'C62', '0.01', '1']);
  });
});
