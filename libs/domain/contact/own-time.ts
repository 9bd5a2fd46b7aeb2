import { apportionTalkAndHold } from '#domain/calendar/split.js';
import type { Leg, SideWork } from '#domain/posting/posting.js';
import { type EndedSession, type Wrap } from './sessions.js';
import { outside, type Span } from './spans.js';

/** A leg as the platform reported it, with the session that it is from. */
export interface ReportedLeg {
  readonly session: string;
  readonly leg: Leg;
}

/** After-call work that has no leg of its own. */
export interface LooseWrap {
  readonly agent: string;
  readonly queue: string | null;
  readonly wrap: Wrap;
  /** `offer`: of an offer not taken. `callback`: of the session that held the calls. `call`: of a call. */
  readonly of: 'offer' | 'callback' | 'call';
}

/**
 * An agent's seconds in one contact count once. Where they consulted a colleague from within their own call,
 * the consultation is a second session, all of it inside the hold of the first: it is no leg, except for what
 * lasts beyond the call. One wrap-up may be reported of several sessions of an agent: its seconds count in
 * the first of them.
 */
export function ownLegs(
  reported: readonly ReportedLeg[],
  loose: readonly LooseWrap[],
): { readonly legs: Leg[]; readonly sideWork: SideWork[] } {
  if (reported.length < 2 && loose.length === 0)
    return { legs: reported.map(({ leg }) => leg), sideWork: [] };
  const legs: Leg[] = [];
  const wraps = [...loose];
  for (const own of Map.groupBy(reported, ({ leg }) => leg.agent).values()) {
    legs.push(...(own.length === 1 ? own.map(({ leg }) => leg) : withoutConsultations(own, wraps)));
  }
  const sideWork = wraps.flatMap((wrap) => placeWrap(wrap, legs));
  return { legs: withOwnAfterCallWork(legs), sideWork };
}

/** `own`: the legs of one agent. After-call work of a consultation is added to `wraps`. */
function withoutConsultations(own: readonly ReportedLeg[], wraps: LooseWrap[]): Leg[] {
  const sorted = own.toSorted(
    (a, b) =>
      beginOf(a.leg) - beginOf(b.leg) || b.leg.endedAt - a.leg.endedAt || (a.session < b.session ? -1 : 1),
  );
  const legs: Leg[] = [];
  let coveredTo = -Infinity;
  /** Index of the leg that ends last. */
  let call = -1;
  for (const { leg } of sorted) {
    const kept = coveredTo > beginOf(leg) ? beyond(leg, coveredTo) : leg;
    if (kept === null) {
      const around = legs[call];
      if (around !== undefined && leg.transferredOut) legs[call] = { ...around, transferredOut: true };
      if (leg.acwMs !== null && leg.acwStartedAt !== null)
        wraps.push(wrapOf(leg, leg.acwMs, leg.acwStartedAt));
      continue;
    }
    legs.push(kept);
    if (leg.endedAt < coveredTo) continue;
    coveredTo = leg.endedAt;
    call = legs.length - 1;
  }
  return legs;
}

function wrapOf({ agent, queue, disposition }: Leg, acwMs: number, startedAt: number): LooseWrap {
  return { agent, queue, wrap: { at: startedAt + acwMs, acwMs, disposition }, of: 'call' };
}

function beginOf({ startedAt, dialMs }: Leg): number {
  return startedAt - dialMs;
}

/** What of the leg lasts beyond the instant; null: nothing. */
function beyond(leg: Leg, instant: number): Leg | null {
  const { startedAt, endedAt } = leg;
  if (instant >= endedAt) return null;
  if (instant <= startedAt) return { ...leg, dialMs: Math.min(leg.dialMs, startedAt - instant) };
  const [, rest] = apportionTalkAndHold(leg.talkMs ?? 0, leg.holdMs ?? 0, [
    instant - startedAt,
    endedAt - instant,
  ]);
  return {
    ...leg,
    startedAt: instant,
    dialMs: 0,
    talkMs: leg.talkMs === null ? null : (rest?.talkMs ?? 0),
    holdMs: leg.holdMs === null ? null : (rest?.holdMs ?? 0),
  };
}

/**
 * After-call work reported of another session belongs to the agent's last leg before it, where that has none
 * of its own; what is reported of both is one wrap-up. Without such a leg no one was spoken to.
 */
function placeWrap({ agent, queue, wrap, of }: LooseWrap, legs: Leg[]): SideWork[] {
  if (wrap.acwMs === null || wrap.acwMs === 0) return [];
  const startedAt = wrap.at - wrap.acwMs;
  const span = { from: startedAt, to: wrap.at };
  const index =
    of === 'offer' ? -1 : legs.findLastIndex((leg) => leg.agent === agent && leg.endedAt <= wrap.at);
  const target = legs[index];
  if (target !== undefined && target.acwMs === null) {
    const disposition = target.disposition ?? wrap.disposition;
    legs[index] = { ...target, acwMs: wrap.acwMs, acwStartedAt: startedAt, disposition };
    return [];
  }
  if (target !== undefined && of === 'callback') return [];
  const taken = of === 'offer' ? [] : legs.filter((leg) => leg.agent === agent).flatMap(spansOf);
  return outside(span, taken).map(({ from, to }) => ({
    state: 'ACW_MISSED',
    agent,
    queue,
    startedAt: from,
    endedAt: to,
  }));
}

/** The spans in which the agent worked on the leg. */
function spansOf(leg: Leg): Span[] {
  const handled = { from: beginOf(leg), to: leg.endedAt };
  const { acwMs, acwStartedAt } = leg;
  if (acwMs === null || acwStartedAt === null) return [handled];
  return [handled, { from: acwStartedAt, to: acwStartedAt + acwMs }];
}

/** Of after-call work of one agent that overlaps, the later leg has what lies beyond the earlier one's. */
function withOwnAfterCallWork(legs: readonly Leg[]): Leg[] {
  const ends = new Map<string, number>();
  const sorted = legs.toSorted((a, b) => a.endedAt - b.endedAt || a.startedAt - b.startedAt);
  const changed = new Map<Leg, Leg>();
  for (const leg of sorted) {
    const { agent, acwMs, acwStartedAt } = leg;
    if (acwMs === null || acwStartedAt === null || acwMs === 0) continue;
    const end = acwStartedAt + acwMs;
    const from = Math.min(end, Math.max(acwStartedAt, ends.get(agent) ?? -Infinity));
    ends.set(agent, Math.max(end, ends.get(agent) ?? -Infinity));
    if (from !== acwStartedAt) changed.set(leg, { ...leg, acwMs: end - from, acwStartedAt: from });
  }
  return changed.size === 0 ? [...legs] : legs.map((leg) => changed.get(leg) ?? leg);
}

/** The time in which agents had a callback or a preview and worked on none of their legs. */
export function previewsOf(sessions: readonly EndedSession[], legs: readonly Leg[]): SideWork[] {
  const previews: SideWork[] = [];
  for (const { agent, queue, end } of sessions) {
    if (end.callbackMs === 0) continue;
    const own = legs.filter((leg) => leg.agent === agent).flatMap(spansOf);
    const before = previews
      .filter((preview) => preview.agent === agent)
      .map(({ startedAt, endedAt }) => ({ from: startedAt, to: endedAt }));
    for (const { from, to } of outside({ from: end.at - end.callbackMs, to: end.at }, [...own, ...before])) {
      previews.push({ state: 'PREVIEW', agent, queue, startedAt: from, endedAt: to });
    }
  }
  return previews;
}
