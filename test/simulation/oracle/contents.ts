import type { ActivityContent } from '#domain/activity/activity.js';
import type {
  ActivityRecorded,
  AgentLeft,
  AgentWrapped,
  ContactFact,
  Fact,
  OutcomeRecorded,
  QueueEntered,
  QueueLeft,
  SegmentSummarized,
} from '#domain/fact/fact.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type {
  ContactContent,
  Leg,
  MissedOffer,
  PostingContent,
  Segment,
  SideWork,
} from '#domain/posting/posting.js';
import { reportedStretch, timelineContents, totalsOf } from './timelines.js';

/**
 * What a set of facts says, entity by entity, all at once: of each id the fact with the highest revision,
 * then everything sorted. Written from the docstrings of `domain/fact/fact.ts` and the rules of the design,
 * section 5. What the workload does not make is not treated: two facts of one id and revision that differ,
 * two ends of one leg, two after-call works of one leg, an agent with two legs in a contact reported by
 * events.
 */
export function contentsOf(facts: readonly Fact[]): PostingContent[] {
  const contents: PostingContent[] = [];
  for (const own of Map.groupBy(latestRevisions(facts), ({ entity }) => entity).values()) {
    contents.push(...timelineContents(ofType(own, 'agent.changed')));
    const content = contentOf(own);
    if (content !== null) contents.push(content);
  }
  return contents;
}

function latestRevisions(facts: readonly Fact[]): Fact[] {
  return [...Map.groupBy(facts, ({ id }) => id).values()].flatMap(
    (same) => same.toSorted((a, b) => b.revision - a.revision)[0] ?? [],
  );
}

function contentOf(facts: readonly Fact[]): PostingContent | null {
  const [first] = facts;
  if (first === undefined) return null;
  if (first.type === 'activity.recorded') return activityOf(first);
  if (first.type === 'agent.changed') return null;
  if (first.type === 'agent.stretch') return reportedStretch(first);
  if (first.type === 'agent.totals') return totalsOf(ofType(facts, 'agent.totals'));
  if (first.type === 'outcome.recorded') return outcomeOf(ofType(facts, 'outcome.recorded'));
  return contactOf(facts as readonly ContactFact[]);
}

function ofType<T extends Fact['type']>(
  facts: readonly Fact[],
  type: T,
): Extract<Fact, { readonly type: T }>[] {
  return facts.filter((fact): fact is Extract<Fact, { readonly type: T }> => fact.type === type);
}

function activityOf(fact: ActivityRecorded): ActivityContent | null {
  const { entity, connection, agent, state, startedAt, endedAt, queue, programme } = fact;
  if (endedAt <= startedAt) return null;
  const whose = { activity: entity, connection, agent, state, startedAt, endedAt };
  return { kind: 'activity', ...whose, queue, programme };
}

function outcomeOf(facts: readonly OutcomeRecorded[]): OutcomeContent | null {
  const sorted = facts.toSorted((a, b) => a.at - b.at || ascending(a.name, b.name) || ascending(a.id, b.id));
  const [first] = sorted;
  if (first === undefined) return null;
  /** What the last event says that says it. */
  const said = <K extends 'programme' | 'queue' | 'agent' | 'contact' | 'customer'>(key: K): string | null =>
    sorted.findLast((fact) => fact[key] !== null)?.[key] ?? null;
  return {
    kind: 'outcome',
    outcome: first.entity,
    connection: first.connection,
    programme: said('programme'),
    queue: said('queue'),
    agent: said('agent'),
    contact: said('contact'),
    customer: said('customer'),
    events: sorted.map(({ name, at, data }) => ({ name, at, data })),
  };
}

function contactOf(facts: readonly ContactFact[]): ContactContent | null {
  const sorted = facts.toSorted(
    (a, b) =>
      a.at - b.at ||
      places.indexOf(a.type) - places.indexOf(b.type) ||
      a.revision - b.revision ||
      ascending(a.id, b.id),
  );
  const [first] = sorted;
  const summaries = ofType(sorted, 'segment.summarized');
  const [segments, sessions] = [stays(sorted), agentSessions(sorted)];
  segments.push(...summaries.flatMap(summarizedStay));
  const legs = [...sessions.legs, ...summaries.flatMap(summarizedLeg)];
  if (first === undefined || segments.length + legs.length + sessions.missed.length === 0) return null;
  const party = sorted.find((fact) => 'direction' in fact);
  return {
    kind: 'contact',
    contact: first.entity,
    connection: first.connection,
    direction: party?.direction ?? 'unknown',
    media: party?.media ?? 'other',
    customer: customerOf(sorted),
    segments: segments.toSorted(
      (a, b) =>
        a.enteredAt - b.enteredAt ||
        a.leftAt - b.leftAt ||
        ascending(a.queue, b.queue) ||
        ascending(a.result, b.result),
    ),
    legs: legs.toSorted(
      (a, b) => a.startedAt - b.startedAt || a.endedAt - b.endedAt || ascending(a.agent, b.agent),
    ),
    missed: sessions.missed.toSorted((a, b) => a.at - b.at || ascending(a.agent, b.agent)),
    ...(sessions.sideWork.length > 0 && {
      sideWork: sessions.sideWork.toSorted(
        (a, b) =>
          a.startedAt - b.startedAt || ascending(a.agent, b.agent) || ascending(a.queue ?? '', b.queue ?? ''),
      ),
    }),
  };
}

/**
 * Facts of one instant, in the order in which a platform produces them. No document says which of two of one
 * kind comes first; the product takes the lower revision, then the lower id, and so does this.
 */
const places: readonly ContactFact['type'][] = [
  'contact.started',
  'contact.identified',
  'contact.noted',
  'queue.entered',
  'agent.joined',
  'queue.left',
  'segment.summarized',
  'agent.left',
  'contact.ended',
  'agent.wrapped',
];

/** Whom the events name first counts; who was only identified later, where they name no one. */
function customerOf(sorted: readonly ContactFact[]): string | null {
  const named = sorted.find(
    (fact) => fact.type !== 'contact.identified' && 'customer' in fact && fact.customer !== null,
  );
  if (named !== undefined && 'customer' in named) return named.customer;
  return ofType(sorted, 'contact.identified')[0]?.customer ?? null;
}

/** Ended stays. Without an entry it began its wait before its end; without either it is not known yet. */
function stays(sorted: readonly ContactFact[]): Segment[] {
  const entries: readonly QueueEntered[] = ofType(sorted, 'queue.entered');
  return ofType(sorted, 'queue.left').flatMap((left: QueueLeft) => {
    const entry = entries.find(({ segment }) => segment === left.segment);
    const queue = left.queue ?? entry?.queue;
    const waitMs = left.waitMs ?? (entry === undefined ? undefined : Math.max(0, left.at - entry.at));
    if (queue === undefined || waitMs === undefined) return [];
    const enteredAt = entry?.at ?? left.at - waitMs;
    return [{ queue, enteredAt, leftAt: left.at, waitMs, result: left.result }];
  });
}

interface AgentSessions {
  readonly legs: Leg[];
  readonly missed: MissedOffer[];
  readonly sideWork: SideWork[];
}

function agentSessions(sorted: readonly ContactFact[]): AgentSessions {
  const answers = ofType(sorted, 'queue.left').filter(({ result }) => result === 'answered');
  const wraps = ofType(sorted, 'agent.wrapped');
  const [legs, missed, sideWork]: [Leg[], MissedOffer[], SideWork[]] = [[], [], []];
  for (const left of ofType(sorted, 'agent.left')) {
    const { agent, queue, at, talkMs, holdMs, dialMs, alertMs, transferredOut } = left;
    const workMs = (talkMs ?? 0) + (holdMs ?? 0) + dialMs;
    const isNamed = answers.some((answer) => answer.answeredBy === agent && answer.queue === queue);
    if (workMs > 0 || isNamed) {
      const work = { startedAt: at - (talkMs ?? 0) - (holdMs ?? 0), endedAt: at, talkMs, holdMs, dialMs };
      legs.push({ agent, queue, ...work, ...wrapOf(left, wraps), transferredOut });
      continue;
    }
    missed.push({ agent, queue, at, alertMs });
    const { acwMs, acwStartedAt: startedAt } = wrapOf(left, wraps);
    if (acwMs === null || startedAt === null || acwMs === 0) continue;
    sideWork.push({ state: 'ACW_MISSED', agent, queue, startedAt, endedAt: startedAt + acwMs });
  }
  return { legs, missed, sideWork };
}

function wrapOf(
  { leg }: AgentLeft,
  wraps: readonly AgentWrapped[],
): Pick<Leg, 'acwMs' | 'acwStartedAt' | 'disposition'> {
  const wrap = wraps.find((other) => other.leg === leg);
  if (wrap === undefined) return { acwMs: null, acwStartedAt: null, disposition: null };
  const { acwMs, at, disposition } = wrap;
  return { acwMs, acwStartedAt: acwMs === null ? null : at - acwMs, disposition };
}

function summarizedStay(fact: SegmentSummarized): Segment[] {
  const { queue, enteredAt, waitMs, result } = fact;
  return queue === null ? [] : [{ queue, enteredAt, leftAt: enteredAt + waitMs, waitMs, result }];
}

function summarizedLeg(fact: SegmentSummarized): Leg[] {
  const { agent, queue, result, talkMs, holdMs, acwMs, disposition, transferredOut } = fact;
  if (agent === null || (queue !== null && result !== 'answered')) return [];
  const startedAt = fact.enteredAt + fact.waitMs;
  const endedAt = startedAt + (talkMs ?? 0) + (holdMs ?? 0);
  const acwStartedAt = acwMs === null ? null : endedAt;
  const work = { startedAt, endedAt, talkMs, holdMs, dialMs: 0, acwMs, acwStartedAt };
  return [{ agent, queue, ...work, disposition, transferredOut }];
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
