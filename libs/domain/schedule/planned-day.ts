import type { StateMeaning } from '#domain/activity/activity.js';

/** Instants `[from, to)`, UTC epoch ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time in a state. */
export interface StateSpan extends Span {
  readonly state: StateMeaning;
}

/** Planned time; null: the catalogue gives the planner's code no meaning. */
export interface PlannedSpan extends Span {
  readonly state: StateMeaning | null;
  readonly code: string;
}

/** A day of a person as it was planned, and what they did in it. Lists are by start and without overlaps. */
export interface PlannedDay {
  /** As the schedule counts (`asOf`), without what another schedule of the person says. */
  readonly planned: readonly PlannedSpan[];
  /**
   * What is of this day and of no other one of the person: its local day, and the rest of a shift that began
   * in it.
   */
  readonly window: readonly Span[];
  /**
   * What the person did in the window or the planned time, by the agent clock: `CONTACT` is work on contacts.
   * Where there is nothing, nothing is known.
   */
  readonly actual: readonly StateSpan[];
  /** When the person was there in any way: in a session, in a state, on a contact. */
  readonly present: readonly Span[];
}

/** What of a day is in the numerator and in the denominator: each list without overlaps. */
export interface JudgedDay {
  readonly n: readonly Span[];
  readonly d: readonly Span[];
}
