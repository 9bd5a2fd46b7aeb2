import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { Kpi, SurveyKpi } from '#domain/contract/kpi.js';
import { answerValue } from './survey.js';
import type { AddToKpi } from './contact-kpi.js';
import { elapsedSince, scaledInteger, selects } from '#domain/outcome/outcome-events.js';
import type { RatingInterval, RatingIntervals } from '#domain/contract/terms-in-force.js';

/** A KPI over the time of its contract: its definition under each of the terms in force. */
interface KpiInTime {
  readonly intervals: RatingIntervals;
  readonly definitions: readonly ({ readonly kpi: Kpi } | undefined)[];
}

/**
 * What the events of a subject add to a KPI, each at its own instant. Scores are held in thousandths. Of
 * several answers to one question the last counts; one outside its scale is no answer.
 */
export function outcomeKpi(subject: KpiInTime, outcome: OutcomeContent, tell: AddToKpi): void {
  const answered = new Map<SurveyKpi, OutcomeEvent>();
  for (const event of outcome.events) {
    const interval = subject.intervals.at(event.at);
    const kpi = interval === null ? undefined : subject.definitions[interval.inForce.index]?.kpi;
    if (interval === null || kpi === undefined) continue;
    if ('question' in kpi && event.name === 'survey.answered' && event.data['question'] === kpi.question) {
      answered.set(kpi, event);
    } else eventKpi(kpi, outcome, event, interval, tell);
  }
  for (const [kpi, event] of answered) {
    const interval = subject.intervals.at(event.at);
    const score = interval === null ? null : answerValue(kpi, event.data['score']);
    if (interval === null || score === null) continue;
    tell(interval, 'n', score);
    tell(interval, 'd', 1);
  }
}

function eventKpi(
  kpi: Kpi,
  outcome: OutcomeContent,
  event: OutcomeEvent,
  interval: RatingInterval,
  tell: AddToKpi,
): void {
  switch (kpi.type) {
    case 'ratio':
      if (selects(kpi.numerator, outcome, event)) tell(interval, 'n', 1);
      if (selects(kpi.denominator, outcome, event)) tell(interval, 'd', 1);
      return;
    case 'share':
      if (selects(kpi.numerator, outcome, event)) tell(interval, 'n', 1);
      return;
    case 'quality': {
      const score = scaledInteger(event.data[kpi.field], 3);
      if (event.name !== 'quality.evaluated' || score === null) return;
      tell(interval, 'n', event.data['critical'] === true ? 0 : score);
      tell(interval, 'd', 1);
      return;
    }
    case 'delay': {
      const elapsed = isFirst(outcome, kpi.to, event) ? elapsedSince(outcome, kpi.from, event) : null;
      if (elapsed === null) return;
      tell(interval, 'n', elapsed);
      tell(interval, 'd', 1);
      return;
    }
    case 'within': {
      if (!isFirst(outcome, kpi.from, event)) return;
      const reached = outcome.events.find(({ name, at }) => name === kpi.to && at >= event.at);
      tell(interval, 'n', reached !== undefined && reached.at - event.at <= kpi.atMostMs ? 1 : 0);
      tell(interval, 'd', 1);
      return;
    }
    case 'aht':
    case 'att':
    case 'acw':
    case 'asa':
    case 'serviceLevel':
    case 'abandonment':
    case 'answerRate':
    case 'transfer':
    case 'hold':
    case 'occupancy':
    case 'utilisation':
    case 'contactsPerHour':
    case 'fcrPerContact':
    case 'fcrPerIssue':
    case 'fcrDeclared':
    case 'topBox':
    case 'meanScore':
    case 'nps':
    case 'fcrSurvey':
      return;
  }
}

function isFirst({ events }: OutcomeContent, name: string, event: OutcomeEvent): boolean {
  return events.find((other) => other.name === name) === event;
}
