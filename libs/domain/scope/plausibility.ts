/** What one piece of work takes at most, in ms; longer it is implausible. */
export interface PlausibleLimits {
  /** An agent's leg with its dialling, its after-call work, work beside legs: each for itself. */
  readonly handlingMs: number;
  /** A stay in a queue. */
  readonly waitMs: number;
  /** An agent's own time in one state, a login too. */
  readonly stateMs: number;
  /**
   * What follows each other in a local day of 24 hours: a person's calls, the states of one axis of an agent.
   * Absent (catalogues of earlier releases): without limit.
   */
  readonly dayMs?: number;
  /** Pieces of work on contacts that a person has at once. Absent: without limit. */
  readonly atOnce?: number;
  /**
   * By how much an instant may lie after its receipt: what is further ahead is refused when it is read.
   * Absent (catalogues of earlier releases): by a day.
   */
  readonly aheadMs?: number;
}

/** Of one piece of work, which is looked at by itself. */
export const singleLimits = ['handling', 'wait', 'state'] as const;
export type SingleLimit = (typeof singleLimits)[number];

/** Of several pieces of one person. */
export const togetherLimits = ['day', 'atOnce'] as const;
export type TogetherLimit = (typeof togetherLimits)[number];

export const plausibleLimits = [...singleLimits, ...togetherLimits] as const;
export type PlausibleLimit = (typeof plausibleLimits)[number];

/** Work that is longer than its limit, or held together with other work, and not confirmed as it is. */
export interface ImplausibleWork {
  /** A contact, an activity, or a stretch: `<timeline>/<its begin>`. */
  readonly work: string;
  readonly limit: PlausibleLimit;
  /** The longest of what exceeds it; by `day` the sum of that day. */
  readonly ms: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** null: time in a queue. */
  readonly agent: string | null;
}

/** What a connection allows of several pieces of work of one person. */
export interface TogetherLimits {
  readonly dayMs: number;
  readonly atOnce: number;
  /** IANA zone in which its days are cut. */
  readonly timeZone: string;
}

/** What the catalogue says of plausibility. */
export interface Plausibility {
  /** null: a connection without limits. */
  limitsOf(connection: string): PlausibleLimits | null;
  /** Up to which length (ms) an operator has confirmed a piece of work; 0: has not. */
  confirmedMs(work: string, limit: PlausibleLimit): number;
  /** Absent: no connection limits several pieces of work. */
  readonly together?: { limitsOf(connection: string): TogetherLimits | null };
  /**
   * Work that is held since it is implausible together with other work of the same person, by its name, as
   * `domain/clock/together.ts` finds it in a journal. Absent: it was not looked for, and nothing is.
   */
  readonly heldTogether?: ReadonlyMap<string, readonly ImplausibleWork[]>;
}
