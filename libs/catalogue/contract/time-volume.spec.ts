import { describe, expect, it } from '@jest/globals';
import { faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

/**
 * Amounts by line of a contract with a line of prepared time; what is given is `hours` of it from each day.
 */
function amountsOf(clauses: string, given: string): Readonly<Record<string, string>> {
  return figuresOf(
    invoiceOf(`
measures: { worked: { kind: agentTime, states: [PREP] }, talk: { kind: contactTime, parts: [talk] } }
${clauses}
examples:
  - says: a month
    price: '0'
    given: ${given}
`),
  ).amounts;
}

const hours = (day: string, count: number): string =>
  `{ work: { state: PREP, at: ${day}T10:00, for: 1h }, times: ${count} }`;

// 60 h before the peak, 70 h in it, 40 h after it
const season = `[${hours('2026-10-05', 60)}, ${hours('2026-10-13', 70)}, ${hours('2026-10-28', 40)}]`;
const peak = (overrides: string): string =>
  `calendarRules: [{ id: peak, from: 2026-10-12, to: 2026-10-16, overrides: { ${overrides} } }]`;

describe('A line of time whose price depends on the volume of the month', () => {
  it('fills its tiers in order of time, also with the hours of a calendar rule', () => {
    // 60 x 23.50 + 70 x 28.00 + 40 x 19.50, since the hundred is full after 40 hours of the peak
    const line =
      "{ id: H, model: time, measure: worked, tiers: { mode: graduated, steps: [{ upTo: 100, price: '23.50' }, { price: '19.50' }] } }";
    const clauses = `lines: [${line}]\n${peak("H.tiers.steps: [{ price: '28.00' }]")}`;
    expect(amountsOf(clauses, season)).toEqual({ 'H.1': '1410.00', 'H.2': '780.00', 'H.3': '1960.00' });
  });

  it('charges what is above the included hours, in order of time', () => {
    // the hundred is full after 40 of the peak: 30 x 30.00 + 40 x 24.00
    const lines = "[{ id: H, model: time, measure: worked, above: 100, price: '24.00' }]";
    expect(amountsOf(`lines: ${lines}\n${peak("H.price: '30.00'")}`, season)).toEqual({
      'H.1': '960.00',
      'H.2': '900.00',
    });
  });

  it('holds a corridor on hours: as forecast, above it, and what is missing', () => {
    // of 170 h 110 are within: 60 x 20.00 + 50 x 28.00; 20 of the peak and 40 after it at 10.00
    const lines = "[{ id: H, model: time, measure: worked, price: '20.00' }]";
    const corridor = (bounds: string): string =>
      `lines: ${lines}\ncorridors: [{ id: K, line: H, forecast: { 2026-10: 100, 2026-11: 100 }, ${bounds} }]`;
    expect(
      amountsOf(`${corridor("upper: '1.10', overflowPrice: '10.00'")}\n${peak("H.price: '28.00'")}`, season),
    ).toEqual({ 'H.1': '1200.00', 'H.2': '1400.00', 'H.3': '400.00', 'H.4': '200.00' });
    // 90 of 100 h are paid in any case, at 28.00 those that are missing: 60 x 20.00 + 30 x 28.00
    expect(
      amountsOf(corridor("lower: '0.90', shortfallPrice: '28.00'"), `[${hours('2026-11-04', 60)}]`),
    ).toEqual({ 'H.1': '1200.00', 'H.2': '840.00' });
  });

  it('gives all time of the month the price of the step that it reaches, to the millisecond', () => {
    // 100 h are in the first step; 100 h and one second are not: 360 001 s x 20.00 / 3600 = 2000.0055...
    const lines =
      "lines: [{ id: H, model: time, measure: worked, tiers: { mode: allUnits, steps: [{ upTo: 100, price: '25.00' }, { price: '20.00' }] } }]";
    expect(amountsOf(lines, `[${hours('2026-10-05', 100)}]`)).toEqual({ H: '2500.00' });
    const more = `[${hours('2026-10-05', 100)}, { work: { state: PREP, at: 2026-10-06T10:00, for: 1s } }]`;
    expect(amountsOf(lines, more)).toEqual({ H: '2000.01' });
  });

  it('counts FTE as staffed hours by the hours agreed for one, with their parts', () => {
    const lines = (mode: string): string =>
      `lines: [{ id: F, model: time, measure: worked, unit: fte, hoursPerFte: '151.67', tiers: { mode: ${mode}, steps: [{ upTo: 100, price: '2900' }, { upTo: 150, price: '2800' }, { price: '2700' }] } }]`;
    // an FTE is 151 h 40 min 12 s; 120.5 FTE
    const staff = `[{ work: { state: PREP, at: 2026-10-01T00:00, for: 151h 40min 12s }, times: 120 }, { work: { state: PREP, at: 2026-10-08T00:00, for: 75h 50min 6s } }]`;
    // 100 x 2900 + 20.5 x 2800
    expect(amountsOf(lines('graduated'), staff)).toEqual({ 'F.1': '290000.00', 'F.2': '57400.00' });
    // 120.5 x 2800
    expect(amountsOf(lines('allUnits'), staff)).toEqual({ F: '337400.00' });
  });

  it('shrinks its steps in a month in part to whole hours, or leaves them whole', () => {
    // from 16 April on: 15 of 30 days, of 25 h 12.5, that is 13; 13 x 4.00 + 7 x 2.00, or 20 x 4.00
    const clauses = (proration: string): string => `
term: { firstDay: 2026-04-16 }
lines: [{ id: H, model: time, measure: worked, proration: ${proration}, tiers: { mode: graduated, steps: [{ upTo: 25, price: '4.00' }, { price: '2.00' }] } }]`;
    const given = `[${hours('2026-04-20', 20)}]`;
    expect(amountsOf(clauses('calendarDays'), given)).toEqual({ 'H.1': '52.00', 'H.2': '14.00' });
    expect(amountsOf(clauses('none'), given)).toEqual({ H: '80.00' });
  });

  it('takes increments and caps of the month before its steps', () => {
    const lines = `lines: [{ id: H, model: time, measure: talk, unit: minute, tiers: { mode: graduated, steps: [{ upTo: 30, price: '1.00' }, { price: '0.50' }] } }]`;
    const calls = `[{ contact: { at: 2026-10-05T10:00, talk: 150s }, times: 10 }, { contact: { at: 2026-10-06T10:00, talk: 91s }, times: 10 }]`;
    const talk = (terms: string): string =>
      `measures: { handled: { kind: count, of: handled }, talk: { kind: contactTime, parts: [talk], ${terms} } }\n${lines}`;
    const month = (terms: string): Readonly<Record<string, string>> =>
      figuresOf(invoiceOf(`${talk(terms)}\nexamples: [{ says: a, price: '0', given: ${calls} }]`)).amounts;
    // 40 min 10 s are billed as 41: 30 x 1.00 + 11 x 0.50
    expect(month('increment: { first: 60s, step: 60s, per: month }')).toEqual({
      'H.1': '30.00',
      'H.2': '5.50',
    });
    // 2 min for each of 20 contacts: 30 x 1.00 + 10 x 0.50
    expect(month('averageCap: { perUnit: 2min, measure: handled }')).toEqual({
      'H.1': '30.00',
      'H.2': '5.00',
    });
  });

  it('fills its tiers with the time of seats by the calendar', () => {
    // April has 720 h: 216 before the peak, 240 in it (10 to 19 April), 264 after it
    const clauses = `
measures: { duty: { kind: seats } }
lines: [{ id: H, model: time, measure: duty, tiers: { mode: graduated, steps: [{ upTo: 300, price: '24.00' }, { price: '20.00' }] } }]
calendarRules: [{ id: peak, from: 2026-04-10, to: 2026-04-20, overrides: { H.tiers.steps: [{ price: '30.00' }] } }]
examples: [{ says: April, period: 2026-04, price: '0' }]`;
    // 216 x 24.00, 264 x 20.00, 240 x 30.00
    expect(figuresOf(invoiceOf(clauses)).amounts).toEqual({
      'H.1': '5184.00',
      'H.2': '5280.00',
      'H.3': '7200.00',
    });
  });
});

const faults = (line: string, rest = ''): string[] =>
  faultsOf(`
measures: { worked: { kind: agentTime, states: [PREP] }, calls: { kind: count, of: answered } }
lines: [${line}]
${rest}`);
const steps = "tiers: { mode: graduated, steps: [{ upTo: 50, price: '2' }, { price: '1' }] }";

describe('A line of time', () => {
  it.each([
    [
      'an FTE of no hours',
      "{ id: H, model: time, measure: worked, unit: fte, price: '1' }",
      'lines[0].hoursPerFte: needs hoursPerFte: the hours of a month that one FTE stands for, such as "151.67" [missing]',
    ],
    [
      'hours of an FTE that is not charged',
      "{ id: H, model: time, measure: worked, hoursPerFte: '150', price: '1' }",
      'lines[0].hoursPerFte: hoursPerFte has no effect: write `unit: fte`, or leave it out [never-applies]',
    ],
    [
      'two prices',
      `{ id: H, model: time, measure: worked, price: '1', ${steps} }`,
      'lines[0]: has 2 prices; allowed is one of: price, tiers [not-one-of-several]',
    ],
    [
      'a proration of nothing',
      "{ id: H, model: time, measure: worked, price: '1', proration: none }",
      'lines[0].proration: has no effect: the line has neither tiers nor above [never-applies]',
    ],
    [
      'a tier below the included hours',
      `{ id: H, model: time, measure: worked, above: 60, ${steps} }`,
      'lines[0].tiers.steps[0].upTo: 50 is never charged: the first 60 are included (above) [never-applies]',
    ],
    [
      'tiers beside rates',
      `{ id: H, model: time, measure: worked, ${steps}, rates: [{ id: r, price: '3', when: { grades: [a] } }] }`,
      'lines[0]: bands and rates go with one price, not with tiers [bands-beside-tiers]',
    ],
    [
      'included time without a unit',
      "{ id: F, model: fixed, amount: '9', includes: { measure: worked, upTo: 50 } }, { id: H, model: time, measure: worked, above: 50, price: '1' }",
      "lines[0].includes.unit: is missing: 'worked' is time (allowed: hour, minute, second, fte) [missing]",
    ],
    [
      'included time in another unit than it is charged in',
      "{ id: F, model: fixed, amount: '9', includes: { measure: worked, upTo: 50, unit: minute } }, { id: H, model: time, measure: worked, above: 50, price: '1' }",
      "lines[0].includes.unit: minute is not the unit of 'H', which charges worked: write hour [includes-contradicted]",
    ],
    [
      'a unit of included calls',
      "{ id: F, model: fixed, amount: '9', includes: { measure: calls, upTo: 50, unit: hour } }, { id: U, model: perUnit, measure: calls, above: 50, price: '1' }",
      "lines[0].includes.unit: has no effect: 'calls' is not time [never-applies]",
    ],
  ])('is refused for %s, with the fix', (_, line, message) => {
    expect(faults(line)).toEqual([message]);
  });

  it('changes its unit at the border of a month only, where volume counts', () => {
    const amendment = (from: string): string[] =>
      faults(
        `{ id: H, model: time, measure: worked, ${steps} }`,
        `amendments: [{ effective: ${from}, set: { H.unit: minute } }]`,
      );
    expect(amendment('2026-05-16')).toEqual([
      'amendments[0].effective: H changes the charge model: possible at the first moment of a month only [model-changes-mid-month]',
    ]);
    expect(amendment('2026-06-01')).toEqual([]);
  });
});
