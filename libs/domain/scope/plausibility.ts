/** What one piece of work takes at most, in ms; longer it is implausible. */
export interface PlausibleLimits {
  /** An agent's leg with its dialling, its after-call work, work beside legs: each for itself. */
  readonly handlingMs: number;
  /** A stay in a queue. */
  readonly waitMs: number;
  /** An agent's own time in one state, a login too. */
  readonly stateMs: number;
}

export const plausibleLimits = ['handling', 'wait', 'state'] as const;
export type PlausibleLimit = (typeof plausibleLimits)[number];

/** What the catalogue says of plausibility. */
export interface Plausibility {
  /** null: a connection without limits. */
  limitsOf(connection: string): PlausibleLimits | null;
  /** Up to which length (ms) an operator has confirmed a piece of work; 0: has not. */
  confirmedMs(work: string, limit: PlausibleLimit): number;
}
