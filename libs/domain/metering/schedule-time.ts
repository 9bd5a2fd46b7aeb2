import type { DayOf } from '#domain/clock/planned-days.js';
import type { Contract } from '#domain/contract/contract.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Span } from '#domain/schedule/planned-day.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import { union, without } from '#domain/schedule/spans.js';
import { cut } from '#domain/scope/contact-time.js';
import { assignSchedule, type WorkScope } from '#domain/scope/work-scope.js';
import { kpiKey, type KpiItem } from './metered-item.js';
import { type Quantity, Sums } from './sums.js';

/**
 * What a day of an agent's schedule adds to KPIs, held against what the person did. It is of the programme of
 * the agent as the day begins, and of all its queues: a contract for some of them has no part in it. Time is cut where
 * periods and terms change, each part by the definition that holds there; an outage is in neither sum.
 */
export function measureSchedule(
  contract: Contract,
  items: readonly KpiItem[],
  content: ScheduleContent,
  scope: WorkScope,
  dayOf: DayOf,
): readonly Quantity[] {
  const sums = new Sums();
  if (assignSchedule(content, scope)?.programme !== contract.programme) return [];
  if (scope.agent(content.agent, content.startedAt)?.kind === 'machine') return [];
  for (const item of items) {
    for (const [index, definition] of item.definitions.entries()) {
      if (definition === undefined || !('asOf' in definition.kpi)) continue;
      const { kpi } = definition;
      const day = dayOf(content, kpi.asOf);
      const judged = day === null ? null : (kpiModule(kpi).days?.(kpi, day) ?? null);
      for (const part of ['n', 'd'] as const) addSpans(item, index, part, judged?.[part] ?? [], sums);
    }
  }
  return sums.quantities();
}

/** `index`: of the terms whose definition has judged the spans. */
function addSpans(item: KpiItem, index: number, part: 'n' | 'd', spans: readonly Span[], sums: Sums): void {
  for (const { from, to } of without(spans, union(item.outages))) {
    for (const { from: start, to: end, interval } of cut(item.intervals, from, to)) {
      if (interval?.inForce.index !== index || interval.inForce.terms.scope.queues !== null) continue;
      sums.add(interval.period, kpiKey(item, interval, part), end - start);
    }
  }
}
