import type { Contract } from '#domain/contract/contract.js';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import { plausibleWork } from '#domain/scope/plausible-work.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { activityStops, timelineStops } from './activity-stops.js';
import type { Stop } from './cause.js';
import { contactStops, type TimePiece } from './contact-stops.js';
import { implausibleStops } from './implausible-time.js';
import { OutcomeStops } from './outcome-stop.js';
import { type ProgrammeLines, programmeLines } from './programme-lines.js';

/** What of a span stopped at one place. */
export interface UnbilledRow extends Stop {
  /** Of agents. */
  readonly ms: number;
  readonly contacts: number;
  readonly outcomes: number;
}

/** UTC epoch ms, `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Adds up the work of a span by what the lines of all contracts do with it: each millisecond of an agent,
 * each contact and each outcome is counted, or stopped at one cause. Time lies in the span as far as it was
 * worked there, a contact by its begin, an outcome by its first event. What two records say of one agent and
 * instant is delivered twice, and stands here twice.
 */
export class UnbilledSums {
  readonly #scope: WorkScope;
  readonly #span: Span;
  readonly #programmes: ProgrammeLines;
  readonly #outcomes: OutcomeStops;
  readonly #sums = new Map<string, { stop: Stop; ms: number; contacts: number; outcomes: number }>();

  constructor(contracts: readonly Contract[], scope: WorkScope, span: Span) {
    this.#scope = scope;
    this.#span = span;
    this.#programmes = programmeLines(contracts, span);
    this.#outcomes = new OutcomeStops(this.#programmes, scope);
  }

  count({ content: delivered, sign }: Pick<Posting, 'content' | 'sign'>): void {
    const content = plausibleWork(delivered, this.#scope);
    if (content !== delivered) this.#countImplausible(delivered, sign);
    switch (content?.kind) {
      case 'contact':
        for (const { at, whole, time } of contactStops(content, this.#programmes, this.#scope)) {
          if (this.#holds(at)) this.#sumOf(whole).contacts += sign;
          this.#addTime(time, sign);
        }
        return;
      case 'activity':
        this.#addTime(activityStops(content, this.#programmes, this.#scope), sign);
        return;
      case 'timeline':
        this.#addTime(timelineStops(content, this.#programmes, this.#scope), sign);
        return;
      case 'outcome': {
        const [first] = content.events;
        if (first !== undefined && this.#holds(first.at))
          this.#sumOf(this.#outcomes.of(content)).outcomes += sign;
        return;
      }
      case 'totals':
      case 'schedule':
      case undefined:
        return;
    }
  }

  #countImplausible(content: PostingContent, sign: 1 | -1): void {
    const { contacts, time } = implausibleStops(content, this.#programmes, this.#scope);
    for (const { at, whole } of contacts) if (this.#holds(at)) this.#sumOf(whole).contacts += sign;
    this.#addTime(time, sign);
  }

  /** What is counted (`cause` null) and what is not; most time first, what is 0 is left out. */
  rows(): UnbilledRow[] {
    return [...this.#sums]
      .filter(([, { ms, contacts, outcomes }]) => ms !== 0 || contacts !== 0 || outcomes !== 0)
      .sort(
        ([a, x], [b, y]) =>
          y.ms - x.ms || y.contacts - x.contacts || y.outcomes - x.outcomes || (a < b ? -1 : 1),
      )
      .map(([, { stop, ...amounts }]) => ({ ...stop, ...amounts }));
  }

  #addTime(pieces: readonly TimePiece[], sign: 1 | -1): void {
    for (const { cell, stop, countedMs } of pieces) {
      if (!this.#holds(cell.from)) continue;
      this.#sumOf({ cause: null, at: '', programme: stop.programme }).ms += sign * countedMs;
      this.#sumOf(stop).ms += sign * (cell.ms - countedMs);
    }
  }

  #sumOf(stop: Stop) {
    const key = JSON.stringify([stop.cause, stop.programme, stop.at]);
    const known = this.#sums.get(key) ?? { stop, ms: 0, contacts: 0, outcomes: 0 };
    this.#sums.set(key, known);
    return known;
  }

  #holds(at: number): boolean {
    return at >= this.#span.start && at < this.#span.end;
  }
}
