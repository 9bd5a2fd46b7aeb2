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

describe('an amount with more decimals than money of the contract has', () => {
  const of = (currency: string, terms: string): string[] => faultsOf(`currency: ${currency}\n${terms}`);
  const calls = 'measures: { answered: { kind: count, of: answered } }\n';
  const measures =
    'measures: { answered: { kind: count, of: answered }, complaints: { kind: events, name: complaint.received } }\n';
  const fixed = "lines: [{ id: L, model: fixed, amount: '1000' }]\n";
  const clause = (rest: string): string =>
    `kpis: { q: { type: quality } }\n${measures}${fixed}bonusMalus: [{ id: B, base: [L], ${rest} }]`;
  const shaped = (shape: string): string => clause(`kpi: q, shapes: [{ ${shape} }]`);
  const discount = (rest: string): string => `${calls}${fixed}discounts: [{ id: D, ${rest} }]`;

  it('is refused with the amounts on both sides of it, and with the rounding that would have it', () => {
    expect(of('JPY', `${fixed}limits: { monthlyMin: '895.50' }`)).toEqual([
      'limits.monthlyMin: 895.50 cannot be invoiced: amounts in JPY have no decimals here; write 895 or 896, ' +
        'or rounding.money.scale 1 if amounts have that many [too-many-decimals]',
    ]);
    expect(of('EUR', "lines: [{ id: L, model: fixed, amount: '-29.12345' }]")).toEqual([
      'lines[0].amount: -29.12345 cannot be invoiced: amounts in EUR have 2 decimals here; ' +
        'write -29.13 or -29.12 [too-many-decimals]',
    ]);
  });

  it.each([
    ['lines[0].amount', "lines: [{ id: L, model: fixed, amount: '895.5' }]"],
    ['lines[0].amount', "lines: [{ id: L, model: oneOff, amount: '-0.5', day: 2026-03-02 }]"],
    [
      'lines[0].minimum.amount',
      `${calls}lines: [{ id: L, model: perUnit, measure: answered, price: '1', minimum: { amount: '0.5' } }]`,
    ],
    ['limits.monthlyMax', `${fixed}limits: { monthlyMax: '895.5' }`],
    ['bonusMalus[0].amount', clause("kind: perEvent, measure: complaints, amount: '-0.5'")],
    [
      'bonusMalus[0].capAmount.malus',
      clause("kind: perEvent, measure: complaints, amount: '-1', capAmount: { malus: '0.5' }"),
    ],
    [
      'bonusMalus[0].shapes[0].points[1].amount',
      shaped("shape: step, points: [{ lt: 50, amount: '-2' }, { lt: 80, amount: '-1.5' }]"),
    ],
    [
      'bonusMalus[0].shapes[0].to.amount',
      shaped("shape: linear, from: { at: 80, amount: '0' }, to: { at: 60, amount: '-1.5' }"),
    ],
    [
      'bonusMalus[0].shapes[0].amount',
      shaped("shape: perPoint, from: 80, beyond: below, size: 1, amount: '-1.5'"),
    ],
    ['discounts[0].amount', discount("base: [L], amount: '1.5'")],
    ['discounts[0].above', discount("base: [L], rate: '0.1', above: '1.5'")],
    [
      'discounts[0].steps[1].atLeast',
      discount("base: [L], steps: [{ rate: '0.1' }, { rate: '0.2', atLeast: '1.5' }]"),
    ],
    [
      'commitments[0].minimum',
      `${fixed}commitments: [{ id: C, kind: amount, over: calendarYear, minimum: '1.5' }]`,
    ],
    ['purchaseOrders[0].limit', `${fixed}purchaseOrders: [{ number: PO, from: 2026-01, limit: '1.5' }]`],
  ])('is refused as %s', (path, terms) => {
    const found = of('JPY', terms);
    expect(found).toEqual([expect.stringContaining(`${path}: `)]);
    expect(found[0]).toContain('[too-many-decimals]');
    // the same amounts are money in TND, which has 3 decimals
    expect(of('TND', terms)).toEqual([]);
  });

  it('is refused in an amendment, once', () => {
    const amended = `${fixed}amendments:
  - { effective: 2026-04-01, reason: r, set: { L.amount: '895.5' } }
  - { effective: 2026-05-01, reason: r, set: { vat: { category: S, rate: '10' } } }`;
    expect(of('JPY', amended)).toEqual([
      'amendments[0].set: lines[0].amount: 895.5 cannot be invoiced: amounts in JPY have no decimals here; ' +
        'write 895 or 896, or rounding.money.scale 1 if amounts have that many [too-many-decimals]',
    ]);
  });

  it('is no fault of prices of units, of numbers of units, and where nothing but zeros follows', () => {
    expect(
      of(
        'JPY',
        `${calls}term: { firstDay: 2026-01-01 }
lines: [{ id: L, model: perUnit, measure: answered, price: '2.355' }, { id: F, model: fixed, amount: '895.00' }]
corridors: [{ id: V, line: L, forecast: { 2026-03: 100 }, lower: '0.9', shortfallPrice: '1.255' }]
commitments: [{ id: C, kind: volume, over: calendarYear, line: L, minimumVolume: '100.5', shortfallPrice: '1.255' }]
discounts: [{ id: D, base: [L], volumeOf: L, rate: '0.1', above: '1.5' }]`,
      ),
    ).toEqual([]);
  });

  it('is measured by what the contract rounds to, and not where the currency is not known', () => {
    const limits = `${fixed}limits: { monthlyMin: '895.5' }`;
    expect(of('JPY', `${limits}\nrounding: { money: { scale: 1 } }`)).toEqual([]);
    expect(of('EUR', `${limits}\nrounding: { money: { scale: 0 } }`)).toEqual([
      expect.stringContaining('amounts in EUR have no decimals here'),
    ]);
    expect(of('tnd', `${fixed}limits: { monthlyMin: '895.555' }`)).toEqual([
      expect.stringContaining('[unknown-currency]'),
    ]);
  });
});
