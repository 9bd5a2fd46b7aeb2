/**
 * A finished interval of an agent's own timeline. What an agent does on contacts (talk, hold, after-call
 * work, dialling) comes from the contacts themselves, so no second is reported twice.
 */
export interface ActivityContent {
  readonly kind: 'activity';
  /** `<connection>:<native id>` of the interval. */
  readonly activity: string;
  readonly connection: string;
  readonly agent: string;
  readonly state: ActivityState;
  /** Half-open `[startedAt, endedAt)`. */
  readonly startedAt: number;
  readonly endedAt: number;
  /**
   * The queue or programme the work was for, where the platform or the planner says it; null: the agent's
   * own.
   */
  readonly queue: string | null;
  readonly programme: string | null;
}

/**
 * What contracts can pay or refuse to pay (docs/contracts.md, "By the hour"). `*_CLIENT`: at the brand's
 * charge or fault. `LOGGED_IN` is a span: from login to logout, whatever is done in it.
 */
export const activityStates = [
  'LOGGED_IN',
  'AVAILABLE',
  'PREP',
  'RING',
  'BACK_OFFICE',
  'TRAINING_CLIENT',
  'TRAINING',
  'MEETING',
  'COACHING',
  'TECH_ISSUE_CLIENT',
  'TECH_ISSUE',
  'BREAK',
  'LUNCH',
  'OTHER',
] as const;
export type ActivityState = (typeof activityStates)[number];

/**
 * What a platform's code of a state means. `CONTACT`: work on contacts, which the contacts report themselves;
 * or another axis says what it was.
 */
export type StateMeaning = ActivityState | 'CONTACT';
