import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseContract } from './schema.js';

/** Faults of a contract with these parts: `path: message [code]`. */
function faultsOf(yaml: string): string[] {
  const parsed = parseContract({ ...base, ...(parse(yaml) as object) });
  return 'faults' in parsed
    ? parsed.faults.map(({ path, message, code }) => `${path}: ${message} [${code}]`)
    : [];
}

const base = {
  id: 'C',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  scope: { programme: 'care', queues: ['phone'] },
  term: { firstDay: '2026-03-01', lastDay: '2026-12-31' },
  measures: { calls: { kind: 'count', of: 'answered' } },
  kpis: {
    level: { type: 'serviceLevel', variant: 'SL-B', threshold: '20s' },
    asa: { type: 'asa' },
    conversion: { type: 'ratio', numerator: { name: 'sale.made' }, denominator: { name: 'lead.worked' } },
  },
  lines: [{ id: 'L', model: 'perUnit', measure: 'calls', price: '2.00' }],
};

const shapes = (written: string): string =>
  `bonusMalus: [{ id: A, kpi: level, base: [L], shapes: ${written} }]`;

describe('a contract of which a clause can never apply', () => {
  it.each([
    [
      'a rate for machines on a measure of people',
      "lines: [{ id: L, model: perUnit, measure: calls, price: '2', rates: [{ id: bot, price: '1', when: { kinds: [machine] } }] }]",
      "lines[0].rates[0].when.kinds[0]: bot is never charged: 'calls' counts the work of people alone; to count both write where: { kinds: [person, machine] } in the measure [never-applies]",
    ],
    [
      'abandoned contacts that a machine answered',
      'measures: { calls: { kind: count, of: abandoned, where: { kinds: [machine] } } }',
      'measures.calls.where.kinds: leaves nothing to count: contacts abandoned are answered by no machine [never-applies]',
    ],
    [
      'a one-off before the term',
      "lines: [{ id: S, model: oneOff, amount: '1', day: 2026-02-01 }]",
      "lines[0].day: 2026-02-01 of 'S' is before the first day of the contract: it would never be charged [outside-term]",
    ],
    [
      'a one-off after the term',
      "lines: [{ id: S, model: oneOff, amount: '1', day: 2027-02-01 }]",
      "lines[0].day: 2027-02-01 of 'S' is after the last day of the contract: it would never be charged [outside-term]",
    ],
    [
      'a one-off before the amendment that sets it',
      "amendments: [{ effective: 2026-06-01, set: { lines: [{ id: S, model: oneOff, amount: '1', day: 2026-05-10 }] } }]",
      "amendments[0].set: 2026-05-10 of 'S' is before the amendment that sets it: it would never be charged [outside-term]",
    ],
    [
      'an amendment after the term',
      "amendments: [{ effective: 2027-01-01, set: { L.price: '3' } }]",
      'amendments[0].effective: 2027-01-01 is after the last day of the contract: it is never in force [outside-term]',
    ],
    [
      'an amendment before the term',
      "amendments: [{ effective: 2026-02-01, set: { L.price: '3' } }]",
      'amendments[0].effective: 2026-02-01 is not after the first moment of the contract: the terms before it are never in force; write these as the terms of the contract [outside-term]',
    ],
    [
      'a calendar rule after the term',
      'calendarRules: [{ id: W, from: 2027-01-01, to: 2027-01-05, overrides: {} }]',
      'calendarRules[0]: lies outside the time of the contract: it never holds [outside-term]',
    ],
    [
      'a forecast outside of the term',
      "corridors: [{ id: K, line: L, forecast: { 2026-01: 9, 2026-04: 9 }, lower: '0.9' }]",
      'corridors[0].forecast: 2026-01 is a month in which the contract does not hold [outside-term]',
    ],
    [
      '90 for 90 %',
      shapes("[{ shape: step, points: [{ gte: 90, rate: '+0.02' }] }]"),
      'bonusMalus[0].shapes[0].points[0].gte: 90 is no value of serviceLevel (0 to 1): it means 9000 %, write "0.9" for 90 % [implausible-value]',
    ],
    [
      '90 for 90 % of events per event',
      "lines: [{ id: L, model: perUnit, measure: calls, price: '2', payIf: { kpi: conversion, op: gte, value: 90 } }]",
      'lines[0].payIf.value: 90 is no value of ratio (0 to 10): it means 9000 %, write "0.9" for 90 % [implausible-value]',
    ],
    [
      'a cap of 700 %',
      "malus: { overallCap: '7' }",
      'malus.overallCap: 7 is 700 %: write "0.07" for 7 % (allowed: up to 100 %) [implausible-value]',
    ],
    [
      'a rate of 500 %',
      shapes("[{ shape: step, points: [{ lt: '0.9', rate: '-5' }] }]"),
      'bonusMalus[0].shapes[0].points[0].rate: -5 is -500 %: write "-0.05" for -5 % (allowed: up to 100 %) [implausible-value]',
    ],
    [
      'a corridor in percent',
      "corridors: [{ id: K, line: L, forecast: F, lower: '90' }]",
      'corridors[0].lower: 90 is 9000 %: write "0.9" for 90 % (allowed: up to 500 %) [implausible-value]',
    ],
    [
      'a negative wait',
      "bonusMalus: [{ id: A, kpi: asa, base: [L], shapes: [{ shape: step, points: [{ lt: '-5', rate: '0.1' }] }] }]",
      'bonusMalus[0].shapes[0].points[0].lt: -5 is no value of asa (at least 0) [implausible-value]',
    ],
    [
      'more than all',
      shapes("[{ shape: step, points: [{ gt: '1', rate: '0.02' }] }]"),
      'bonusMalus[0].shapes[0].points[0]: gt 1 never holds: serviceLevel is 0 to 1; write gte [never-applies]',
    ],
    [
      'a second shape behind one that always gives a rate',
      shapes(
        "[{ shape: linear, from: { at: '0.7', rate: '-0.05' }, to: { at: '0.9', rate: '0.05' } }, { shape: step, points: [{ lt: '0.5', rate: '-0.2' }] }]",
      ),
      'bonusMalus[0].shapes[1]: never counts: wherever it gives a rate a shape before it does, and the first that does counts [never-applies]',
    ],
    [
      'a shape that gives nothing',
      shapes("[{ shape: step, points: [{ lt: '0.5', rate: '0' }] }]"),
      'bonusMalus[0].shapes[0]: never gives a rate other than 0 [never-applies]',
    ],
    [
      'included units of two numbers',
      "lines: [{ id: F, model: fixed, amount: '9', includes: { measure: calls, upTo: 9000 } }, { id: L, model: perUnit, measure: calls, price: '2', above: 50 }]",
      "lines[1].above: 50 is not what 'F' includes of calls: 9000 [includes-contradicted]",
    ],
    [
      'included units that are charged',
      "lines: [{ id: F, model: fixed, amount: '9', includes: { measure: calls, upTo: 9000 } }, { id: L, model: perUnit, measure: calls, price: '2' }]",
      "lines[0].includes: includes 9000 of calls, but 'L' charges from the first on: write `above: 9000` there [includes-contradicted]",
    ],
    [
      'included units that are prorated otherwise',
      "lines: [{ id: F, model: fixed, amount: '9', proration: none, includes: { measure: calls, upTo: 90 } }, { id: L, model: perUnit, measure: calls, price: '2', above: 90 }]",
      "lines[1].proration: calendarDays is not the proration of 'F', which includes the units: write none [includes-contradicted]",
    ],
    [
      'a tier below the included units',
      "lines: [{ id: L, model: perUnit, measure: calls, above: 100, tiers: { mode: graduated, steps: [{ upTo: 50, price: '2' }, { price: '1' }] } }]",
      'lines[0].tiers.steps[0].upTo: 50 is never charged: the first 100 are included (above) [never-applies]',
    ],
    [
      'a rate behind a wider one',
      "lines: [{ id: L, model: perUnit, measure: calls, price: '2', rates: [{ id: a, price: '3', when: { sites: [lille, metz] } }, { id: b, price: '4', when: { sites: [lille], grades: [expert] } }] }]",
      'lines[0].rates[1]: b is never charged: a fits before it, and the first that fits holds [never-applies]',
    ],
    [
      'a price for a shortfall without a lower bound',
      "corridors: [{ id: K, line: L, forecast: F, upper: '1.1', shortfallPrice: '1' }]",
      'corridors[0].shortfallPrice: is never charged: the corridor has no lower [never-applies]',
    ],
    [
      'steps above a corridor that do not rise',
      "corridors: [{ id: K, line: L, forecast: F, upper: '1.1', overflow: [{ upTo: '1.05', price: '1' }, { price: '2' }] }]",
      'corridors[0].overflow[0].upTo: 1.05 must be above 1.1: steps rise [tiers-not-ascending]',
    ],
    [
      'a last step above a corridor that ends',
      "corridors: [{ id: K, line: L, forecast: F, upper: '1.1', overflow: [{ upTo: '1.2', price: '1' }] }]",
      'corridors[0].overflow[0].upTo: 1.2: the last step has no end, so that every volume has a price [tiers-not-open-ended]',
    ],
    [
      'steps above a corridor without upper bound',
      "corridors: [{ id: K, line: L, forecast: F, lower: '0.9', overflow: [{ price: '1' }] }]",
      'corridors[0].overflow: is never charged: the corridor has no upper [never-applies]',
    ],
    [
      'a measure outside of the scope',
      'measures: { calls: { kind: count, of: answered, where: { queues: [chat] } } }',
      'measures.calls.where.queues: chat is outside of the scope (allowed: phone): nothing would be counted [never-applies]',
    ],
    [
      'a least talk of calls that no agent took',
      'measures: { calls: { kind: count, of: abandoned, minTalk: 5s } }',
      'measures.calls.minTalk: is not asked of contacts abandoned (allowed with: answered, handled) [never-applies]',
    ],
    [
      'a malus to earn back that there is not',
      "bonusMalus: [{ id: A, kpi: level, base: [L], shapes: [{ shape: step, points: [{ gte: '0.9', rate: '0.1' }] }] }, { id: B, kind: earnBack, of: [A], share: '0.5', ifTargetsMetFor: 2 }]",
      "bonusMalus[1].of[0]: 'A' never takes a malus: there is nothing to give back [never-applies]",
    ],
  ])('is refused for %s, with the fix', (_, yaml, message) => {
    expect(faultsOf(yaml)).toEqual([message]);
  });

  it('is read where every clause can apply', () => {
    const bonusMalus =
      "bonusMalus: [{ id: A, kpi: level, base: [L], shapes: [{ shape: linear, from: { at: '0.9', rate: '0' }, to: { at: '0.95', rate: '0.05' } }, { shape: perPoint, from: '0.8', beyond: below, size: '0.01', count: full, rate: '-0.01' }] }]";
    expect(faultsOf(bonusMalus)).toEqual([]);
    expect(faultsOf("amendments: [{ effective: 2026-06-01, set: { L.price: '2.00' } }]")).toEqual([]);
  });
});

describe('a contract with faults of form', () => {
  it('hears all of what contradicts in it as well, at once', () => {
    expect(
      faultsOf(`
lines:
  - { id: L, model: perUnit, measure: cals, price: 2.5 }
  - { id: S, model: oneOff, amount: '1', day: 2026-02-01 }
malus: { overalCap: '7' }
kpis: { level: { type: serviceLevel, variant: SL-B, threshold: soon } }
bonusMalus: [{ id: A, kpi: level, base: [L], shapes: [{ shape: step, points: [{ gte: 90, rate: '0.1' }] }] }]
amendments: [{ effective: 2027-03-01, set: { L.price: 3 } }]
`)
        .map((text) => text.slice(text.lastIndexOf('[') + 1, -1))
        .sort(),
    ).toEqual(
      [
        'unknown-key',
        'wrong-type',
        'malformed-duration',
        'unknown-measure',
        'outside-term',
        'outside-term',
        'implausible-value',
        'implausible-value',
        'wrong-type',
      ].sort(),
    );
  });

  it('hears nothing of what had to be made up', () => {
    const text = 'lines: [{ id: L, model: nothing-like-it, price: 1 }, { id: F, model: fixed, amount: "1" }]';
    expect(faultsOf(`${text}\ncorridors: [{ id: K, line: L, forecast: F, lower: '0.9' }]`)).toEqual([
      "lines[0].model: 'nothing-like-it' is unknown (allowed: time, perUnit, outcome, fixed, gainShare, oneOff, passThrough, gate) [unknown-word]",
    ]);
  });
});
