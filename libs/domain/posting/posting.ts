import type { ActivityContent } from '#domain/activity/activity.js';
import type { TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import { isBreaking } from '#domain/outcome/outcome.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { Direction, Media, QueueResult } from '#domain/fact/fact.js';

/**
 * A posting is a signed journal record of finished work. When the interpretation of an entity changes, its
 * old content is posted with sign -1 and the new one with sign +1, so the sum over the journal is always the
 * present truth and a reader needs no memory of old contents: it adds.
 */
export interface Posting {
  readonly position: PostingPosition;
  readonly sign: 1 | -1;
  readonly content: PostingContent;
}

/**
 * Where a posting comes from: the fact's place in the log and the posting's index among those of that fact. A
 * pure function of the log, so a crashed, rewound or doubled meter gives the same postings the same
 * positions, and a reader that keeps the last position per source partition counts each once.
 */
export interface PostingPosition {
  readonly partition: number;
  readonly offset: number;
  readonly index: number;
}

export type PostingContent =
  ContactContent | OutcomeContent | ActivityContent | TimelineContent | TotalsContent | ScheduleContent;

/**
 * What one customer interaction was, as far as it is finished: open queue stays and open agent sessions are
 * left out until they end. Who pays is not in here; the catalogue decides that when the posting is read.
 */
export interface ContactContent {
  readonly kind: 'contact';
  readonly contact: string;
  readonly connection: string;
  readonly direction: Direction;
  readonly media: Media;
  /** Pseudonym, or null: unknown. */
  readonly customer: string | null;
  /** Stays in queues, by entry. */
  readonly segments: readonly Segment[];
  /** Answered agent sessions, by start. */
  readonly legs: readonly Leg[];
  /** Offers that rang on an agent and were not answered, by instant. */
  readonly missed: readonly MissedOffer[];
  /** Time of agents outside of legs, by start; absent: none. */
  readonly sideWork?: readonly SideWork[];
}

/**
 * An agent's time on a contact outside of legs, `[startedAt, endedAt)`. `PREVIEW`: they had a callback or a
 * preview and did not dial or talk. `ACW_MISSED`: after-call work of an offer that they did not take, or of a
 * preview that they skipped.
 */
export interface SideWork {
  readonly state: SideState;
  readonly agent: string;
  readonly queue: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

export const sideStates = ['PREVIEW', 'ACW_MISSED'] as const;
export type SideState = (typeof sideStates)[number];

/** One stay in one queue, `[enteredAt, leftAt]`; `waitMs` is its length as the platform reported it. */
export interface Segment {
  readonly queue: string;
  readonly enteredAt: number;
  readonly leftAt: number;
  readonly waitMs: number;
  readonly result: QueueResult;
}

/**
 * One agent's continuous presence in the contact. The handle interval is contiguous:
 * `[startedAt, endedAt)` holds talk and hold, after-call work is `[acwStartedAt, acwStartedAt + acwMs)`.
 */
export interface Leg {
  readonly agent: string;
  /** null: not a queue call; never billed by a queue's contract. */
  readonly queue: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly talkMs: number | null;
  readonly holdMs: number | null;
  readonly dialMs: number;
  readonly acwMs: number | null;
  readonly acwStartedAt: number | null;
  readonly disposition: string | null;
  readonly transferredOut: boolean;
}

export interface MissedOffer {
  readonly agent: string;
  readonly queue: string | null;
  readonly at: number;
  readonly alertMs: number;
}

/** The entity that a content is about. */
export function subjectOf(content: PostingContent): string {
  switch (content.kind) {
    case 'contact':
      return content.contact;
    case 'outcome':
      return content.outcome;
    case 'activity':
      return content.activity;
    case 'timeline':
      return content.timeline;
    case 'totals':
      return content.totals;
    case 'schedule':
      return content.schedule;
  }
}

/**
 * Key of the posting's record: all contacts of one customer lie in one partition, so that repeat contacts can
 * be found there, and with them the outcomes that take a resolution back.
 */
export function postingKey(content: PostingContent): string {
  switch (content.kind) {
    case 'contact':
      return content.customer ?? content.contact;
    case 'outcome':
      return content.events.some(({ name }) => isBreaking(name))
        ? (content.customer ?? content.outcome)
        : content.outcome;
    case 'activity':
    case 'timeline':
    case 'totals':
    case 'schedule':
      return content.agent;
  }
}
