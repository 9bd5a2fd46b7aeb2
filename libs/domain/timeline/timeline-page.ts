import type { AgentChanged, AgentStretch, AgentTotals } from '#domain/fact/fact.js';
import { inOrder, reasonGivers, stretchesOf, type TimelineContent } from './timeline.js';

/**
 * A timeline is kept in pages of an hour, so that what is kept of an agent at hand is small and old hours are
 * archived like contacts. A page holds the boundaries of its hour and the first one after them, which ends
 * its last stretch; where a state goes on without its reason, also the boundary before that gave it. The
 * stretches that begin in the hour are its content, whole, however long they last.
 */
export function pageName(timeline: string, hour: number): string {
  return `${timeline}@${hour}`;
}

/** Hours since 1970 UTC. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}

/** The timeline that a page is of; null: it is no page. */
export function timelineOf({ timeline, axis }: TimelineContent): string | null {
  return axis === reportedAxis ? null : timeline.slice(0, timeline.lastIndexOf('@'));
}

/** The facts of each page that the boundaries of a timeline make; of each id only the one that counts. */
export function pagesOf(boundaries: readonly AgentChanged[]): AgentChanged[][] {
  const hours = [...Map.groupBy(inOrder(boundaries), ({ at }) => hourOf(at)).values()];
  let previous: PageContents | null = null;
  return hours.map((own, index) => {
    const before = reasonBefore(own[0], previous);
    const after = hours[index + 1]?.[0] ?? null;
    previous = { before, own, after };
    return [before, ...own, after]
      .filter((fact) => fact !== null)
      .map((fact) => ({ ...fact, entity: pageName(fact.entity, hourOf(own[0]?.at ?? 0)) }));
  });
}

export interface PageContents {
  /** What gives the first boundary its reason, in an earlier hour; null: it has its own, or none. */
  readonly before: AgentChanged | null;
  /** The boundaries of the page's own hour, in order. */
  readonly own: readonly AgentChanged[];
  /** The first one after them. */
  readonly after: AgentChanged | null;
}

export function contentsOfPage(boundaries: readonly AgentChanged[]): PageContents {
  const hour = hourOfPage(boundaries[0]?.entity ?? '');
  const sorted = inOrder(boundaries);
  const own = sorted.filter(({ at }) => hourOf(at) === hour);
  return {
    before: sorted.findLast(({ at }) => hourOf(at) < hour) ?? null,
    own,
    after: sorted.find(({ at }) => hourOf(at) > hour) ?? null,
  };
}

/** Hours after a boundary in which it can matter for a reason. */
export const hoursOfReason = 12;

/**
 * What gives the first boundary of a page its reason, where it has none of its own.
 * @param previous the page before; null: there is none
 */
export function reasonBefore(
  first: AgentChanged | undefined,
  previous: PageContents | null,
): AgentChanged | null {
  if (first === undefined || previous === null || first.reason !== null) return null;
  return reasonGivers([...previous.own, first], previous.before).at(-1) ?? null;
}

/** null: nothing that begins in the hour has an end. */
export function interpretPage(boundaries: readonly AgentChanged[]): TimelineContent | null {
  const { before, own, after } = contentsOfPage(boundaries);
  const stretches = stretchesOf(after === null ? own : [...own, after], own.length, null, before);
  const [first] = own;
  if (first === undefined || stretches.length === 0) return null;
  const { entity, connection, agent, axis } = first;
  return { kind: 'timeline', timeline: entity, connection, agent, axis, stretches };
}

/** A stretch that the platform reports as a whole; null: it has no length. */
export function interpretStretch(fact: AgentStretch): TimelineContent | null {
  const { entity, connection, agent, code, reason, startedAt, endedAt } = fact;
  if (endedAt <= startedAt) return null;
  const stretch = { code, reason, startedAt, endedAt, closedBy: 'reported', unseenMs: 0 } as const;
  return { kind: 'timeline', timeline: entity, connection, agent, axis: reportedAxis, stretches: [stretch] };
}

const reportedAxis = 'reported';

/** What a platform has added up of an interval, for comparison; ms by its own codes. */
export interface TotalsContent {
  readonly kind: 'totals';
  readonly totals: string;
  readonly connection: string;
  readonly agent: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly ms: Readonly<Record<string, number>>;
}

/** Of the rows of an interval: what is shared is repeated or 0 on each, what is a group's own adds up. */
export function interpretTotals(facts: readonly AgentTotals[]): TotalsContent | null {
  const [first] = facts;
  if (first === undefined) return null;
  const ms = new Map<string, number>();
  for (const { shared, own } of facts) {
    for (const [code, value] of Object.entries(shared)) ms.set(code, Math.max(ms.get(code) ?? 0, value));
    for (const [code, value] of Object.entries(own)) ms.set(code, (ms.get(code) ?? 0) + value);
  }
  const { entity, connection, agent, startedAt } = first;
  const endedAt = Math.max(...facts.map((fact) => fact.endedAt));
  const sorted = [...ms].filter(([, value]) => value > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const sums = Object.fromEntries(sorted);
  return { kind: 'totals', totals: entity, connection, agent, startedAt, endedAt, ms: sums };
}

function hourOfPage(name: string): number {
  return Number(name.slice(name.lastIndexOf('@') + 1));
}

const hourMs = 3_600_000;
