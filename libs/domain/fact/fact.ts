import type { ActivityState } from '#domain/activity/activity.js';

/**
 * A fact is one canonical statement about one entity at one instant: immutable, with a deterministic id and a
 * revision. An entity IS the set of its facts: adding one twice changes nothing, order changes nothing, a
 * higher revision replaces a lower one of the same id.
 *
 * Instants are UTC epoch milliseconds, durations integer milliseconds, `null` means unknown (never 0). Every
 * id of a platform (contact, queue, agent) is a string prefixed by its connection: `bank-genesys:51f0…`.
 */
export type Fact =
  | ContactFact
  | OutcomeRecorded
  | OutcomePlaced
  | OutcomeWithdrawn
  | ActivityRecorded
  | AgentChanged
  | AgentStretch
  | AgentTotals
  | EntityReinterpreted
  | SchedulePublished;

export type ContactFact =
  | ContactStarted
  | ContactIdentified
  | QueueEntered
  | QueueLeft
  | AgentJoined
  | AgentLeft
  | AgentWrapped
  | SegmentSummarized
  | SessionSummarized
  | ContactEnded
  | ContactNoted;

interface FactBase {
  /** Deterministic: the same statement of the same platform always has the same id, however it reaches us. */
  readonly id: string;
  /**
   * What the fact is about: `<connection>:<native id>` of a contact, `<connection>:outcome/<subject>` of an
   * outcome, `<connection>:event/<id>` of the event that said it, `<connection>:activity/<id>` of an interval
   * of an agent's day, `<connection>:agent/<id>/<axis>` of a timeline, `<connection>:schedule/<agent>/<day>` of
   * an agent's schedule. Also the key of the record.
   */
  readonly entity: string;
  readonly connection: string;
  /** Business time of the statement, by the platform's clock. */
  readonly at: number;
  /**
   * Of two facts with one id the higher revision counts; of equal ones `supersedes` in entity/fold.ts
   * decides.
   */
  readonly revision: number;
}

export type Direction = 'inbound' | 'outbound' | 'unknown';
export type Media = 'voice' | 'callback' | 'chat' | 'email' | 'message' | 'other';
export type QueueResult = 'answered' | 'abandoned' | 'flowOut' | 'unknown';

/** The contact reached the platform (inbound) or was dialled (outbound). */
export interface ContactStarted extends FactBase {
  readonly type: 'contact.started';
  readonly direction: Direction;
  readonly media: Media;
  /** Pseudonym of the customer, or null where the platform does not know one. */
  readonly customer: string | null;
}

/** The platform identified the customer later. */
export interface ContactIdentified extends FactBase {
  readonly type: 'contact.identified';
  readonly customer: string;
}

export interface QueueEntered extends FactBase {
  readonly type: 'queue.entered';
  /** One stay in one queue; a contact that is queued twice has two segments. */
  readonly segment: string;
  readonly queue: string;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

/** `at` is the moment the contact left the queue; it entered at `at - waitMs`. */
export interface QueueLeft extends FactBase {
  readonly type: 'queue.left';
  readonly segment: string;
  readonly queue: string | null;
  readonly result: QueueResult;
  readonly waitMs: number | null;
  /** The agent who answered, as the platform names them. */
  readonly answeredBy: string | null;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

/** An agent's session began: alerting or dialling. `agent.left` says whether the agent answered. */
export interface AgentJoined extends FactBase {
  readonly type: 'agent.joined';
  readonly leg: string;
  readonly agent: string;
  /** null: not a queue call (a direct or personal one). */
  readonly queue: string | null;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

/** An agent's session ended at `at`, with its totals. */
export interface AgentLeft extends FactBase {
  readonly type: 'agent.left';
  readonly leg: string;
  readonly agent: string;
  readonly queue: string | null;
  /** Talk excludes hold. */
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  /** Dialling and contacting before an outbound call connects. */
  readonly dialMs: number;
  readonly alertMs: number;
  /** The agent handed the customer on (blind, consult or conference transfer). */
  readonly transferredOut: boolean;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

/** After-call work of a leg was completed at `at`. */
export interface AgentWrapped extends FactBase {
  readonly type: 'agent.wrapped';
  readonly leg: string;
  readonly agent: string;
  readonly queue: string | null;
  readonly acwMs: number | null;
  readonly disposition: string | null;
}

/**
 * One whole stay, reported afterwards by a platform that ships rows: the wait in the queue and, where an
 * agent answered, the leg. `queue` null: the call never was in a queue; `agent` null: no agent was connected.
 */
export interface SegmentSummarized extends FactBase {
  readonly type: 'segment.summarized';
  readonly segment: string;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
  readonly queue: string | null;
  readonly enteredAt: number;
  readonly waitMs: number;
  readonly result: QueueResult;
  readonly agent: string | null;
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly acwMs: number | null;
  readonly transferredOut: boolean;
  readonly disposition: string | null;
}

/**
 * One agent's whole session, reported at or after its end: it stands for all events of its leg, apart from
 * after-call work where it has none of its own. `at` is its end; the queue stay that led to it is reported
 * apart.
 */
export interface SessionSummarized extends FactBase {
  readonly type: 'session.summarized';
  readonly leg: string;
  readonly agent: string;
  readonly queue: string | null;
  /** Begin of alerting or dialling. */
  readonly startedAt: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly dialMs: number;
  readonly alertMs: number;
  /**
   * How long (up to the end) the agent had a callback or a preview; what they dialled meanwhile is a session
   * of its own.
   */
  readonly callbackMs: number;
  readonly transferredOut: boolean;
  /** null: none is reported. */
  readonly acwMs: number | null;
  /** End of after-call work; null as `acwMs`. */
  readonly acwEndedAt: number | null;
  readonly disposition: string | null;
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

export interface ContactEnded extends FactBase {
  readonly type: 'contact.ended';
}

/**
 * Kept for the record and for later readers (IVR flows, attributes, voicemail, campaign); nothing counts it
 * yet.
 */
export interface ContactNoted extends FactBase {
  readonly type: 'contact.noted';
  /** The platform's own name of the event, e.g. `flow.end`. */
  readonly what: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** One business event about a subject: a sale, a survey's answer, a credit request. */
export interface OutcomeRecorded extends FactBase {
  readonly type: 'outcome.recorded';
  /** `sale.made`, `survey.answered`, ...; tenants may define names of their own. */
  readonly name: string;
  /** The programme it belongs to, as the sender says; null: by its queue. */
  readonly programme: string | null;
  readonly queue: string | null;
  readonly agent: string | null;
  readonly contact: string | null;
  readonly customer: string | null;
  /** Amounts are decimal strings; scores and counts numbers. */
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

/**
 * About which subject an event of an outcome is: the entity is the event, by which its revisions find each
 * other, whatever they are about. Nothing is posted of it.
 */
export interface OutcomePlaced extends FactBase {
  readonly type: 'outcome.placed';
  /** The entity of the outcome. */
  readonly subject: string;
}

/**
 * An event is about another subject than this one, its entity: the id is that of the fact that it takes the
 * place of, the revision that of what says so.
 */
export interface OutcomeWithdrawn extends FactBase {
  readonly type: 'outcome.withdrawn';
  /** The entity of the outcome that has the event instead. */
  readonly subject: string;
}

/** A finished interval of an agent's own timeline, `[startedAt, endedAt)`; `at` is its end. */
export interface ActivityRecorded extends FactBase {
  readonly type: 'activity.recorded';
  readonly agent: string;
  readonly state: ActivityState;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly queue: string | null;
  readonly programme: string | null;
}

/**
 * A boundary in a timeline: from `at` on the agent was in another state, by the platform's own code. Its id
 * contains its instant, so no revision moves it. `observed`: a snapshot or heartbeat, which says what the
 * state is and not since when: it is evidence, and changes nothing by itself.
 */
export interface AgentChanged extends FactBase {
  readonly type: 'agent.changed';
  readonly agent: string;
  /**
   * What the platform distinguishes: `session`, `presence`, `routing`, `state`. Each has its own timeline.
   */
  readonly axis: string;
  /** As the platform has it; `LOGGED_IN` and `LOGGED_OUT`, on any axis, begin and end a session. */
  readonly code: string;
  /** Second code, where there is one: of a pause, an organisation's own presence; null: none. */
  readonly reason: string | null;
  readonly observed: boolean;
  /** The platform's own order of what it says of one instant; 0 where it gives none. */
  readonly sequence: number;
}

/** A finished stretch of an agent's day that the platform reports as a whole, `[startedAt, endedAt)`. */
export interface AgentStretch extends FactBase {
  readonly type: 'agent.stretch';
  readonly agent: string;
  readonly code: string;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * Totals (ms by code) of an interval, without instants: they check what is counted, and are never counted.
 * `shared` is the same on the rows of all groups of an interval, `own` is of this row's group alone.
 */
export interface AgentTotals extends FactBase {
  readonly type: 'agent.totals';
  readonly agent: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly shared: Readonly<Record<string, number>>;
  readonly own: Readonly<Record<string, number>>;
}

/**
 * An act, not something a platform said: what is known of the entity is to be interpreted once more, as
 * another version of the program takes it to mean something else. No part of the entity's facts.
 */
export interface EntityReinterpreted extends FactBase {
  readonly type: 'entity.reinterpreted';
  /** Version of the interpretation that found a difference. */
  readonly interpretation: number;
  readonly author: string;
  readonly reason: string;
}

/**
 * What a planner has published for an agent and a local day `[startedAt, endedAt)`; `at` is when. Each
 * publication is a version beside those before it: it says all that is planned for a shift that begins on
 * that day, and nothing means that nothing is.
 */
export interface SchedulePublished extends FactBase {
  readonly type: 'schedule.published';
  readonly agent: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** By start; they do not overlap. */
  readonly stretches: readonly PlannedTime[];
}

/** Planned time `[startedAt, endedAt)`, by the planner's own code. */
export type PlannedTime = readonly [code: string, startedAt: number, endedAt: number];
