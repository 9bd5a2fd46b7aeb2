import type { PlatformName } from '#domain/fact/platform-names.js';
import type { StateMeaning } from '#domain/activity/activity.js';

/**
 * What the platforms' own codes mean wherever an account has no table of its own: only codes whose meaning
 * the platform defines. Reasons (AUX, pauses, organisation presences) are each account's own: a code that is
 * missing here and in the catalogue is unmapped.
 */
export function platformState(
  platform: PlatformName,
  code: string,
  reason: string | null,
): StateMeaning | null {
  const states = platformStates[platform];
  return (reason === null ? undefined : states[`${code}/${reason}`]) ?? states[code] ?? null;
}

type States = Readonly<Record<string, StateMeaning>>;

const platformStates: Readonly<Record<PlatformName, States>> = {
  // presences, then routing statuses, then states of a session on a conversation
  genesys: {
    LOGGED_IN: 'LOGGED_IN',
    ON_QUEUE: 'CONTACT', // its routing status says what
    AVAILABLE: 'OTHER', // at the desk, and not on queue
    AWAY: 'OTHER',
    BUSY: 'OTHER',
    PRESENCE_IDLE: 'OTHER',
    MEAL: 'LUNCH',
    TRAINING: 'TRAINING',
    MEETING: 'MEETING',
    BREAK: 'BREAK',
    IDLE: 'AVAILABLE',
    INTERACTING: 'CONTACT',
    NOT_RESPONDING: 'OTHER',
    COMMUNICATING: 'OTHER', // on a call of the agent's own
    ALERT: 'RING',
    INTERACT: 'CONTACT',
    HOLD: 'CONTACT',
    WRAPUP: 'CONTACT',
    CONTACTING: 'CONTACT',
    DIALING: 'CONTACT',
    CALLBACK: 'CONTACT',
    PARKED: 'CONTACT',
    MONITORING: 'OTHER',
    COACHING: 'COACHING',
    BARGING: 'OTHER',
  },
  // work modes of Call Center Elite, and the words of AXP and Infinity
  avaya: {
    LOGGED_IN: 'LOGGED_IN',
    AVAIL: 'AVAILABLE',
    READY: 'AVAILABLE',
    RING: 'RING',
    ACD: 'CONTACT',
    ACW: 'CONTACT',
    DACD: 'CONTACT',
    DACW: 'CONTACT',
    OTHER: 'OTHER',
    'AUX/0': 'OTHER', // set by the system, never chosen
  },
  axialys: {
    LOGGED_IN: 'LOGGED_IN',
    call_in: 'CONTACT',
    call_out: 'CONTACT',
    catchup: 'CONTACT',
    'break/user15': 'OTHER', // set by the system at each login
  },
  outcomes: {},
  // codes of planners are each site's own
  schedules: {},
};
