import { expect, it } from '@jest/globals';
import { currencyCodes, minorUnitOf } from './currencies.js';

// ISO 4217:2015, list one of 2024-06.
it.each([
  ['JPY', 0],
  ['EUR', 2],
  ['TND', 3],
  ['CLF', 4],
  ['UYW', 4],
])('%s has %i decimals', (currency, digits) => {
  expect(minorUnitOf(currency)).toBe(digits);
});

it('gives two decimals to a code that is on no list', () => {
  expect(currencyCodes).not.toContain('XTS');
  expect(minorUnitOf('XTS')).toBe(2);
});
