import type { DayRule } from '#domain/calendar/wall-clock.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { Direction, Media } from '#domain/fact/fact.js';
import type { Exclusion } from './exclusion.js';

/** A named quantity that events give: integer milliseconds or a count. */
export type Measure =
  WorkTime | ContactCount | EventCount | ElapsedCount | EventSum | AdHocWork | ResolvedContacts | SeatTime;

/**
 * States that a contact gives, by its legs and beside them (PREVIEW, ACW_MISSED); all others come from the
 * agent's own timeline (activity). A state is in one of the two, so no second of an agent is billed twice.
 */
export const contactStates = ['WAIT', 'DIAL', 'TALK', 'HOLD', 'ACW', 'PREVIEW', 'ACW_MISSED'] as const;
export type ContactState = (typeof contactStates)[number];

/**
 * Time of agents (or of customers: WAIT). In this order: each state's own cap per contact (the first
 * milliseconds count), the sum, the increment, the cap of the whole. Written `contactTime` (parts) or
 * `agentTime` (states).
 */
export interface WorkTime {
  readonly kind: 'time';
  /** Contact states, and names of activity states such as PREP, AVAILABLE, TRAINING. */
  readonly states: readonly string[];
  /** Most that counts per contact, by contact state. */
  readonly capsMs: Readonly<Record<string, number>>;
  readonly increment: Increment | null;
  /** Most that counts per contact after the increment. */
  readonly capMs: number | null;
  /**
   * Maximum that counts per period: an amount for each unit of another measure (a cap on the average handle
   * time).
   */
  readonly averageCap: { readonly perUnitMs: number; readonly measure: string } | null;
  readonly where: Where | null;
  /**
   * Of `agentTime`. `once`: a person's second counts once, whatever claims it (`domain/clock`). `full`, or
   * absent: each piece of work counts in full, however much of it was at the same time as another.
   */
  readonly overlaps?: 'once' | 'full';
}

/**
 * Time is billed as `first`, then in whole steps: 30 s / 6 s bills 61 s as 66 s. Zero bills zero. Per contact
 * (all legs in scope together), per leg, or once on each priced quantity of the month.
 */
export interface Increment {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly per: 'contact' | 'leg' | 'month';
}

/**
 * Contacts, each once, at its first entry into a queue in scope. `answered` is what the queue reports,
 * `handled` that an agent had the contact; neither counts where only unknown agents had it.
 */
export interface ContactCount {
  readonly kind: 'contacts';
  readonly of: 'offered' | 'answered' | 'handled' | 'abandoned' | 'flowOut';
  /** Contacts with less talk (ms, of all legs in scope) do not count. */
  readonly minTalkMs: number;
  readonly where: Where | null;
}

/** Narrows a measure; null: all. Dispositions are those of the legs in scope (any of them). */
export interface Where {
  readonly queues: readonly string[] | null;
  readonly media: readonly Media[] | null;
  readonly directions: readonly Direction[] | null;
  readonly dispositions: readonly string[] | null;
  /** Whose work counts; absent: that of people alone. */
  readonly kinds?: readonly AgentKind[] | undefined;
}

/** Whose work a measure counts. */
export type WorkedBy = 'people' | 'machines' | 'all';

export function workedBy(measure: Measure): WorkedBy {
  const kinds = 'where' in measure ? measure.where?.kinds : undefined;
  if (kinds === undefined || !kinds.includes('machine')) return 'people';
  return kinds.includes('person') ? 'all' : 'machines';
}

/** Whether a subject counts once, or each of its events does. */
export type PerSubject = 'once' | 'each';

/**
 * Business events of a name, by their own instant. `within`: only if at most so much time elapsed (not wall
 * clock) since an earlier event of the same subject. `unless`: not if the subject also has one of these (a
 * sale cancelled later), or has it within a window after the event.
 */
export interface EventCount {
  readonly kind: 'events';
  readonly name: string;
  readonly within: { readonly from: string; readonly atMostMs: number } | null;
  readonly unless: readonly Exclusion[];
  /** Data fields that must have these values. */
  readonly match: Readonly<Record<string, string | number | boolean>>;
  /** See `Selection` in `outcome/outcome-events.ts`. */
  readonly perSubject?: PerSubject | undefined;
}

/**
 * Started stretches of `stepMs` from the first event `from` of a subject to an event `to`, which began after
 * the first `freeMs`: the hours of an outage. Counted at the instant of `to`.
 */
export interface ElapsedCount {
  readonly kind: 'elapsed';
  readonly from: string;
  readonly to: string;
  readonly stepMs: number;
  readonly freeMs: number;
  /** Data fields that the event `to` must have with these values. */
  readonly match: Readonly<Record<string, string | number | boolean>>;
  /** Of the events `to`. */
  readonly perSubject?: PerSubject | undefined;
}

/** Sum of a decimal field of business events, held as an integer of `10^-scale`. */
export interface EventSum {
  readonly kind: 'eventSum';
  readonly name: string;
  readonly field: string;
  readonly scale: number;
  readonly unless: readonly Exclusion[];
  readonly match: Readonly<Record<string, string | number | boolean>>;
  readonly perSubject?: PerSubject | undefined;
}

/** In what ad-hoc work is recorded: a field of `adhoc.recorded`. */
export const adHocQuantities = ['hours', 'units', 'amount'] as const;
export type AdHocQuantity = (typeof adHocQuantities)[number];

/**
 * Work beside the contacts that was recorded (`adhoc.recorded`) and approved (`adhoc.approved`): hours as
 * milliseconds, units, or an amount as an integer of `10^-scale`. What is not approved does not count.
 */
export interface AdHocWork {
  readonly kind: 'adHoc';
  readonly of: AdHocQuantity;
  readonly scale: number;
  /** Whose instant counts: that of the work, or of the approval that is in force first. */
  readonly countAt: 'work' | 'approval';
  /** Data fields of the recorded work that must have these values. */
  readonly match: Readonly<Record<string, string | number | boolean>>;
}

/** Contacts resolved at first contact, as the KPI (fcrPerContact) defines it. */
export interface ResolvedContacts {
  readonly kind: 'resolved';
  readonly kpi: string;
}

/** Seats kept staffed round the clock, or in opening times: a quantity of the calendar, no event needed. */
export interface SeatTime {
  readonly kind: 'seats';
  readonly seats: number;
  /** Ranges of the local wall clock; empty: round the clock. */
  readonly open: readonly DayRule[];
}
