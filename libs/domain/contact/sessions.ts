import type {
  AgentJoined,
  AgentLeft,
  AgentWrapped,
  Direction,
  Media,
  SessionSummarized,
} from '#domain/fact/fact.js';

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
  const ended = kept.map((left) => eventSession(left, wraps, kept));
  const open = [...joined.values()].filter(
    ({ leg }) => !summarized.has(leg) && !kept.some((left) => left.leg === leg),
  );
  return [...ended, ...summaries.map((fact) => summarySession(fact, wraps)), ...open.map(openSession)];
}

function eventSession(
  left: AgentLeft,
  wraps: readonly AgentWrapped[],
  lefts: readonly AgentLeft[],
): EndedSession {
  const { at, talkMs, holdMs, dialMs, alertMs, transferredOut } = left;
  const wrap = wraps.findLast((candidate) => wrappedLeft(candidate, lefts) === left) ?? null;
  return {
    ...partyOf(left),
    from: at - dialMs - (talkMs ?? 0) - (holdMs ?? 0),
    end: { at, talkMs, holdMs, dialMs, alertMs, callbackMs: 0, transferredOut, wrap },
  };
}

/** After-call work belongs to the last end of its session before it; reported too early, to the first. */
function wrappedLeft(wrap: AgentWrapped, lefts: readonly AgentLeft[]): AgentLeft | undefined {
  const own = lefts.filter((left) => left.leg === wrap.leg);
  return own.findLast((left) => left.at <= wrap.at) ?? own[0];
}

function summarySession(fact: SessionSummarized, wraps: readonly AgentWrapped[]): EndedSession {
  const { at, talkMs, holdMs, dialMs, alertMs, callbackMs, transferredOut, acwMs, acwEndedAt } = fact;
  const own: Wrap = { at: acwEndedAt ?? at, acwMs, disposition: fact.disposition };
  const wrap = acwMs === null ? (wraps.findLast(({ leg }) => leg === fact.leg) ?? null) : own;
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

/**
 * Whether the agent had the customer (or a colleague) on the line while a session of theirs in the same
 * contact was under way: they consulted a colleague from within their own call. A callback is no such call:
 * its own calls are made within it. A session whose end is not known only counts where the agent dialled out
 * of a call that came in.
 */
export function isConsultation(session: Session, others: readonly Session[]): boolean {
  return others.some(
    (other) =>
      other !== session &&
      other.agent === session.agent &&
      other.media !== 'callback' &&
      begunBefore(other, session) &&
      (other.end === null
        ? session.direction === 'outbound' && other.direction === 'inbound'
        : handledMs({ ...other, end: other.end }) > 0 && other.end.at > session.from),
  );
}

/**
 * Of two that began at one instant, the one that lasted longer is the call, the other one the consultation.
 */
function begunBefore(a: Session, b: Session): boolean {
  if (a.from !== b.from) return a.from < b.from;
  const [endOfA, endOfB] = [a.end?.at ?? Infinity, b.end?.at ?? Infinity];
  return endOfA === endOfB ? a.leg < b.leg : endOfA > endOfB;
}
