import { scaledInteger } from '#domain/outcome/outcome-events.js';
import type { OutcomeEvent } from '#domain/outcome/outcome.js';
import { type Fraction, notCounted } from './fraction.js';
import type { KpiModule } from './kpi-module.js';

/** Mean score of quality evaluations; a critical error makes a score 0. */
export const quality: KpiModule<'quality'> = {
  unit: 'score',
  scoreRange: () => [0, 100],
  events: ({ field }, _, event) => qualityScore(field, event),
  mentions: ({ field }) => [{ name: 'quality.evaluated', field, path: ['field'] }],
};

/** n: the score in thousandths, d: 1. */
export function qualityScore(field: string, { name, data }: OutcomeEvent): Fraction {
  const score = name === 'quality.evaluated' ? scaledInteger(data[field], 3) : null;
  return score === null ? notCounted : { n: data['critical'] === true ? 0 : score, d: 1 };
}
