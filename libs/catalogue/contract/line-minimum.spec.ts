import { describe, expect, it } from '@jest/globals';
import { faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const measures =
  'measures: { calls: { kind: count, of: answered }, worked: { kind: agentTime, states: [PREP] } }';

function amountsOf(clauses: string, given: string): Readonly<Record<string, string>> {
  return figuresOf(invoiceOf(`${measures}\n${clauses}\nexamples: [{ says: a, price: '0', given: ${given} }]`))
    .amounts;
}

const calls = (day: string, count: number): string =>
  `{ contact: { at: ${day}T10:00, talk: 1min }, times: ${count} }`;

describe('A line with a minimum', () => {
  it('charges the missing units as further units of the line, or at a price of their own', () => {
    const line = (terms: string): string => `lines: [{ id: L, model: perUnit, measure: calls, ${terms} }]`;
    // 40 are missing to 100
    expect(
      amountsOf(line("price: '2.00', minimum: { volume: 100 }"), `[${calls('2026-10-05', 60)}]`),
    ).toEqual({
      'L.1': '120.00',
      'L.2': '80.00',
    });
    expect(
      amountsOf(
        line("price: '2.00', minimum: { volume: 100, shortfallPrice: '1.20' }"),
        `[${calls('2026-10-05', 60)}]`,
      ),
    ).toEqual({ 'L.1': '120.00', 'L.2': '48.00' });
    // by tiers: 10 more at 2.00, then 30 at 1.50
    const tiers = "tiers: { mode: graduated, steps: [{ upTo: 50, price: '2.00' }, { price: '1.50' }] }";
    expect(amountsOf(line(`${tiers}, minimum: { volume: 80 }`), `[${calls('2026-10-05', 40)}]`)).toEqual({
      'L.1': '80.00',
      'L.2': '20.00',
      'L.3': '45.00',
    });
  });

  it('charges the missing hours', () => {
    // 6 of 10 h at 30.00
    const line = "lines: [{ id: H, model: time, measure: worked, price: '30.00', minimum: { volume: 10 } }]";
    expect(amountsOf(line, '[{ work: { state: PREP, at: 2026-10-05T10:00, for: 6h } }]')).toEqual({
      'H.1': '180.00',
      'H.2': '120.00',
    });
  });

  it('comes to a least amount to the cent, whatever its parts round to', () => {
    // 0.004 + 0.003 + 499.993 is 500.00, while each for itself would be 0.00 + 0.00 + 499.99
    const clauses = `
lines: [{ id: L, model: perUnit, measure: calls, price: '0.004', minimum: { amount: '500.00' } }]
calendarRules: [{ id: W, from: 2026-10-12, to: 2026-10-16, overrides: { L.price: '0.003' } }]`;
    const invoice = invoiceOf(
      `${measures}\n${clauses}\nexamples: [{ says: a, price: '0', given: [${calls('2026-10-05', 1)}, ${calls('2026-10-13', 1)}] }]`,
    );
    expect(figuresOf(invoice).net).toBe('500.00');
    expect(invoice.lines.map(({ part }) => part)).toEqual(['work', 'work', 'shortfall']);
  });

  it('is made up by calendar days where it holds for a part of the month, or changes in it', () => {
    const line = (minimum: string): string =>
      `lines: [{ id: L, model: perUnit, measure: calls, price: '2.00', minimum: ${minimum} }]`;
    const half = (minimum: string): Readonly<Record<string, string>> =>
      amountsOf(`term: { firstDay: 2026-04-16 }\n${line(minimum)}`, `[${calls('2026-04-20', 10)}]`);
    // 15 of 30 days: 250.00; of 101 units 50.5, that is 51, of which 41 are missing
    expect(half("{ amount: '500.00' }")).toEqual({ 'L.1': '20.00', 'L.2': '230.00' });
    expect(half('{ volume: 101 }')).toEqual({ 'L.1': '20.00', 'L.2': '82.00' });
    expect(half("{ amount: '500.00', proration: none }")).toEqual({ 'L.1': '20.00', 'L.2': '480.00' });
    // 400 x 15/30 + 800 x 15/30
    const amendment = "amendments: [{ effective: 2026-04-16, set: { L.minimum: { amount: '800.00' } } }]";
    expect(
      amountsOf(`${line("{ amount: '400.00' }")}\n${amendment}`, `[${calls('2026-04-20', 10)}]`),
    ).toEqual({ 'L.1': '20.00', 'L.2': '580.00' });
  });

  it('is not due where the line is not paid', () => {
    const clauses = (minimum: string): string => `
kpis: { quality: { type: quality } }
lines: [{ id: L, model: perUnit, measure: calls, price: '2.00', minimum: ${minimum}, payIf: { kpi: quality, op: gte, value: 90 } }]`;
    const given = `[${calls('2026-10-05', 10)}, { events: [{ name: quality.evaluated, at: 2026-10-05, data: { score: 80 } }] }]`;
    for (const minimum of ["{ amount: '500.00' }", '{ volume: 100 }'])
      expect(amountsOf(clauses(minimum), given)).toEqual({ 'L.1': '0.00', 'L.2': '0.00' });
  });

  it.each([
    [
      'both a volume and an amount',
      "{ volume: 9, amount: '9' }",
      'lines[0].minimum: has both of volume and amount; allowed is one of them [not-one-of-several]',
    ],
    [
      'a price of what cannot be missing',
      "{ amount: '9', shortfallPrice: '1' }",
      'lines[0].minimum.shortfallPrice: is of a minimum volume: leave it out [never-applies]',
    ],
    [
      'an amount of nothing',
      "{ amount: '0' }",
      'lines[0].minimum.amount: is no minimum: write an amount above 0 [never-applies]',
    ],
  ])('is refused for %s, with the fix', (_, minimum, message) => {
    expect(
      faultsOf(
        `${measures}\nlines: [{ id: L, model: perUnit, measure: calls, price: '2', minimum: ${minimum} }]`,
      ),
    ).toEqual([message]);
  });

  it('is refused beside a corridor, for results that mature and in a calendar rule, with the fix', () => {
    const line = "{ id: L, model: perUnit, measure: calls, price: '2', minimum: { volume: 9 } }";
    expect(
      faultsOf(
        `${measures}\nlines: [${line}]\ncorridors: [{ id: K, line: L, forecast: F, upper: '1.1', overflowPrice: '1' }]`,
      ),
    ).toEqual([
      "lines[0].minimum.volume: 'L' has the corridor K already: write its lower there [second-corridor]",
    ]);
    expect(
      faultsOf(`
kpis: { fcr: { type: fcrPerContact, window: P7D } }
measures: { solved: { kind: resolved, kpi: fcr } }
lines: [{ id: L, model: outcome, measure: solved, price: '2', settleAfter: maturity, minimum: { volume: 9 } }]`),
    ).toEqual([
      'lines[0].minimum: goes with settleAfter: close, since results that mature are charged in other periods [never-applies]',
    ]);
    expect(
      faultsOf(
        `${measures}\nlines: [${line}]\ncalendarRules: [{ id: W, from: 2026-10-12, to: 2026-10-16, overrides: { L.minimum.volume: 5 } }]`,
      ),
    ).toEqual([
      'calendarRules[0].overrides: a minimum of a line is for whole periods: a calendar rule cannot change it [calendar-rule-changes-month]',
    ]);
  });
});
