import type { ActivityContent, ActivityState } from '#domain/activity/activity.js';
import type { Direction, Media, QueueResult } from '#domain/fact/fact.js';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { RepeatGaps } from '#domain/kpi/repeat-chain.js';
import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { Period } from '#domain/period/period.js';
import type { ContactContent, Leg, PostingContent } from '#domain/posting/posting.js';
import type { Contract } from '#domain/contract/contract.js';
import type { ClockScope } from '#domain/clock/claims.js';
import type { AgentAttributes } from '#domain/scope/work-scope.js';

/**
 * A worked example in a contract: "a call of 3 min 10 s on 14 July at 20:05 costs 1.87". Both
 * parties can read it, and it is run through the code that counts and prices real work.
 */
export interface Example {
  readonly says: string;
  /** The month that is priced; the other months of what is given are its past. */
  readonly period: Period;
  readonly given: readonly Given[];
  /** Net total of the month; null: only some of its parts are given. */
  readonly price: string | null;
  /** Amounts by line or clause of the contract, e.g. `{calls: "1.87"}`. */
  readonly lines: Readonly<Record<string, string>>;
}

/**
 * The same work, `times` times: each contact of another customer, each group of events of another subject.
 */
export type Given = { readonly times: number } & (GivenContact | GivenEvents | GivenWork);

export interface GivenContact {
  readonly kind: 'contact';
  /** As the programme names it. */
  readonly queue: string;
  readonly enteredAt: number;
  readonly media: Media;
  readonly direction: Direction;
  readonly result: QueueResult;
  readonly waitMs: number;
  readonly dialMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly agent: ExampleAgent;
  readonly disposition: string | null;
  readonly transferred: boolean;
  /** By a machine, to a person. */
  readonly handedOver?: boolean;
  /**
   * null: an unknown customer. Gaps to the same customer's next and from the previous contact; null:
   * none.
   */
  readonly customer: {
    readonly nextAfterMs: number | null;
    readonly previousBeforeMs: number | null;
    /** Outcomes that take a resolution back, after its end. */
    readonly outcomesAfterMs?: Readonly<Partial<Record<BreakingOutcome, number>>>;
  } | null;
}

export interface GivenEvents {
  readonly kind: 'events';
  /** Of one subject, in order. */
  readonly events: readonly OutcomeEvent[];
  readonly queue: string | null;
  readonly agent: ExampleAgent | null;
}

/** Time of an agent outside of contacts. */
export interface GivenWork {
  readonly kind: 'work';
  readonly state: ActivityState;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly queue: string | null;
  readonly agent: ExampleAgent;
}

/** `code`: work of one code is that of one person. */
export type ExampleAgent = AgentAttributes & { readonly code?: string };

/** What the example gives as the meter reads it, and how often. */
export interface MaterializedExample {
  readonly times: number;
  readonly content: PostingContent;
  /** Of a handled contact of a known customer, as a link of each of its chains. */
  readonly repeats: readonly { readonly contact: HandledContact; readonly given: GivenGaps }[];
}

type GivenGaps = NonNullable<GivenContact['customer']>;

/** The contact before, where one is given, is taken for the first of its issue. */
export function givenGaps(
  { nextAfterMs, previousBeforeMs, outcomesAfterMs = {} }: GivenGaps,
  windows: readonly number[],
): RepeatGaps {
  const opens = windows.filter((window) => previousBeforeMs === null || previousBeforeMs > window);
  return { gapMs: nextAfterMs, gapBeforeMs: previousBeforeMs, opens, eventGapsMs: outcomesAfterMs };
}

/**
 * The catalogue of an example: every queue is of the contract's programme, every agent is known, and each
 * piece of work is of a person of its own unless it names one.
 */
export function exampleScope(contract: Contract, { given }: Example): ClockScope {
  const agents = new Map(given.map((one, index) => [agentId(index), one.agent]));
  return {
    assignmentOf: (queue) => ({ programme: contract.programme, queue }),
    agent: (agent) => agents.get(agent) ?? null,
    agentCode: (agent) => agents.get(agent)?.code ?? agent,
    machines: { isAgent: (agent) => agents.get(agent)?.kind === 'machine', isQueue: () => false },
  };
}

/** `reason`: what must be equal for a contact to repeat another, as the programme says. */
export function materialize(
  contract: Contract,
  { given }: Example,
  reason: 'queue' | 'disposition' | 'none',
): MaterializedExample[] {
  return given.map((one, index): MaterializedExample => {
    const { times } = one;
    switch (one.kind) {
      case 'contact': {
        const content = contactOf(one, index);
        return { times, content, repeats: repeatsOf(contract, one, content, reason) };
      }
      case 'events':
        return { times, content: outcomeOf(contract, one, index), repeats: [] };
      case 'work':
        return { times, content: activityOf(contract, one, index), repeats: [] };
    }
  });
}

function contactOf(given: GivenContact, index: number): ContactContent {
  const { queue, enteredAt, waitMs, result, direction, media, customer } = given;
  const stay = { queue, enteredAt, leftAt: enteredAt + waitMs, waitMs, result };
  const handled = result === 'answered' || direction === 'outbound';
  return {
    kind: 'contact',
    contact: `example:${index}`,
    connection: 'example',
    direction,
    media,
    customer: customer === null ? null : `customer-${index}`,
    segments: direction === 'outbound' ? [] : [stay],
    legs: handled ? [legOf(given, index)] : [],
    missed: [],
  };
}

function legOf(given: GivenContact, index: number): Leg {
  const { queue, enteredAt, waitMs, dialMs, talkMs, holdMs, acwMs, disposition, transferred } = given;
  const startedAt = enteredAt + waitMs + dialMs;
  const endedAt = startedAt + talkMs + holdMs;
  return {
    agent: agentId(index),
    queue,
    startedAt,
    endedAt,
    talkMs,
    holdMs,
    dialMs,
    acwMs,
    acwStartedAt: endedAt,
    disposition,
    transferredOut: transferred,
  };
}

function repeatsOf(
  contract: Contract,
  { customer, queue, enteredAt, media, direction, disposition, agent, handedOver = false }: GivenContact,
  { contact, legs }: ContactContent,
  reason: 'queue' | 'disposition' | 'none',
): MaterializedExample['repeats'] {
  const [leg] = legs;
  if (customer === null || leg === undefined) return [];
  const reasons = { queue, disposition: disposition ?? '', none: '' };
  const link: HandledContact = {
    contact,
    customer: contact,
    programme: contract.programme,
    reason: reasons[reason],
    queue,
    media,
    direction,
    enteredAt,
    connectedAt: leg.startedAt,
    endedAt: leg.endedAt,
    lastAt: leg.endedAt,
    legs: [{ agent: leg.agent, queue, disposition }],
  };
  const { kind = 'person' } = agent;
  const by = kind === 'machine' && handedOver ? null : kind;
  const resolution = { by, kinds: [kind], topic: null, event: null };
  const ofPeople = kind === 'person' ? [{ contact: link, given: customer }] : [];
  return [...ofPeople, { contact: { ...link, resolution }, given: customer }];
}

function outcomeOf(contract: Contract, given: GivenEvents, index: number): OutcomeContent {
  return {
    kind: 'outcome',
    outcome: `example:${index}`,
    connection: 'example',
    programme: contract.programme,
    queue: given.queue,
    agent: given.agent === null ? null : agentId(index),
    contact: null,
    customer: null,
    events: given.events,
  };
}

function activityOf(contract: Contract, given: GivenWork, index: number): ActivityContent {
  const { state, startedAt, endedAt, queue } = given;
  return {
    kind: 'activity',
    activity: `example:${index}`,
    connection: 'example',
    agent: agentId(index),
    state,
    startedAt,
    endedAt,
    queue,
    programme: contract.programme,
  };
}

function agentId(index: number): string {
  return `example:agent-${index}`;
}
