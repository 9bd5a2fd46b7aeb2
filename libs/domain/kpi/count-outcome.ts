import type { Kpi } from '#domain/contract/kpi.js';
import type { RatingInterval, RatingIntervals } from '#domain/contract/terms-in-force.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { AddToKpi } from './kpi-module.js';
import { kpiModule } from './kpis.js';

/** A KPI over the time of its contract: its definition under each of the terms in force. */
interface KpiInTime {
  readonly intervals: RatingIntervals;
  readonly definitions: readonly ({ readonly kpi: Kpi } | undefined)[];
}

/** The last one so far, by the definition in force when it was given. */
interface Answer {
  readonly interval: RatingInterval;
  readonly kpi: Kpi;
  readonly score: OutcomeEvent['data'][string] | undefined;
}

/**
 * What the events of a subject add to a KPI, each at its own instant. Of several answers to one question the
 * last counts; one outside its scale is no answer.
 */
export function countOutcome(item: KpiInTime, outcome: OutcomeContent, add: AddToKpi): void {
  // By question and not by definition: an amendment in between does not make two answers of one.
  const answers = new Map<string, Answer>();
  for (const event of outcome.events) {
    const interval = item.intervals.at(event.at);
    const kpi = interval === null ? undefined : item.definitions[interval.inForce.index]?.kpi;
    if (interval === null || kpi === undefined) continue;
    if (isAnswer(kpi, event)) answers.set(kpi.question, { interval, kpi, score: event.data['score'] });
    const counted = kpiModule(kpi).events?.(kpi, outcome, event);
    if (counted === undefined) continue;
    add(interval, 'n', counted.n);
    add(interval, 'd', counted.d);
  }
  for (const { interval, kpi, score } of answers.values()) {
    const value = kpiModule(kpi).answers?.(kpi, score) ?? null;
    if (value === null) continue;
    add(interval, 'n', value);
    add(interval, 'd', 1);
  }
}

function isAnswer(kpi: Kpi, { name, data }: OutcomeEvent): kpi is Kpi & { readonly question: string } {
  return 'question' in kpi && name === 'survey.answered' && data['question'] === kpi.question;
}
