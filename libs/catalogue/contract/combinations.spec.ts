import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { runExample } from '#domain/pricing/example.js';
import { parseContract } from './schema.js';

/**
 * Clauses together, each reckoned by hand: what a month costs where one begins while another still holds.
 */
const head = {
  scope: { programme: 'p' },
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
};

const contracts = parse(`
- id: tiers-over-two-amendments
  measures: { n: { kind: count, of: handled } }
  lines:
    - id: L
      model: perUnit
      measure: n
      tiers: { mode: graduated, steps: [{ upTo: 10, price: '2.00' }, { price: '1.00' }] }
  amendments:
    - { effective: 2026-03-10, reason: x, set: { L.tiers.steps.0.price: '3.00' } }
    - { effective: 2026-03-20, reason: y, set: { L.tiers.steps.1.price: '0.50' } }
  examples:
    # 6 x 2.00, then 4 x 3.00 and 2 x 1.00, then 6 x 0.50
    - says: tiers do not start again with an amendment
      given:
        - { contact: { at: 2026-03-05T10:00, talk: 1min }, times: 6 }
        - { contact: { at: 2026-03-12T10:00, talk: 1min }, times: 6 }
        - { contact: { at: 2026-03-25T10:00, talk: 1min }, times: 6 }
      price: '29.00'
- id: fixed-amended
  lines: [{ id: F, model: fixed, amount: '3100.00' }]
  amendments: [{ effective: 2026-03-11, reason: x, set: { F.amount: '6200.00' } }]
  examples:
    - { says: ten days of 100 and twenty-one of 200, period: 2026-03, price: '5200.00' }
- id: rate-index-bands
  measures: { w: { kind: agentTime, states: [TALK] } }
  lines:
    - id: H
      model: time
      measure: w
      price: '20.00'
      rates: [{ id: ex, price: '30.00', when: { grades: [expert] } }]
      bands: [{ id: ev, times: ['20:00-22:00'], surcharge: '0.25' }, { id: su, days: [sun], surcharge: '0.50' }]
      stacking: multiply
      indexation: { base: '100', current: '110', priceDecimals: 2 }
  examples:
    # 30.00 x 1.10 = 33.00; x 1.25 x 1.50 = 61.875
    - says: the expert's price, indexed, then both surcharges
      given: [{ contact: { at: 2026-03-08T20:00, talk: 1h, agent: { grade: expert } } }]
      price: '61.88'
- id: nights-of-the-clocks
  measures: { w: { kind: agentTime, states: [PREP] } }
  lines:
    - { id: H, model: time, measure: w, price: '20.00', bands: [{ id: n, times: ['02:00-03:00'], price: '40.00' }] }
  examples:
    - says: the hour from two to three does not exist in March
      given: [{ work: { state: PREP, at: 2026-03-29T01:30, for: 1h } }]
      price: '20.00'
    # half an hour, the hour twice, half an hour: 10 + 80 + 10
    - says: and comes twice in October
      given: [{ work: { state: PREP, at: 2026-10-25T01:30, for: 3h } }]
      price: '100.00'
- id: reunion
  timeZone: Indian/Reunion
  holidays: { country: FR, region: '974' }
  measures: { w: { kind: agentTime, states: [PREP] } }
  lines:
    - id: H
      model: time
      measure: w
      price: '20.00'
      stacking: highest
      bands: [{ id: s, days: [sun], price: '30.00' }, { id: h, days: [holiday], price: '60.00' }]
  examples:
    - says: half an hour of Saturday and half an hour of abolition day, a Sunday
      given: [{ work: { state: PREP, at: 2026-12-19T23:30, for: 1h } }]
      price: '40.00'
- id: bavaria
  timeZone: Europe/Berlin
  term: { firstDay: 2026-01-01 }
  holidays: { country: DE, region: BY, extra: [2026-06-05] }
  measures: { w: { kind: agentTime, states: [PREP] } }
  lines:
    - { id: H, model: time, measure: w, price: '20.00', bands: [{ id: h, days: [holiday], surcharge: '1' }] }
  examples:
    # 1 h x 20, 24 h of Corpus Christi and an hour of the extra day x 40
    - says: a holiday of the Land and a day of the contract's own
      given: [{ work: { state: PREP, at: 2026-06-03T23:00, for: 26h } }]
      price: '1020.00'
- id: time-with-its-contact
  attribution: { contacts: queueEntry, time: contact }
  measures:
    w: { kind: contactTime, parts: [talk], increment: { first: 60s, step: 60s, per: contact } }
    n: { kind: count, of: handled }
  lines:
    - { id: M, model: time, measure: w, unit: minute, price: '1.00' }
    - { id: N, model: perUnit, measure: n, price: '5.00' }
  examples:
    - says: all of a call over the month's end is in March
      period: 2026-03
      given: [{ contact: { at: 2026-03-31T23:50, talk: 20min1s } }]
      lines: { M: '21.00', N: '5.00' }
    - says: and nothing in April
      period: 2026-04
      given: [{ contact: { at: 2026-03-31T23:50, talk: 20min1s } }]
      price: '0.00'
- id: another-condition
  kpis: { csat: { type: topBox, question: csat } }
  measures: { n: { kind: count, of: handled } }
  lines: [{ id: N, model: perUnit, measure: n, price: '5.00', payIf: { kpi: csat, op: gt, value: '0.5' } }]
  amendments:
    - effective: 2026-03-16
      reason: another condition, of another KPI
      set: { kpis: { level: { type: answerRate } }, N.payIf: { kpi: level, op: gte, value: '0.5' } }
  examples:
    # the first two calls on customers' words (0 of 1), the last three on the answer rate (3 of 3)
    - says: each part of the month is paid on its own condition
      given:
        - { contact: { at: 2026-03-05T10:00, talk: 1min }, times: 2 }
        - { contact: { at: 2026-03-20T10:00, talk: 1min }, times: 3 }
        - events: [{ name: survey.answered, at: 2026-03-05, data: { question: csat, score: 1 } }]
      price: '15.00'
- id: caps-and-increment
  measures:
    w:
      kind: contactTime
      parts: [talk, hold]
      capPerContact: { hold: 30s }
      cap: 5min
      increment: { first: 30s, step: 6s, per: leg }
  lines: [{ id: M, model: time, measure: w, unit: second, price: '0.01' }]
  examples:
    - says: 40 s of talk and 30 of 50 s of hold are 70, charged as 72
      given: [{ contact: { at: 2026-03-05T10:00, talk: 40s, hold: 50s } }]
      price: '0.72'
    - says: ten minutes are five
      given: [{ contact: { at: 2026-03-05T10:00, talk: 10min } }]
      price: '3.00'
    - says: nothing is nothing
      given: [{ contact: { at: 2026-03-05T10:00, talk: 0s } }]
      price: '0.00'
`) as readonly { readonly id: string }[];

describe('clauses together', () => {
  it.each(contracts.map((contract) => [contract.id, contract] as const))('%s', (_, contract) => {
    const parsed = parseContract({ ...head, ...contract });
    if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
    expect(parsed.examples.length).toBeGreaterThan(0);
    for (const example of parsed.examples) {
      expect({ says: example.says, differences: runExample(parsed.contract, example).differences }).toEqual({
        says: example.says,
        differences: [],
      });
    }
  });
});
