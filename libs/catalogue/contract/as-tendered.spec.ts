import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { check, explicableInvoice } from '#contract-text/explanation/explanation.js';
import { callsAtNoon, contractOf, exampleOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const counted = 'measures: { answered: { kind: count, of: answered } }';
const calls = (price: string): string =>
  `{ id: calls, model: perUnit, measure: answered, price: '${price}' }`;
const work = (at: string, hours: number, agent = ''): string =>
  `      - { work: { state: PREP, at: ${at}, for: ${hours}h${agent} } }`;
const event = (name: string, at: string, data = ''): string => `{ name: ${name}, at: ${at}${data} }`;
const events = (...all: string[]): string => `      - { events: [${all.join(', ')}] }`;
const quality = (at: string, score: number): string =>
  events(event('quality.evaluated', at, `, data: { score: ${score} }`));

interface Tender {
  readonly terms: string;
  readonly period: string;
  readonly given: readonly string[];
  /** By hand; `net` is their sum. */
  readonly amounts: Readonly<Record<string, string>>;
  readonly net: string;
  readonly vat?: readonly string[];
  readonly en: string;
  readonly fr: string;
}

/** Contracts in words of real tenders, each amount worked out by hand. */
const tenders: Readonly<Record<string, Tender>> = {
  'by the week in yen, with amounts of a month': {
    terms: `currency: JPY
period: { unit: week, weekStart: monday }
${counted}
lines: [{ id: base, model: fixed, amount: '310000' }, ${calls('235.5')}]
limits: { monthlyMin: '620000' }`,
    period: '2026-W14',
    given: [callsAtNoon(['2026-03-31', 101])],
    // 30 March to 5 April: 310 000 x 2/31 + 310 000 x 5/30 = 20 000 + 51 666.67; 101 x 235.5 = 23 785.5;
    // 620 000 x 2/31 + 620 000 x 5/30 = 143 333.33, less 71 667 and 23 786
    amounts: { 'base.1': '20000', 'base.2': '51667', calls: '23786', monthlyMin: '47880' },
    net: '143333',
    en: 'at least 620,000 JPY a month of the calendar, of which each week has the share of those of its days that lie in the month',
    fr: '620 000 JPY par mois civil, dont chaque semaine porte la part de ceux de ses jours qui tombent dans le mois',
  },
  'by the half-month in dinars, with a lump sum for each point': {
    terms: `currency: TND
period: { unit: halfMonth }
${counted}
kpis: { reached: { type: answerRate } }
lines: [{ id: desk, model: fixed, amount: '1000.000', per: period }]
bonusMalus:
  - id: lost
    kpi: reached
    base: [desk]
    shapes: [{ shape: perPoint, from: '0.90', beyond: below, size: '0.01', count: started, amount: '-12.125' }]
    capAmount: { malus: '50.500' }`,
    period: '2026-03-H1',
    given: [
      '      - { contact: { at: 2026-03-02T10:00, talk: 1min }, times: 173 }',
      '      - { contact: { at: 2026-03-02T10:00, wait: 1min, result: abandoned }, times: 27 }',
    ],
    // 173 of 200 are 86.5 %: four started points, 48.500
    amounts: { desk: '1000.000', lost: '-48.500' },
    net: '951.500',
    en: '-12.125 TND for every started',
    fr: '-12,125 TND pour chaque tranche entamée de',
  },
  'with a service credit after the minimum of the next month': {
    terms: `term: { firstDay: 2026-01-01 }
measures: { kept: { kind: events, name: sale.made, unless: [{ name: sale.cancelled, within: P14D }] } }
kpis: { quality: { type: quality } }
lines: [{ id: sales, model: perUnit, measure: kept, price: '45.00' }]
bonusMalus:
  - id: service
    kpi: quality
    base: [sales]
    deduct: nextInvoice
    shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.10' }] }]
limits: { monthlyMin: '3000.00' }`,
    period: '2026-02',
    given: [
      `${events(event('sale.made', '2026-01-10T10:00')).slice(0, -2)}, times: 100 }`,
      `${events(event('sale.made', '2026-01-11T10:00'), event('sale.cancelled', '2026-01-12T10:00')).slice(0, -2)}, times: 30 }`,
      quality('2026-01-12', 70),
      `${events(event('sale.made', '2026-02-10T10:00'), event('sale.cancelled', '2026-02-25T10:00')).slice(0, -2)}, times: 50 }`,
      quality('2026-02-12', 95),
    ],
    // January: 100 x 45.00, 10 % of it. February: 50 x 45.00 = 2 250.00, up to 3 000.00, less 450.00
    amounts: { sales: '2250.00', monthlyMin: '750.00', 'service.2026-01': '-450.00' },
    net: '2550.00',
    en: 'after its limits and commitments',
    fr: 'après ses plancher, plafond et engagements',
  },
  'with a quarterly commitment before a rebate on all that is invoiced': {
    terms: `term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
${counted}
lines: [${calls('2.00')}]
commitments: [{ id: spend, kind: amount, over: calendarQuarter, minimum: '10000.00' }]
discounts: [{ id: loyalty, over: calendarQuarter, above: '9500.00', rate: '0.03' }]`,
    period: '2026-03',
    given: [callsAtNoon(['2026-01-12', 1500], ['2026-02-12', 1500], ['2026-03-12', 1500])],
    // 9 000.00 of calls, 1 000.00 missing; 3 % of 10 000.00
    amounts: { calls: '3000.00', spend: '1000.00', loyalty: '-300.00' },
    net: '3700.00',
    en: 'a rebate on',
    fr: 'une ristourne sur',
  },
  'by FTE with take-or-pay and a malus on all that is paid': {
    terms: `measures: { staffed: { kind: agentTime, states: [LOGGED_IN] } }
kpis: { quality: { type: quality } }
lines: [{ id: staff, model: time, measure: staffed, unit: fte, hoursPerFte: '151.67', price: '2900.00' }]
corridors: [{ id: plan, line: staff, forecast: { 2026-03: 20 }, lower: '0.95' }]
bonusMalus: [{ id: bad, kpi: quality, base: [staff], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.02' }] }] }]`,
    period: '2026-03',
    given: [
      '      - { work: { state: LOGGED_IN, at: 2026-03-02T00:00, for: 151h 40min 12s }, times: 16 }',
      quality('2026-03-12', 70),
    ],
    // 16 of 20 x 0.95 = 19 FTE: 16 x 2 900.00 and 3 x 2 900.00; 2 % of 55 100.00
    amounts: { 'staff.1': '46400.00', 'staff.2': '8700.00', bad: '-1102.00' },
    net: '53998.00',
    en: '151.67 hours of it in a month',
    fr: '151,67 heures dans le mois',
  },
  'with a feast on a Sunday night at the price of an expert': {
    terms: `measures: { worked: { kind: agentTime, states: [PREP] } }
holidays: { country: FR }
lines:
  - id: hours
    model: time
    measure: worked
    price: '30.00'
    rates: [{ id: expert, price: '40.00', when: { grades: [expert] } }]
    bands:
      - { id: night, times: ['22:00-06:00'], surcharge: '0.25' }
      - { id: sunday, days: [sun], surcharge: '0.50' }
      - { id: feast, days: [holiday], surcharge: '1.00' }
    stacking: sum`,
    period: '2026-11',
    given: [work('2026-11-01T21:00', 2, ', agent: { grade: expert }'), work('2026-11-02T21:00', 2)],
    // All Saints' is a Sunday: 40.00 x 2.50 until 22:00, x 2.75 after, written by the names of their bands;
    // on Monday 30.00 and 37.50
    amounts: { 'hours.1': '30.00', 'hours.2': '37.50', 'hours.3': '110.00', 'hours.4': '100.00' },
    net: '277.50',
    en: 'expert',
    fr: 'expert',
  },
  'with a credit that follows an index, down to half of an amount': {
    terms: `term: { firstDay: 2026-03-17 }
lines:
  - { id: base, model: fixed, amount: '1000.00' }
  - { id: credit, model: fixed, amount: '-200.00', proration: none, indexation: { base: '100', current: '101.237' } }`,
    period: '2026-03',
    given: [],
    // 15 of 31 days: 483.87; 200.00 x 1.01237 = 202.474
    amounts: { base: '483.87', credit: '-202.47' },
    net: '281.40',
    en: '-200.00 EUR a month, never prorated',
    fr: '-200,00 EUR par mois, sans prorata',
  },
  'with a malus that doubles in the third week in a row': {
    terms: `period: { unit: week, weekStart: monday }
${counted}
kpis: { level: { type: serviceLevel, variant: SL-B, threshold: 20s } }
lines: [${calls('2.00')}]
bonusMalus:
  - id: speed
    kpi: level
    base: [calls]
    escalation: ['1', '1.5', '2']
    shapes: [{ shape: step, points: [{ lt: '0.80', rate: '-0.05' }] }]`,
    period: '2026-W12',
    given: ['2026-03-02', '2026-03-09', '2026-03-16'].map(
      (day) => `      - { contact: { at: ${day}T10:00, wait: 1min, talk: 1min }, times: 100 }`,
    ),
    // 100 x 2.00; 5 % x 2
    amounts: { calls: '200.00', speed: '-20.00' },
    net: '180.00',
    en: 'consecutive weeks with one',
    fr: 'une semaine sans malus interrompt la série',
  },
  'with a discount on lines with and without VAT': {
    terms: `${counted}
lines:
  - ${calls('1.00')}
  - { id: abroad, model: fixed, amount: '200.00', vat: { category: AE, rate: '0', reason: Reverse charge } }
discounts: [{ id: framework, rate: '0.10' }]`,
    period: '2026-03',
    given: [callsAtNoon(['2026-03-12', 100])],
    amounts: { calls: '100.00', abroad: '200.00', 'framework.1': '-10.00', 'framework.2': '-20.00' },
    net: '270.00',
    vat: ['S 20: 90.00 18.00', 'AE 0: 180.00 0.00'],
    en: 'VAT reverse charge',
    fr: 'autoliquidation de la TVA',
  },
  'by periods of 4-4-5 with hours that are trued up at the end of the term': {
    terms: `period: { unit: 4-4-5, yearStart: { weekday: sunday, nearestTo: 02-01 } }
term: { firstDay: 2026-02-01, lastDay: 2026-03-28 }
measures: { worked: { kind: agentTime, states: [PREP] } }
lines: [{ id: hours, model: time, measure: worked, price: '30.00' }]
commitments: [{ id: least, kind: volume, over: term, line: hours, minimumVolume: '100', shortfallPrice: '25.00' }]`,
    period: '2026-P02',
    given: [work('2026-02-10T08:00', 30), work('2026-03-10T08:00', 20)],
    // 20 h x 30.00, and 100 - 30 - 20 = 50 h at 25.00
    amounts: { hours: '600.00', least: '1250.00' },
    net: '1850.00',
    en: 'in the last period of the contract',
    fr: 'la dernière période du contrat',
  },
  'with a bot that is paid for at least so many resolutions that hold': {
    terms: `kpis: { held: { type: settled, by: machine } }
measures: { solved: { kind: resolved, kpi: held } }
lines: [{ id: bot, model: outcome, measure: solved, price: '0.90', minimum: { volume: 50, shortfallPrice: '0.50' } }]`,
    period: '2026-03',
    given: [
      '      - { contact: { at: 2026-03-02T10:00, talk: 1min, agent: { kind: machine } }, times: 40 }',
      '      - { contact: { at: 2026-03-02T10:00, talk: 1min, agent: { kind: machine }, nextAfter: PT71H }, times: 20 }',
    ],
    // 40 x 0.90, and 10 of 50 at 0.50
    amounts: { 'bot.1': '36.00', 'bot.2': '5.00' },
    net: '41.00',
    en: 'at least 50 a month are paid',
    fr: 'au moins 50 par mois sont payés',
  },
  'with orders and a source whose names hold a word of periods': {
    terms: `period: { unit: week, weekStart: monday }
${counted}
lines: [${calls('2.00')}]
purchaseOrders: [{ number: PO-month-7, from: 2026-W01, limit: '1000.00' }]
conversions: [{ use: accounting, currency: CHF, source: month-end desk, rates: { 2026-W10: { date: 2026-03-06, rate: '0.94' } } }]`,
    period: '2026-W10',
    given: [callsAtNoon(['2026-03-03', 10])],
    amounts: { calls: '20.00' },
    net: '20.00',
    en: 'PO-month-7: from 2026-W01 on, for 1,000.00 EUR without VAT in all; a week that goes beyond it',
    fr: 'une semaine qui le dépasse est signalée',
  },
};

describe('a contract as it is tendered', () => {
  it.each(Object.entries(tenders))('%s comes to what is worked out by hand', (_, tender) => {
    const given = tender.given.length === 0 ? '' : `\n    given:\n${tender.given.join('\n')}`;
    const example = exampleOf(tender.period, '').replace(/\n    given:\n\n$/, '') + given;
    const invoice = invoiceOf(`${tender.terms}\n${example}`);
    expect(figuresOf(invoice)).toMatchObject({
      net: tender.net,
      ...(tender.vat !== undefined && { vat: tender.vat }),
    });
    expect(figuresOf(invoice).amounts).toEqual(tender.amounts);
    expect(check(explicableInvoice(invoice))).toMatchObject({ differ: [], netAgrees: true });
  });

  it.each(Object.entries(tenders))('%s says so in its clauses, in English and in French', (_, tender) => {
    const said = (lang: 'en' | 'fr'): string =>
      documentText(contractDocument(contractOf(tender.terms), lang)).replaceAll('\u00a0', ' ');
    expect(said('en')).toContain(tender.en);
    expect(said('fr')).toContain(tender.fr);
  });
});
