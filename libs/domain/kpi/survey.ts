import { scaledInteger } from '#domain/outcome/outcome-events.js';
import { bit } from './fraction.js';
import type { KpiModule } from './kpi-module.js';

/** Answers in the top boxes / answers on the scale (CSAT). */
export const topBox: KpiModule<'topBox'> = {
  unit: 'ratio',
  answers({ boxes, scale }, score) {
    return typeof score === 'number' && isOnScale(scale, score) ? bit(boxes.includes(score)) : null;
  },
};

/** Mean of the answers on the scale. */
export const meanScore: KpiModule<'meanScore'> = {
  unit: 'score',
  scoreRange: ({ scale: [low = 0, high = 0] }) => [low, high],
  answers({ scale }, score) {
    return typeof score === 'number' && isOnScale(scale, score) ? scaledInteger(score, 3) : null;
  },
};

/** Net promoter score: (answers of 9 and 10 − answers of 0 to 6) / answers, in points. */
export const nps: KpiModule<'nps'> = {
  unit: 'points',
  answers(_, score) {
    if (typeof score !== 'number' || !isOnScale([0, 10], score)) return null;
    return score >= 9 ? 1 : score <= 6 ? -1 : 0;
  },
};

/** Customers who say that it was resolved / customers who answered. */
export const fcrSurvey: KpiModule<'fcrSurvey'> = {
  unit: 'ratio',
  answers: (_, score) => (typeof score === 'boolean' ? bit(score) : null),
};

function isOnScale([low = 0, high = 0]: readonly number[], score: number): boolean {
  return score >= low && score <= high;
}
