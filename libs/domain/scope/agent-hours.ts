import { activityStates } from '#domain/activity/activity.js';
import { contactStates } from '#domain/contract/measure.js';

/** States of agents, on contacts or beside them; the customer's wait is none. */
export const agentStates = [...contactStates.filter((state) => state !== 'WAIT'), ...activityStates];
export type AgentState = (typeof agentStates)[number];

export const hoursNames = ['productive', 'staffed', 'logged', 'preparation', 'afterCall'] as const;

/**
 * A named definition of hours: the time of agents in certain states. A version never changes; what means
 * something else is a further version.
 */
export interface HoursDefinition {
  readonly name: (typeof hoursNames)[number];
  readonly version: number;
  readonly states: readonly AgentState[];
}

const handled = ['DIAL', 'TALK', 'HOLD'] as const;
const afterCall = ['ACW', 'ACW_MISSED'] as const;

/** Work, and waiting for it: what the French market calls "heure de production", with its preparation. */
const productive = [
  ...handled,
  ...afterCall,
  'PREVIEW',
  'RING',
  'PREP',
  'AVAILABLE',
  'BACK_OFFICE',
  'TECH_ISSUE_CLIENT',
] as const;

/**
 * Which states are which hours (docs/agent-time.md, "Hours by name"). `staffed`: productive, and what keeps
 * the seat staffed for the brand; `logged`: from login to logout, pauses and all.
 */
export const hoursDefinitions: readonly HoursDefinition[] = [
  { name: 'productive', version: 1, states: productive },
  {
    name: 'staffed',
    version: 1,
    states: [...productive, 'TRAINING_CLIENT', 'MEETING', 'COACHING'],
  },
  { name: 'logged', version: 1, states: ['LOGGED_IN'] },
  { name: 'preparation', version: 1, states: ['PREP'] },
  { name: 'afterCall', version: 1, states: afterCall },
];

/** As contracts write it: `productive@1`. */
export function hoursLabel({ name, version }: HoursDefinition): string {
  return `${name}@${version}`;
}
