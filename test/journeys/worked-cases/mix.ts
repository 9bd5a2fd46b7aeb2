import { contract } from './centre.js';

/**
 * Calls at 2.00 each, 0.60 a minute of talk, a fee of 10.00, and a tenth of the talk more where at least
 * `resolved` of the contacts are not followed by another one within a week.
 */
export function mix(resolved: string): string {
  return contract(
    'mix',
    `
measures:
  answered: { kind: count, of: handled }
  talking: { kind: contactTime, parts: [talk] }
kpis: { resolved: { type: fcrPerContact, window: 7d } }
lines:
  - { id: acts, model: perUnit, measure: answered, price: '2.00' }
  - { id: talk, model: time, measure: talking, unit: minute, price: '0.60' }
  - { id: fee, model: fixed, amount: '10.00' }
bonusMalus:
  - { id: good, kpi: resolved, base: [talk], shapes: [{ shape: step, points: [{ gte: '${resolved}', rate: '+0.10' }] }] }
`,
  );
}
