import type {
  AgentJoined,
  AgentLeft,
  AgentWrapped,
  ContactFact,
  QueueEntered,
  QueueLeft,
  SegmentSummarized,
} from '#domain/fact/fact.js';
import type { ContactContent, Leg, MissedOffer, Segment } from '#domain/posting/posting.js';

/**
 * What a contact was, from the set of its facts alone: order of arrival and duplicates do not matter. Only
 * what is finished is included; an open queue stay or agent session is left out until it ends, so one whose
 * end was lost is never billed. null while nothing is finished.
 */
export function interpret(facts: Iterable<ContactFact>): ContactContent | null {
  const sorted = sortFacts(facts);
  if (!sorted.some(finishes)) return null;
  const events = collect(sorted);
  const segments = [...eventSegments(events), ...events.summaries.flatMap(summarySegment)];
  const answered = answeredSessions(events);
  const legs = [
    ...events.lefts
      .filter((left) => answered.has(left))
      .map((left) => eventLeg(left, events.wraps, events.lefts)),
    ...events.summaries.flatMap(summaryLeg),
  ];
  const missed = events.lefts.filter((left) => !answered.has(left)).map(missedOffer);
  const first = sorted[0];
  if (first === undefined || segments.length + legs.length + missed.length === 0) return null;
  return {
    kind: 'contact',
    contact: first.entity,
    connection: first.connection,
    direction: firstKnown(sorted, 'direction') ?? 'unknown',
    media: firstKnown(sorted, 'media') ?? 'other',
    customer: customerOf(sorted),
    segments: segments.sort(bySegment),
    legs: legs.sort(byLeg),
    missed: missed.sort(byMissed),
  };
}

/** Without one of these nothing is finished: most contacts are interpreted once before one arrives. */
function finishes({ type }: ContactFact): boolean {
  return type === 'queue.left' || type === 'agent.left' || type === 'segment.summarized';
}

/**
 * Facts of one instant are read in the order in which a platform would have produced them.
 */
const rank: Record<ContactFact['type'], number> = {
  'contact.started': 0,
  'contact.identified': 1,
  'contact.noted': 2,
  'queue.entered': 3,
  'agent.joined': 4,
  'queue.left': 5,
  'segment.summarized': 6,
  'agent.left': 7,
  'contact.ended': 8,
  'agent.wrapped': 9,
};

function sortFacts(facts: Iterable<ContactFact>): ContactFact[] {
  return [...facts].sort(byTime);
}

function byTime(a: ContactFact, b: ContactFact): number {
  return a.at - b.at || rank[a.type] - rank[b.type] || a.revision - b.revision || order(a.id, b.id);
}

interface CollectedFacts {
  readonly entered: Map<string, QueueEntered>;
  readonly queueLefts: Map<string, QueueLeft>;
  readonly joined: Map<string, AgentJoined>;
  readonly lefts: AgentLeft[];
  readonly wraps: AgentWrapped[];
  readonly summaries: SegmentSummarized[];
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

function summarySegment(fact: SegmentSummarized): Segment[] {
  if (fact.queue === null) return [];
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

/**
 * An agent's session bracket also surrounds mere ringing. It was answered when it has talk, hold or dialling,
 * or when the queue names its agent as the one who answered and none of the agent's sessions in that queue
 * shows any (real months have answered calls of 0 s).
 */
function answeredSessions(events: CollectedFacts): Set<AgentLeft> {
  const answered = new Set(events.lefts.filter((left) => handledMs(left) > 0));
  for (const queueLeft of events.queueLefts.values()) {
    if (queueLeft.result !== 'answered' || queueLeft.answeredBy === null) continue;
    const queue = queueLeft.queue ?? events.entered.get(queueLeft.segment)?.queue;
    const agent = queueLeft.answeredBy;
    const sessions = events.lefts.filter(
      (left) => left.agent === agent && (queue === undefined || left.queue === queue),
    );
    if (sessions.some((left) => left.at >= queueLeft.at && answered.has(left))) continue;
    const stillOpen = [...events.joined.values()].some(
      (joined) => joined.agent === agent && !events.lefts.some((left) => left.leg === joined.leg),
    );
    const ended =
      sessions.find((left) => left.at >= queueLeft.at) ?? (stillOpen ? undefined : sessions.at(-1));
    if (ended !== undefined) answered.add(ended);
  }
  return answered;
}

function handledMs(left: AgentLeft): number {
  return (left.talkMs ?? 0) + (left.holdMs ?? 0) + left.dialMs;
}

function eventLeg(left: AgentLeft, wraps: readonly AgentWrapped[], lefts: readonly AgentLeft[]): Leg {
  const wrap = wraps.findLast((candidate) => wrappedLeg(candidate, lefts) === left);
  return {
    agent: left.agent,
    queue: left.queue,
    startedAt: left.at - (left.talkMs ?? 0) - (left.holdMs ?? 0),
    endedAt: left.at,
    talkMs: left.talkMs,
    holdMs: left.holdMs,
    dialMs: left.dialMs,
    acwMs: wrap?.acwMs ?? null,
    acwStartedAt: wrap === undefined || wrap.acwMs === null ? null : wrap.at - wrap.acwMs,
    disposition: wrap?.disposition ?? null,
    transferredOut: left.transferredOut,
  };
}

/** After-call work belongs to the last end of its session before it; reported too early, to the first. */
function wrappedLeg(wrap: AgentWrapped, lefts: readonly AgentLeft[]): AgentLeft | undefined {
  const own = lefts.filter((left) => left.leg === wrap.leg);
  return own.findLast((left) => left.at <= wrap.at) ?? own[0];
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

function missedOffer(left: AgentLeft): MissedOffer {
  return { agent: left.agent, queue: left.queue, at: left.at, alertMs: left.alertMs };
}

/** The customer named by the events themselves outranks one that the platform identified later. */
function customerOf(sorted: readonly ContactFact[]): string | null {
  let identified: string | null = null;
  for (const fact of sorted) {
    if (fact.type === 'contact.identified') identified ??= fact.customer;
    else if ('customer' in fact && fact.customer !== null) return fact.customer;
  }
  return identified;
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
    a.enteredAt - b.enteredAt || a.leftAt - b.leftAt || order(a.queue, b.queue) || order(a.result, b.result)
  );
}

function byLeg(a: Leg, b: Leg): number {
  return (
    a.startedAt - b.startedAt ||
    a.endedAt - b.endedAt ||
    order(a.agent, b.agent) ||
    order(a.queue ?? '', b.queue ?? '') ||
    order(JSON.stringify(a), JSON.stringify(b))
  );
}

function byMissed(a: MissedOffer, b: MissedOffer): number {
  return (
    a.at - b.at || order(a.agent, b.agent) || order(a.queue ?? '', b.queue ?? '') || a.alertMs - b.alertMs
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
