import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { contractOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';
import { holidayWarnings } from './holiday-doubts.js';

/** An hour of work at 10.00, at 20.00 on a holiday, on each of the days. */
const worked = (holidays: string, days: readonly string[], rest = ''): string => `
timeZone: UTC
holidays: ${holidays}
term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
measures: { worked: { kind: agentTime, states: [PREP] } }
lines: [{ id: L, model: time, measure: worked, price: '10.00', bands: [{ id: feast, days: [holiday], price: '20.00' }] }]
${rest}
examples:
  - says: an hour on each day
    given:
${days.map((day) => `      - { work: { state: PREP, at: '${day}T10:00', for: 1h } }`).join('\n')}
    price: '0'
`;

const net = (holidays: string, ...days: readonly string[]): string =>
  figuresOf(invoiceOf(worked(holidays, days))).net;

const clauses = (holidays: string, lang: 'en' | 'fr'): string =>
  documentText(contractDocument(contractOf(worked(holidays, ['2026-07-03'])), lang)).replaceAll(
    '\u00a0',
    ' ',
  );

const warnings = (holidays: string): string[] =>
  holidayWarnings(contractOf(worked(holidays, ['2026-07-03']))).map(({ message }) => message);

describe('holidays of a contract, from the clause to the invoice', () => {
  it('are all days of a feast that lasts several: Eid al-Fitr in Egypt, 20 to 22 March 2026', () => {
    const days = ['2026-03-19', '2026-03-20', '2026-03-21', '2026-03-22', '2026-03-23'];
    // 10 + 3 x 20 + 10
    expect(net('{ country: EG }', ...days)).toBe('80.00');
  });

  it('leave out what is excepted, and add what is extra', () => {
    const days = ['2026-07-02', '2026-07-03', '2026-07-04'];
    expect(net('{ country: US }', ...days)).toBe('50.00');
    expect(net('{ country: US, except: [2026-07-04] }', ...days)).toBe('40.00');
    expect(net('{ country: US, except: [2026-07-04], extra: [2026-07-02] }', ...days)).toBe('50.00');
    expect(net('{ country: FR, except: [2026-07-14] }', '2026-07-14')).toBe('10.00');
  });

  it('are only those of the list, where there is one', () => {
    expect(net('{ country: PH, only: [2026-07-02] }', '2026-07-02', '2026-07-03')).toBe('30.00');
    expect(net('{ only: [2026-07-02] }', '2026-07-02', '2026-07-14')).toBe('30.00');
  });

  it('are listed in the clauses, in English and French', () => {
    const english = clauses('{ country: US, except: [2026-07-04] }', 'en');
    expect(english).toContain('Public holidays are those of US, and no other days:');
    expect(english).toContain(
      '2026: 1 January, 19 January, 16 February, 25 May, 19 June, 3 July, 4 July, 7 September',
    );
    expect(english).toContain('but not 4 July 2026');
    const french = clauses('{ country: FR, region: "67", extra: [2026-07-03] }', 'fr');
    expect(french).toContain("Les jours fériés sont ceux de FR-67, à l'exclusion de tout autre jour :");
    expect(french).toMatch(
      /1er janvier, lundi de Pâques, 1er mai, .* 25 décembre, Vendredi saint et 26 décembre/,
    );
    expect(french).toContain('ainsi que 3 juillet 2026');
    expect(clauses('{ only: [2026-07-03] }', 'en')).toContain(
      'Public holidays are 3 July 2026, and no other days.',
    );
  });

  it('come with a warning where no table can know them', () => {
    expect(warnings('{ country: EG }')).toEqual([
      expect.stringContaining('of the holidays of EG, 2026-03-20, 2026-03-21, 2026-03-22, 2026-05-27'),
      expect.stringContaining('EG proclaims further or other days each year'),
    ]);
    expect(warnings('{ country: US }')).toEqual([
      expect.stringContaining('2026-07-03 stand for another day, which counts as well'),
    ]);
    expect(warnings('{ country: US, except: [2026-07-04], extra: [2026-07-03] }')).toEqual([]);
    expect(warnings('{ country: PH, only: [2026-07-02] }')).toEqual([]);
    expect(warnings('{ country: FR }')).toEqual([]);
  });

  it('of the site are a calendar of its own beside that of the brand', () => {
    // Tunisia's 20 March is no holiday in France, 14 July none in Tunisia, 1 May one in both. Work by the
    // hour at
    // 10.00: on a holiday of the brand at 20.00, on one of the site at 15.00, on both the higher of the two.
    const contract = `
timeZone: UTC
term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
holidays: { country: FR }
siteHolidays: { country: TN, except: [2026-04-09], extra: [2026-12-24] }
measures:
  worked: { kind: agentTime, states: [PREP] }
  desk: { kind: seats, open: [{ days: [thu, fri], times: ['08:00-10:00'], notOn: [siteHoliday] }] }
lines:
  - id: L
    model: time
    measure: worked
    price: '10.00'
    bands: [{ id: feast, days: [holiday], price: '20.00' }, { id: closed, days: [siteHoliday], price: '15.00' }]
  - { id: S, model: time, measure: desk, price: '7.00' }
examples:
  - says: an hour on each day
    period: MONTH
    given: [{ work: { state: PREP, at: 'DAYT10:00', for: 1h } }]
    price: '0'
`;
    const on = (day: string): string | undefined => {
      const yaml = contract.replace('MONTH', day.slice(0, 7)).replace('DAY', day);
      return Object.entries(figuresOf(invoiceOf(yaml)).amounts).find(([id]) => id.startsWith('L'))?.[1];
    };
    const days = ['2026-03-20', '2026-07-14', '2026-05-01', '2026-04-09', '2026-12-24', '2026-03-19'];
    expect(days.map(on)).toEqual(['15.00', '20.00', '20.00', '10.00', '15.00', '10.00']);
    // May 2026 has 4 Thursdays and 5 Fridays, of which Friday 1 May is closed: 8 x 2 h x 7.00
    const may = contract.replace('MONTH', '2026-05').replace('DAY', '2026-05-04');
    expect(figuresOf(invoiceOf(may)).amounts).toMatchObject({ S: '112.00' });
    const read = contractOf(may);
    const [english, french] = (['en', 'fr'] as const).map((lang) => {
      return documentText(contractDocument(read, lang)).replaceAll('\u00a0', ' ');
    });
    expect(english).toContain('Public holidays are those of FR, and no other days:');
    expect(english).toContain('Public holidays of the site are those of TN, and no other days:');
    expect(english).toContain('but not 9 April 2026');
    expect(english).toContain(
      'on Thursdays and Fridays, 08:00–10:00, but not on public holidays of the site',
    );
    expect(french).toContain("Les jours fériés du site sont ceux de TN, à l'exclusion de tout autre jour :");
    expect(french).toContain('sauf les jours fériés du site');
    const [eid] = holidayWarnings(read).map(({ message }) => message);
    expect(eid).toMatch(/^of the holidays of TN, .* write it under siteHolidays\.extra/);
  });

  it('of the site have faults where no clause asks for them, or one asks for what is not there', () => {
    const one = (head: string, days: string): string[] =>
      faultsOf(`
${head}
measures: { worked: { kind: agentTime, states: [PREP] }, desk: { kind: seats, open: [${days}] } }
lines:
  - { id: L, model: time, measure: worked, price: '10.00' }
  - { id: S, model: time, measure: desk, price: '7.00' }
`);
    expect(one('siteHolidays: { country: FR }', '{ days: [mon] }')).toEqual([
      'siteHolidays: no clause asks for it: write siteHoliday among the days of a band or of opening times, or leave it out [never-applies]',
    ]);
    expect(one('', '{ days: [mon], notOn: [siteHoliday] }')).toEqual([
      'measures.desk.open[0].notOn: siteHoliday means nothing: the contract has no siteHolidays; write country, extra or only there, or holiday for the calendar of the brand [holidays-undefined]',
    ]);
    expect(one('holidays: { country: FR }', '{ days: [holiday], notOn: [holiday] }')).toEqual([
      'measures.desk.open[0].notOn: leaves out holiday, the only days named: nothing is left [never-applies]',
    ]);
    expect(one('siteHolidays: { country: FR, except: [2026-07-05] }', '{ days: [siteHoliday] }')).toEqual([
      'siteHolidays.except[0]: 2026-07-05 is no holiday of FR anyway: leave it out [no-holiday]',
    ]);
  });

  it('have faults where a day is excepted that is none, or would have no effect', () => {
    const faults = (holidays: string): string[] => faultsOf(worked(holidays, ['2026-07-03']));
    expect(faults('{ country: US, except: [2026-07-05] }')).toEqual([
      'holidays.except[0]: 2026-07-05 is no holiday of US anyway: leave it out [no-holiday]',
    ]);
    expect(faults('{ extra: [2026-07-05], except: [2026-07-14] }')).toEqual([
      'holidays.except: leaves nothing out: there is no country whose holidays count [holidays-undefined]',
    ]);
    expect(faults('{ country: FR, only: [2026-07-05], except: [2026-07-14] }')).toEqual([
      'holidays.only: is the whole list, so except beside it would have no effect: write one of them [not-one-of-several]',
    ]);
  });
});
