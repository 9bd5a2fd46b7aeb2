import type { SurveyKpi } from '#domain/contract/kpi.js';
import { scaledInteger } from '#domain/outcome/outcome-events.js';

/** What the score of an answer adds to the numerator of a KPI on its question; null: not a valid answer. */
export function answerValue(kpi: SurveyKpi, score: string | number | boolean | undefined): number | null {
  switch (kpi.type) {
    case 'topBox':
      if (typeof score !== 'number' || !isOnScale(kpi.scale, score)) return null;
      return kpi.boxes.includes(score) ? 1 : 0;
    case 'meanScore':
      return typeof score === 'number' && isOnScale(kpi.scale, score) ? scaledInteger(score, 3) : null;
    case 'nps':
      if (typeof score !== 'number' || !isOnScale([0, 10], score)) return null;
      return score >= 9 ? 1 : score <= 6 ? -1 : 0;
    case 'fcrSurvey':
      return typeof score === 'boolean' ? Number(score) : null;
  }
}

function isOnScale([low = 0, high = 0]: readonly number[], score: number): boolean {
  return score >= low && score <= high;
}
