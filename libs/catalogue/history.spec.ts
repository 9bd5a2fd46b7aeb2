import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from './catalogue.js';
import { formatFault } from './fault.js';
import { historyFaults } from './history.js';
import { readCatalogue } from './load.js';

const terms = `
    holidays: { country: FR, extra: [2026-03-20] }
    siteHolidays: { extra: [2026-03-21] }
    term: { firstDay: 2026-01-01 }
    measures: { worked: { kind: agentTime, states: [TALK] }, n: { kind: count, of: handled } }
    kpis: { level: { type: serviceLevel, variant: SL-B, threshold: 20s } }
    lines:
      - id: hours
        name: Hours
        model: time
        measure: worked
        price: '29.50'
        rates: [{ id: expert, price: '38.00', when: { grades: [expert] } }]
        bands: [{ id: closed, days: [siteHoliday], surcharge: '1' }]
      - { id: calls, model: perUnit, measure: n, price: '2.35' }
    bonusMalus:
      - { id: fast, kpi: level, base: [calls], shapes: [{ shape: step, points: [{ gte: '0.9', rate: '+0.02' }] }] }
    corridors: [{ id: volume, line: calls, forecast: { 2026-03: 100 }, lower: '0.9' }]
    limits: { monthlyMin: '10.00' }
    calendarRules:
      - { id: peak, from: 2026-03-10, to: 2026-03-12, overrides: { calls.price: '2.80' } }
      - { id: autumn, from: 2026-10-10, to: 2026-10-12, overrides: { calls.price: '2.90' } }
    amendments:
      - { effective: 2026-02-10, reason: review, set: { hours.price: '30.00' } }
`;

const agents = `
agents:
  - code: A1
    ids: [{ connection: crm, native: '1' }]
    grade: junior
    site: lyon
    changes: [{ from: 2026-02-01, grade: senior }]
`;

function catalogue(change: (text: string) => string = (text) => text): Catalogue {
  const text = change(`
tenant: t
connections: [{ id: crm, platform: outcomes, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }]
programmes: [{ id: p, brand: B, timeZone: Europe/Paris, queues: [{ connection: crm, native: q }] }]
${agents}
contracts:
  - id: c
    seller: { name: Centre, countryCode: FR }
    buyer: { name: Marque, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: p }
${terms}`);
  const loaded = readCatalogue([{ name: 'a.yaml', text }]);
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.catalogue;
}

/** January to March 2026 are closed under the catalogue above. */
function faultsOf(change: (text: string) => string): string[] {
  const before = catalogue();
  const after = catalogue(change);
  if (after.version === before.version) throw new Error('the change changes nothing');
  const closed = ['2026-01', '2026-02', '2026-03'];
  return historyFaults(after, [{ contract: 'c', closed, catalogue: before }]).map(
    ({ path, message, code }) => {
      expect(code).toBe('edited-after-close');
      return `${path}: ${message}`;
    },
  );
}

const replaced =
  (from: string, to: string) =>
  (text: string): string => {
    if (!text.includes(from)) throw new Error(`there is no ${from}`);
    return text.replace(from, to);
  };

describe('an edit of what closed periods were priced by', () => {
  it('is refused with the amendment to write instead', () => {
    expect(faultsOf(replaced("price: '29.50'", "price: '31.00'"))).toEqual([
      "contracts.c.hours.price: was '29.50' and is '31.00', but 2026-03 is closed and was priced by it: restore it " +
        "and write under amendments: { effective: 2026-04-01, reason: ..., set: { 'hours.price': '31.00' } }",
    ]);
    expect(faultsOf(replaced('currency: EUR', 'currency: USD'))).toEqual([
      "contracts.c.currency: was 'EUR' and is 'USD', but 2026-03 is closed and was priced by it: restore it; to change " +
        'it, end this contract before 2026-04 (term.lastDay) and write another from then on',
    ]);
  });

  it('is refused with the week to begin with, and the rhythm of a weekly contract is never changed', () => {
    const weekly = replaced('    term:', '    period: { unit: week, weekStart: monday }\n    term:');
    const weeks = replaced('2026-03: 100', '2026-W10: 100');
    const before = catalogue((text) => weeks(weekly(text)));
    const after = (change: (text: string) => string): string[] =>
      historyFaults(
        catalogue((text) => change(weeks(weekly(text)))),
        [{ contract: 'c', closed: ['2026-W05', '2026-W10'], catalogue: before }],
      ).map(({ path, message }) => `${path}: ${message}`);
    // week 11 begins on Monday, 9 March
    expect(after(replaced("price: '29.50'", "price: '31.00'"))).toEqual([
      "contracts.c.hours.price: was '29.50' and is '31.00', but 2026-W10 is closed and was priced by it: restore it " +
        "and write under amendments: { effective: 2026-03-09, reason: ..., set: { 'hours.price': '31.00' } }",
    ]);
    expect(after(replaced('weekStart: monday', 'weekStart: sunday'))).toEqual([
      "contracts.c.period.weekStart: was 'monday' and is 'sunday', but 2026-W10 is closed and was priced by it: " +
        'restore it; to change it, end this contract before 2026-W11 (term.lastDay) and write another from then on',
    ]);
    const byMonth = after((text) =>
      text.replace('{ unit: week, weekStart: monday }', '{}').replace('2026-W10: 100', '2026-03: 100'),
    );
    expect(byMonth.map((text) => text.slice(0, text.indexOf(',')))).toEqual([
      "contracts.c.period.unit: was 'week' and is 'month'",
      "contracts.c.period.weekStart: was 'monday' and is gone",
    ]);
  });

  it.each([
    ['the price of a unit', "measure: n, price: '2.35'", "measure: n, price: '2.36'", 'calls.price'],
    ['the price of a rate', "price: '38.00'", "price: '38.01'", 'hours.rates.expert.price'],
    ['VAT', '    limits:', "    vat: { category: S, rate: '10' }\n    limits:", 'vat.rate'],
    ['what an amendment sets', "hours.price: '30.00'", "hours.price: '30.10'", 'hours.price'],
    ['the start of an amendment', 'effective: 2026-02-10', 'effective: 2026-02-11', 'amendments'],
    ['a calendar rule', "calls.price: '2.80'", "calls.price: '2.81'", 'calendarRules.peak.calls.price'],
    ['when a calendar rule holds', 'to: 2026-03-12', 'to: 2026-03-13', 'calendarRules.peak'],
    [
      'a maximum that was not there',
      "{ monthlyMin: '10.00' }",
      "{ monthlyMin: '10.00', monthlyMax: '900.00' }",
      'limits.monthlyMax',
    ],
    ['the target of a bonus', "gte: '0.9'", "gte: '0.8'", 'fast.shapes.0.points.0.value'],
    ['the threshold of a KPI', 'threshold: 20s', 'threshold: 30s', 'level.thresholdMs'],
    ['what is measured', 'states: [TALK]', 'states: [TALK, HOLD]', 'worked.states.1'],
    ['the forecast of a closed month', '2026-03: 100', '2026-03: 110', 'volume.forecast.values.2026-03'],
    [
      'the time zone',
      '    currency: EUR\n    timeZone: Europe/Paris',
      '    currency: EUR\n    timeZone: Europe/Rome',
      'timeZone',
    ],
    ['a holiday of a closed month', 'extra: [2026-03-20]', 'extra: []', 'holidays'],
    ['one of the site', 'extra: [2026-03-21]', 'extra: [2026-03-22]', 'siteHolidays'],
    ['a term that ends before', 'firstDay: 2026-01-01', 'firstDay: 2026-02-01', 'term'],
    ['rounding', '    term:', '    rounding: { money: { mode: down } }\n    term:', 'rounding.mode'],
    ['the grade of an agent', 'grade: junior', 'grade: expert', 'agents.A1.grade'],
    [
      'a promotion that was recorded',
      '{ from: 2026-02-01, grade: senior }',
      '{ from: 2026-02-01, grade: expert }',
      'agents.A1.grade',
    ],
  ])('is found in %s', (_, from, to, path) => {
    const faults = faultsOf(replaced(from, to));
    expect(faults.map((text) => text.slice(0, text.indexOf(':')))).toContain(
      path.startsWith('agents') ? path : `contracts.c.${path}`,
    );
  });

  it.each([
    [
      'an amendment from the first open month on',
      "reason: review, set: { hours.price: '30.00' } }",
      `reason: review, set: { hours.price: '30.00' } }
      - { effective: 2026-04-01, set: { hours.price: '31.00' } }`,
    ],
    [
      'a back-dated amendment before another, whose terms it changes',
      '    amendments:\n',
      `    amendments:
      - { effective: 2026-01-15, set: { calls.price: '2.40' } }\n`,
    ],
    ['the forecast of an open month', '2026-03: 100', '2026-03: 100, 2026-04: 120'],
    ['a calendar rule to come', "calls.price: '2.90'", "calls.price: '3.00'"],
    ['holidays of the site to come', 'extra: [2026-03-21]', 'extra: [2026-03-21, 2026-05-02]'],
    [
      'orders, rates and payment terms',
      '    term:',
      '    payment: { days: 30 }\n    purchaseOrders: [{ number: A, from: 2026-01 }]\n    term:',
    ],
    ['holidays to come', 'extra: [2026-03-20]', 'extra: [2026-03-20, 2026-05-02]'],
    ['a name', 'name: Hours', 'name: Hours worked'],
    ['the end of the contract', 'firstDay: 2026-01-01', 'firstDay: 2026-01-01, lastDay: 2026-12-31'],
    [
      'a fee of an open month',
      '    bonusMalus:',
      "      - { id: set-up, model: oneOff, amount: '9.00', day: 2026-04-02 }\n    bonusMalus:",
    ],
    [
      'a promotion from a day on',
      '[{ from: 2026-02-01, grade: senior }]',
      '[{ from: 2026-02-01, grade: senior }, { from: 2026-04-01, grade: expert }]',
    ],
    [
      'a promotion recorded late, which is an adjustment',
      '[{ from: 2026-02-01, grade: senior }]',
      '[{ from: 2026-02-01, grade: senior }, { from: 2026-03-01, grade: expert }]',
    ],
    ['an attribute that nothing is priced by', 'site: lyon', 'site: paris'],
    [
      'an agent who joins',
      'contracts:',
      "  - { code: A2, ids: [{ connection: crm, native: '2' }], grade: expert }\ncontracts:",
    ],
  ])('is not %s', (_, from, to) => {
    expect(faultsOf(replaced(from, to))).toEqual([]);
  });

  it('is none before anything was closed', () => {
    const after = catalogue(replaced("price: '29.50'", "price: '31.00'"));
    expect(historyFaults(after, [])).toEqual([]);
  });

  it('is not what an earlier release recorded without a term that this one knows', () => {
    const before = catalogue();
    const text = JSON.stringify(before)
      .replaceAll(',"settleAfter":"close"', '')
      .replaceAll('"stacking":"highest",', '');
    const recorded = JSON.parse(text) as Catalogue;
    expect(JSON.stringify(recorded)).not.toBe(JSON.stringify(before));
    expect(historyFaults(before, [{ contract: 'c', closed: ['2026-03'], catalogue: recorded }])).toEqual([]);
  });
});
