import type { ActivityContent } from '#domain/activity/activity.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Where } from '#domain/contract/measure.js';
import { assignActivity, type WorkScope } from '#domain/scope/work-scope.js';
import {
  inOutage,
  kpiKey,
  lineKey,
  rateOf,
  type KpiItem,
  type MeasuredItem,
  type MeteredItem,
} from './metered-item.js';
import type { OwnTime } from '#domain/scope/own-time.js';
import type { Sums } from './sums.js';
import { cut, incremented, type WorkedInterval } from '#domain/scope/contact-time.js';
import type { RatingInterval } from '#domain/contract/terms-in-force.js';

/**
 * What an activity of an agent adds to one sum. It belongs to the programme that it was for: as reported,
 * else by its queue, else by the agent. Time without a queue belongs to the whole programme, so only a
 * contract for all of its queues pays it, and no second is paid by two contracts for a part each. A machine's
 * own time is no one's hours; it counts where a measure asks for machines.
 */
export function measureActivity(
  contract: Contract,
  item: MeteredItem,
  activity: ActivityContent,
  scope: WorkScope,
  sums: Sums,
  own: OwnTime | null = null,
): void {
  const assignment = assignActivity(activity, scope);
  if (assignment?.programme !== contract.programme) return;
  if (item.kind === 'kpi') {
    if (scope.agent(activity.agent, activity.startedAt)?.kind === 'machine') return;
    activityKpi(item, activity, assignment.queue, sums, own);
  } else activityTime(contract, item, activity, assignment.queue, scope, sums, own);
}

function activityTime(
  contract: Contract,
  item: MeasuredItem,
  activity: ActivityContent,
  queue: string | null,
  scope: WorkScope,
  sums: Sums,
  own: OwnTime | null,
): void {
  const agent = scope.agent(activity.agent, activity.startedAt);
  const began = item.intervals.at(activity.startedAt);
  const inForce = began === null ? undefined : item.definitions[began.inForce.index];
  const definition = inForce ?? item.definitions.find((each) => each !== undefined);
  const measure = definition?.measure;
  if (agent === null || definition === undefined || measure?.kind !== 'time') return;
  if (definition.workedBy === (agent.kind === 'machine' ? 'people' : 'machines')) return;
  if (!measure.states.includes(activity.state)) return;
  if (!inScope(definition.terms.scope, queue) || !inWhere(measure.where, queue)) return;
  const spans = spansOf(contract, item, activity);
  const lengths = spans.map(({ from, to }) =>
    own === null || measure.overlaps !== 'once' ? to - from : own.ofActivity(activity, from, to),
  );
  const whole = lengths.reduce((sum, ms) => sum + ms, 0);
  const extra =
    measure.increment === null || measure.increment.per === 'month'
      ? 0
      : incremented(whole, measure.increment) - whole;
  spans.forEach(({ interval }, index) => {
    const charged = interval === null ? undefined : item.definitions[interval.inForce.index];
    if (interval === null || charged === undefined || charged.measure.kind !== 'time') return;
    const rate = rateOf(charged, { agent, queue, disposition: null }, queue);
    const ms = (lengths[index] ?? 0) + (index === spans.length - 1 ? extra : 0);
    sums.add(interval.period, lineKey(item, interval, rate), ms);
  });
}

function spansOf(
  contract: Contract,
  { intervals }: MeasuredItem,
  { startedAt, endedAt }: ActivityContent,
): WorkedInterval[] {
  switch (contract.attribution.time) {
    case 'split':
    case 'contact':
      return cut(intervals, startedAt, endedAt);
    case 'start':
      return [{ from: startedAt, to: endedAt, interval: intervals.at(startedAt) }];
    case 'end':
      return [{ from: startedAt, to: endedAt, interval: intervals.at(Math.max(startedAt, endedAt - 1)) }];
  }
}

function inScope(scope: Scope, queue: string | null): boolean {
  return scope.queues === null || (queue !== null && scope.queues.includes(queue));
}

/**
 * An activity has neither medium nor direction nor disposition: a measure that asks for one is not about it.
 */
function inWhere(where: Where | null, queue: string | null): boolean {
  if (where === null) return true;
  const { queues, media, directions, dispositions } = where;
  if (media !== null || directions !== null || dispositions !== null) return false;
  return queues === null || (queue !== null && queues.includes(queue));
}

const neither = { n: false, d: false };

function activityKpi(
  item: KpiItem,
  activity: ActivityContent,
  queue: string | null,
  sums: Sums,
  own: OwnTime | null,
): void {
  const { state, startedAt, endedAt } = activity;
  const interval = item.intervals.at(startedAt);
  const definition = interval === null ? undefined : item.definitions[interval.inForce.index];
  if (interval === null || definition === undefined || inOutage(item, startedAt)) return;
  if (!inScope(interval.inForce.terms.scope, queue)) return;
  const { kpi } = definition;
  const onClock = definition.isOnClock ? own : null;
  const sides = kpiModule(kpi).activities?.(kpi, state) ?? neither;
  if (!sides.n && !sides.d) return;
  const add = (at: RatingInterval, side: 'n' | 'd', ms: number): void =>
    sums.add(at.period, kpiKey(item, at, side), ms);
  for (const span of cut(item.intervals, startedAt, endedAt)) {
    if (span.interval === null) continue;
    const ms = onClock?.ofActivity(activity, span.from, span.to) ?? span.to - span.from;
    if (sides.n) add(span.interval, 'n', ms);
    if (sides.d) add(span.interval, 'd', ms);
  }
}
