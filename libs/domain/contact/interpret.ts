import type {
  AgentJoined,
  AgentLeft,
  AgentWrapped,
  ContactFact,
  QueueEntered,
  QueueLeft,
  SegmentSummarized,
  SessionSummarized,
} from '#domain/fact/fact.js';
import type { ContactContent, Leg, MissedOffer, Segment, SideWork } from '#domain/posting/posting.js';
import { customerOf } from './customer.js';
import { byText, byTime } from './order.js';
import { type LooseWrap, ownLegs, previewsOf, type ReportedLeg } from './own-time.js';
import { answeredSessions } from './answered.js';
import { Consultations } from './consultations.js';
import { type EndedSession, isEnded, type Session, sessionsOf } from './sessions.js';

/**
 * What a contact was, from the set of its facts alone: order of arrival and duplicates do not matter. Only
 * what is finished is included; an open queue stay or agent session is left out until it ends, so one whose
 * end was lost is never billed. null while nothing is finished.
 */
export function interpret(facts: Iterable<ContactFact>): ContactContent | null {
  const sorted = [...facts].sort(byTime);
  if (!sorted.some(finishes)) return null;
  const events = collect(sorted);
  const sessions = sessionsOf(events);
  const segments = [...eventSegments(events), ...events.stays.flatMap(summarySegment)];
  const { legs, missed, sideWork } = workOf(events, sessions);
  const first = sorted[0];
  if (first === undefined || segments.length + legs.length + missed.length + sideWork.length === 0)
    return null;
  return {
    kind: 'contact',
    contact: first.entity,
    connection: first.connection,
    direction: firstKnown(sorted, 'direction') ?? 'unknown',
    media: firstKnown(sorted, 'media') ?? 'other',
    customer: customerOf(sorted, sessions),
    segments: segments.sort(bySegment),
    legs: legs.sort(byLeg),
    missed: missed.sort(byMissed),
    ...(sideWork.length > 0 && { sideWork: sideWork.sort(bySideWork) }),
  };
}

/** Without one of these nothing is finished: most contacts are interpreted once before one arrives. */
function finishes({ type }: ContactFact): boolean {
  return (
    type === 'queue.left' ||
    type === 'agent.left' ||
    type === 'segment.summarized' ||
    type === 'session.summarized'
  );
}

export interface CollectedFacts {
  readonly entered: Map<string, QueueEntered>;
  readonly queueLefts: Map<string, QueueLeft>;
  readonly joined: Map<string, AgentJoined>;
  readonly lefts: AgentLeft[];
  readonly wraps: AgentWrapped[];
  /** Of sessions. */
  readonly summaries: SessionSummarized[];
  /** Of stays with their legs. */
  readonly stays: SegmentSummarized[];
}

/**
 * `sorted` is in order of time: the first entry into a segment opens it, the last fact about its end counts.
 */
function collect(sorted: readonly ContactFact[]): CollectedFacts {
  const events: CollectedFacts = {
    entered: new Map(),
    queueLefts: new Map(),
    joined: new Map(),
    lefts: [],
    wraps: [],
    summaries: [],
    stays: [],
  };
  for (const fact of sorted) {
    switch (fact.type) {
      case 'queue.entered':
        if (!events.entered.has(fact.segment)) events.entered.set(fact.segment, fact);
        break;
      case 'queue.left':
        events.queueLefts.set(fact.segment, fact);
        break;
      case 'agent.joined':
        events.joined.set(fact.leg, fact);
        break;
      case 'agent.left':
        events.lefts.push(fact);
        break;
      case 'agent.wrapped':
        events.wraps.push(fact);
        break;
      case 'segment.summarized':
        events.stays.push(fact);
        break;
      case 'session.summarized':
        events.summaries.push(fact);
        break;
      case 'contact.started':
      case 'contact.identified':
      case 'contact.ended':
      case 'contact.noted':
        break;
    }
  }
  return events;
}

/** A stay whose wait is unknown (no entry, no duration) stays open: unknown is not 0. */
function eventSegments(events: CollectedFacts): Segment[] {
  const segments: Segment[] = [];
  for (const left of events.queueLefts.values()) {
    const entered = events.entered.get(left.segment);
    const queue = left.queue ?? entered?.queue;
    const waitMs = left.waitMs ?? (entered === undefined ? null : Math.max(0, left.at - entered.at));
    if (queue === undefined || waitMs === null) continue;
    const enteredAt = entered?.at ?? left.at - waitMs;
    segments.push({ queue, enteredAt, leftAt: left.at, waitMs, result: left.result });
  }
  return segments;
}

/** A call that an agent made waited in no queue: it was offered to no one. */
function summarySegment(fact: SegmentSummarized): Segment[] {
  if (fact.queue === null || fact.direction === 'outbound') return [];
  return [
    {
      queue: fact.queue,
      enteredAt: fact.enteredAt,
      leftAt: fact.enteredAt + fact.waitMs,
      waitMs: fact.waitMs,
      result: fact.result,
    },
  ];
}

interface AgentWork {
  readonly legs: Leg[];
  readonly missed: MissedOffer[];
  readonly sideWork: SideWork[];
}

/** A session was answered, or held a callback whose calls are sessions of their own, or was not taken. */
function workOf(events: CollectedFacts, sessions: readonly Session[]): AgentWork {
  const ended = sessions.filter(isEnded);
  const answered = answeredSessions(events, sessions, ended);
  // Consulted from within a call that is not over: until it is, it is not known what lasts beyond it.
  const ofOpenCalls = new Consultations(sessions.filter(({ end }) => end === null));
  const reported: ReportedLeg[] = [];
  const missed: MissedOffer[] = [];
  const loose: LooseWrap[] = [];
  for (const session of ended) {
    const { agent, queue, end } = session;
    if (answered.has(session)) {
      if (ofOpenCalls.has(session)) continue;
      reported.push({ session: session.leg, leg: sessionLeg(session) });
      continue;
    }
    const isCallback = end.callbackMs > 0;
    if (!isCallback) missed.push({ agent, queue, at: end.at, alertMs: end.alertMs });
    if (end.wrap !== null)
      loose.push({ agent, queue, wrap: end.wrap, of: isCallback ? 'callback' : 'offer' });
  }
  for (const stay of events.stays) {
    for (const leg of summaryLeg(stay)) reported.push({ session: stay.segment, leg });
  }
  const { legs, sideWork } = ownLegs(reported, loose);
  return { legs, missed, sideWork: [...sideWork, ...previewsOf(ended, legs)] };
}

function sessionLeg({ agent, queue, end }: EndedSession): Leg {
  const { at, talkMs, holdMs, dialMs, wrap } = end;
  return {
    agent,
    queue,
    startedAt: at - (talkMs ?? 0) - (holdMs ?? 0),
    endedAt: at,
    talkMs,
    holdMs,
    dialMs,
    acwMs: wrap?.acwMs ?? null,
    acwStartedAt: wrap === null || wrap.acwMs === null ? null : wrap.at - wrap.acwMs,
    disposition: wrap?.disposition ?? null,
    transferredOut: end.transferredOut,
  };
}

function summaryLeg(fact: SegmentSummarized): Leg[] {
  if (fact.agent === null || (fact.queue !== null && fact.result !== 'answered')) return [];
  const startedAt = fact.enteredAt + fact.waitMs;
  const endedAt = startedAt + (fact.talkMs ?? 0) + (fact.holdMs ?? 0);
  return [
    {
      agent: fact.agent,
      queue: fact.queue,
      startedAt,
      endedAt,
      talkMs: fact.talkMs,
      holdMs: fact.holdMs,
      dialMs: 0,
      acwMs: fact.acwMs,
      acwStartedAt: fact.acwMs === null ? null : endedAt,
      disposition: fact.disposition,
      transferredOut: fact.transferredOut,
    },
  ];
}

function firstKnown<K extends 'direction' | 'media'>(
  sorted: readonly ContactFact[],
  key: K,
): Extract<ContactFact, Record<K, string>>[K] | undefined {
  for (const fact of sorted) if (key in fact) return (fact as Extract<ContactFact, Record<K, string>>)[key];
  return undefined;
}

function bySegment(a: Segment, b: Segment): number {
  return (
    a.enteredAt - b.enteredAt || a.leftAt - b.leftAt || byText(a.queue, b.queue) || byText(a.result, b.result)
  );
}

function byLeg(a: Leg, b: Leg): number {
  return (
    a.startedAt - b.startedAt ||
    a.endedAt - b.endedAt ||
    byText(a.agent, b.agent) ||
    byText(a.queue ?? '', b.queue ?? '') ||
    byText(JSON.stringify(a), JSON.stringify(b))
  );
}

function byMissed(a: MissedOffer, b: MissedOffer): number {
  return (
    a.at - b.at || byText(a.agent, b.agent) || byText(a.queue ?? '', b.queue ?? '') || a.alertMs - b.alertMs
  );
}

function bySideWork(a: SideWork, b: SideWork): number {
  return a.startedAt - b.startedAt || byText(JSON.stringify(a), JSON.stringify(b));
}
