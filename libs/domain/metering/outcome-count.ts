import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { adHocApproved, adHocPiece, adHocRecorded } from './ad-hoc.js';
import { encodeQuantityKey } from './quantity-key.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import type { Forecast } from '#domain/contract/kpi.js';
import { countedBy, elapsedSince, scaledInteger } from '#domain/outcome/outcome-events.js';
import type { AdHocWork, ElapsedCount, EventCount, EventSum } from '#domain/contract/measure.js';
import { countOutcome } from '#domain/kpi/count-outcome.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Worker } from '#domain/scope/scoped-contact.js';
import { assignOutcome, type WorkScope } from '#domain/scope/work-scope.js';
import {
  type Definition,
  inOutage,
  kpiKey,
  lineKey,
  rateOf,
  type MeasuredItem,
  type MeteredItem,
} from './metered-item.js';
import type { Sums } from './sums.js';
import type { RatingInterval, TermsInForce } from '#domain/contract/terms-in-force.js';

/**
 * What the events of one subject add to a contract's sums, each at its own instant. Events belong to the
 * programme that was reported, else to that of their queue.
 */
export function measureOutcome(
  contract: Contract,
  forecasts: ReadonlySet<string>,
  items: readonly MeteredItem[],
  outcome: OutcomeContent,
  scope: WorkScope,
  sums: Sums,
): void {
  const at = outcome.events[0]?.at;
  const assignment = assignOutcome(outcome, scope);
  if (at === undefined || assignment?.programme !== contract.programme) return;
  const { queue } = assignment;
  for (const item of items) {
    if (item.kind === 'kpi') {
      countOutcome(item, outcome, (interval, side, value) => {
        if (inQueues(interval.inForce.terms.scope, queue) && !inOutage(item, at)) {
          sums.add(interval.period, kpiKey(item, interval, side), value);
        }
      });
    } else {
      measureEvents(item, outcome, queue, scope, sums);
      measureAdHoc(item, outcome, queue, scope, sums);
    }
  }
  if (forecasts.size > 0) measureForecasts(contract, forecasts, outcome, sums);
}

function measureEvents(
  item: MeasuredItem,
  outcome: OutcomeContent,
  queue: string | null,
  scope: WorkScope,
  sums: Sums,
): void {
  for (const event of outcome.events) {
    const interval = item.intervals.at(event.at);
    const definition = interval === null ? undefined : item.definitions[interval.inForce.index];
    const measure = definition?.measure;
    if (interval === null || definition === undefined || !inQueues(interval.inForce.terms.scope, queue))
      continue;
    if (measure?.kind !== 'events' && measure?.kind !== 'eventSum' && measure?.kind !== 'elapsed') continue;
    const selection = measure.kind === 'elapsed' ? { ...measure, name: measure.to, unless: [] } : measure;
    const counted = countedBy(selection, outcome, event);
    if (counted === null) continue;
    const rate = rateOf(definition, workerOf(outcome, event.at, queue, scope), queue);
    sums.add(interval.period, lineKey(item, interval, rate), amountOf(measure, outcome, counted));
  }
}

/** A piece of ad-hoc work counts once, as far as it is approved, however many approvals name it. */
function measureAdHoc(
  item: MeasuredItem,
  outcome: OutcomeContent,
  queue: string | null,
  scope: WorkScope,
  sums: Sums,
): void {
  const piece = adHocPiece(outcome);
  if (piece === null) return;
  const { recorded } = piece;
  const isTaken = scope.takesAsApproved === true;
  const approvedAt = piece.approvedAt ?? (isTaken ? recorded.at : null);
  const agreed = adHocAt(item, recorded.at);
  if (approvedAt === null || agreed === null) return;
  const at = agreed.measure.countAt === 'approval' ? approvedAt : recorded.at;
  const counted = adHocAt(item, at);
  if (counted === null || !inQueues(counted.interval.inForce.terms.scope, queue)) return;
  const { interval, definition, measure } = counted;
  if (Object.entries(measure.match).some(([field, value]) => recorded.data[field] !== value)) return;
  const { of, scale } = measure;
  const value = isTaken ? (adHocRecorded(recorded, of, scale) ?? 0) : adHocApproved(piece, of, scale);
  const rate = rateOf(definition, workerOf(outcome, recorded.at, queue, scope), queue);
  sums.add(interval.period, lineKey(item, interval, rate), value);
}

/** What an item says of ad-hoc work at an instant; null: nothing. */
function adHocAt(
  item: MeasuredItem,
  at: number,
): { interval: RatingInterval; definition: Definition; measure: AdHocWork } | null {
  const interval = item.intervals.at(at);
  const definition = interval === null ? undefined : item.definitions[interval.inForce.index];
  if (interval === null || definition?.measure.kind !== 'adHoc') return null;
  return { interval, definition, measure: definition.measure };
}

function amountOf(
  measure: EventCount | EventSum | ElapsedCount,
  outcome: OutcomeContent,
  event: OutcomeEvent,
): number {
  if (measure.kind === 'eventSum') return scaledInteger(event.data[measure.field], measure.scale) ?? 0;
  if (measure.kind === 'elapsed') {
    const beyond = (elapsedSince(outcome, measure.from, event) ?? 0) - measure.freeMs;
    return Math.max(0, Math.ceil(beyond / measure.stepMs));
  }
  if (measure.within === null) return 1;
  const elapsed = elapsedSince(outcome, measure.within.from, event);
  return elapsed !== null && elapsed <= measure.within.atMostMs ? 1 : 0;
}

function inQueues({ queues }: Scope, queue: string | null): boolean {
  return queues === null || (queue !== null && queues.includes(queue));
}

/** Who brought the outcome about, for the conditions of rates. */
function workerOf(
  { agent }: OutcomeContent,
  at: number,
  queue: string | null,
  scope: WorkScope,
): Worker | null {
  return agent === null ? null : { agent: scope.agent(agent, at), queue, disposition: null };
}

/**
 * `forecast.set` {id, value, period?}: the number for a period, by default that of the event; one for a
 * period of another rhythm is none of this contract. Of one subject the last event for each period
 * counts; several subjects may give one forecast, and pricing takes the last of them.
 */
function measureForecasts(
  contract: Contract,
  forecasts: ReadonlySet<string>,
  outcome: OutcomeContent,
  sums: Sums,
): void {
  const periods = periodsOf(contract);
  const last = new Map<string, { period: string; id: string; at: number; value: number }>();
  for (const { name, at, data } of outcome.events) {
    const { id, value, period } = data;
    if (name !== 'forecast.set' || typeof id !== 'string' || typeof value !== 'number') continue;
    if (!Number.isSafeInteger(value) || !forecasts.has(id)) continue;
    const named = typeof period === 'string' ? period : periods.at(at);
    if (periods.has(named)) last.set(`${id}/${named}`, { period: named, id, at, value });
  }
  for (const { period, ...forecast } of last.values())
    sums.add(period, encodeQuantityKey({ kind: 'forecast', ...forecast }), 1);
}

/** Ids of the forecasts that some clause refers to. */
export function forecastsOf(termsList: readonly TermsInForce[]): ReadonlySet<string> {
  const ids = new Set<string>();
  const note = (forecast: Forecast | undefined): void => {
    if (forecast?.kind === 'event') ids.add(forecast.id);
  };
  for (const { terms } of termsList) {
    for (const { forecast } of terms.corridors) note(forecast);
    for (const waiver of terms.waivers) if (waiver.kind === 'volumeAbove') note(waiver.forecast);
    for (const kpi of Object.values(terms.kpis)) note(kpiModule(kpi).forecast?.(kpi));
  }
  return ids;
}
