import type {
  AgentJoined,
  AgentLeft,
  AgentWrapped,
  Direction,
  Media,
  SessionSummarized,
} from '#domain/fact/fact.js';
import { countWhile } from '#domain/calendar/sorted.js';

/** An agent's session in a contact, as far as it is known. */
export interface Session {
  readonly leg: string;
  readonly agent: string;
  readonly queue: string | null;
  readonly direction: Direction;
  readonly media: Media;
  /** When the agent began to work on it: it was answered, or they began to dial. */
  readonly from: number;
  /** null: it has not ended yet, or its end was lost. */
  readonly end: SessionEnd | null;
}

export interface EndedSession extends Session {
  readonly end: SessionEnd;
}

export interface SessionEnd {
  readonly at: number;
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly dialMs: number;
  readonly alertMs: number;
  /** How long the agent had a callback or a preview; 0: none. */
  readonly callbackMs: number;
  readonly transferredOut: boolean;
  readonly wrap: Wrap | null;
}

/** After-call work that ended at `at`. */
export interface Wrap {
  readonly at: number;
  readonly acwMs: number | null;
  readonly disposition: string | null;
}

export interface SessionFacts {
  /** The last of each leg. */
  readonly joined: ReadonlyMap<string, AgentJoined>;
  /** In order of time. */
  readonly lefts: readonly AgentLeft[];
  readonly wraps: readonly AgentWrapped[];
  readonly summaries: readonly SessionSummarized[];
}

/** A summary of a session stands for the events of its leg: times of the two are never mixed. */
export function sessionsOf({ joined, lefts, wraps, summaries }: SessionFacts): Session[] {
  const summarized = new Set(summaries.map(({ leg }) => leg));
  const kept = summarized.size === 0 ? lefts : lefts.filter(({ leg }) => !summarized.has(leg));
  const wrapsByLeft = wrapsOf(kept, wraps);
  const ended = kept.map((left) => eventSession(left, wrapsByLeft.get(left) ?? null));
  const left = new Set(kept.map(({ leg }) => leg));
  const open = [...joined.values()].filter(({ leg }) => !summarized.has(leg) && !left.has(leg));
  const lastWraps = new Map(summaries.length === 0 ? [] : wraps.map((wrap) => [wrap.leg, wrap]));
  const summed = summaries.map((fact) => summarySession(fact, lastWraps.get(fact.leg) ?? null));
  return [...ended, ...summed, ...open.map(openSession)];
}

function eventSession(left: AgentLeft, wrap: AgentWrapped | null): EndedSession {
  const { at, talkMs, holdMs, dialMs, alertMs, transferredOut } = left;
  return {
    ...partyOf(left),
    from: at - dialMs - (talkMs ?? 0) - (holdMs ?? 0),
    end: { at, talkMs, holdMs, dialMs, alertMs, callbackMs: 0, transferredOut, wrap },
  };
}

/**
 * After-call work belongs to the last end of its session before it; reported too early, to the first. Of
 * several of one end the last counts. `lefts` and `wraps` are in order of time.
 */
function wrapsOf(
  lefts: readonly AgentLeft[],
  wraps: readonly AgentWrapped[],
): ReadonlyMap<AgentLeft, AgentWrapped> {
  const found = new Map<AgentLeft, AgentWrapped>();
  if (wraps.length === 0) return found;
  const byLeg = Map.groupBy(lefts, ({ leg }) => leg);
  for (const wrap of wraps) {
    const own = byLeg.get(wrap.leg) ?? [];
    const left = own[countWhile(own, ({ at }) => at <= wrap.at) - 1] ?? own[0];
    if (left !== undefined) found.set(left, wrap);
  }
  return found;
}

function summarySession(fact: SessionSummarized, lastWrap: AgentWrapped | null): EndedSession {
  const { at, talkMs, holdMs, dialMs, alertMs, callbackMs, transferredOut, acwMs, acwEndedAt } = fact;
  const own: Wrap = { at: acwEndedAt ?? at, acwMs, disposition: fact.disposition };
  const wrap = acwMs === null ? lastWrap : own;
  return {
    ...partyOf(fact),
    from: at - dialMs - talkMs - holdMs,
    end: { at, talkMs, holdMs, dialMs, alertMs, callbackMs, transferredOut, wrap },
  };
}

function openSession(fact: AgentJoined): Session {
  return { ...partyOf(fact), from: fact.at, end: null };
}

function partyOf({ leg, agent, queue, direction, media }: AgentJoined | AgentLeft | SessionSummarized) {
  return { leg, agent, queue, direction, media };
}

export function isEnded(session: Session): session is EndedSession {
  return session.end !== null;
}

export function handledMs({ end }: EndedSession): number {
  return (end.talkMs ?? 0) + (end.holdMs ?? 0) + end.dialMs;
}
