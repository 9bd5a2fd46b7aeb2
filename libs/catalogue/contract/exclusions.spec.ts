import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { contractOf, exampleOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const terms = (unless: string): string => `
measures: { kept: { kind: events, name: sale.made, unless: [${unless}] } }
kpis:
  conversion:
    type: ratio
    numerator: { name: sale.made, unless: [${unless}] }
    denominator: { name: lead.worked }
lines: [{ id: sales, model: perUnit, measure: kept, price: '45.00' }]
bonusMalus:
  - id: many
    kpi: conversion
    base: [sales]
    shapes: [{ shape: step, points: [{ gte: '0.5', rate: '+0.10' }] }]
`;
const windowed = '{ name: sale.cancelled, within: P14D }';

/** Subjects of a lead of 2 March and what follows, as `name day`; times are by the clock of Paris. */
function net(unless: string, ...subjects: readonly (readonly string[])[]): string {
  const given = subjects.map((events) => {
    const all = ['lead.worked 2026-03-02T08:00', ...events].map((event) => {
      const [name, at] = event.split(' ');
      return `{ name: ${name}, at: ${at} }`;
    });
    return `      - { events: [${all.join(', ')}] }`;
  });
  return figuresOf(invoiceOf(terms(unless) + exampleOf('2026-03', given.join('\n')))).net;
}

const sold = 'sale.made 2026-03-28T12:00';

describe('an event that another one takes back within a window', () => {
  it('does not count where that follows within it, by elapsed time and both ends included', () => {
    // the clocks go forward on 29 March: 14 days of 24 h after 12:00 is 13:00 on 11 April
    expect(net(windowed, [sold, 'sale.cancelled 2026-04-11T13:00'])).toBe('0.00');
    // one sale of one lead: 45.00 and 10 % of it
    expect(net(windowed, [sold, 'sale.cancelled 2026-04-11T13:00:01'])).toBe('49.50');
    // at the same instant it follows as well
    expect(net(windowed, [sold, 'sale.cancelled 2026-03-28T12:00'])).toBe('0.00');
  });

  it('counts where the other one came before it, though without a window it would not', () => {
    const before = ['sale.cancelled 2026-03-20T12:00', sold];
    expect(net(windowed, before)).toBe('49.50');
    expect(net('sale.cancelled', before)).toBe('0.00');
  });

  it('is judged by itself: of two of a subject the later one is left', () => {
    const again = ['sale.made 2026-03-03T12:00', 'sale.cancelled 2026-03-10T12:00', sold];
    expect(net(windowed, again)).toBe('49.50');
    expect(net('sale.cancelled', again)).toBe('0.00');
  });

  it('may be of the same name, and never takes itself back', () => {
    // of three within a week of each other the last counts: 45.00 of a lead, and 10 %
    const burst = ['sale.made 2026-03-03T12:00', 'sale.made 2026-03-08T12:00', 'sale.made 2026-03-15T12:00'];
    expect(net('{ name: sale.made, within: P7D }', burst)).toBe('49.50');
  });

  it('leaves the conversion below its target where too many are taken back', () => {
    // one of three leads is sold for good: 1/3 is below 50 %
    const back = ['sale.made 2026-03-03T12:00', 'sale.cancelled 2026-03-04T12:00'];
    expect(net(windowed, [sold], back, [])).toBe('45.00');
  });
});

describe('the window in which an event is taken back', () => {
  it('is in the clauses, in English and in French', () => {
    const text = (lang: 'en' | 'fr'): string =>
      documentText(contractDocument(contractOf(terms(`${windowed}, sale.disputed`)), lang)).replaceAll(
        '\u00a0',
        ' ',
      );
    const en =
      'not where the subject also has sale.disputed; not where sale.cancelled of the same subject follows at most ' +
      '14 days (elapsed time) after it';
    const fr =
      'sauf si le dossier comporte aussi sale.disputed ; sauf si sale.cancelled du même dossier suit 14 jours au plus ' +
      '(temps écoulé) après';
    // of the measure, and of the KPI
    expect(text('en').split(en)).toHaveLength(2);
    expect(text('fr').split(fr)).toHaveLength(2);
    for (const part of en.split('; ')) expect(text('en').split(part)).toHaveLength(3);
    for (const part of fr.split(' ; ')) expect(text('fr').split(part)).toHaveLength(3);
  });

  it.each([
    ['{ name: sale.cancelled, within: 0s }', 'must be above 0 [size-not-positive]'],
    ['{ name: sale.cancelled }', 'within: is missing'],
    [`sale.cancelled, ${windowed}`, 'sale.cancelled is listed twice: write one of them [never-applies]'],
    [
      'sale.made',
      "'sale.made' is taken back by itself: nothing would be counted; write another event, or a within",
    ],
  ])('is refused as %s', (unless, message) => {
    expect(faultsOf(terms(unless)).join('\n')).toContain(message);
  });
});
