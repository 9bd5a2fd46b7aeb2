import { countWhile } from '#domain/calendar/sorted.js';

/** Half-open `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is left of a span outside of others, in order of time. */
function outside({ from, to }: Span, others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = from;
  for (const other of others.toSorted((a, b) => a.from - b.from)) {
    if (other.to <= at) continue;
    if (other.from >= to) break;
    if (other.from > at) left.push({ from: at, to: other.from });
    at = other.to;
  }
  if (at < to) left.push({ from: at, to });
  return left;
}

/** Spans that are taken, as one: however many are added, what is left of another takes one search. */
export class Coverage {
  /** In order of time; none touches the next. */
  readonly #spans: Span[] = [];

  add({ from, to }: Span): void {
    const begin = countWhile(this.#spans, (span) => span.to < from);
    const end = countWhile(this.#spans, (span) => span.from <= to);
    const first = this.#spans[begin];
    const last = this.#spans[end - 1];
    const isAlone = begin >= end || first === undefined || last === undefined;
    const whole = isAlone ? { from, to } : { from: Math.min(first.from, from), to: Math.max(last.to, to) };
    this.#spans.splice(begin, Math.max(0, end - begin), whole);
  }

  outside(span: Span): Span[] {
    const begin = countWhile(this.#spans, ({ to }) => to <= span.from);
    const end = countWhile(this.#spans, ({ from }) => from < span.to);
    return outside(span, this.#spans.slice(begin, Math.max(begin, end)));
  }
}
