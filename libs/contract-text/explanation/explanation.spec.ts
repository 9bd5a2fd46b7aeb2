import { describe, expect, it } from '@jest/globals';
import { languages } from '../phrasebook.js';
import { runExample } from '#domain/pricing/example.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import { rules } from '#domain/pricing/calculation-rules.js';
import { invoiceOf as pricedYaml } from '#catalogue/contract/contract-yaml.fixture.js';
import { contractsPage } from '#test/contracts-page.js';
import {
  agrees,
  check,
  checkText,
  explanationText,
  explicableInvoice,
  type Explicable,
} from './explanation.js';

/** The invoices of all examples in docs/contracts.md: every model, and every rule. */
const ofPage = contractsPage().flatMap(({ title, contract, examples }) =>
  examples.map((example) => ({
    title: `${title}: ${example.says}`,
    all: explicableInvoice(runExample(contract, example).invoice),
  })),
);

/** Two chats of Ann at once, from 10:00 to 10:30 and from 10:20 to 10:40: 20 min + 5 min, 5 min + 10 min. */
const twoChats = `
measures: { worked: { kind: agentTime, states: [TALK] } }
lines: [{ id: hours, model: time, measure: worked, price: '30.00' }]
examples:
  - says: two chats at once
    given:
      - { contact: { at: 2026-03-02T10:00, media: chat, talk: 30min, agent: { code: ann } } }
      - { contact: { at: 2026-03-02T10:20, media: chat, talk: 20min, agent: { code: ann } } }
    price: '20.00'
`;

const invoices = [...ofPage, { title: 'two chats at once', all: explicableInvoice(pricedYaml(twoChats)) }];

function invoiceOf(title: string): Explicable {
  const found = invoices.find((each) => each.title.endsWith(title));
  if (found === undefined) throw new Error(`there is no example '${title}'`);
  return found.all;
}

const invoiceByYaml = (yaml: string): Explicable => explicableInvoice(pricedYaml(yaml));

const words = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll(/ {2,}/g, '  ');

describe('an explanation', () => {
  it('writes time in hours and money with its currency', () => {
    const all = invoiceOf(
      'Saturday 31 October from 18:30 to 21:15, the last hour and a quarter in the evening',
    );
    const lines = words(explanationText(all, all.entries, 'en')).split('\n');
    expect(lines.filter((line) => !/^(-|  step)/.test(line))).toEqual([
      'hours.1  hours: 45.00 EUR',
      'r1  counted  line hours: 1 h 30 min  1 h 30 min',
      'r3  line  1 h 30 min (r1) × 30.00 EUR per 1 h  45.00 EUR',
      'r6  rounding  45.00 EUR (r3) to 2 decimals, halves away from zero  45.00 EUR',
      '',
      'hours.2  hours: 46.88 EUR',
      'r2  counted  line hours, evening: 1 h 15 min  1 h 15 min',
      'r4  price  30.00 EUR + 25 %  37.50 EUR',
      'r5  line  1 h 15 min (r2) × 37.50 EUR (r4) per 1 h  46.875 EUR',
      'r7  rounding  46.875 EUR (r5) to 2 decimals, halves away from zero  46.88 EUR',
    ]);
  });

  it('names the seconds that were claimed twice and counted once', () => {
    const all = invoiceOf('two chats at once');
    expect(words(explanationText(all, all.entries, 'en'))).toContain(
      'line hours: 40 min, each second of a person once; claimed at the same time by other work of the same ' +
        'person and not counted again: line hours: 10 min  40 min',
    );
    expect(words(explanationText(all, all.entries, 'fr'))).toContain(
      "chaque seconde d'une personne une seule fois",
    );
    expect(all.entries.map(({ amount }) => amount)).toEqual(['20.00']);
  });

  it('explains in French how an indicator became a bonus', () => {
    const all = invoiceOf('12 000 contacts at 200 s and 3 000 at 340 s are 228 s on average');
    const bonus = all.entries.filter(({ clause }) => clause === 'speed');
    const text = words(explanationText(all, bonus, 'fr'));
    expect(text).toContain('speed  Speed of answer : 1 440,00 EUR');
    expect(text).toContain('délai de décroché (définition 1) : asa, numérateur : 950 h');
    expect(text).toMatch(
      /950 h \(r3\) \/ 15 000 \(r4\) = 228 s, sur la droite de 0 % à 300 s jusqu'à 3 % à 180 s +1,8 %/,
    );
    expect(text).toContain('31 (r1) jours × 80 000,00 EUR par 31 jours');
    expect(text).toContain('80 000,00 EUR');
  });

  it('says of a condition whether it holds', () => {
    const all = invoiceOf('one satisfied customer less, and nothing is paid');
    expect(words(explanationText(all, all.entries, 'en'))).toMatch(
      /condition {2}430 \(r\d+\) \/ 507 \(r\d+\) = 84\.812623… % > 85 % +no/,
    );
    expect(words(explanationText(all, all.entries, 'fr'))).toMatch(/84,812623… % > 85 % +non/);
  });

  it('says of a condition without data that it has no effect, and not that it is 100 %', () => {
    const invoice = invoiceByYaml(`
kpis: { fcr: { type: fcrPerContact, window: P7D }, aht: { type: aht, per: contact } }
lines:
  - { id: L, model: gainShare, kpi: aht, baseline: '420', better: lower, unitValue: '28.00', per: hour, share: '0.40',
      guards: [{ kpi: fcr, op: gte, value: '0.75', minSample: 200 }] }
examples:
  - says: an hour saved, and too few contacts to judge resolution
    period: 2026-03
    given: [{ contact: { at: 2026-03-02T09:00, talk: 60s }, times: 10 }]
    price: '11.20'
`);
    const english = words(explanationText(invoice, invoice.entries, 'en'));
    expect(english).toContain('10 counted, 200 needed: without data the condition has no effect  yes');
    expect(english).not.toContain('100 %');
    const french = words(explanationText(invoice, invoice.entries, 'fr'));
    expect(french).toContain('10 en base, 200 requis : sans données, la condition est sans effet  oui');
  });

  it('says nothing of units before the first', () => {
    const all = invoiceOf('12 480 calls, the first 10 000 at 2.35 and the rest at 2.10');
    const text = words(explanationText(all, all.entries, 'en'));
    expect(text).toContain('of 12,480 (r1): what lies above 0, up to 10,000  10,000');
    expect(text).not.toMatch(/: 0 +0$/m);
    expect(text).toContain('10,000 (r2) × 2.35 EUR each');
  });

  it('shows a step once, however many amounts rest on it', () => {
    const all = invoiceOf('640 contacts beyond those included, and 1 363 of 1 510 satisfied');
    const ids = [...explanationText(all, all.entries, 'en').matchAll(/^(r\d+) /gm)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(languages)('has words for every rule, in %s', (lang) => {
    for (const { all } of invoices) {
      const text = explanationText(all, all.entries, lang);
      expect(text).not.toMatch(/undefined|NaN|\[object| \? |: \?/);
    }
    const used = new Set(invoices.flatMap(({ all }) => all.rows.map(({ rule }) => rule)));
    const others = Object.keys(rules).filter((rule) => !used.has(rule as TraceRow['rule']));
    expect(others).toEqual([]);
  });
});

describe('the check of an explanation', () => {
  it('comes to every amount again from the rows alone', () => {
    for (const { all } of invoices) {
      expect(check(all)).toMatchObject({ differ: [], netAgrees: true, checked: all.entries.length });
    }
  });

  it('reports an amount that its rows do not give, and a total that they do not', () => {
    const all = invoiceOf('16 500 calls of 20 000 are charged as 18 000');
    const [first, ...others] = all.entries;
    if (first === undefined) throw new Error('the invoice has no line');
    const forged = { ...all, entries: [{ ...first, amount: '38775.01' }, ...others], net: '42300.01' };
    const result = check(forged);
    expect(result.differ).toEqual([{ identifier: 'calls.1', amount: '38775.01', rows: '38775' }]);
    expect(result.netAgrees).toBe(false);
    expect(checkText(result, forged, 'en')).toBe(
      'NOT CONFIRMED:\n  calls.1: invoiced 38775.01, computed 38775\n  total: invoiced 42300.01, computed 42300',
    );
    const [row, ...rest] = all.rows;
    if (row === undefined) throw new Error('the invoice has no rows');
    const [counted = ''] = Object.keys(row.inputs);
    const inflated = { ...row, inputs: { [counted]: '17000' } };
    expect(check({ ...all, rows: [inflated, ...rest] }).netAgrees).toBe(true);
    expect(check({ ...all, rows: [inflated, ...rest] }).differ.map(({ identifier }) => identifier)).toEqual([
      'calls.1',
      'calls.2',
    ]);
  });

  it('reports an adjustment that does not lead to the period as it is restated', () => {
    const all = invoiceOf('16 500 calls of 20 000 are charged as 18 000');
    const { net, entries } = all;
    const corrected = (before: string): Explicable => ({ ...all, restated: { entries, net, before } });
    expect(check(corrected('0.00'))).toMatchObject({ restatedAgrees: true });
    expect(agrees(check(corrected('0.00')))).toBe(true);
    const result = check(corrected('0.01'));
    expect([result.restatedAgrees, agrees(result)]).toEqual([false, false]);
    expect(checkText(result, corrected('0.01'), 'en')).toBe(
      'NOT CONFIRMED:\n  what was invoiced before and this do not sum to the period as it is restated',
    );
    expect(checkText(result, corrected('0.01'), 'fr')).toContain('NON CONFIRMÉ');
    expect(check(all).restatedAgrees).toBeNull();
  });
});
