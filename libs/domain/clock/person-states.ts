import { countWhile } from '#domain/calendar/sorted.js';
import type { Span, StateSpan } from '#domain/schedule/planned-day.js';
import { union } from '#domain/schedule/spans.js';
import { type Claim, rankedStates } from './claims.js';

/** What a person did, as the agent clock has it: at each instant the state of the lowest rank. */
export class PersonStates {
  readonly #states: readonly StateSpan[];
  readonly #present: readonly Span[];

  /** `work`, `session`: what claims these clocks of the person. */
  constructor(work: readonly Claim[], session: readonly Claim[]) {
    this.#states = statesOf(work);
    this.#present = union([...work, ...session]);
  }

  /** What of it reaches into a span. */
  statesIn(span: Span): readonly StateSpan[] {
    return reachingInto(this.#states, span);
  }

  presentIn(span: Span): readonly Span[] {
    return reachingInto(this.#present, span);
  }
}

/** `spans`: by start, without overlaps. */
function reachingInto<T extends Span>(spans: readonly T[], { from, to }: Span): readonly T[] {
  return spans.slice(
    countWhile(spans, (span) => span.to <= from),
    countWhile(spans, (span) => span.from < to),
  );
}

function statesOf(claims: readonly Claim[]): StateSpan[] {
  const borders = claims
    .flatMap(({ from, to, rank }) => [
      { at: from, rank, by: 1 },
      { at: to, rank, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const active = rankedStates.map(() => 0);
  const spans: StateSpan[] = [];
  for (const [index, { at, rank, by }] of borders.entries()) {
    active[rank] = (active[rank] ?? 0) + by;
    const to = borders[index + 1]?.at ?? at;
    const state = to > at ? rankedStates[active.findIndex((count) => count > 0)] : undefined;
    if (state === undefined) continue;
    const last = spans.at(-1);
    if (last?.to === at && last.state === state) spans[spans.length - 1] = { ...last, to };
    else spans.push({ from: at, to, state });
  }
  return spans;
}
