import type { AgentChanged, AgentStretch, AgentTotals } from '#domain/fact/fact.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';

/**
 * What agents did, from all boundaries of a timeline at once; written from docs/agent-time.md ("How a stretch
 * ends") and decision 0023. A boundary holds up to the next one, or ends where it is; which of the two, the
 * next one says. The workload never reports a state again without its reason.
 */
export function timelineContents(boundaries: readonly AgentChanged[]): TimelineContent[] {
  const sorted = boundaries.toSorted(
    (a, b) =>
      a.at - b.at || a.sequence - b.sequence || place(a.code) - place(b.code) || (a.id < b.id ? -1 : 1),
  );
  const [first] = sorted;
  if (first === undefined) return [];
  const { entity, connection, agent, axis } = first;
  const pages = new Map<number, Stretch[]>();
  for (const [index, boundary] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === undefined || !isState(boundary)) continue;
    const hour = Math.floor(boundary.at / 3_600_000);
    const page = pages.get(hour) ?? [];
    pages.set(hour, page);
    put(page, stretchOf(boundary, next));
  }
  return [...pages].flatMap(([hour, stretches]): TimelineContent[] => {
    const timeline = `${entity}@${hour}`;
    return stretches.length === 0 ? [] : [{ kind: 'timeline', timeline, connection, agent, axis, stretches }];
  });
}

/** Of one instant a login comes first and a logout last. */
function place(code: string): number {
  return ['LOGGED_IN', 'any other', 'LOGGED_OUT'].indexOf(code.startsWith('LOGGED_') ? code : 'any other');
}

/** A login says nothing of a state, but on the axis of sessions; where another axis knows, there is none. */
function isState({ code, axis }: AgentChanged): boolean {
  if (code === 'LOGGED_IN') return axis === 'session';
  return code !== 'LOGGED_OUT' && code !== 'NONE';
}

function stretchOf(boundary: AgentChanged, next: AgentChanged): Stretch {
  const { code, reason, at } = boundary;
  const isAgain = next.code === code && next.reason === reason;
  const gapMs = next.at - at;
  const own = { code, reason, startedAt: at };
  if (!isItsEnd(next, isAgain, gapMs / 3_600_000)) {
    return { ...own, endedAt: at, closedBy: 'silence', unseenMs: gapMs };
  }
  const closedBy = next.code === 'LOGGED_OUT' ? 'logout' : isAgain ? 'evidence' : 'change';
  return { ...own, endedAt: next.at, closedBy, unseenMs: 0 };
}

function isItsEnd(next: AgentChanged, isAgain: boolean, gapHours: number): boolean {
  // A snapshot of another state says that this one has ended, and not when.
  if (next.observed) return isAgain && gapHours <= 12;
  // However late.
  if (next.code === 'LOGGED_OUT') return true;
  // One login may be reported for each skill; a later one means that a logout was lost.
  if (next.code === 'LOGGED_IN') return isAgain && gapHours <= 1;
  return gapHours <= 12;
}

/** A state that is reported again goes on; one of no length says nothing. */
function put(stretches: Stretch[], stretch: Stretch): void {
  const { code, reason, startedAt, endedAt, unseenMs } = stretch;
  const last = stretches.at(-1);
  if (
    last !== undefined &&
    last.unseenMs === 0 &&
    last.endedAt === startedAt &&
    last.code === code &&
    last.reason === reason
  ) {
    stretches.splice(-1, 1, { ...stretch, startedAt: last.startedAt });
  } else if (endedAt > startedAt || unseenMs > 0) stretches.push(stretch);
}

/** A stretch that was reported as a whole. */
export function reportedStretch(fact: AgentStretch): TimelineContent | null {
  const { entity, connection, agent, code, reason, startedAt, endedAt } = fact;
  if (endedAt <= startedAt) return null;
  const stretch: Stretch = { code, reason, startedAt, endedAt, closedBy: 'reported', unseenMs: 0 };
  return { kind: 'timeline', timeline: entity, connection, agent, axis: 'reported', stretches: [stretch] };
}

/** What is shared stands on each row, what is a group's own adds up. */
export function totalsOf(rows: readonly AgentTotals[]): TotalsContent | null {
  const [first] = rows;
  if (first === undefined) return null;
  const ms: Record<string, number> = {};
  for (const code of rows.flatMap(({ shared, own }) => [...Object.keys(shared), ...Object.keys(own)])) {
    const shared = Math.max(0, ...rows.map((row) => row.shared[code] ?? 0));
    const own = rows.reduce((sum, row) => sum + (row.own[code] ?? 0), 0);
    if (shared + own > 0) ms[code] = shared + own;
  }
  const { entity, connection, agent, startedAt } = first;
  const endedAt = Math.max(...rows.map((row) => row.endedAt));
  return { kind: 'totals', totals: entity, connection, agent, startedAt, endedAt, ms };
}
