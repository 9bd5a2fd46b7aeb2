import type { ActivityContent } from '#domain/activity/activity.js';
import { apportion } from '#domain/calendar/split.js';
import type { Leg, SideWork } from '#domain/posting/posting.js';

/**
 * What of the time of a piece of work is its own, where a person's second counts once: milliseconds of
 * `[from, to)`, which lies in the piece.
 */
export interface OwnTime {
  ofLeg(leg: Leg, part: LegPart, from: number, to: number): number;
  ofSide(side: SideWork, from: number, to: number): number;
  ofActivity(activity: ActivityContent, from: number, to: number): number;
}

/** Dialling, talk and hold are one piece of work. */
export type LegPart = 'handled' | 'acw';

/** Milliseconds of a stretch of one piece of work that are its own. */
export type OwnPart = (from: number, to: number) => number;

export function ofLeg(own: OwnTime | null, leg: Leg, part: LegPart): OwnPart | null {
  return own === null ? null : (from, to) => own.ofLeg(leg, part, from, to);
}

export function ofSide(own: OwnTime | null, side: SideWork): OwnPart | null {
  return own === null ? null : (from, to) => own.ofSide(side, from, to);
}

/** Of an amount of time in `[from, to)`; it fills the stretch, unless the platform said less. */
export function ownPart(ms: number, from: number, to: number, own: OwnPart | null): number {
  if (own === null || to <= from) return ms;
  const ownMs = own(from, to);
  return ownMs === to - from ? ms : (apportion(ms, [ownMs, to - from - ownMs])[0] ?? 0);
}

/** Talk and hold lose in proportion, since platforms report totals without instants. */
export function ownTalkAndHold(
  { talkMs, holdMs }: { readonly talkMs: number; readonly holdMs: number },
  from: number,
  to: number,
  own: OwnPart | null,
): { readonly talkMs: number; readonly holdMs: number } {
  const both = talkMs + holdMs;
  const left = ownPart(both, from, to, own);
  if (left === both) return { talkMs, holdMs };
  const [talk = 0, hold = 0] = apportion(left, [talkMs, holdMs]);
  return { talkMs: talk, holdMs: hold };
}
