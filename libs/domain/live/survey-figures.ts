import type { SurveyKpi } from '#domain/contract/kpi.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import { figure, type KpiFigure, type KpiSettings, liveVersion, type MeasureSums } from './kpi-figure.js';
import { parseAnswerMeasure } from './measure.js';

interface Answers {
  readonly score: number | boolean;
  readonly count: number;
}

/** By the definitions that contracts have of a question, else by the usual one. */
export function surveyFigures(sums: MeasureSums, agreed: KpiSettings['surveys']): KpiFigure[] {
  const byQuestion = new Map<string, Answers[]>();
  for (const [measure, count] of sums) {
    const answer = parseAnswerMeasure(measure);
    if (answer === null || count === 0) continue;
    const answers = byQuestion.get(answer.question) ?? [];
    byQuestion.set(answer.question, [...answers, { score: answer.score, count }]);
  }
  return [...byQuestion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([question, answers]) => {
      const own = agreed.filter((kpi) => kpi.question === question);
      const definitions = own.length > 0 ? own : usualDefinitions(question, answers);
      return definitions.map(({ version, ...kpi }) => surveyFigure(kpi, version, answers));
    });
}

function surveyFigure(kpi: SurveyKpi, version: number, answers: readonly Answers[]): KpiFigure {
  const module = kpiModule(kpi);
  let [n, d] = [0, 0];
  for (const { score, count } of answers) {
    const value = module.answers?.(kpi, score) ?? null;
    if (value === null) continue;
    n += value * count;
    d += count;
  }
  return figure(kpi, 'answers', { n, d }, version);
}

/**
 * `csat`: answers of 4 and 5 among those of 1 to 5; a question without a usual definition: its mean score.
 */
function usualDefinitions(question: string, answers: readonly Answers[]): KpiSettings['surveys'] {
  const version = liveVersion;
  if (answers.some(({ score }) => typeof score === 'boolean')) {
    return [{ type: 'fcrSurvey', question, version }];
  }
  if (question === 'csat') return [{ type: 'topBox', question, boxes: [4, 5], scale: [1, 5], version }];
  if (question === 'nps') return [{ type: 'nps', question, version }];
  const scores = answers.map(({ score }) => Number(score));
  const scale = [Math.floor(Math.min(...scores)), Math.ceil(Math.max(...scores))];
  return [{ type: 'meanScore', question, scale, version }];
}
