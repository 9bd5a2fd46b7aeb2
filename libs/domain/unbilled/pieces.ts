import { apportion, apportionTalkAndHold } from '#domain/calendar/split.js';
import type { Leg, SideWork } from '#domain/posting/posting.js';

/** Some milliseconds of an agent in one state, in `[from, to)`: between two neighbouring borders. */
export interface Cell {
  readonly state: string;
  readonly from: number;
  readonly to: number;
  readonly ms: number;
  /** Of the whole state of the leg, side work or activity that it is a part of. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** `borders`: instants in order. */
export function legCells(leg: Leg, borders: readonly number[]): Cell[] {
  const { startedAt, endedAt, dialMs, acwMs, acwStartedAt } = leg;
  const cells = cellsOf('DIAL', startedAt - dialMs, startedAt, borders);
  const spans = cutAt(startedAt, endedAt, borders);
  const amounts = apportionTalkAndHold(leg.talkMs ?? 0, leg.holdMs ?? 0, spans.map(lengthOf));
  spans.forEach((span, index) => {
    const whole = { ...span, startedAt, endedAt };
    const { talkMs = 0, holdMs = 0 } = amounts[index] ?? {};
    cells.push({ state: 'TALK', ms: talkMs, ...whole }, { state: 'HOLD', ms: holdMs, ...whole });
  });
  const wrapUp = acwStartedAt ?? endedAt;
  cells.push(...cellsOf('ACW', wrapUp, wrapUp + (acwMs ?? 0), borders));
  return cells.filter(({ ms }) => ms > 0);
}

export function sideCells({ state, startedAt, endedAt }: SideWork, borders: readonly number[]): Cell[] {
  return cellsOf(state, startedAt, endedAt, borders);
}

/** A state that takes all of its interval. */
export function cellsOf(
  state: string,
  startedAt: number,
  endedAt: number,
  borders: readonly number[],
): Cell[] {
  const spans = cutAt(startedAt, endedAt, borders);
  const amounts = apportion(endedAt - startedAt, spans.map(lengthOf));
  return spans
    .map((span, index) => ({ state, ...span, ms: amounts[index] ?? 0, startedAt, endedAt }))
    .filter(({ ms }) => ms > 0);
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** At least one span, also of an interval without length. */
function cutAt(startedAt: number, endedAt: number, borders: readonly number[]): Span[] {
  const cuts = borders.filter((border) => border > startedAt && border < endedAt);
  const starts = [startedAt, ...cuts];
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? endedAt }));
}

function lengthOf({ from, to }: Span): number {
  return to - from;
}
