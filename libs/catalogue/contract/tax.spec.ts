import { describe, expect, it } from '@jest/globals';
import { faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const reverseCharge = `{ category: AE, rate: '0', reason: Reverse charge }`;

describe('VAT of a month, from contract and work to the invoice', () => {
  it('gives a maximum the VAT of the lines that it corrects', () => {
    const invoice = invoiceOf(`
measures: { n: { kind: count, of: handled } }
lines: [{ id: L, model: perUnit, measure: n, price: '300.00', vat: ${reverseCharge} }]
limits: { monthlyMax: '22000.00' }
examples:
  - says: a hundred contacts are 30 000, 8 000 more than the maximum
    given: [{ contact: { at: 2026-03-02T09:00, talk: 1min }, times: 100 }]
    price: '22000.00'
`);
    expect(figuresOf(invoice)).toEqual({
      amounts: { L: '30000.00', monthlyMax: '-8000.00' },
      vat: ['AE 0: 22000.00 0.00'],
      net: '22000.00',
      gross: '22000.00',
    });
  });

  it('spreads a limit over the groups that it stands for, to the cent', () => {
    const invoice = invoiceOf(`
lines:
  - { id: A, model: fixed, amount: '18000.00' }
  - { id: B, model: fixed, amount: '12000.01', vat: { category: S, rate: '10' } }
limits: { monthlyMax: '25000.00' }
examples: [{ says: a month, period: 2026-03, price: '25000.00' }]
`);
    // 5 000.01 x 18 000 / 30 000.01 = 3 000.005 and 2 000.005 less a hair: the larger remainder is A's
    // base 14 999.99 and 10 000.01; VAT 2 999.998 and 1 000.001
    expect(figuresOf(invoice)).toEqual({
      amounts: { A: '18000.00', B: '12000.01', 'monthlyMax.1': '-3000.00', 'monthlyMax.2': '-2000.01' },
      vat: ['S 20: 15000.00 3000.00', 'S 10: 10000.00 1000.00'],
      net: '25000.00',
      gross: '29000.00',
    });
  });

  it.each([
    ['a limit', 0, "limits: { monthlyMax: '470.01' }"],
    ['a limit', 1, "limits: { monthlyMax: '470.01' }"],
    ['a discount', 0, "discounts: [{ id: off, base: [U, F, G], amount: '0.01' }]"],
    ['a discount', 1, "discounts: [{ id: off, base: [U, F, G], amount: '0.01' }]"],
  ])(
    'spreads what %s leaves over in the order of what is charged, with %s free calls',
    (_, calls, clause) => {
      const invoice = invoiceOf(`
measures: { n: { kind: count, of: handled } }
lines:
  - { id: U, model: perUnit, measure: n, price: '3.00', above: 10 }
  - { id: F, model: fixed, amount: '235.01', vat: { category: S, rate: '10' } }
  - { id: G, model: fixed, amount: '235.01' }
${clause}
examples:
  - says: a cent too much
    period: 2026-03
    given: [${calls === 0 ? '' : '{ contact: { at: 2026-03-02T09:00, talk: 1min } }'}]
    price: '470.01'
`);
      // half a cent each: F is charged before G, a line of nothing before both is not
      expect(figuresOf(invoice).vat.toSorted()).toEqual(['S 10: 235.01 23.50', 'S 20: 235.00 47.00']);
    },
  );

  it('leaves damages out of what a minimum stands for', () => {
    const invoice = invoiceOf(`
kpis: { lost: { type: abandonment } }
lines: [{ id: A, model: fixed, amount: '10000.00', vat: ${reverseCharge} }]
bonusMalus: [{ id: late, kpi: lost, base: [A], shapes: [{ shape: step, points: [{ gt: '0.1', rate: '-0.10' }] }] }]
malus: { vatTreatment: outOfScope }
limits: { monthlyMin: '9500.00' }
examples:
  - says: 1 000 of damages, of which the minimum gives back 500
    period: 2026-03
    given: [{ contact: { at: 2026-03-02T09:00, result: abandoned, wait: 1min } }]
    price: '9500.00'
`);
    expect(figuresOf(invoice).vat).toEqual(['AE 0: 10500.00 0.00', 'O 0: -1000.00 0.00']);
  });

  it('gives the minimum of a month without work the VAT in which all lines agree', () => {
    const invoice = invoiceOf(`
measures: { n: { kind: count, of: handled } }
lines: [{ id: L, model: perUnit, measure: n, price: '3.00', vat: ${reverseCharge} }]
limits: { monthlyMin: '500.00' }
examples: [{ says: no call, period: 2026-03, price: '500.00' }]
`);
    expect(figuresOf(invoice).vat).toEqual(['AE 0: 500.00 0.00']);
  });

  it('takes 10 and 10.0 as one rate, and two reasons of one category as one group', () => {
    const invoice = invoiceOf(`
lines:
  - { id: A, model: fixed, amount: '0.04', vat: { category: S, rate: '10' } }
  - { id: B, model: fixed, amount: '0.04', vat: { category: S, rate: '10.0' } }
  - { id: C, model: fixed, amount: '5.00', vat: { category: E, rate: '0', reason: Training } }
  - { id: D, model: fixed, amount: '7.00', vat: { category: E, rate: '0.00', reason: Insurance } }
examples: [{ says: a month, period: 2026-03, price: '12.08' }]
`);
    // 0.08 x 10 % = 0.008; each alone would be 0.004 and nothing
    expect(figuresOf(invoice).vat).toEqual(['S 10: 0.08 0.01', 'E 0: 12.00 0.00']);
    expect(invoice.vat[1]?.vat.reason).toBe('Training; Insurance');
  });

  it.each(['down', 'up', 'halfEven', 'halfAwayFromZero'])(
    'rounds VAT half up to the cent where prices are rounded %s to whole euros',
    (mode) => {
      const invoice = invoiceOf(`
rounding: { money: { scale: 0, mode: ${mode} } }
vat: { category: S, rate: '5.5' }
lines: [{ id: A, model: fixed, amount: '143.00' }]
examples: [{ says: a month, period: 2026-03, price: '143' }]
`);
      // 143 x 5.5 % = 7.865
      expect(figuresOf(invoice)).toMatchObject({ vat: ['S 5.5: 143.00 7.87'], gross: '150.87' });
    },
  );
});

describe('faults of VAT', () => {
  const line = `lines: [{ id: A, model: fixed, amount: '1.00' }]`;

  it('asks for both VAT ids in categories AE and K, and for the seller’s in G', () => {
    const parties = `
seller: { name: Centre, countryCode: FR }
buyer: { name: Marque, countryCode: BE }
${line}`;
    const missing = (party: string, category: string): string =>
      `${party}.vatId: is missing: VAT category ${category} needs the VAT id of ${party} [vat-id-missing]`;
    expect(faultsOf(`${parties}\nvat: ${reverseCharge}`)).toEqual([
      missing('seller', 'AE'),
      missing('buyer', 'AE'),
    ]);
    expect(faultsOf(`${parties}\nvat: { category: K, rate: '0', reason: Intra-community }`)).toEqual([
      missing('seller', 'K'),
      missing('buyer', 'K'),
    ]);
    expect(faultsOf(`${parties}\nvat: { category: G, rate: '0', reason: Export }`)).toEqual([
      missing('seller', 'G'),
    ]);
    expect(faultsOf(parties)).toEqual([]);
  });

  it('asks for them also where a line or an amendment brings the category', () => {
    const buyer = 'buyer: { name: Marque, countryCode: BE }';
    const fault = 'buyer.vatId: is missing: VAT category AE needs the VAT id of buyer [vat-id-missing]';
    const ofLine = `${buyer}\nlines: [{ id: A, model: fixed, amount: '1.00', vat: ${reverseCharge} }]`;
    expect(faultsOf(ofLine)).toEqual([fault]);
    const amended = `${buyer}\n${line}\namendments: [{ effective: 2026-05-01, set: { vat: ${reverseCharge} } }]`;
    expect(faultsOf(amended)).toEqual([expect.stringContaining('needs the VAT id of buyer')]);
  });

  it.each(['AE', 'O', 'E', 'Z', 'K', 'G'])(
    'allows no rate in category %s, and in all but Z asks why',
    (category) => {
      const faults = faultsOf(`${line}\nvat: { category: ${category}, rate: '20' }`);
      const reason = `vat.reason: is missing: category ${category} needs one [missing]`;
      expect(faults).toEqual([
        `vat.rate: 20 must be "0" in category ${category} [vat-rate-not-zero]`,
        ...(category === 'Z' ? [] : [reason]),
      ]);
    },
  );

  it('knows no rate above 100 %', () => {
    expect(faultsOf(`${line}\nvat: { category: S, rate: '200' }`)).toEqual([
      'vat.rate: 200 must be at most 100, in percent [out-of-range]',
    ]);
  });
});
