import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addMoney,
  Decimal,
  decimal,
  money,
  moneyJson,
  moneyOf,
  plain,
  round,
  roundMoney,
  whole,
} from './money.js';

describe('money', () => {
  it('keeps the currency beside the amount, and amounts as strings in JSON', () => {
    const sum = addMoney(money('22743.00', 'EUR'), money('25533.90', 'EUR'));
    expect(moneyJson(sum, 2)).toEqual({ amount: '48276.90', currency: 'EUR' });
    expect(moneyOf(moneyJson(sum)).amount.equals(sum.amount)).toBe(true);
  });

  it('refuses to add euros to dollars', () => {
    expect(() => addMoney(money('1', 'EUR'), money('1', 'USD'))).toThrow('cannot add USD to EUR');
  });

  it.each([
    ['halfAwayFromZero', '46.875', '46.88'],
    ['halfAwayFromZero', '-46.875', '-46.88'],
    ['halfAwayFromZero', '46.865', '46.87'],
    ['halfEven', '46.865', '46.86'],
    ['halfEven', '46.875', '46.88'],
    ['down', '-46.879', '-46.87'],
    ['up', '46.871', '46.88'],
  ] as const)('rounds %s: %s -> %s', (mode, from, to) => {
    expect(plain(roundMoney(money(from, 'EUR'), 2, mode).amount)).toBe(to);
  });

  it.each(['1e3', '1,5', '', 'NaN', 'Infinity', '.5', '0x10'])('does not read %p as a decimal', (text) => {
    expect(() => decimal(text)).toThrow('is not a decimal number');
  });

  it('does not take a float for a count', () => {
    expect(() => whole(0.1)).toThrow('not a whole number');
  });

  it('never writes exponents or a negative zero', () => {
    expect(plain(new Decimal('0.000000000000000000001'))).toBe('0.000000000000000000001');
    expect(plain(new Decimal('1').times('1e30'))).toBe(`1${'0'.repeat(30)}`);
    expect(plain(round(decimal('-0.001'), 2), 2)).toBe('0.00');
  });

  it('pads but never loses decimals when a scale is asked for', () => {
    expect(plain(decimal('2.5'), 2)).toBe('2.50');
    expect(() => plain(decimal('2.505'), 2)).toThrow('more than 2 decimals');
  });

  it.each(['down', 'up', 'halfEven', 'halfAwayFromZero'] as const)(
    'takes three thirds for the whole: %s',
    (mode) => {
      const third = decimal('100').div(3);
      expect(plain(round(third.plus(third).plus(third), 2, mode), 2)).toBe('100.00');
      expect(plain(round(decimal('0.02').div(3).times(3), 2, mode), 2)).toBe('0.02');
    },
  );

  it('moves an amount by at most half a cent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), (thousandths) => {
        const value = new Decimal(thousandths.toString()).div(1000);
        expect(round(value, 2).minus(value).abs().lte('0.005')).toBe(true);
      }),
    );
  });
});
