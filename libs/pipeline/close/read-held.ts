import type { ClockScope } from '#domain/clock/claims.js';
import { type HeldTogether, piecesOf } from '#domain/clock/together.js';
import type { Extent } from '#domain/metering/contract-index.js';
import type { Log } from '#log/log.js';
import { overlaps } from '#domain/schedule/spans.js';
import { watchesTogether } from './claimed-time.js';
import { eachPosting } from './each-posting.js';
import { readClaimed } from './read-claimed.js';

/**
 * What of the journal below `ends` is held since it is implausible together with other work of the same
 * person: of work that lies in part in `span`. Reads the journal once, and once more for each time that what
 * it depends on reaches further.
 */
export async function readHeldTogether(
  log: Log,
  ends: readonly number[],
  scope: ClockScope,
  span: Extent,
): Promise<HeldTogether> {
  if (!watchesTogether(scope)) return new Map();
  const claimed = await readClaimed(log, ends, scope, {
    window: { from: span.from - marginMs, to: span.to + marginMs },
    isCounted: (content) => piecesOf(content, scope).some((piece) => overlaps(piece, span)),
  });
  const own = claimed.worksWithin(span);
  return new Map([...claimed.heldOf(0)].filter(([work]) => own.has(work)));
}

/** The same of all work. Some months at a time, so that memory does not grow with the age of the journal. */
export async function readAllHeldTogether(
  log: Log,
  ends: readonly number[],
  scope: ClockScope,
): Promise<HeldTogether> {
  if (!watchesTogether(scope)) return new Map();
  let [from, to] = [Infinity, -Infinity];
  await eachPosting(log, ends, ({ content }) => {
    for (const piece of piecesOf(content, scope)) {
      from = Math.min(from, piece.from);
      to = Math.max(to, piece.to);
    }
  });
  const all = new Map<string, NonNullable<ReturnType<HeldTogether['get']>>>();
  for (let begin = from; begin < to; begin += monthsMs) {
    const some = await readHeldTogether(log, ends, scope, { from: begin, to: begin + monthsMs });
    for (const [work, held] of some) all.set(work, held);
  }
  return all;
}

const hourMs = 3_600_000;
const marginMs = 72 * hourMs;
const monthsMs = 120 * 24 * hourMs;
