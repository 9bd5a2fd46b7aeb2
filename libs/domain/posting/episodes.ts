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
  let work = new WorkSoFar();
  let [stay, leg] = [0, 0];
  for (const { enteredAt } of segments) {
    for (let next = segments[stay]; next !== undefined && next.enteredAt < enteredAt; next = segments[++stay])
      work.addStay(next);
    for (let next = legs[leg]; next !== undefined && next.startedAt < enteredAt; next = legs[++leg])
      work.addLeg(next);
    if (begins.length > 0 && !work.isAtRest(enteredAt)) continue;
    begins.push(enteredAt);
    work = new WorkSoFar();
  }
  if (begins.length < 2) return [content];
  const { sideWork: _, ...rest } = content;
  const parts = {
    segments: cutAt(begins, segments, ({ enteredAt }) => enteredAt),
    legs: cutAt(begins, legs, ({ startedAt }) => startedAt),
    missed: cutAt(begins, content.missed, ({ at }) => at),
    sideWork: cutAt(begins, content.sideWork ?? [], ({ startedAt }) => startedAt),
  };
  return begins.map((_begin, index) => {
    const sideWork = parts.sideWork[index] ?? [];
    return {
      ...rest,
      segments: parts.segments[index] ?? [],
      legs: parts.legs[index] ?? [],
      missed: parts.missed[index] ?? [],
      ...(sideWork.length > 0 && { sideWork }),
    };
  });
}

/** Items that are in order of time, by the episode they lie in; the first one has all that came before it. */
function cutAt<T>(begins: readonly number[], items: readonly T[], at: (item: T) => number): T[][] {
  const parts: T[][] = begins.map(() => []);
  let index = 0;
  for (const item of items) {
    while (at(item) >= (begins[index + 1] ?? Infinity)) index += 1;
    parts[index]?.push(item);
  }
  return parts;
}

/** Stays and legs of an episode up to an instant. */
class WorkSoFar {
  #lastStay: Segment | null = null;
  #lastLeg: Leg | null = null;

  /** In order of entry; of two that ended at one instant the later one is the last. */
  addStay(stay: Segment): void {
    if (this.#lastStay === null || stay.leftAt >= this.#lastStay.leftAt) this.#lastStay = stay;
  }

  addLeg(leg: Leg): void {
    if (this.#lastLeg === null || leg.endedAt >= this.#lastLeg.endedAt) this.#lastLeg = leg;
  }

  isAtRest(at: number): boolean {
    const [stay, leg] = [this.#lastStay, this.#lastLeg];
    if ((stay?.leftAt ?? -Infinity) > at || (leg?.endedAt ?? -Infinity) > at) return false;
    if (leg !== null && leg.endedAt >= (stay?.leftAt ?? -Infinity)) return !leg.transferredOut;
    return stay !== null && (stay.result === 'abandoned' || stay.result === 'answered');
  }
}
