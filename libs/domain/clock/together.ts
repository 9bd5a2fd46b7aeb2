import { countWhile } from '#domain/calendar/sorted.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import { type Bounds, dayBounds, localDay } from '#domain/period/period.js';
import { humanWork } from '#domain/scope/human-work.js';
import { handledMs, plausibleWork } from '#domain/scope/plausible-work.js';
import type {
  ImplausibleWork,
  Plausibility,
  TogetherLimit,
  TogetherLimits,
} from '#domain/scope/plausibility.js';
import { activitiesOf } from '#domain/scope/work-scope.js';
import type { ClockScope } from './claims.js';

/** Time `[from, to)` that a piece of work takes of an agent, whatever else takes it too. */
export interface WorkPiece {
  /** As implausible work is named. */
  readonly work: string;
  readonly connection: string;
  readonly agent: string;
  /** Of what several pieces are summed over a day; null: they may lie in each other by nature. */
  readonly inTurn: string | null;
  /** Of what several pieces are counted at once; null: of an agent's own time, which has axes. */
  readonly beside: string | null;
  readonly from: number;
  readonly to: number;
}

/**
 * What may be implausible together with other work of the same person. Calls follow each other, on whatever
 * platform, as do the states of one axis of one id; what is written goes on side by side. Work of agents
 * unknown to the catalogue is theirs by the platform's id; machines are no one, and what is implausible by
 * itself is not looked at.
 */
export function piecesOf(delivered: PostingContent, scope: ClockScope): readonly WorkPiece[] {
  const content = plausibleWork(delivered, scope);
  switch (content?.kind) {
    case 'contact':
      return contactPieces(content, scope);
    case 'activity':
    case 'timeline': {
      const own = content.kind === 'activity' ? [content] : activitiesOf(content, scope);
      const axis = content.kind === 'activity' ? null : content.axis;
      return own.flatMap(({ activity: work, connection, agent, state, startedAt: from, endedAt: to }) => {
        if (to <= from || scope.agent(agent, from)?.kind === 'machine') return [];
        const name = axis ?? (state === 'LOGGED_IN' ? 'session' : '');
        return [{ work, connection, agent, inTurn: `${agent} ${name}`, beside: null, from, to }];
      });
    }
    case 'outcome':
    case 'totals':
    case 'schedule':
    case undefined:
      return [];
  }
}

function contactPieces(content: ContactContent, scope: ClockScope): WorkPiece[] {
  const { contact: work, connection, media, sideWork = [] } = content;
  const isCall = media === 'voice' || media === 'callback';
  const pieces: WorkPiece[] = [];
  const add = (agent: string, from: number, ms: number): void => {
    if (ms <= 0) return;
    const person = scope.agentCode(agent) ?? agent;
    const inTurn = isCall ? person : null;
    pieces.push({ work, connection, agent, inTurn, beside: person, from, to: from + ms });
  };
  for (const leg of humanWork(content, scope).legs) {
    add(leg.agent, leg.startedAt - leg.dialMs, handledMs(leg));
    add(leg.agent, leg.acwStartedAt ?? leg.endedAt, leg.acwMs ?? 0);
  }
  for (const { agent, startedAt, endedAt } of sideWork) {
    if (scope.machines?.isAgent(agent, startedAt) !== true) add(agent, startedAt, endedAt - startedAt);
  }
  return pieces;
}

/** By work: for what it is held. */
export type HeldTogether = ReadonlyMap<string, readonly ImplausibleWork[]>;

/**
 * Of all pieces of some persons, those that are more than a person can do: each that lies in a local day in
 * which the person's pieces sum to more than the limit of its connection, or beside more others at once. All
 * of them are held: nothing says which of them is the true one. A function of the set of pieces: the order
 * does not matter, nor whether others of them are held.
 */
export function heldTogether(pieces: readonly WorkPiece[], plausibility: Plausibility): HeldTogether {
  const found = new Map<string, Map<TogetherLimit, ImplausibleWork>>();
  const hold = ({ work, agent, from, to }: WorkPiece, limit: TogetherLimit, ms: number): void => {
    if (ms <= plausibility.confirmedMs(work, limit)) return;
    const held: ImplausibleWork = { work, limit, ms, startedAt: from, endedAt: to, agent };
    const own = found.get(work) ?? new Map<TogetherLimit, ImplausibleWork>();
    found.set(work, own);
    const known = own.get(limit);
    if (known === undefined || isFurther(held, known)) own.set(limit, held);
  };
  const limitsOf = (connection: string): TogetherLimits | null =>
    plausibility.together?.limitsOf(connection) ?? null;
  for (const some of Map.groupBy(pieces, ({ inTurn }) => inTurn)) {
    if (some[0] !== null) holdByDay(some[1], limitsOf, hold);
  }
  for (const some of Map.groupBy(pieces, ({ beside }) => beside)) {
    if (some[0] !== null) holdAtOnce(some[1], limitsOf, hold);
  }
  return new Map([...found].map(([work, own]) => [work, [...own.values()]]));
}

type LimitsOf = (connection: string) => TogetherLimits | null;
type Hold = (piece: WorkPiece, limit: TogetherLimit, ms: number) => void;

/** The longest, of equals the first, in whatever order they are found. */
function isFurther(a: ImplausibleWork, b: ImplausibleWork): boolean {
  if (a.ms !== b.ms) return a.ms > b.ms;
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt;
  return a.endedAt === b.endedAt ? (a.agent ?? '') < (b.agent ?? '') : a.endedAt < b.endedAt;
}

/** Pieces of one person that follow each other: each is looked at in the days of its own connection. */
function holdByDay(pieces: readonly WorkPiece[], limitsOf: LimitsOf, hold: Hold): void {
  const zones = new Set(pieces.flatMap(({ connection }) => limitsOf(connection)?.timeZone ?? []));
  for (const zone of zones) {
    const sums = new Map<number, number>();
    for (const piece of pieces)
      for (const day of daysOf(piece, zone))
        sums.set(day.start, (sums.get(day.start) ?? 0) + overlapMs(piece, day));
    for (const piece of pieces) {
      const limits = limitsOf(piece.connection);
      if (limits?.timeZone !== zone) continue;
      for (const day of daysOf(piece, zone)) {
        const sum = sums.get(day.start) ?? 0;
        // The limit is that of a day of 24 hours: the night on which clocks change has one more, or less.
        if (sum > limits.dayMs + (day.end - day.start) - dayMs) hold(piece, 'day', sum);
      }
    }
  }
}

function overlapMs({ from, to }: WorkPiece, { start, end }: Bounds): number {
  return Math.min(to, end) - Math.max(from, start);
}

/** The local days that hold a part of it. */
export function daysOf({ from, to }: Pick<WorkPiece, 'from' | 'to'>, zone: string): Bounds[] {
  const days: Bounds[] = [];
  for (let at = from; at < to; at = days.at(-1)?.end ?? to) days.push(dayAt(at, zone));
  return days;
}

const lastDays = new Map<string, Bounds>();

/** Comparing integers while instants stay in one day. */
function dayAt(at: number, zone: string): Bounds {
  const known = lastDays.get(zone);
  if (known !== undefined && at >= known.start && at < known.end) return known;
  const day = dayBounds(localDay(at, zone), zone);
  lastDays.set(zone, day);
  return day;
}

/** Pieces of one person: those that lie in part where more than the limit go on. */
function holdAtOnce(pieces: readonly WorkPiece[], limitsOf: LimitsOf, hold: Hold): void {
  const limits = new Set(pieces.flatMap(({ connection }) => limitsOf(connection)?.atOnce ?? []));
  for (const limit of limits) {
    if (pieces.length <= limit) continue;
    const crowded = crowdedSpans(pieces, limit);
    if (crowded.length === 0) continue;
    for (const piece of pieces) {
      if (limitsOf(piece.connection)?.atOnce !== limit) continue;
      const next = crowded[countWhile(crowded, ({ end }) => end <= piece.from)];
      if (next !== undefined && next.start < piece.to) hold(piece, 'atOnce', piece.to - piece.from);
    }
  }
}

/** Where more than `limit` of the pieces go on at once. */
function crowdedSpans(pieces: readonly WorkPiece[], limit: number): Bounds[] {
  const steps = pieces.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.by - b.by);
  const spans: Bounds[] = [];
  let count = 0;
  let start: number | null = null;
  for (const { at, by } of steps) {
    count += by;
    if (count > limit) start ??= at;
    else if (start !== null) {
      spans.push({ start, end: at });
      start = null;
    }
  }
  return spans;
}

const dayMs = 86_400_000;
