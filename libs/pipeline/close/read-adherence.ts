import type { AgentClocks } from '#domain/clock/agent-clocks.js';
import type { KpiOf } from '#domain/kpi/kpi-module.js';
import { adherence, conformance } from '#domain/kpi/keeping-to-schedule.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { dayBounds, localDay } from '#domain/period/period.js';
import { overlaps } from '#domain/schedule/spans.js';
import type { Span } from '#domain/schedule/planned-day.js';
import { extentOfSchedule, type ScheduleAsOf, type ScheduleContent } from '#domain/schedule/schedule.js';
import { assignSchedule } from '#domain/scope/work-scope.js';
import type { Log } from '#log/log.js';
import { journalEnds } from './cut.js';
import { readClaimed } from './read-claimed.js';

export interface AdherenceQuestion {
  /** Local days of the zone, `YYYY-MM-DD`, both included: those on which a shift begins. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly programme: string;
  readonly toleranceMs: number;
  readonly asOf: ScheduleAsOf;
}

/** Milliseconds by the definitions of docs/agent-time.md, "Adherence". */
export interface AdherenceSums {
  /** Denominator of both definitions of adherence. */
  readonly plannedMs: number;
  /** `adherence@genesys`. */
  readonly keptMs: number;
  /** `adherence@salesforce`. */
  readonly presentMs: number;
  /** Denominator and numerator of `conformance@genesys`. */
  readonly plannedOnQueueMs: number;
  readonly onQueueMs: number;
}

export interface AdherenceDay extends AdherenceSums {
  readonly day: string;
  /** As the catalogue names the agent. */
  readonly agent: string;
  readonly schedule: string;
  /** Publications of the day, whichever counts. */
  readonly versions: number;
  /** Planned by codes that the catalogue gives no meaning: in no other sum. */
  readonly unmappedMs: number;
}

export interface AdherenceReport extends AdherenceQuestion {
  readonly days: readonly AdherenceDay[];
  readonly total: AdherenceSums;
  /** Codes of the planner without a meaning, as `<connection>:<code>`, the most time first. */
  readonly unmappedCodes: readonly { readonly code: string; readonly ms: number }[];
  /** Agents with a schedule who are of no programme, or whom the catalogue does not know. */
  readonly unmappedAgents: readonly { readonly agent: string; readonly days: number }[];
}

/**
 * How agents of a programme kept to their schedules, by agent and day. Reads the journal as it is now, under
 * the mapping of one catalogue; writes nothing.
 */
export async function readAdherence(
  question: AdherenceQuestion,
  { log, view }: { readonly log: Log; readonly view: LiveScope },
): Promise<AdherenceReport> {
  const { from, to, timeZone, programme } = question;
  const span = { from: dayBounds(from, timeZone).start, to: dayBounds(to, timeZone).end };
  const claimed = await readClaimed(log, await journalEnds(log), view, {
    window: span,
    isCounted: (content) => content.kind === 'schedule' && overlaps(extentOfSchedule(content), span),
    holdsSchedules: true,
  });
  const clocks = claimed.clocksOf(0);
  const inSpan = [...claimed.schedulesOf(0)]
    .filter(({ startedAt, endedAt }) => endedAt > startedAt && startedAt >= span.from && startedAt < span.to)
    .sort((a, b) => a.startedAt - b.startedAt || (a.schedule < b.schedule ? -1 : 1));
  const days: AdherenceDay[] = [];
  const codes = new Map<string, number>();
  const strangers = new Map<string, number>();
  for (const content of inSpan) {
    const assigned = assignSchedule(content, view)?.programme ?? null;
    const code = view.agentCode(content.agent);
    if (assigned === null || code === null) {
      strangers.set(content.agent, (strangers.get(content.agent) ?? 0) + 1);
    } else if (assigned === programme) days.push(dayOf(content, code, question, clocks, codes));
  }
  return {
    ...question,
    days,
    total: totalOf(days),
    unmappedCodes: [...codes]
      .map(([code, ms]) => ({ code, ms }))
      .sort((a, b) => b.ms - a.ms || (a.code < b.code ? -1 : 1)),
    unmappedAgents: [...strangers]
      .map(([agent, count]) => ({ agent, days: count }))
      .sort((a, b) => (a.agent < b.agent ? -1 : 1)),
  };
}

function dayOf(
  content: ScheduleContent,
  agent: string,
  { toleranceMs, asOf, timeZone }: AdherenceQuestion,
  clocks: AgentClocks,
  codes: Map<string, number>,
): AdherenceDay {
  const terms = { equivalent: [], ignored: ['OTHER'], asOf };
  const day = clocks.dayOf(content, asOf);
  const kept: KpiOf<'adherence'> = {
    ...terms,
    type: 'adherence',
    definition: 'adherence@genesys',
    toleranceMs,
  };
  const genesys = day === null ? null : adherence.days?.(kept, day);
  const salesforce =
    day === null ? null : adherence.days?.({ ...kept, definition: 'adherence@salesforce' }, day);
  const conformed =
    day === null
      ? null
      : conformance.days?.({ ...terms, type: 'conformance', definition: 'conformance@genesys' }, day);
  const unmapped = (day?.planned ?? []).filter(({ state }) => state === null);
  for (const { code, from, to } of unmapped) {
    const name = `${content.connection}:${code}`;
    codes.set(name, (codes.get(name) ?? 0) + to - from);
  }
  return {
    day: localDay(content.startedAt, timeZone),
    agent,
    schedule: content.schedule,
    versions: content.versions.length,
    plannedMs: msOf(genesys?.d),
    keptMs: msOf(genesys?.n),
    presentMs: msOf(salesforce?.n),
    plannedOnQueueMs: msOf(conformed?.d),
    onQueueMs: msOf(conformed?.n),
    unmappedMs: msOf(unmapped),
  };
}

function msOf(spans: readonly Span[] = []): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function totalOf(days: readonly AdherenceDay[]): AdherenceSums {
  const sum = (of: keyof AdherenceSums): number => days.reduce((all, day) => all + day[of], 0);
  return {
    plannedMs: sum('plannedMs'),
    keptMs: sum('keptMs'),
    presentMs: sum('presentMs'),
    plannedOnQueueMs: sum('plannedOnQueueMs'),
    onQueueMs: sum('onQueueMs'),
  };
}
