import { describe, expect, it } from '@jest/globals';
import { documentText } from '#contract-text/clauses/document.js';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { contractOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

/** Seven hours of 5 minutes 20 seconds each way of rounding: 7 x 320 s at the price of an hour. */
const hours = (currency: string, price: string): string => `
currency: ${currency}
measures: { worked: { kind: agentTime, states: [PREP] } }
lines: [{ id: L, model: time, measure: worked, price: '${price}' }]
examples:
  - says: 320 s
    given: [{ work: { state: PREP, at: 2026-03-02T09:00, for: 320s } }]
    price: '0'
`;

describe('the currency of a contract', () => {
  it.each([
    // 320 s are 4/45 of an hour: 2 950 x 4 / 45 = 262.2222; 20 % of 262 are 52.4
    ['JPY', '2950', { amounts: { L: '262' }, vat: ['S 20: 262 52'], net: '262', gross: '314' }],
    // 31.5 x 4 / 45 = 2.8; 20 % are 0.56
    ['TND', '31.5', { amounts: { L: '2.800' }, vat: ['S 20: 2.800 0.560'], net: '2.800', gross: '3.360' }],
    // 29.50 x 4 / 45 = 2.6222; 20 % of 2.62 are 0.524
    ['EUR', '29.50', { amounts: { L: '2.62' }, vat: ['S 20: 2.62 0.52'], net: '2.62', gross: '3.14' }],
  ])('gives amounts and VAT the decimals that %s has', (currency, price, figures) => {
    expect(figuresOf(invoiceOf(hours(currency, price)))).toEqual(figures);
  });

  it('gives way to the decimals that the contract says', () => {
    const rounded = `${hours('JPY', '2950')}rounding: { money: { scale: 2 } }`;
    expect(figuresOf(invoiceOf(rounded))).toMatchObject({
      amounts: { L: '262.22' },
      vat: ['S 20: 262.22 52.00'],
    });
  });

  it('is written in clauses with the decimals that it has', () => {
    const text = (currency: string): string =>
      documentText(contractDocument(contractOf(hours(currency, '2950')), 'en'));
    expect(text('JPY')).toContain('worked at 2,950 JPY per hour');
    expect(text('TND')).toContain('worked at 2,950.000 TND per hour');
  });

  it.each(['EURO', 'eur', 'XTS', 'XAU', 'HRK', ''])(
    'is one of ISO 4217 with a minor unit, not %p',
    (currency) => {
      const [fault] = faultsOf(`currency: '${currency}'\nlines: [{ id: A, model: fixed, amount: '1.00' }]`);
      expect(fault).toContain(`currency: '${currency}' must be a code of ISO 4217 such as EUR`);
      expect(fault).toContain('[unknown-currency]');
    },
  );
});

describe('prices and amounts', () => {
  it('are below 10^12 with at most 8 decimals, and exact at that size', () => {
    const fixed = (amount: string): string => `
lines: [{ id: A, model: fixed, amount: '${amount}' }]
examples: [{ says: a month, period: 2026-03, price: '0' }]
`;
    expect(faultsOf(fixed('1000000000000'))).toEqual([
      'lines[0].amount: must be below 1000000000000 (10^12) [out-of-range]',
    ]);
    expect(figuresOf(invoiceOf(fixed('0999999999999.99'))).gross).toBe('1199999999999.99');
  });

  it('leave nothing of a division in an amount of 21 digits', () => {
    const invoice = invoiceOf(`
rounding: { money: { mode: down } }
measures: { worked: { kind: agentTime, states: [PREP] } }
lines: [{ id: L, model: time, measure: worked, price: '999999999999' }]
examples:
  - says: a million times 20 minutes, thirds of an hour
    given: [{ work: { state: PREP, at: 2026-03-02T09:00, for: 20min }, times: 1000000 }]
    price: '0'
`);
    // 999 999 999 999 / 3 x 1 000 000
    expect(figuresOf(invoice).net).toBe('333333333333000000.00');
  });
});
