import { apportion, apportionTalkAndHold } from '#domain/calendar/split.js';
import type { Attribution } from '#domain/contract/contract.js';
import { contactStates, type ContactState, type Increment, type WorkTime } from '#domain/contract/measure.js';
import { ofLeg, ofSide, type OwnPart, ownPart, ownTalkAndHold, type OwnTime } from './own-time.js';
import type { ScopedContact, Worker, WorkLeg } from './scoped-contact.js';
import type { RatingInterval, RatingIntervals } from '#domain/contract/terms-in-force.js';

/**
 * Some milliseconds of work that fall into one rating interval. `work` null: the customer's wait.
 */
export interface TimePart {
  readonly interval: RatingInterval;
  readonly work: Worker | null;
  ms: number;
}

/** A measure of time, compiled: which states of a contact count, and how much of each. */
export interface TimePlan {
  readonly counts: Readonly<Record<ContactState, boolean>>;
  /** null: no state is capped. */
  readonly caps: Readonly<Record<ContactState, number>> | null;
  readonly increment: Increment | null;
  readonly capMs: number | null;
}

export function timePlan({ states, capsMs, increment, capMs }: WorkTime): TimePlan {
  const each = <T>(value: (state: ContactState) => T): Record<ContactState, T> => {
    return Object.fromEntries(contactStates.map((state) => [state, value(state)])) as Record<ContactState, T>;
  };
  const caps = Object.keys(capsMs).length === 0 ? null : each((state) => capsMs[state] ?? Infinity);
  return { counts: each((state) => states.includes(state)), caps, increment, capMs };
}

/**
 * Billable time of one contact, in order of time: work is cut at the borders of the intervals, then each
 * state's cap, then the increment, then the cap of the whole.
 *
 * One rule for work that crosses a border: cap and increment are taken on the contact's (or leg's) whole;
 * caps keep its first milliseconds, and what an increment adds goes to the last part. So the parts always sum
 * to the billed whole. The definition is that in force when the work began.
 *
 * `own`: where a person's second counts once, what of the work is its own; caps and increments are taken on
 * that.
 */
export function workParts(
  plan: TimePlan,
  contact: ScopedContact,
  intervals: RatingIntervals,
  time: Attribution['time'],
  own: OwnTime | null = null,
): TimePart[] {
  const spreader = new TimeSpreader(plan, intervals, time, own);
  if (plan.counts.WAIT) {
    for (const { segment } of contact.stays) {
      spreader.spread('WAIT', segment.waitMs, segment.enteredAt, segment.leftAt, null, null);
    }
  }
  const { parts } = spreader;
  for (const work of contact.legs) {
    if (work.agent === null) continue;
    const from = parts.length;
    spreader.spreadLeg(work);
    if (plan.increment?.per === 'leg') addIncrement(parts.slice(from), plan.increment);
  }
  for (const work of contact.sides) {
    const { state, startedAt, endedAt } = work.side;
    if (work.agent !== null && plan.counts[state])
      spreader.spread(state, endedAt - startedAt, startedAt, endedAt, work, ofSide(own, work.side));
  }
  if (plan.increment?.per === 'contact') addIncrement(parts, plan.increment);
  if (plan.capMs !== null) keepFirst(parts, plan.capMs);
  return parts;
}

/** What is billed for some time: `first` whole, then whole steps. Zero bills zero. */
export function incremented(ms: number, { firstMs, stepMs }: Increment): number {
  if (ms <= 0) return 0;
  if (ms <= firstMs) return firstMs;
  const begun = (ms - firstMs) % stepMs;
  return begun === 0 ? ms : ms - begun + stepMs;
}

/**
 * Puts the work of one contact onto the intervals it crosses, in order, taking the caps of its states as it
 * goes.
 */
class TimeSpreader {
  readonly parts: TimePart[] = [];
  readonly #left: Record<ContactState, number> | null;

  constructor(
    readonly plan: TimePlan,
    readonly intervals: RatingIntervals,
    readonly time: Attribution['time'],
    readonly own: OwnTime | null,
  ) {
    this.#left = plan.caps === null ? null : { ...plan.caps };
  }

  spreadLeg(work: WorkLeg): void {
    const { counts } = this.plan;
    const { startedAt, endedAt, dialMs, acwMs, acwStartedAt } = work.leg;
    const handled = ofLeg(this.own, work.leg, 'handled');
    if (counts.DIAL && dialMs > 0) this.spread('DIAL', dialMs, startedAt - dialMs, startedAt, work, handled);
    if (counts.TALK || counts.HOLD) this.#spreadHandle(work, handled);
    if (counts.ACW && acwMs !== null) {
      const start = acwStartedAt ?? endedAt;
      this.spread('ACW', acwMs, start, start + acwMs, work, ofLeg(this.own, work.leg, 'acw'));
    }
  }

  /** One state over one interval. */
  spread(
    state: ContactState,
    ms: number,
    start: number,
    end: number,
    work: Worker | null,
    own: OwnPart | null,
  ): void {
    const whole = this.#intervalOfAll(start, end);
    if (whole !== undefined) {
      this.#put(whole, work, this.#take(state, ownPart(ms, start, end, own)));
      return;
    }
    const spans = cut(this.intervals, start, end);
    const amounts = apportion(ms, spans.map(lengthOf));
    spans.forEach(({ from, to, interval }, index) =>
      this.#put(interval, work, this.#take(state, ownPart(amounts[index] ?? 0, from, to, own))),
    );
  }

  /** Talk and hold share the handle interval. */
  #spreadHandle(work: WorkLeg, own: OwnPart | null): void {
    const { startedAt, endedAt } = work.leg;
    const [talkMs, holdMs] = [work.leg.talkMs ?? 0, work.leg.holdMs ?? 0];
    const whole = this.#intervalOfAll(startedAt, endedAt);
    if (whole !== undefined) {
      this.#put(whole, work, this.#takeHandle({ talkMs, holdMs }, startedAt, endedAt, own));
      return;
    }
    const spans = cut(this.intervals, startedAt, endedAt);
    const amounts = apportionTalkAndHold(talkMs, holdMs, spans.map(lengthOf));
    spans.forEach(({ from, to, interval }, index) => {
      const amount = amounts[index];
      if (amount !== undefined) this.#put(interval, work, this.#takeHandle(amount, from, to, own));
    });
  }

  /**
   * The one rating interval that `[start, end)` belongs to (null: outside the term); undefined: it must be
   * cut.
   */
  #intervalOfAll(start: number, end: number): RatingInterval | null | undefined {
    const interval = this.intervals.at(this.time === 'end' ? Math.max(start, end - 1) : start);
    if (this.time !== 'split' || end <= start) return interval;
    return interval !== null && end <= interval.to ? interval : undefined;
  }

  #takeHandle(
    amount: { readonly talkMs: number; readonly holdMs: number },
    from: number,
    to: number,
    own: OwnPart | null,
  ): number {
    const { counts } = this.plan;
    const { talkMs, holdMs } = ownTalkAndHold(amount, from, to, own);
    return (counts.TALK ? this.#take('TALK', talkMs) : 0) + (counts.HOLD ? this.#take('HOLD', holdMs) : 0);
  }

  /** What the state's cap leaves of it. */
  #take(state: ContactState, ms: number): number {
    if (this.#left === null) return ms;
    const kept = Math.min(ms, this.#left[state]);
    this.#left[state] -= kept;
    return kept;
  }

  #put(interval: RatingInterval | null, work: Worker | null, ms: number): void {
    if (interval !== null) this.parts.push({ interval, work, ms });
  }
}

/** Work within one interval; null: outside the contract's term. */
export interface WorkedInterval {
  readonly from: number;
  readonly to: number;
  readonly interval: RatingInterval | null;
}

function lengthOf({ from, to }: WorkedInterval): number {
  return to - from;
}

/** `[start, end)` cut at the borders of the intervals. */
export function cut(intervals: RatingIntervals, start: number, end: number): WorkedInterval[] {
  const cuts: WorkedInterval[] = [];
  for (let from = start; from < end;) {
    const interval = intervals.at(from);
    const to = Math.min(end, interval?.to ?? nextStart(intervals, from, end));
    cuts.push({ from, to, interval });
    from = to;
  }
  return cuts;
}

/**
 * First instant after `from` with an interval, by halving: terms begin and end at most once within one
 * piece of work.
 */
function nextStart(intervals: RatingIntervals, from: number, end: number): number {
  if (intervals.at(end - 1) === null) return end;
  let outside = from;
  let inside = end - 1;
  while (inside - outside > 1) {
    const middle = Math.floor((outside + inside) / 2);
    if (intervals.at(middle) === null) outside = middle;
    else inside = middle;
  }
  return inside;
}

function addIncrement(parts: readonly TimePart[], increment: Increment): void {
  let whole = 0;
  for (const { ms } of parts) whole += ms;
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index];
    if (part === undefined || part.ms === 0) continue;
    part.ms += incremented(whole, increment) - whole;
    return;
  }
}

function keepFirst(parts: readonly TimePart[], maxMs: number): void {
  let left = maxMs;
  for (const part of parts) {
    part.ms = Math.min(part.ms, left);
    left -= part.ms;
  }
}
