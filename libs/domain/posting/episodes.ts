import type { ContactContent, Leg, Segment } from './posting.js';

/**
 * A conversation in writing may rest for weeks and be taken up again under the same id. Each time it is a
 * contact of its own, as platforms count it: an episode begins with an entry into a queue after all stays
 * and sessions before it were over and none of them had handed the customer on. What agents do without a new
 * entry belongs to the episode before. A call is one episode.
 */
export function episodesOf(content: ContactContent): readonly ContactContent[] {
  if (!inWriting.has(content.media) || content.segments.length < 2) return [content];
  let episodes = cut.get(content);
  if (episodes === undefined) cut.set(content, (episodes = episodesIn(content)));
  return episodes;
}

const inWriting: ReadonlySet<ContactContent['media']> = new Set(['message', 'email', 'chat']);

/** A content is read for each programme and contract. */
const cut = new WeakMap<ContactContent, readonly ContactContent[]>();

function episodesIn(content: ContactContent): readonly ContactContent[] {
  const { segments, legs } = content;
  const begins: number[] = [];
  for (const { enteredAt } of segments) {
    const since = begins.at(-1) ?? -Infinity;
    const before = segments.filter((other) => other.enteredAt >= since && other.enteredAt < enteredAt);
    const worked = legs.filter(({ startedAt }) => startedAt >= since && startedAt < enteredAt);
    if (begins.length === 0 || isAtRest(before, worked, enteredAt)) begins.push(enteredAt);
  }
  if (begins.length < 2) return [content];
  return begins.map((begin, index) => {
    const from = index === 0 ? -Infinity : begin;
    const to = begins[index + 1] ?? Infinity;
    const within = (at: number): boolean => at >= from && at < to;
    const sideWork = content.sideWork?.filter(({ startedAt }) => within(startedAt)) ?? [];
    const { sideWork: _, ...rest } = content;
    return {
      ...rest,
      segments: segments.filter(({ enteredAt }) => within(enteredAt)),
      legs: legs.filter(({ startedAt }) => within(startedAt)),
      missed: content.missed.filter(({ at }) => within(at)),
      ...(sideWork.length > 0 && { sideWork }),
    };
  });
}

function isAtRest(stays: readonly Segment[], legs: readonly Leg[], at: number): boolean {
  if (stays.some(({ leftAt }) => leftAt > at) || legs.some(({ endedAt }) => endedAt > at)) return false;
  const stay = last(stays, ({ leftAt }) => leftAt);
  const leg = last(legs, ({ endedAt }) => endedAt);
  if (leg !== null && leg.endedAt >= (stay?.leftAt ?? -Infinity)) return !leg.transferredOut;
  return stay !== null && (stay.result === 'abandoned' || stay.result === 'answered');
}

function last<T>(items: readonly T[], endOf: (item: T) => number): T | null {
  return items.reduce<T | null>(
    (found, item) => (found === null || endOf(item) >= endOf(found) ? item : found),
    null,
  );
}
