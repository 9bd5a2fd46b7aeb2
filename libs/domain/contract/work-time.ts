import { shareTalkHold, shareOut } from '#domain/calendar/split.js';
import type { Attribution } from './contract.js';
import type { Increment, WorkTime } from './measure.js';
import type { ContactShare, WorkLeg } from './share.js';
import type { Piece, Pieces } from './timeline.js';

/** Some milliseconds of work that fall into one piece of a quantity's time. `leg` null: the customer's wait. */
export interface Part {
  readonly piece: Piece;
  readonly work: WorkLeg | null;
  ms: number;
}

/**
 * Billable time of one contact, in order of time: work is cut at the borders of the pieces, then each state's cap, then
 * the increment, then the cap of the whole.
 *
 * One rule for work that crosses a border: cap and increment are taken on the contact's (or leg's) whole; caps keep its
 * first milliseconds, and what an increment adds goes to the last part. So the parts always sum to the billed whole.
 * The definition is that in force when the work began.
 */
export function workParts(
  measure: WorkTime,
  share: ContactShare,
  pieces: Pieces,
  time: Attribution['time'],
): Part[] {
  const left = leftOf(measure);
  const parts: Part[] = [];
  const perLeg = measure.increment?.per === 'leg' ? measure.increment : null;
  if (measure.states.includes('WAIT')) {
    for (const { segment } of share.stays) {
      spread(
        pieces,
        time,
        segment.enteredAt,
        segment.leftAt,
        [{ state: 'WAIT', ms: segment.waitMs }],
        left,
        null,
        parts,
      );
    }
  }
  for (const work of share.legs) {
    if (work.agent === null) continue;
    const from = parts.length;
    spreadLeg(measure, work, pieces, time, left, parts);
    if (perLeg !== null) addIncrement(parts.slice(from), perLeg);
  }
  if (measure.increment?.per === 'contact') addIncrement(parts, measure.increment);
  if (measure.capMs !== null) keepFirst(parts, measure.capMs);
  return parts;
}

/** What each capped state still has; never written to where nothing is capped. */
function leftOf({ capsMs }: WorkTime): Map<string, number> {
  for (const _ in capsMs) return new Map(Object.entries(capsMs));
  return uncapped;
}

const uncapped = new Map<string, number>();

/** What is billed for a stretch of time: `first` whole, then whole steps. Zero bills zero. */
export function incremented(ms: number, { firstMs, stepMs }: Increment): number {
  if (ms <= 0) return 0;
  return ms <= firstMs ? firstMs : firstMs + Math.ceil((ms - firstMs) / stepMs) * stepMs;
}

interface Amount {
  readonly state: string;
  readonly ms: number;
}

function spreadLeg(
  measure: WorkTime,
  work: WorkLeg,
  pieces: Pieces,
  time: Attribution['time'],
  left: Map<string, number>,
  parts: Part[],
): void {
  const { leg } = work;
  const counts = (state: string): boolean => measure.states.includes(state);
  if (counts('DIAL') && leg.dialMs > 0) {
    const dial = [{ state: 'DIAL', ms: leg.dialMs }];
    spread(pieces, time, leg.startedAt - leg.dialMs, leg.startedAt, dial, left, work, parts);
  }
  const handle: Amount[] = [
    { state: 'TALK', ms: leg.talkMs ?? 0 },
    { state: 'HOLD', ms: leg.holdMs ?? 0 },
  ];
  spread(pieces, time, leg.startedAt, leg.endedAt, handle, left, work, parts, counts);
  if (counts('ACW') && leg.acwMs !== null) {
    const start = leg.acwStartedAt ?? leg.endedAt;
    spread(pieces, time, start, start + leg.acwMs, [{ state: 'ACW', ms: leg.acwMs }], left, work, parts);
  }
}

const all = (): boolean => true;

/** Puts the amounts of one contiguous interval onto the pieces it crosses. */
function spread(
  pieces: Pieces,
  time: Attribution['time'],
  start: number,
  end: number,
  amounts: readonly Amount[],
  left: Map<string, number>,
  work: WorkLeg | null,
  parts: Part[],
  counts: (state: string) => boolean = all,
): void {
  const first = pieces.at(time === 'end' ? Math.max(start, end - 1) : start);
  if (time !== 'split' || (first !== null && end <= first.to)) {
    if (first !== null) parts.push({ piece: first, work, ms: capped(amounts, left, counts) });
    return;
  }
  const cuts = cut(pieces, start, end);
  const lengths = cuts.map(({ from, to }) => to - from);
  const shares = shareAmounts(amounts, lengths);
  cuts.forEach(({ piece }, index) => {
    const ms = capped(shares[index] ?? [], left, counts);
    if (piece !== null) parts.push({ piece, work, ms });
  });
}

/** Two amounts are talk and hold of one handle interval; one is alone. */
function shareAmounts(amounts: readonly Amount[], lengths: readonly number[]): Amount[][] {
  const [first, second] = amounts;
  if (first === undefined) return [];
  if (second === undefined) {
    return shareOut(first.ms, lengths).map((ms) => [{ state: first.state, ms }]);
  }
  return shareTalkHold(first.ms, second.ms, lengths).map(({ talkMs, holdMs }) => [
    { state: first.state, ms: talkMs },
    { state: second.state, ms: holdMs },
  ]);
}

/** A stretch of work within one piece; null: outside the contract's term. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly piece: Piece | null;
}

/** `[start, end)` cut at the borders of the pieces. */
export function cut(pieces: Pieces, start: number, end: number): Span[] {
  const cuts: Span[] = [];
  for (let from = start; from < end;) {
    const piece = pieces.at(from);
    const to = Math.min(end, piece?.to ?? nextPiece(pieces, from, end));
    cuts.push({ from, to, piece });
    from = to;
  }
  return cuts;
}

/** First instant after `from` with a piece, by halving: terms begin and end at most once within one stretch of work. */
function nextPiece(pieces: Pieces, from: number, end: number): number {
  if (pieces.at(end - 1) === null) return end;
  let outside = from;
  let inside = end - 1;
  while (inside - outside > 1) {
    const middle = Math.floor((outside + inside) / 2);
    if (pieces.at(middle) === null) outside = middle;
    else inside = middle;
  }
  return inside;
}

function capped(
  amounts: readonly Amount[],
  left: Map<string, number>,
  counts: (state: string) => boolean,
): number {
  let sum = 0;
  for (const { state, ms } of amounts) {
    if (!counts(state)) continue;
    const most = left.get(state);
    const kept = most === undefined ? ms : Math.min(ms, most);
    if (most !== undefined) left.set(state, most - kept);
    sum += kept;
  }
  return sum;
}

function addIncrement(parts: readonly Part[], increment: Increment): void {
  const whole = parts.reduce((sum, { ms }) => sum + ms, 0);
  const last = parts.findLast(({ ms }) => ms > 0);
  if (last !== undefined) last.ms += incremented(whole, increment) - whole;
}

function keepFirst(parts: readonly Part[], most: number): void {
  let left = most;
  for (const part of parts) {
    part.ms = Math.min(part.ms, left);
    left -= part.ms;
  }
}
