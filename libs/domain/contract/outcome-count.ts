import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import { periodOf } from '#domain/period/period.js';
import { cellKey } from './key.js';
import type { Contract, Scope } from './contract.js';
import type { Forecast } from './forecast.js';
import { elapsedSince, scaledInteger, selects } from './outcome-events.js';
import type { EventCount, EventSum } from './measure.js';
import { outcomeKpi } from './outcome-kpi.js';
import { type MeterScope, type WorkLeg } from './share.js';
import { inOutage, kpiKey, lineKey, rateOf, type MeasuredSubject, type Subject } from './subject.js';
import type { Sums } from './sums.js';
import type { Regime } from './timeline.js';

/**
 * What the events of one subject add to a contract's sums, each at its own instant. Events belong to the
 * programme that was told, else to that of their queue.
 */
export function measureOutcome(
  contract: Contract,
  regimes: readonly Regime[],
  subjects: readonly Subject[],
  outcome: OutcomeContent,
  scope: MeterScope,
  sums: Sums,
): void {
  const at = outcome.events[0]?.at;
  if (at === undefined) return;
  const mapped = outcome.queue === null ? null : scope.programmeOf(outcome.queue, at);
  if ((outcome.programme ?? mapped?.programme) !== contract.programme) return;
  const queue = mapped?.queue ?? null;
  for (const subject of subjects) {
    if (subject.subject === 'kpi') {
      outcomeKpi(subject, outcome, (piece, side, value) => {
        if (inQueues(piece.regime.terms.scope, queue) && !inOutage(subject, at)) {
          sums.add(piece.period, kpiKey(subject, piece, side), value);
        }
      });
    } else measureEvents(subject, outcome, queue, scope, sums);
  }
  measureForecasts(contract, regimes, outcome, sums);
}

function measureEvents(
  subject: MeasuredSubject,
  outcome: OutcomeContent,
  queue: string | null,
  scope: MeterScope,
  sums: Sums,
): void {
  for (const event of outcome.events) {
    const piece = subject.pieces.at(event.at);
    const definition = piece === null ? undefined : subject.definitions[piece.regime.index];
    const measure = definition?.measure;
    if (piece === null || definition === undefined || !inQueues(piece.regime.terms.scope, queue)) continue;
    if (measure?.kind !== 'events' && measure?.kind !== 'eventSum') continue;
    if (!selects(measure, outcome, event)) continue;
    const rate =
      definition.rates.length === 0 ? null : rateOf(definition, workOf(outcome, queue, scope), queue);
    sums.add(piece.period, lineKey(subject, piece, rate), amountOf(measure, outcome, event));
  }
}

function amountOf(measure: EventCount | EventSum, outcome: OutcomeContent, event: OutcomeEvent): number {
  if (measure.kind === 'eventSum') return scaledInteger(event.data[measure.field], measure.scale) ?? 0;
  if (measure.within === null) return 1;
  const elapsed = elapsedSince(outcome, measure.within.from, event);
  return elapsed !== null && elapsed <= measure.within.atMostMs ? 1 : 0;
}

function inQueues({ queues }: Scope, queue: string | null): boolean {
  return queues === null || (queue !== null && queues.includes(queue));
}

/** Who brought the outcome about, for the conditions of rates. */
function workOf(outcome: OutcomeContent, queue: string | null, scope: MeterScope): WorkLeg | null {
  if (outcome.agent === null) return null;
  const at = outcome.events[0]?.at ?? 0;
  const leg = {
    agent: outcome.agent,
    queue: outcome.queue,
    startedAt: at,
    endedAt: at,
    talkMs: null,
    holdMs: null,
    dialMs: 0,
    acwMs: null,
    acwStartedAt: null,
    disposition: null,
    transferredOut: false,
  };
  return { leg, queue: queue ?? '', agent: scope.agent(outcome.agent) };
}

/**
 * `forecast.set` {id, value, period?}: the number for a period, by default that of the event; the last word
 * counts.
 */
function measureForecasts(
  contract: Contract,
  regimes: readonly Regime[],
  outcome: OutcomeContent,
  sums: Sums,
): void {
  const last = new Map<string, { period: string; id: string; value: number }>();
  for (const { name, at, data } of outcome.events) {
    const { id, value, period } = data;
    if (name !== 'forecast.set' || typeof id !== 'string' || typeof value !== 'number') continue;
    if (!Number.isSafeInteger(value) || !forecastsOf(regimes).has(id)) continue;
    const month = typeof period === 'string' ? period : periodOf(at, contract.timeZone);
    last.set(`${id}/${month}`, { period: month, id, value });
  }
  for (const { period, id, value } of last.values())
    sums.add(period, cellKey({ subject: 'forecast', id }), value);
}

/** Ids of the forecasts that some clause refers to. */
function forecastsOf(regimes: readonly Regime[]): ReadonlySet<string> {
  const ids = new Set<string>();
  const note = (forecast: Forecast): void => {
    if (forecast.kind === 'event') ids.add(forecast.id);
  };
  for (const { terms } of regimes) {
    for (const { forecast } of terms.corridors) note(forecast);
    for (const waiver of terms.waivers) if (waiver.kind === 'volumeAbove') note(waiver.forecast);
    for (const kpi of Object.values(terms.kpis)) if (kpi.type === 'share') note(kpi.of);
  }
  return ids;
}
