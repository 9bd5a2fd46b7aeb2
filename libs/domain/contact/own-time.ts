import { apportionTalkAndHold } from '#domain/calendar/split.js';
import type { Leg, SideWork } from '#domain/posting/posting.js';
import { type EndedSession, type Wrap } from './sessions.js';
import { countWhile } from '#domain/calendar/sorted.js';
import { Coverage, type Span } from './spans.js';

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
  const agents = new Map<string, AgentLegs>();
  const wraps = [...loose];
  for (const [agent, own] of Map.groupBy(reported, ({ leg }) => leg.agent)) {
    const legs = own.length === 1 ? own.map(({ leg }) => leg) : withoutConsultations(own, wraps);
    agents.set(agent, new AgentLegs(legs));
  }
  const sideWork: SideWork[] = [];
  for (const wrap of wraps) {
    const legs = agents.get(wrap.agent) ?? new AgentLegs([]);
    agents.set(wrap.agent, legs);
    sideWork.push(...placeWrap(wrap, legs, sideWork.length < piecesShown));
  }
  return { legs: withOwnAfterCallWork([...agents.values()].flatMap(({ legs }) => legs)), sideWork };
}

/**
 * From here on what is reported of one second several times is listed once: else n wrap-ups around n legs
 * would be n * n pieces.
 */
const piecesShown = 256;

/** The legs of one agent, none of which overlaps another, in order of time. */
class AgentLegs {
  readonly legs: Leg[];
  #taken: Coverage | null = null;
  readonly #side = new Coverage();

  constructor(legs: readonly Leg[]) {
    this.legs = [...legs];
  }

  /** The last one that was over at the instant; -1: none. */
  lastBefore(instant: number): number {
    return countWhile(this.legs, ({ endedAt }) => endedAt <= instant) - 1;
  }

  replace(index: number, leg: Leg): void {
    this.legs[index] = leg;
    for (const span of spansOf(leg)) this.#taken?.add(span);
  }

  /** What of a span was not worked on legs. */
  outside(span: Span): Span[] {
    this.#taken ??= coverageOf(this.legs);
    return this.#taken.outside(span);
  }

  /** What of spans is not side work yet; it is from then on. */
  newSide(spans: readonly Span[]): Span[] {
    const left = spans.flatMap((span) => this.#side.outside(span));
    this.addSide(left);
    return left;
  }

  addSide(spans: readonly Span[]): void {
    for (const span of spans) this.#side.add(span);
  }
}

function coverageOf(legs: readonly Leg[]): Coverage {
  const coverage = new Coverage();
  for (const span of legs.flatMap(spansOf)) coverage.add(span);
  return coverage;
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
function placeWrap({ agent, queue, wrap, of }: LooseWrap, own: AgentLegs, isShownWhole: boolean): SideWork[] {
  if (wrap.acwMs === null || wrap.acwMs === 0) return [];
  const startedAt = wrap.at - wrap.acwMs;
  const span = { from: startedAt, to: wrap.at };
  const index = of === 'offer' ? -1 : own.lastBefore(wrap.at);
  const target = own.legs[index];
  if (target !== undefined && target.acwMs === null) {
    const disposition = target.disposition ?? wrap.disposition;
    own.replace(index, { ...target, acwMs: wrap.acwMs, acwStartedAt: startedAt, disposition });
    return [];
  }
  if (target !== undefined && of === 'callback') return [];
  const left = of === 'offer' ? [span] : own.outside(span);
  const spans = isShownWhole ? left : own.newSide(left);
  if (isShownWhole) own.addSide(left);
  return spans.map(({ from, to }) => ({ state: 'ACW_MISSED', agent, queue, startedAt: from, endedAt: to }));
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
  const byAgent = Map.groupBy(legs, ({ agent }) => agent);
  const taken = new Map<string, Coverage>();
  for (const { agent, queue, end } of sessions) {
    if (end.callbackMs === 0) continue;
    let own = taken.get(agent);
    if (own === undefined) taken.set(agent, (own = coverageOf(byAgent.get(agent) ?? [])));
    const span = { from: end.at - end.callbackMs, to: end.at };
    for (const { from, to } of own.outside(span)) {
      previews.push({ state: 'PREVIEW', agent, queue, startedAt: from, endedAt: to });
    }
    own.add(span);
  }
  return previews;
}
