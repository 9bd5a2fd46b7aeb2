import { describe, expect, it } from '@jest/globals';
import { callsAtNoon, exampleOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const amountsOf = (yaml: string) => figuresOf(invoiceOf(yaml)).amounts;
const netOf = (yaml: string): string => figuresOf(invoiceOf(yaml)).net;

const counted =
  'measures: { answered: { kind: count, of: answered }, talk: { kind: contactTime, parts: [talk] } }';

describe('tiers over several months', () => {
  const tiered = `
${counted}
lines:
  - id: calls
    model: perUnit
    measure: answered
    over: calendarYear
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '2.00' }, { upTo: 150, price: '1.50' }, { price: '1.00' }] }
`;
  const year = callsAtNoon(['2026-01-10', 60], ['2026-02-10', 70], ['2026-03-10', 50], ['2026-04-10', 5]);

  it.each([
    // 60 x 2.00
    ['2026-01', '120.00'],
    // 40 to the hundred x 2.00 + 30 x 1.50
    ['2026-02', '125.00'],
    // 130 before: 20 x 1.50 + 30 x 1.00
    ['2026-03', '60.00'],
    // 180 before: 5 x 1.00
    ['2026-04', '5.00'],
  ])('are filled by the months of the year in order of time: %s', (month, net) => {
    expect(netOf(tiered + exampleOf(month, year))).toBe(net);
  });

  it('begin again with the next year', () => {
    const two = callsAtNoon(['2026-12-10', 120], ['2027-01-10', 20]);
    // 20 x 2.00
    expect(netOf(tiered + exampleOf('2027-01', two))).toBe('40.00');
  });

  it('are filled in order of time within the month as well', () => {
    const ruled = `${tiered}calendarRules:
  - { id: peak, from: 2026-02-10, to: 2026-02-12, overrides: { calls.tiers.steps: [{ price: '3.00' }] } }
`;
    // before the peak 10 (to 70) x 2.00; in it 40 x 3.00 (to 110); after it 20 x 1.50
    const given = callsAtNoon(['2026-01-10', 60], ['2026-02-02', 10], ['2026-02-10', 40], ['2026-02-20', 20]);
    expect(netOf(ruled + exampleOf('2026-02', given))).toBe('170.00');
  });

  it('shrink by calendar days of the year where the contract covers a part of it', () => {
    const half = `term: { firstDay: 2026-07-01 }${tiered}`;
    // 184 of 365 days: 50.4 -> 50 units at 2.00 and 75.6 -> 76 at most at 1.50
    const given = callsAtNoon(['2026-07-10', 40], ['2026-08-10', 40]);
    // 10 x 2.00 + 26 x 1.50 + 4 x 1.00
    expect(netOf(half + exampleOf('2026-08', given))).toBe('63.00');
    const whole = half.replace('over: calendarYear', 'over: calendarYear\n    proration: none');
    expect(netOf(whole + exampleOf('2026-08', given))).toBe('80.00');
  });

  it('count from the first day of the contract where they are over years of the contract', () => {
    const contract = `term: { firstDay: 2026-03-01 }${tiered.replace('calendarYear', 'contractYear')}`;
    const given = callsAtNoon(['2026-12-10', 90], ['2027-02-10', 20], ['2027-03-10', 20]);
    // 10 x 2.00 + 10 x 1.50
    expect(netOf(contract + exampleOf('2027-02', given))).toBe('35.00');
    expect(netOf(contract + exampleOf('2027-03', given))).toBe('40.00');
  });

  it('count the units of months in which the line was agreed so', () => {
    const amended = `${tiered.replace('    over: calendarYear\n', '')}amendments:
  - { effective: 2026-02-01, reason: by the year, set: { calls.over: calendarYear } }
`;
    // January is its own month; the year has 334 of 365 days: 91.5 -> 92 units
    const given = callsAtNoon(['2026-01-10', 90], ['2026-02-10', 60], ['2026-03-10', 40]);
    // 32 x 2.00 + 8 x 1.50
    expect(netOf(amended + exampleOf('2026-03', given))).toBe('76.00');
  });

  it('leave a package open over the end of a month', () => {
    const packed = `
${counted}
lines: [{ id: calls, model: perUnit, measure: answered, over: calendarQuarter, package: { size: 50, price: '40.00' } }]
`;
    // 60 in January opened two; 45 more need one more
    const given = callsAtNoon(['2026-01-10', 60], ['2026-02-10', 45]);
    expect(netOf(packed + exampleOf('2026-02', given))).toBe('40.00');
  });

  it('include the first units of the year', () => {
    const above = `
${counted}
lines: [{ id: calls, model: perUnit, measure: answered, over: calendarYear, above: 100, price: '2.00' }]
`;
    const given = callsAtNoon(['2026-01-10', 60], ['2026-02-10', 45]);
    expect(netOf(above + exampleOf('2026-02', given))).toBe('10.00');
  });

  it('are filled by hours as they are billed', () => {
    const hourly = `
measures:
  talk: { kind: contactTime, parts: [talk], increment: { first: 1min, step: 1min, per: month } }
lines:
  - id: hours
    model: time
    measure: talk
    unit: minute
    over: calendarQuarter
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '1.00' }, { price: '0.50' }] }
${exampleOf(
  '2026-02',
  `      - { contact: { at: 2026-01-10T12:00, talk: 90s }, times: 59 }
      - { contact: { at: 2026-02-10T12:00, talk: 90s }, times: 21 }`,
)}`;
    // 88.5 min of January are billed as 89; 31.5 of February as 32: 11 x 1.00 + 21 x 0.50
    expect(netOf(hourly)).toBe('21.50');
    expect(invoiceOf(hourly).commitments).toMatchObject([{ unit: 'ms', agreed: null, left: null }]);
    expect(String(invoiceOf(hourly).commitments[0]?.before)).toBe(String(89 * 60_000));
  });

  it('say how far the year has come', () => {
    const { commitments } = invoiceOf(tiered + exampleOf('2026-02', year));
    expect(commitments).toMatchObject([
      {
        clause: 'calls',
        kind: 'tiers',
        over: 'calendarYear',
        first: '2026-01',
        last: '2026-12',
        unit: 'units',
      },
    ]);
    const [{ agreed, before, inMonth, left } = { agreed: null, before: null, inMonth: null, left: null }] =
      commitments;
    expect([agreed, before, inMonth, left].map(String)).toEqual(['150', '60', '70', '20']);
  });
});

describe('a minimum volume over several months', () => {
  const contract = (rest: string): string => `
term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
${counted}
lines:
  - { id: calls, model: perUnit, measure: answered, price: '2.00' }
  - { id: hours, model: time, measure: talk, price: '30.00' }
commitments:
  - { id: volume, kind: volume, over: calendarQuarter, line: calls, minimumVolume: '100', shortfallPrice: '1.20' }
  - { id: time, kind: volume, over: calendarYear, line: hours, minimumVolume: '10', shortfallPrice: '25.00' }
${rest}`;
  // a minute each: 30 calls are half an hour
  const given = callsAtNoon(['2026-01-10', 30], ['2026-02-10', 30], ['2026-03-10', 30]);

  it('is trued up in the last month and in no other', () => {
    expect(amountsOf(contract(exampleOf('2026-02', given)))).toEqual({ calls: '60.00', hours: '15.00' });
    // 10 calls are missing to 100
    expect(amountsOf(contract(exampleOf('2026-03', given)))).toEqual({
      calls: '60.00',
      hours: '15.00',
      volume: '12.00',
    });
    // the second quarter has none of 100, and nothing is missing where it was reached
    expect(amountsOf(contract(exampleOf('2026-06', given)))['volume']).toBe('120.00');
    expect(
      amountsOf(contract(exampleOf('2026-06', callsAtNoon(['2026-05-10', 101]))))['volume'],
    ).toBeUndefined();
  });

  it('counts hours of a line by time', () => {
    // 90 minutes of ten hours: 8.5 x 25.00
    expect(amountsOf(contract(exampleOf('2026-12', given)))['time']).toBe('212.50');
  });

  it('is trued up where the contract ends early, by calendar days or whole', () => {
    const ended = contract(exampleOf('2026-05', given)).replace('2026-12-31', '2026-05-15');
    // April and 15 days of May are 45 of 91: 49.45 -> 49 calls; 135 of 365 days of ten hours are 3.69863 h,
    // less 1.5
    expect(amountsOf(ended)).toMatchObject({ volume: '58.80', time: '54.97' });
    const whole = ended
      .replaceAll("'1.20' }", "'1.20', proration: none }")
      .replaceAll("'25.00' }", "'25.00', proration: none }");
    expect(amountsOf(whole)).toMatchObject({ volume: '120.00', time: '212.50' });
  });

  it('is made of its parts where an amendment changes it', () => {
    const amended = `${contract('')}amendments:
  - { effective: 2026-03-01, reason: more, set: { volume.minimumVolume: '190' } }
${exampleOf('2026-03', given)}`;
    // 59 of 90 days of 100 and 31 of 190: 65.556 + 65.444 = 131, less 90 calls: 41 x 1.20
    expect(amountsOf(amended)['volume']).toBe('49.20');
    // with 200 it is 65.556 + 68.889 = 134.444, so 134 whole calls: 44 x 1.20
    expect(amountsOf(amended.replace("'190'", "'200'"))['volume']).toBe('52.80');
  });
});

describe('a minimum and a maximum in money over several months', () => {
  const contract = (commitment: string, rest: string): string => `
${counted}
lines:
  - { id: calls, model: perUnit, measure: answered, price: '2.00' }
  - { id: base, model: fixed, amount: '50.00', vat: { category: E, rate: '0', reason: Training } }
commitments:
${commitment}
${rest}`;
  const given = callsAtNoon(['2026-01-10', 100], ['2026-02-10', 300], ['2026-03-10', 20]);
  const spend = "  - { id: spend, kind: amount, over: calendarQuarter, minimum: '1500.00' }";
  const most = "  - { id: most, kind: amount, over: calendarQuarter, maximum: '800.00' }";

  it('are filled up in the last month, with the VAT of what was invoiced', () => {
    expect(netOf(contract(spend, exampleOf('2026-02', given)))).toBe('650.00');
    // 250 + 650 + 90 = 990; 510 are missing: 840 of 990 at 20 %, 150 exempt
    const { amounts, vat } = figuresOf(invoiceOf(contract(spend, exampleOf('2026-03', given))));
    expect(amounts).toMatchObject({ 'spend.1': '432.73', 'spend.2': '77.27' });
    expect(vat).toEqual(['S 20: 472.73 94.55', 'E 0: 127.27 0.00']);
  });

  it('take off in each month what is beyond, and no more in all', () => {
    // 250; 250 + 650 is 100 beyond 800; then all 90 of March
    const months = ['2026-01', '2026-02', '2026-03'].map((month) =>
      netOf(contract(most, exampleOf(month, given))),
    );
    expect(months).toEqual(['250.00', '550.00', '0.00']);
  });

  it('count named lines alone', () => {
    const named = most.replace('maximum:', 'base: [calls], maximum:');
    // 200, 600, 40: 800 is reached and not passed in February
    const months = ['2026-01', '2026-02', '2026-03'].map((month) =>
      netOf(contract(named, exampleOf(month, given))),
    );
    expect(months).toEqual(['250.00', '650.00', '50.00']);
  });

  it('count what commitments before them have settled, and the limits of the months', () => {
    const both = `${spend.replace('1500', '1000')}
  - { id: year, kind: amount, over: calendarYear, minimum: '5000.00' }
limits: { monthlyMin: '100.00' }`;
    const quiet = exampleOf('2026-03', callsAtNoon(['2026-01-10', 100]));
    // 250 + 100 + 100 = 450, 550 to 1 000
    expect(amountsOf(contract(both, quiet))).toMatchObject({ monthlyMin: '50.00' });
    expect(netOf(contract(both, quiet))).toBe('650.00');
    // each later quarter 1 000, so 4 000 in December, and 1 000 to 5 000: 100 + 700 + 1 000
    expect(netOf(contract(both, quiet.replace('2026-03', '2026-12')))).toBe('1800.00');
  });

  it('give back what a later month brings below the maximum again', () => {
    const capped = `
${counted}
kpis: { quality: { type: quality } }
lines: [{ id: calls, model: perUnit, measure: answered, price: '2.00' }, { id: base, model: fixed, amount: '100.00' }]
bonusMalus:
  - { id: bad, kpi: quality, base: [base], shapes: [{ shape: step, points: [{ lt: 50, rate: '-1.00' }] }] }
  - { id: worse, kpi: quality, base: [base], shapes: [{ shape: step, points: [{ lt: 20, rate: '-1.00' }] }] }
commitments:
  - { id: most, kind: amount, over: calendarYear, maximum: '500.00' }
examples:
  - says: February
    period: 2026-02
    price: '0'
    given:
      - { contact: { at: 2026-01-10T12:00, talk: 1min }, times: 220 }
      - { events: [{ name: quality.evaluated, at: 2026-02-10, data: { score: 10 } }] }
`;
    // January 540, 40 taken off; February -100: 440 in all is below 500, so the 40 come back
    expect(amountsOf(capped)).toMatchObject({ bad: '-100.00', worse: '-100.00', most: '40.00' });
  });

  it('say what counted before, what in the month and what is left', () => {
    const both =
      `  - { id: spend, kind: amount, over: calendarYear, minimum: '2000.00', maximum: '900.00' }`.replace(
        '900.00',
        '2500.00',
      );
    const { commitments } = invoiceOf(contract(both, exampleOf('2026-02', given)));
    expect(
      commitments.map(({ kind, agreed, before, inMonth, left }) => [
        kind,
        ...[agreed, before, inMonth, left].map(String),
      ]),
    ).toEqual([
      ['minimum', '2000', '250', '650', '1100'],
      ['maximum', '2500', '250', '650', '1600'],
    ]);
  });
});

describe('commitments that cannot be kept', () => {
  const lines =
    "lines: [{ id: calls, model: perUnit, measure: answered, price: '2.00' }, { id: base, model: fixed, amount: '1.00' }]";
  const faults = (commitment: string, rest = ''): string[] =>
    faultsOf(`${counted}\n${lines}\ncommitments: [${commitment}]\n${rest}`);

  it.each([
    [
      'years of a contract without a first day',
      "{ id: a, kind: amount, over: contractYear, minimum: '1' }",
      '',
      'commitment-without-term',
    ],
    [
      'years of a contract that begin within a month',
      "{ id: a, kind: amount, over: contractYear, minimum: '1' }",
      'term: { firstDay: 2026-03-16 }',
      'commitment-without-term',
    ],
    [
      'a term without end',
      "{ id: a, kind: amount, over: term, minimum: '1' }",
      'term: { firstDay: 2026-03-16 }',
      'commitment-without-term',
    ],
    ['neither minimum nor maximum', '{ id: a, kind: amount, over: calendarYear }', '', 'never-applies'],
    [
      'crossed bounds',
      "{ id: a, kind: amount, over: calendarYear, minimum: '2', maximum: '1' }",
      '',
      'limits-crossed',
    ],
    [
      'a line that is not there',
      "{ id: a, kind: amount, over: calendarYear, base: [calla], minimum: '2' }",
      '',
      'unknown-line',
    ],
    [
      'the volume of a fixed amount',
      "{ id: a, kind: volume, over: calendarYear, line: base, minimumVolume: '2', shortfallPrice: '1' }",
      '',
      'commitment-without-volume',
    ],
    ['an id twice', "{ id: calls, kind: amount, over: calendarYear, minimum: '2' }", '', 'duplicate-id'],
    [
      'an amendment within a month',
      "{ id: a, kind: amount, over: calendarYear, minimum: '2' }",
      "amendments: [{ effective: 2026-03-16, reason: r, set: { a.minimum: '3' } }]",
      'commitment-changes-mid-month',
    ],
    [
      'a calendar rule',
      "{ id: a, kind: amount, over: calendarYear, minimum: '2' }",
      "calendarRules: [{ id: w, from: 2026-03-01, to: 2026-04-01, overrides: { a.minimum: '3' } }]",
      'calendar-rule-changes-month',
    ],
  ])('are refused: %s', (_, commitment, rest, code) => {
    expect(faults(commitment, rest)).toEqual([expect.stringContaining(`[${code}]`)]);
  });

  it.each([
    ['one price', "over: calendarYear, price: '1.00'", '', 'never-applies'],
    [
      'all units at the price reached',
      "over: calendarYear, tiers: { mode: allUnits, steps: [{ upTo: 9, price: '2' }, { price: '1' }] }",
      '',
      'commitment-reprices',
    ],
    [
      'a corridor',
      "over: calendarYear, above: 10, price: '1.00'",
      "corridors: [{ id: c, line: calls, forecast: F, lower: '0.9' }]",
      'commitment-beside-corridor',
    ],
    [
      'a minimum volume of the month',
      "over: calendarYear, above: 10, price: '1.00', minimum: { volume: 20 }",
      '',
      'commitment-beside-corridor',
    ],
  ])('of a line are refused: %s', (_, terms, rest, code) => {
    const line = `lines: [{ id: calls, model: perUnit, measure: answered, ${terms} }]`;
    expect(faultsOf(`${counted}\n${line}\n${rest}`)).toEqual([expect.stringContaining(`[${code}]`)]);
  });
});
