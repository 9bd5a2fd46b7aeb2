import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Contract } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { runExample } from '#domain/pricing/example.js';
import { documentText } from '#contract-text/clauses/document.js';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { parseContract } from './schema.js';

const head = {
  id: 'C',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  holidays: { country: 'FR' },
  scope: { programme: 'care' },
  measures: { answered: { kind: 'count', of: 'answered' } },
  lines: [{ id: 'calls', model: 'perUnit', measure: 'answered', price: '2.00' }],
};

function read(yaml: string): { readonly contract: Contract; readonly examples: readonly Example[] } {
  const parsed = parseContract({ ...head, ...(parse(yaml) as object) });
  if ('contract' in parsed) return parsed;
  throw new Error(parsed.faults.map(({ path, code, message }) => `${path} ${code}: ${message}`).join('\n'));
}

const faultsOf = (yaml: string): string => {
  try {
    read(yaml);
    return '';
  } catch (error) {
    return String(error);
  }
};

const weekly = 'period: { unit: week, weekStart: monday }';

describe('A contract that is invoiced otherwise than by the month', () => {
  it('settles a quarter in its last half-month', () => {
    // 100 + 200 calls at 2.00 are 600.00 of 1 000.00: 400.00 are missing, and charged once
    const { contract, examples } = read(`
period: { unit: halfMonth }
commitments: [{ id: spend, kind: amount, over: calendarQuarter, minimum: '1000.00' }]
examples:
  - says: nothing is settled before the end
    period: 2026-03-H1
    given: &given
      - { contact: { at: 2026-01-20T10:00, talk: 1min }, times: 100 }
      - { contact: { at: 2026-03-10T10:00, talk: 1min }, times: 200 }
    price: '400.00'
  - { says: the rest, period: 2026-03-H2, given: *given, price: '400.00' }
  - { says: the next quarter begins at nothing, period: 2026-04-H1, given: *given, price: '0.00' }`);
    for (const example of examples) expect(runExample(contract, example).differences).toEqual([]);
  });

  it('lets the weeks of a term fill tiers together, and judges each week alone otherwise', () => {
    // places 1 to 100 cost 2.00: in the second week 40 of 60 calls are among them
    const { contract, examples } = read(`
${weekly}
term: { firstDay: 2026-03-02, lastDay: 2026-03-29 }
lines:
  - id: calls
    model: perUnit
    measure: answered
    over: term
    tiers: { mode: graduated, steps: [{ upTo: 100, price: '2.00' }, { price: '1.00' }] }
examples:
  - says: places go on from the week before
    period: 2026-W11
    given:
      - { contact: { at: 2026-03-02T00:00, talk: 1min }, times: 60 }
      - { contact: { at: 2026-03-15T23:59, talk: 1min }, times: 60 }
    price: '100.00'`);
    for (const example of examples) expect(runExample(contract, example).differences).toEqual([]);
  });

  it('charges results that mature weeks later in the week that ends after their window', () => {
    // first-contact resolution within 7 days of the week 2 to 8 March is known on 15 March at midnight
    const yaml = (period: string, price: string): string => `
${weekly}
kpis: { fcr: { type: fcrPerContact, window: P7D } }
measures: { kept: { kind: resolved, kpi: fcr } }
lines: [{ id: solved, model: outcome, measure: kept, price: '6.00', settleAfter: maturity }]
examples:
  - says: it
    period: ${period}
    given: [{ contact: { at: 2026-03-03T10:00, talk: 1min }, times: 10 }]
    price: '${price}'`;
    for (const [period, price] of [
      ['2026-W10', '0.00'],
      ['2026-W11', '60.00'],
      ['2026-W12', '0.00'],
    ] as const) {
      const { contract, examples } = read(yaml(period, price));
      for (const example of examples) expect(runExample(contract, example).differences).toEqual([]);
    }
  });

  it('multiplies a malus that is repeated from week to week', () => {
    // no contact is answered within 20 s: 1 % of 100 calls at 2.00, in the second week in a row 2 %
    const { contract, examples } = read(`
${weekly}
kpis: { level: { type: serviceLevel, variant: SL-B, threshold: 20s } }
bonusMalus:
  - { id: speed, kpi: level, base: [calls], escalation: ['1', '2'], shapes: [{ shape: step, points: [{ lt: '0.80', rate: '-0.01' }] }] }
examples:
  - says: twice
    period: 2026-W11
    given:
      - { contact: { at: 2026-03-03T10:00, wait: 40s, talk: 1min }, times: 100 }
      - { contact: { at: 2026-03-10T10:00, wait: 40s, talk: 1min }, times: 100 }
    lines: { speed: '-4.00' }`);
    for (const example of examples) expect(runExample(contract, example).differences).toEqual([]);
  });

  it.each([
    ['period: { unit: week }', 'period.weekStart missing'],
    ['period: { unit: 4-4-5 }', 'period.yearStart missing'],
    ['period: { unit: month, weekStart: monday }', 'period.weekStart never-applies'],
    [
      'period: { unit: 4-4-5, yearStart: { weekday: sunday, nearestTo: 02-30 } }',
      'must be a day of every year',
    ],
    [`${weekly}\npurchaseOrders: [{ number: A, from: 2026-03 }]`, 'it touches 2026-W09 to 2026-W14'],
    [`${weekly}\nlines: [{ id: F, model: fixed, amount: '9.00', proration: none }]`, 'agreed-by-month'],
    [`${weekly}\ncommitments: [{ id: Y, kind: amount, over: calendarYear, minimum: '9.00' }]`, 'write term'],
    [
      `${weekly}\ndiscounts: [{ id: D, rate: '0.02' }]`,
      'discounts and rebates are for contracts that are invoiced by the month',
    ],
    [`${weekly}\ncredits: { belowZero: carry }`, 'credits that are carried are for contracts'],
    [
      `period: { unit: quarter }\nterm: { firstDay: 2026-02-01 }\ncommitments: [{ id: Y, kind: amount, over: contractYear, minimum: '9.00' }]`,
      'write calendarQuarter or calendarYear',
    ],
    [`${weekly}\namendments: [{ effective: 2026-03-04, set: { calls.model: fixed } }]`, 'model'],
  ])('%s is refused with what to write', (yaml, message) => {
    expect(faultsOf(yaml)).toContain(message);
  });

  it('says so in its clauses, in English and French', () => {
    const { contract } = read(`
${weekly}
lines:
  - { id: platform, model: fixed, amount: '3100.00' }
  - { id: desk, model: fixed, amount: '250.00', per: period }
  - { id: calls, model: perUnit, measure: answered, above: 10, price: '2.00' }`);
    const english = documentText(contractDocument(contract, 'en')).replaceAll(/\s+/g, ' ');
    const french = documentText(contractDocument(contract, 'fr')).replaceAll(/\s+/g, ' ');
    for (const text of [
      'A week (from Monday on) is closed 72 h after its end',
      '3,100.00 EUR a month of the calendar, of which each week has the share of those of its days that lie in the month',
      '250.00 EUR a week, prorated by calendar days',
      "units take their places in the week's volume in order of time",
      'each part of the week is judged by its own',
    ])
      expect(english).toContain(text);
    for (const text of [
      'Une semaine (à partir du lundi) est close 72 h après sa fin ; elle est contestable',
      '3 100,00 EUR par mois civil, dont chaque semaine porte la part de ceux de ses jours qui tombent dans le mois',
      '250,00 EUR par semaine',
      "les unités prennent rang dans le volume de la semaine dans l'ordre du temps",
      'Si des clauses changent en cours de semaine, chaque partie de la semaine est jugée',
    ])
      expect(french).toContain(text);
  });
});
