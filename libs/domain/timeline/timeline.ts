import type { AgentChanged } from '#domain/fact/fact.js';

/** What the boundaries of one page of a timeline say: the stretches that begin there. */
export interface TimelineContent {
  readonly kind: 'timeline';
  /** The page, `<connection>:agent/<id>/<axis>@<hour>`; of a stretch reported as a whole, its own entity. */
  readonly timeline: string;
  readonly connection: string;
  readonly agent: string;
  readonly axis: string;
  /** By start; they do not overlap. */
  readonly stretches: readonly Stretch[];
}

/**
 * A state of an agent in `[startedAt, endedAt)`, by the platform's code; the catalogue says what it means.
 */
export interface Stretch {
  readonly code: string;
  readonly reason: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly closedBy: ClosedBy;
  /** After `endedAt`, up to the next boundary: nothing says what the agent did. Never billed, but shown. */
  readonly unseenMs: number;
}

/**
 * `change`: the next state; `logout`; `silence`: the next boundary cannot be its end, so it ends where it was
 * last seen; `evidence`: it was seen up to here and may go on; `reported`: the platform reported it as a
 * whole.
 */
export const closings = ['change', 'logout', 'silence', 'evidence', 'reported'] as const;
export type ClosedBy = (typeof closings)[number];

/** Begin and end of a session, on any axis. */
export const loggedIn = 'LOGGED_IN';
export const loggedOut = 'LOGGED_OUT';

/** On this axis the agent is in no state: another axis says what the agent does. */
export const noState = 'NONE';

/** The axis of sessions: elsewhere a login says that a session began, and nothing of the state. */
export const sessionAxis = 'session';

/**
 * Without anything of the agent for so long, the next state is not the end of this one: a logout was lost.
 * Longer than any shift, shorter than from one shift to the same one of the next day.
 */
const silenceMs = 12 * 3_600_000;

/**
 * For so long a reason holds that was given once, while the state is reported again without one: so a late
 * boundary changes the reasons of half a day at most.
 */
const reasonMs = silenceMs;

/** A platform may report one login several times, for each skill; a later one is a new session. */
const repeatedLoginMs = 3_600_000;

/**
 * The stretches that begin at the first `count` of the boundaries, which are in order (`inOrder`). Each
 * boundary is held against the next one only, so one that comes late changes its neighbours and nothing else.
 * The last boundary of all has no end yet: null is the end of an open state.
 * @param openUntil to show open states up to an instant (UTC ms); null: they are left out
 * @param before what gives the first boundary its reason (`reasonGivers`); null: nothing before it does
 */
export function stretchesOf(
  boundaries: readonly AgentChanged[],
  count = boundaries.length,
  openUntil: number | null = null,
  before: AgentChanged | null = null,
): Stretch[] {
  const stretches: Stretch[] = [];
  const givers = reasonGivers(boundaries, before);
  const known = boundaries.map((each, index) => ({ ...each, reason: givers[index]?.reason ?? null }));
  for (const [index, boundary] of known.slice(0, count).entries()) {
    if (!isState(boundary)) continue;
    const next = known[index + 1];
    const end = next === undefined ? openEnd(boundary, openUntil) : endBefore(boundary, next);
    if (end === null) continue;
    const { code, reason, at } = boundary;
    join(stretches, { code, reason, startedAt: at, ...end });
  }
  return stretches;
}

/**
 * Of boundaries in order, what gives each its reason: itself, or, where a state is reported again without a
 * reason, the last one that gave it. null: none does.
 * @param before what gives the first one its reason, if it has none of its own
 */
export function reasonGivers(
  boundaries: readonly AgentChanged[],
  before: AgentChanged | null = null,
): (AgentChanged | null)[] {
  let giver = before;
  return boundaries.map((boundary, index) => {
    const last = boundaries[index - 1];
    const goesOn =
      giver !== null &&
      giver.code === boundary.code &&
      boundary.at - giver.at <= reasonMs &&
      (last === undefined || isHeldUpTo(last, boundary));
    giver = boundary.reason !== null ? boundary : goesOn ? giver : null;
    return giver;
  });
}

/** Whether a state was the same one from one boundary up to the next, which reports it again. */
function isHeldUpTo(last: AgentChanged, { code, at }: AgentChanged): boolean {
  return last.code === code && at - last.at <= (code === loggedIn ? repeatedLoginMs : silenceMs);
}

/**
 * The one order of boundaries: of one instant a login comes first and a logout last, as far as nothing says.
 */
export function inOrder(boundaries: readonly AgentChanged[]): AgentChanged[] {
  return boundaries.toSorted(
    (a, b) => a.at - b.at || a.sequence - b.sequence || rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1),
  );
}

function rankOf({ code }: AgentChanged): number {
  return code === loggedIn ? 0 : code === loggedOut ? 2 : 1;
}

function isState({ code, axis }: AgentChanged): boolean {
  return code !== loggedOut && code !== noState && (code !== loggedIn || axis === sessionAxis);
}

/** Whether a state is reported again: without a reason it says no more than before. */
function isRepeated(
  before: Pick<AgentChanged, 'code' | 'reason'>,
  after: Pick<AgentChanged, 'code' | 'reason'>,
): boolean {
  return after.code === before.code && (after.reason === null || after.reason === before.reason);
}

type End = Pick<Stretch, 'endedAt' | 'closedBy' | 'unseenMs'>;

function endBefore(boundary: AgentChanged, next: AgentChanged): End {
  const { at } = boundary;
  const isSame = isRepeated(boundary, next);
  const gap = next.at - at;
  const held: End = { endedAt: next.at, closedBy: isSame ? 'evidence' : 'change', unseenMs: 0 };
  const unseen: End = { endedAt: at, closedBy: 'silence', unseenMs: gap };
  if (next.code === loggedOut) return next.observed ? unseen : { ...held, closedBy: 'logout' };
  if (next.observed) return isSame && gap <= silenceMs ? held : unseen;
  if (next.code === loggedIn) return isSame && gap <= repeatedLoginMs ? held : unseen;
  return gap <= silenceMs ? held : unseen;
}

function openEnd({ at }: AgentChanged, openUntil: number | null): End | null {
  if (openUntil === null || openUntil <= at) return null;
  return { endedAt: openUntil, closedBy: 'evidence', unseenMs: 0 };
}

/** A state that is reported again goes on: one stretch. One of no length is kept only for what was unseen. */
function join(stretches: Stretch[], stretch: Stretch): void {
  const last = stretches.at(-1);
  const goesOn =
    last !== undefined &&
    last.endedAt === stretch.startedAt &&
    last.unseenMs === 0 &&
    last.code === stretch.code &&
    last.reason === stretch.reason;
  if (goesOn) stretches[stretches.length - 1] = { ...stretch, startedAt: last.startedAt };
  else if (stretch.endedAt > stretch.startedAt || stretch.unseenMs > 0) stretches.push(stretch);
}
