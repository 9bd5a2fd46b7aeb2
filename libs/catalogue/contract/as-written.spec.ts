import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { plain } from '#domain/money/money.js';
import { runExample } from '#domain/pricing/example.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { amountsByClause } from '#domain/pricing/totals.js';
import { parseContract } from './schema.js';

/**
 * Contracts as people write them, with what they were given, to the invoice. Every value was computed by hand
 * from the clause; the sum is beside it.
 */
function expectInvoice(yaml: string): Invoice {
  const parsed = parseContract({ ...head, ...(parse(yaml) as object) });
  if ('faults' in parsed)
    throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  const [example] = parsed.examples;
  if (example === undefined) throw new Error('gives no example');
  const { invoice, differences } = runExample(parsed.contract, example);
  expect(differences).toEqual([]);
  return invoice;
}

/** `quantity x price` of each line. */
function linesOf({ lines }: Invoice): string[] {
  return lines.map(({ quantity, price }) => `${plain(quantity)} x ${plain(price)}`);
}

function partsOf(invoice: Invoice): Record<string, string> {
  return Object.fromEntries([...amountsByClause(invoice)].map(([id, amount]) => [id, plain(amount, 2)]));
}

const head = {
  id: 'written',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  holidays: { country: 'FR' },
  scope: { programme: 'care' },
};

const peak = `
calendarRules: [{ id: peak, from: 2026-10-12, to: 2026-10-16, overrides: OVERRIDES }]
examples:
  - says: 60 calls before the peak, 70 in it, 40 after it
    given:
      - { contact: { at: 2026-10-05T10:00, talk: 1min }, times: 60 }
      - { contact: { at: 2026-10-13T10:00, talk: 1min }, times: 70 }
      - { contact: { at: 2026-10-28T10:00, talk: 1min }, times: 40 }
    price: 'PRICE'
`;
const withPeak = (overrides: string, price: string): string =>
  peak.replace('OVERRIDES', overrides).replace('PRICE', price);

const calls = `
measures: { answered: { kind: count, of: answered } }
`;

describe('volume around a calendar rule', () => {
  it('fills tiers in order of time, those of the peak included', () => {
    // 60 x 2.35 = 141.00; the peak takes the places 61 to 130 at 70 x 2.80 = 196.00; 40 x 1.95 = 78.00
    const invoice = expectInvoice(`${calls}
lines:
  - id: calls
    model: perUnit
    measure: answered
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '2.35' }, { price: '1.95' }] }
${withPeak("{ calls.tiers.steps: [{ price: '2.80' }] }", '415.00')}`);
    expect(linesOf(invoice)).toEqual(['60 x 2.35', '40 x 1.95', '70 x 2.8']);
  });

  it('takes the included units in order of time', () => {
    // included: the first 60, and 40 of the peak; 30 x 3.00 = 90.00, then 40 x 2.40 = 96.00
    expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, above: 100, price: '2.40' }]
${withPeak("{ calls.price: '3.00' }", '186.00')}`);
  });

  it('lets a corridor overflow with the last units of the month', () => {
    // up to 110: 60 x 2.00 = 120.00 and 50 x 2.80 = 140.00; above: 20 of the peak and 40 after it x 1.00
    expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, price: '2.00' }]
corridors: [{ id: volume, line: calls, forecast: { 2026-10: 100 }, upper: '1.10', overflowPrice: '1.00' }]
${withPeak("{ calls.price: '2.80' }", '320.00')}`);
  });

  it('charges what is missing to a corridor as the last version says, though a rule hides all of that version', () => {
    // missing to 100: 40 at the 3.00 agreed from the 20th; 60 x 2.00 + 40 x 3.00 = 240.00
    expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, price: '2.00' }]
corridors: [{ id: volume, line: calls, forecast: { 2026-10: 100 }, lower: '1' }]
amendments: [{ effective: 2026-10-20, set: { calls.price: '3.00' } }]
calendarRules: [{ id: peak, from: 2026-10-20, to: 2026-11-01, overrides: { calls.price: '3.00' } }]
examples:
  - says: 60 calls before the amendment
    given: [{ contact: { at: 2026-10-05T10:00, talk: 1min }, times: 60 }]
    price: '240.00'`);
  });

  it('charges what is above a corridor by steps, in order of time, at the prices of the terms of each unit', () => {
    // tiers 50 at 2.00 then 1.50, up to 110: 50 x 2.00 + 10 x 1.50 before the peak; in it 50 x 2.80; above
    // 110 the steps of the corridor: 10 (to 120) x 1.00 in the peak, then 10 of the peak and 40 after it x
    // 0.50 100 + 15 + 140 + 10 + 25 = 290.00
    const invoice = expectInvoice(`${calls}
lines:
  - id: calls
    model: perUnit
    measure: answered
    tiers: { mode: graduated, steps: [{ upTo: 50, price: '2.00' }, { price: '1.50' }] }
corridors:
  - id: volume
    line: calls
    forecast: { 2026-10: 100 }
    upper: '1.10'
    overflow: [{ upTo: '1.20', price: '1.00' }, { price: '0.50' }]
${withPeak("{ calls.tiers.steps: [{ price: '2.80' }] }", '290.00')}`);
    expect(linesOf(invoice)).toEqual(['50 x 2', '10 x 1.5', '50 x 2.8', '40 x 0.5', '10 x 1', '10 x 0.5']);
  });

  it('opens packages in order of time', () => {
    // packages of 50: 2 opened by the first 60, the third by unit 101 in the peak, the fourth by unit 151
    // after it
    expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, package: { size: 50, price: '10.00' } }]
${withPeak("{ calls.package.price: '16.00' }", '46.00')}`);
  });

  it('goes on through two windows and an amendment in one month', () => {
    // places: 1-30 at 1.00; first window 31-60 at 3.00; 61-80 at 1.00; second window 81-90 at 4.00;
    // 91-100 at 1.00 and 101-110 at 0.50; amended 111-130 at 0.40
    // 30 + 90 + 20 + 40 + 10 + 5 + 8 = 203.00
    const invoice = expectInvoice(`${calls}
lines:
  - id: calls
    model: perUnit
    measure: answered
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '1.00' }, { price: '0.50' }] }
calendarRules:
  - { id: first, from: 2026-10-05, to: 2026-10-07, overrides: { calls.tiers.steps: [{ price: '3.00' }] } }
  - { id: second, from: 2026-10-14, to: 2026-10-15, overrides: { calls.tiers.steps: [{ price: '4.00' }] } }
amendments:
  - effective: 2026-10-25
    set: { calls.tiers.steps: [{ upTo: 100, price: '1.00' }, { price: '0.40' }] }
examples:
  - says: calls all along the month
    given:
      - { contact: { at: 2026-10-26T10:00, talk: 1min }, times: 20 }
      - { contact: { at: 2026-10-02T10:00, talk: 1min }, times: 30 }
      - { contact: { at: 2026-10-05T10:00, talk: 1min }, times: 30 }
      - { contact: { at: 2026-10-09T10:00, talk: 1min }, times: 20 }
      - { contact: { at: 2026-10-14T10:00, talk: 1min }, times: 10 }
      - { contact: { at: 2026-10-20T10:00, talk: 1min }, times: 20 }
    price: '203.00'
`);
    expect(linesOf(invoice)).toEqual(['60 x 1', '10 x 0.5', '30 x 3', '10 x 4', '20 x 0.4']);
  });

  it('orders units by band and day too, where a corridor ends within a week', () => {
    // Monday 5 October 40 by day and 30 in the evening, Tuesday the same; up to 100 as usual: 40 x 2.00, 30 x
    // 2.50, then 30 of Tuesday's day x 2.00; above: 10 of the day and 30 of the evening x 1.00 80 + 75 + 60 +
    // 40 = 255.00
    expectInvoice(`${calls}
lines:
  - id: calls
    model: perUnit
    measure: answered
    price: '2.00'
    bands: [{ id: evening, times: ['20:00-22:00'], surcharge: '0.25' }]
corridors: [{ id: volume, line: calls, forecast: { 2026-10: 100 }, upper: '1', overflowPrice: '1.00' }]
examples:
  - says: two days with an evening each
    given:
      - { contact: { at: 2026-10-05T10:00, talk: 1min }, times: 40 }
      - { contact: { at: 2026-10-05T20:00, talk: 1min }, times: 30 }
      - { contact: { at: 2026-10-06T10:00, talk: 1min }, times: 40 }
      - { contact: { at: 2026-10-06T20:00, talk: 1min }, times: 30 }
    price: '255.00'
`);
  });

  it('begins again with the month inside of a window', () => {
    // October: 80 in the window from the 30th on; November: 60 in it at 3.00, then 40 at 1.00 and 20 at 0.50
    expectInvoice(`${calls}
lines:
  - id: calls
    model: perUnit
    measure: answered
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '1.00' }, { price: '0.50' }] }
calendarRules:
  - { id: border, from: 2026-10-30, to: 2026-11-03, overrides: { calls.tiers.steps: [{ price: '3.00' }] } }
examples:
  - says: November begins in the window
    period: 2026-11
    given:
      - { contact: { at: 2026-10-30T10:00, talk: 1min }, times: 80 }
      - { contact: { at: 2026-11-02T10:00, talk: 1min }, times: 60 }
      - { contact: { at: 2026-11-20T10:00, talk: 1min }, times: 60 }
    price: '230.00'
`);
  });
});

describe('what is agreed by month, changed within a month', () => {
  const quality = (score: number, at: string, times: number): string =>
    `      - { events: [{ name: quality.evaluated, at: ${at}, data: { score: ${score} } }], times: ${times} }`;

  it('takes a malus from the day on which it was agreed, by what was measured since', () => {
    // until 30 March quality 60 and no malus; on 31 March quality 70 of 10: 50 % of that day's 20 x 10.00
    // 100 x 10.00 + 20 x 10.00 - 100.00 = 1 100.00
    const invoice = expectInvoice(`${calls}
kpis: { quality: { type: quality } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00' }]
amendments:
  - effective: 2026-03-31
    set: { bonusMalus: [{ id: bad, kpi: quality, base: [calls], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.5' }] }] }] }
examples:
  - says: a malus agreed on the last day
    given:
      - { contact: { at: 2026-03-10T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-03-31T10:00, talk: 1min }, times: 20 }
${quality(60, '2026-03-10', 10)}
${quality(70, '2026-03-31', 10)}
    price: '1100.00'
`);
    expect(partsOf(invoice)).toEqual({ calls: '1200.00', bad: '-100.00' });
  });

  it('judges each part by its own target', () => {
    // 1 to 15 March: 70 is below 80, 10 % of 1 000.00; from the 16th: 70 is not below 60
    const invoice = expectInvoice(`${calls}
kpis: { quality: { type: quality } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00' }]
bonusMalus: [{ id: bad, kpi: quality, base: [calls], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.1' }] }] }]
amendments: [{ effective: 2026-03-16, set: { bad.shapes: [{ shape: step, points: [{ lt: 60, rate: '-0.1' }] }] } }]
examples:
  - says: the same quality, two targets
    given:
      - { contact: { at: 2026-03-10T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-03-20T10:00, talk: 1min }, times: 100 }
${quality(70, '2026-03-10', 10)}
${quality(70, '2026-03-20', 10)}
    price: '1900.00'
`);
    expect(partsOf(invoice)).toEqual({ calls: '2000.00', bad: '-100.00' });
  });

  it('judges a condition of payment by the part of the month that it was agreed for', () => {
    // until the 15th: 70 is below 80, nothing is paid; from the 16th on nothing is asked
    const invoice = expectInvoice(`${calls}
kpis: { quality: { type: quality } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00', payIf: { kpi: quality, op: gte, value: 80 } }]
amendments: [{ effective: 2026-03-16, set: { calls.payIf: { kpi: quality, op: gte, value: 50 } } }]
examples:
  - says: 70 does not do at first and then does
    given:
      - { contact: { at: 2026-03-10T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-03-20T10:00, talk: 1min }, times: 30 }
${quality(70, '2026-03-10', 10)}
${quality(95, '2026-03-20', 10)}
    price: '300.00'
`);
    expect(linesOf(invoice)).toEqual(['100 x 0', '30 x 10']);
  });

  it('makes a maximum of its parts by calendar days', () => {
    // 15 of 30 days at 1 000 and 15 at 3 000: 500 + 1 500 = 2 000.00 at most, of 2 600.00
    const invoice = expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00' }]
limits: { monthlyMax: '1000.00' }
amendments: [{ effective: 2026-04-16, set: { limits.monthlyMax: '3000.00' } }]
examples:
  - says: April has thirty days
    given:
      - { contact: { at: 2026-04-10T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-04-20T10:00, talk: 1min }, times: 160 }
    price: '2000.00'
`);
    expect(partsOf(invoice)).toEqual({ calls: '2600.00', limits: '-600.00' });
  });

  it('leaves out what came before a maximum was agreed', () => {
    // from the 16th on 3 000 x 15 / 30 = 1 500.00 at most, of 1 600.00; the 2 000.00 before stay
    const invoice = expectInvoice(`${calls}
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00' }]
amendments: [{ effective: 2026-04-16, set: { limits: { monthlyMax: '3000.00' } } }]
examples:
  - says: a maximum from the middle of the month on
    given:
      - { contact: { at: 2026-04-10T10:00, talk: 1min }, times: 200 }
      - { contact: { at: 2026-04-20T10:00, talk: 1min }, times: 160 }
    price: '3500.00'
`);
    expect(partsOf(invoice)).toEqual({ calls: '3600.00', limits: '-100.00' });
  });

  it('caps all malus of each part at the rate of that part', () => {
    // until the 15th 30 % of 1 000 capped at 20 %: 200; from the 16th 30 % of 1 000 capped at 10 %: 100
    const invoice = expectInvoice(`${calls}
kpis: { quality: { type: quality } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '10.00' }]
bonusMalus: [{ id: bad, kpi: quality, base: [calls], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.3' }] }] }]
malus: { overallCap: '0.2' }
amendments: [{ effective: 2026-04-16, set: { malus.overallCap: '0.1' } }]
examples:
  - says: two caps
    given:
      - { contact: { at: 2026-04-10T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-04-20T10:00, talk: 1min }, times: 100 }
${quality(70, '2026-04-10', 1)}
${quality(70, '2026-04-20', 1)}
    price: '1700.00'
`);
    expect(partsOf(invoice)).toEqual({ calls: '2000.00', bad: '-300.00' });
  });
});

describe('a border in the month that changes nothing', () => {
  const idle = '{ id: idle, from: 2026-04-01, to: 2026-04-06, overrides: { RULE } }';
  const rules = (rule: string): string[] => ['', idle.replace('RULE', rule)];

  it.each(rules("fee.amount: '100.01'"))(
    'leaves a maximum for half of a month at 49 of 50.005: %s',
    (rule) => {
      // 50.005 for the second half, at most 49.00: 1.005 less, rounded 1.01; 100.01 - 1.01 = 99.00
      expectInvoice(`
lines: [{ id: fee, model: fixed, amount: '100.01' }]
calendarRules: [${rule}]
amendments: [{ effective: 2026-04-16, set: { limits: { monthlyMax: '49.00', proration: none } } }]
examples: [{ says: April, period: 2026-04, price: '99.00' }]`);
    },
  );

  it.each(rules("hours.price: '60.00'"))(
    'gives an increment on the month to the terms that hold last: %s',
    (rule) => {
      // 30 s + 45 s are 75 s, billed 120 s; 45 s more at 60.00 an hour: 75 s x 60.00 = 1.25; 45 s x 120.00 =
      // 1.50
      expectInvoice(`
measures: { talk: { kind: contactTime, parts: [talk], increment: { first: 60s, step: 60s, per: month } } }
lines: [{ id: hours, model: time, measure: talk, unit: hour, price: '60.00' }]
calendarRules: [{ id: peak, from: 2026-04-12, to: 2026-04-16, overrides: { hours.price: '120.00' } }${rule && `, ${rule}`}]
examples:
  - says: work before the peak and in it
    given:
      - { contact: { at: 2026-04-05T10:00, talk: 30s } }
      - { contact: { at: 2026-04-13T10:00, talk: 45s } }
    price: '2.75'`);
    },
  );
});

describe('what is agreed by month, in a month in part', () => {
  const half = (terms: string, price: string, times: number): string => `${calls}
term: { firstDay: 2026-04-16 }
${terms}
examples:
  - says: fifteen of thirty days
    given: [{ contact: { at: 2026-04-20T10:00, talk: 1min }, times: ${times} }]
    price: '${price}'
`;
  const line = (rest: string): string => `lines: [{ id: calls, model: perUnit, measure: answered, ${rest} }]`;
  const flat = line("price: '1.00'");

  it.each([
    // 15 of 30 days: 100 becomes 50
    [
      'tiers',
      line("tiers: { mode: graduated, steps: [{ upTo: 100, price: '2.00' }, { price: '1.00' }] }"),
      '110.00',
      60,
    ],
    [
      'all units',
      line("tiers: { mode: allUnits, steps: [{ upTo: 100, price: '2.00' }, { price: '1.00' }] }"),
      '60.00',
      60,
    ],
    ['included units', line("above: 100, price: '1.00'"), '10.00', 60],
    ['a minimum', `${flat}\nlimits: { monthlyMin: '200.00' }`, '100.00', 60],
    ['a maximum', `${flat}\nlimits: { monthlyMax: '100.00' }`, '50.00', 60],
    [
      'a corridor',
      `${flat}\ncorridors: [{ id: c, line: calls, forecast: { 2026-04: 200 }, lower: '0.9' }]`,
      '90.00',
      60,
    ],
    [
      'not tiers',
      line(
        "proration: none, tiers: { mode: graduated, steps: [{ upTo: 100, price: '2.00' }, { price: '1.00' }] }",
      ),
      '120.00',
      60,
    ],
    ['not included units', line("proration: none, above: 50, price: '1.00'"), '10.00', 60],
    ['not a minimum', `${flat}\nlimits: { monthlyMin: '200.00', proration: none }`, '200.00', 60],
    [
      'not a corridor',
      `${flat}\ncorridors: [{ id: c, line: calls, forecast: { 2026-04: 200 }, lower: '0.9', proration: none }]`,
      '180.00',
      60,
    ],
  ])('prorates %s by calendar days, unless the clause says otherwise', (_, terms, price, times) => {
    expectInvoice(half(terms, price, times));
  });

  it('takes whole units: 100 for 22 of 31 days are 71', () => {
    // 100 x 22 / 31 = 70.97; 80 calls less 71 included = 9 x 1.00
    expectInvoice(`${calls}
term: { firstDay: 2026-03-10 }
${line("above: 100, price: '1.00'")}
examples:
  - says: from 10 March on
    given: [{ contact: { at: 2026-03-20T10:00, talk: 1min }, times: 80 }]
    price: '9.00'
`);
  });

  it('counts the days of the line where an amendment brings it, and where the contract ends', () => {
    // new: 1 to 10 April of the contract's end = 10 days, brought on the 6th: 5 of 30; 60 x 5 / 30 = 10
    // included
    expectInvoice(`${calls}
term: { lastDay: 2026-04-10 }
lines: [{ id: fee, model: fixed, amount: '300.00' }]
amendments:
  - effective: 2026-04-06
    set: { lines: [{ id: fee, model: fixed, amount: '300.00' }, { id: calls, model: perUnit, measure: answered, above: 60, price: '1.00' }] }
examples:
  - says: a line for five days
    given: [{ contact: { at: 2026-04-08T10:00, talk: 1min }, times: 15 }]
    lines: { fee: '100.00', calls: '5.00' }
`);
  });
});

describe('a clause and its money', () => {
  const earnBack = (months: string, kpi: string): string => `
kpis: { level: ${kpi} }
measures: { answered: { kind: count, of: answered } }
lines: [{ id: monthly, model: fixed, amount: '1000.00' }]
bonusMalus:
  - { id: speed, kpi: level, base: [monthly], shapes: [{ shape: step, points: [{ lt: '0.80', rate: '-0.10' }] }] }
  - { id: back, kind: earnBack, of: [speed], share: '0.5', ifTargetsMetFor: 2 }
examples:
  - says: a bad March, then April and May
    period: 2026-05
    given:
      - { contact: { at: 2026-03-02T10:00, wait: 60s, talk: 1min }, times: 20 }
${months}
    price: 'PRICE'
`;
  const level = '{ type: serviceLevel, variant: SL-B, threshold: 20s, minSample: 10 }';
  const good = (month: string, times: number): string =>
    `      - { contact: { at: 2026-${month}-04T10:00, wait: 1s, talk: 1min }, times: ${times} }`;

  it('gives a malus back after two months with targets met', () => {
    // March: 10 % of 1 000.00; half of it
    expectInvoice(earnBack(`${good('04', 10)}\n${good('05', 10)}`, level).replace('PRICE', '1050.00'));
  });

  it.each([
    ['without data', good('05', 10)],
    ['below the minimum sample', `${good('04', 9)}\n${good('05', 10)}`],
  ])('gives nothing back where a month is %s', (_, months) => {
    expectInvoice(earnBack(months, level).replace('PRICE', '1000.00'));
  });

  it('gives back where the contract takes a month without data for a month on target', () => {
    const asTarget = level.replace('minSample: 10', 'minSample: 10, onNoData: asTarget');
    expectInvoice(earnBack(good('05', 10), asTarget).replace('PRICE', '1050.00'));
  });

  it('rounds an increment on the month once, whatever amendment lies in it', () => {
    // 90 s before and 100 s after the amendment: 190 s are 4 started minutes; the first 90 s at 0.60 a minute
    // are
    // 0.90, the other 150 s at 1.20 a minute 3.00
    const invoice = expectInvoice(`
measures: { talk: { kind: contactTime, parts: [talk], increment: { first: 60s, step: 60s, per: month } } }
lines: [{ id: minutes, model: time, unit: minute, measure: talk, price: '0.60' }]
amendments: [{ effective: 2026-03-16, set: { minutes.price: '1.20' } }]
examples:
  - says: one call on each side
    given:
      - { contact: { at: 2026-03-02T10:00, talk: 90s } }
      - { contact: { at: 2026-03-20T10:00, talk: 100s } }
    price: '3.90'
`);
    expect(linesOf(invoice)).toEqual(['90 x 0.6', '150 x 1.2']);
  });
});
