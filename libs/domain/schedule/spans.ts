import type { Span } from './planned-day.js';

/** The parts of the first spans that lie in the others; both by start, each without overlaps of its own. */
export function within<T extends Span>(spans: readonly T[], others: readonly Span[]): T[] {
  const parts: T[] = [];
  let first = 0;
  for (const span of spans) {
    for (let other = others[first]; other !== undefined && other.to <= span.from; other = others[++first]);
    for (let index = first; index < others.length; index += 1) {
      const other = others[index];
      if (other === undefined || other.from >= span.to) break;
      const [from, to] = [Math.max(span.from, other.from), Math.min(span.to, other.to)];
      if (from < to) parts.push({ ...span, from, to });
    }
  }
  return parts;
}

/** The parts of the first spans that lie in none of the others; both by start, each without overlaps. */
export function without<T extends Span>(spans: readonly T[], others: readonly Span[]): T[] {
  const gaps: Span[] = [];
  let from = -Infinity;
  for (const other of others) {
    if (other.from > from) gaps.push({ from, to: other.from });
    from = Math.max(from, other.to);
  }
  return within(spans, [...gaps, { from, to: Infinity }]);
}

/** All instants of any spans, in whatever order: by start, joined where they touch. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && last.to >= from)
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else if (to > from) joined.push({ from, to });
  }
  return joined;
}

/** Whether two spans have an instant in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}
