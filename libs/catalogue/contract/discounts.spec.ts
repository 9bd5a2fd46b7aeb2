import { describe, expect, it } from '@jest/globals';
import { callsAtNoon, exampleOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const amountsOf = (yaml: string) => figuresOf(invoiceOf(yaml)).amounts;

/** Calls at 1.00 each, and 100.00 a month. */
const lines = `
measures: { answered: { kind: count, of: answered } }
lines:
  - { id: calls, model: perUnit, measure: answered, price: '1.00' }
  - { id: fee, model: fixed, amount: '100.00', proration: none }
`;

const march = exampleOf('2026-03', callsAtNoon(['2026-03-10', 1000]));

describe('a discount of the month', () => {
  it('comes after bonus and malus and before the minimum of the month', () => {
    const contract = `
measures: { answered: { kind: count, of: answered } }
kpis: { quality: { type: quality, onNoData: asTarget } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '1.00' }]
bonusMalus:
  - { id: bad, kind: perEvent, measure: answered, base: [calls], amount: '-0.10' }
discounts: [{ id: off, rate: '0.10' }]
limits: { monthlyMin: '850.00' }
`;
    // 1 000 - 100 = 900, less 10 % = 810, 40 are missing to 850
    expect(amountsOf(contract + march)).toEqual({
      calls: '1000.00',
      bad: '-100.00',
      off: '-90.00',
      monthlyMin: '40.00',
    });
  });

  it('is part of lines alone, or of what a discount before it leaves', () => {
    const contract = `${lines}discounts:
  - { id: first, base: [calls], rate: '0.10' }
  - { id: upon, base: [calls, first], rate: '0.05' }
  - { id: beside, base: [calls], rate: '0.05' }
  - { id: others, base: { allBut: [calls] }, rate: '0.05' }
`;
    expect(amountsOf(contract + march)).toMatchObject({
      first: '-100.00',
      // of 900
      upon: '-45.00',
      beside: '-50.00',
      others: '-5.00',
    });
  });

  it.each([
    ['above', '1000', undefined],
    ['above', '999.99', '-20.00'],
    ['atLeast', '1000', '-20.00'],
    ['atLeast', '1000.01', undefined],
  ])('asks for %s %s, to the cent', (key, threshold, off) => {
    const contract = `${lines}discounts: [{ id: off, base: [calls], ${key}: '${threshold}', rate: '0.02' }]\n`;
    expect(amountsOf(contract + march)['off']).toBe(off);
  });

  it('gives the amount of the last step that is passed, or each rate on what lies above its step', () => {
    const steps = `steps: [{ rate: '0.01' }, { above: '400', rate: '0.02' }, { above: '900', rate: '0.03' }]`;
    const of = (more: string) =>
      amountsOf(`${lines}discounts: [{ id: off, base: [calls], ${more} }]\n${march}`)['off'];
    expect(of(steps)).toBe('-30.00');
    // 4 + 10 + 3
    expect(of(`appliesTo: excess, ${steps}`)).toBe('-17.00');
    const lumps = `steps: [{ atLeast: '500', amount: '12.00' }, { atLeast: '2000', amount: '99.00' }]`;
    expect(of(lumps)).toBe('-12.00');
    // by calls, 1 000 of them
    expect(
      of(`volumeOf: calls, steps: [{ above: '999', rate: '0.02' }, { above: '1000', rate: '0.05' }]`),
    ).toBe('-20.00');
  });

  it('never takes off more than its base', () => {
    const contract = `${lines}discounts: [{ id: off, base: [fee], amount: '250.00' }]\n`;
    expect(amountsOf(contract + march)['off']).toBe('-100.00');
  });

  it('shrinks by calendar days in a month in part, or stays whole', () => {
    const half = `term: { firstDay: 2026-03-16 }${lines}discounts: [{ id: off, amount: '31.00' }]\n`;
    const late = exampleOf('2026-03', callsAtNoon(['2026-03-20', 1000]));
    // 16 of 31 days
    expect(amountsOf(half + late)['off']).toBe('-16.00');
    expect(amountsOf(half.replace("'31.00'", "'31.00', proration: none") + late)['off']).toBe('-31.00');
    const step = half.replace("amount: '31.00'", "base: [calls], above: '1900', rate: '0.10'");
    // 1 900 for a whole month are 980.65 for 16 days
    expect(amountsOf(step + late)['off']).toBe('-100.00');
  });

  it('has the VAT of its base, in proportion', () => {
    const contract = `${lines.replace("amount: '100.00'", "amount: '500.00', vat: { category: S, rate: '10' }")}discounts: [{ id: off, rate: '0.0001' }]\n`;
    const { amounts, vat } = figuresOf(invoiceOf(contract + march));
    // 0.0001 x 1 500 = 0.15: 0.10 and 0.05
    expect([amounts['off.1'], amounts['off.2']]).toEqual(['-0.10', '-0.05']);
    expect(vat).toEqual(['S 20: 999.90 199.98', 'S 10: 499.95 50.00']);
  });

  it('holds in its months alone', () => {
    const contract = `${lines}discounts: [{ id: off, rate: '0.10', from: 2026-03, to: 2026-04 }]\n`;
    const offIn = (month: string) =>
      amountsOf(contract + exampleOf(month, callsAtNoon([`${month}-10`, 10])))['off'];
    expect(['2026-02', '2026-03', '2026-04', '2026-05'].map(offIn)).toEqual([
      undefined,
      '-11.00',
      '-11.00',
      undefined,
    ]);
  });

  it('counts in the maximum of a part of the month as far as its base lies in it', () => {
    const contract = `${lines.replace('proration: none', 'proration: calendarDays').replace("'100.00'", "'0.00'")}discounts: [{ id: off, rate: '0.10' }]
amendments:
  - { effective: 2026-04-16, set: { limits: { monthlyMax: '1000.00' } } }
`;
    const given = callsAtNoon(['2026-04-10', 600], ['2026-04-20', 900]);
    // the maximum is 500 for the second half: 900 - 90 are 310 above it
    expect(amountsOf(contract + exampleOf('2026-04', given))['monthlyMax']).toBe('-310.00');
  });
});

describe('a negative amount', () => {
  it('is invoiced as a negative quantity at a positive price', () => {
    const contract = `${lines.replace("amount: '100.00'", "amount: '-100.00'")}  - { id: once, model: oneOff, amount: '-7.50', day: 2026-03-02 }\n`;
    const invoice = invoiceOf(contract + march);
    const of = (id: string) => invoice.lines.find(({ line }) => line === id);
    expect([of('fee')?.quantity.toNumber(), of('fee')?.price.toNumber()]).toEqual([-1, 100]);
    expect([of('once')?.quantity.toNumber(), of('once')?.price.toNumber()]).toEqual([-1, 7.5]);
    expect(figuresOf(invoice)).toMatchObject({ net: '892.50', gross: '1071.00' });
  });

  it('of costs handed on is a credit of theirs', () => {
    const contract = `
measures: { costs: { kind: eventSum, name: telephony.billed, field: amount, scale: 2 } }
lines: [{ id: telephony, model: passThrough, measure: costs, markup: '0.10' }]
${exampleOf('2026-03', `      - { events: [{ name: telephony.billed, at: 2026-03-31, data: { amount: '-40.00' } }] }`)}`;
    const [line] = invoiceOf(contract).lines;
    expect([line?.quantity.toNumber(), line?.price.toNumber(), line?.amount.toNumber()]).toEqual([
      -1, 44, -44,
    ]);
  });
});

describe('a rebate over several months', () => {
  const quarter = callsAtNoon(['2026-01-10', 300], ['2026-02-10', 500], ['2026-03-10', 700]);
  const of = (discount: string, month: string, more = '') =>
    amountsOf(
      `${more}${lines}discounts: [{ id: back, base: [calls], over: calendarQuarter, ${discount} }]\n${exampleOf(month, quarter)}`,
    )['back'];
  const steps = `steps: [{ above: '500', rate: '0.02' }, { above: '1200', rate: '0.04' }]`;

  it('gives at the end what all its months come to, back on all', () => {
    // 4 % of 1 500
    expect(['2026-01', '2026-02', '2026-03'].map((month) => of(steps, month))).toEqual([
      undefined,
      undefined,
      '-60.00',
    ]);
  });

  it('gives as reached what all so far come to, less what was given', () => {
    // 0; 2 % of 800 = 16; 4 % of 1 500 = 60, less 16
    const months = ['2026-01', '2026-02', '2026-03'].map((month) => of(`settle: asReached, ${steps}`, month));
    expect(months).toEqual([undefined, '-16.00', '-44.00']);
  });

  it('gives each rate on what lies above its step', () => {
    // 700 x 2 % + 300 x 4 %
    expect(of(`appliesTo: excess, ${steps}`, '2026-03')).toBe('-26.00');
  });

  it('is due in the last month of a contract that ends early, by calendar days', () => {
    const early = 'term: { firstDay: 2026-01-01, lastDay: 2026-02-28 }\n';
    // 59 of 90 days: 327.78 and 786.67 are both passed by 800: 4 %
    expect(of(steps, '2026-02', early)).toBe('-32.00');
    expect(of(`proration: none, ${steps}`, '2026-02', early)).toBe('-16.00');
  });

  it('counts the months alone in which it holds', () => {
    // February and March, 59 of 90 days: 327.78 and 786.67; 4 % of 1 200
    expect(of(`from: 2026-02, ${steps}`, '2026-03')).toBe('-48.00');
    // January and February: 4 % of 800, due in February
    expect(of(`to: 2026-02, ${steps}`, '2026-02')).toBe('-32.00');
    expect(of(`to: 2026-02, ${steps}`, '2026-03')).toBeUndefined();
  });

  it('is settled by the steps of the month that settles it', () => {
    const contract = `${lines}discounts: [{ id: back, base: [calls], over: calendarQuarter, settle: asReached, rate: '0.02' }]
amendments: [{ effective: 2026-03-01, set: { back.rate: '0.03' } }]
`;
    // 2 % of 800 were given; 3 % of 1 500 are 45
    expect(amountsOf(contract + exampleOf('2026-03', quarter))['back']).toBe('-29.00');
  });

  it('has the VAT of what it counts, of all its months', () => {
    const contract = `${lines.replace("amount: '100.00'", "amount: '500.00', vat: { category: S, rate: '10' }")}discounts: [{ id: back, over: calendarQuarter, rate: '0.10' }]\n`;
    const { amounts } = figuresOf(invoiceOf(contract + exampleOf('2026-03', quarter)));
    expect([amounts['back.1'], amounts['back.2']]).toEqual(['-150.00', '-150.00']);
  });

  it('shows how far the turnover has come', () => {
    const contract = `${lines}discounts: [{ id: back, base: [calls], over: calendarQuarter, ${steps} }]\n`;
    const [balance] = invoiceOf(contract + exampleOf('2026-02', quarter)).commitments;
    expect(balance).toMatchObject({ kind: 'rebate', unit: 'money', first: '2026-01', last: '2026-03' });
    expect([balance?.before, balance?.inMonth, balance?.agreed, balance?.left].map(String)).toEqual([
      '300',
      '500',
      '1200',
      '400',
    ]);
  });
});

describe('faults of discounts', () => {
  const of = (discount: string, more = '') =>
    faultsOf(`${more}${lines}discounts: [{ id: off, ${discount} }]\n`);

  it.each([
    [`base: [calls]`, 'has 0 of rate, amount and steps; allowed is one of them [missing]'],
    [
      `rate: '0.1', amount: '5'`,
      'has 2 of rate, amount and steps; allowed is one of them [not-one-of-several]',
    ],
    [
      `above: '5', steps: [{ rate: '0.1' }]`,
      'stands beside steps, which say it themselves: write it in the step [not-one-of-several]',
    ],
    [
      `rate: '0.1', above: '5', atLeast: '6'`,
      'stands beside above; allowed is one of them [not-one-of-several]',
    ],
    [`steps: [{ above: '5' }]`, 'has 0 of rate and amount; allowed is one of them [missing]'],
    [`rate: '5'`, '5 is 500 %: write "0.05" for 5 % (allowed: up to 100 %) [implausible-value]'],
    [`rate: '0'`, 'gives nothing: leave it out [never-applies]'],
    [
      `steps: [{ above: '5', rate: '0.1' }, { above: '5', rate: '0.2' }]`,
      '5 must be above 5, the step before it [tiers-not-ascending]',
    ],
    [
      `steps: [{ rate: '0.1' }, { rate: '0.2' }]`,
      'has no above or atLeast: only the first step holds from the beginning [missing]',
    ],
    [
      `steps: [{ rate: '0.2' }, { above: '5', rate: '0.1' }]`,
      '0.1 is not more than 0.2, the step before it: all would cost more for turning over more; write rising steps, or rates with appliesTo: excess [step-unreachable]',
    ],
    [
      `rate: '0.1', appliesTo: excess`,
      'has no effect without a step to exceed: write above or atLeast [never-applies]',
    ],
    [
      `amount: '5', above: '9', appliesTo: excess`,
      'excess is for rates: an amount is not part of what lies above a step; write appliesTo: all [never-applies]',
    ],
    [
      `base: [call], rate: '0.1'`,
      "there is no line, bonus, malus or discount 'call'; did you mean 'calls'? (allowed: calls, fee) [unknown-line]",
    ],
    [`base: [calls, calls], rate: '0.1'`, "'calls' is listed twice and would count twice [base-repeated]"],
    [
      `volumeOf: calls, rate: '0.1'`,
      'has no effect without a step to pass: write above or atLeast [never-applies]',
    ],
    [
      `volumeOf: fee, above: '5', rate: '0.1'`,
      "'fee' has no volume that work could fall short of: write a line by time or by the unit [commitment-without-volume]",
    ],
    [
      `volumeOf: calls, above: '5', rate: '0.1', appliesTo: excess`,
      'excess is for steps in money: for units above a volume write tiers on the line, or appliesTo: all [never-applies]',
    ],
    [
      `rate: '0.1', settle: atEnd`,
      'has no effect in a discount of the month: write over, or leave it out [never-applies]',
    ],
    [`rate: '0.1', proration: none`, 'has no effect: a rate without steps follows its base [never-applies]'],
    [
      `rate: '0.1', over: term`,
      'term counts from the first day of the contract: write term.firstDay [commitment-without-term]',
    ],
    [
      `rate: '0.1', from: 2026-05, to: 2026-04`,
      '2026-04 must not be before from 2026-05 [interval-not-ascending]',
    ],
  ])('%s', (discount, message) => {
    expect(of(discount).map((text) => text.replace(/^[^:]*: /, ''))).toContain(message);
  });

  it('names what lies outside of the term, or comes later, or changes within a month', () => {
    const term = 'term: { firstDay: 2026-03-01, lastDay: 2026-05-31 }\n';
    expect(of(`rate: '0.1', to: 2026-02`, term)).toEqual([
      'discounts[0].to: 2026-02 is before the contract: it never holds [outside-term]',
    ]);
    expect(of(`rate: '0.1', from: 2026-06`, term)).toEqual([
      'discounts[0].from: 2026-06 is after the contract: it never holds [outside-term]',
    ]);
    expect(of(`base: [calls, later], rate: '0.1' }, { id: later, rate: '0.2'`)).toEqual([
      "discounts[0].base[1]: 'later' is not taken off before this one (allowed: calls, fee) [unknown-line]",
    ]);
    const changed = (more: string) => faultsOf(`${lines}discounts: [{ id: off, rate: '0.1' }]\n${more}`);
    expect(changed(`amendments: [{ effective: 2026-04-16, set: { off.rate: '0.2' } }]`)).toEqual([
      'amendments[0].effective: changes discounts or credits, which are of whole months: write the first moment of a month, or from: nextPeriod [discount-changes-mid-month]',
    ]);
    expect(
      changed(`amendments: [{ effective: 2026-04-16, from: nextPeriod, set: { off.rate: '0.2' } }]`),
    ).toEqual([]);
    expect(
      changed(
        `calendarRules: [{ id: peak, from: 2026-04-01, to: 2026-05-01, overrides: { off.rate: '0.2' } }]`,
      ),
    ).toEqual([
      'calendarRules[0].overrides: discounts and credits hold for whole periods: a calendar rule cannot change them [calendar-rule-changes-month]',
    ]);
  });
});
