import { setTimeout as delay } from 'node:timers/promises';
import type { NowAnswer } from './now-answer.js';

interface LiveOptions {
  readonly first: NowAnswer;
  /** Id of the last event that the reader has; null: none. */
  readonly seen: string | null;
  /** Aborted when the server closes. */
  readonly ended: AbortSignal;
  readonly heartbeatMs: number;
  /** Whether the reader may still see it. */
  readonly isLetIn: () => Promise<boolean>;
}

/** How often is looked whether something changed: at most four events a second. */
const lookEachMs = 250;

/**
 * Server-sent events, a text each. Nothing is made before the reader asks for the next one; ends with the
 * server, where the reader has gone, and where they may see it no longer.
 */
export async function* liveEvents(
  read: () => Promise<NowAnswer>,
  { first, seen, ended, heartbeatMs, isLetIn }: LiveOptions,
): AsyncGenerator<string> {
  let last = contentOf(first);
  if (seen !== first.position) yield eventOf(first);
  let said = performance.now();
  try {
    for (;;) {
      await delay(lookEachMs, undefined, { signal: ended });
      if (!(await isLetIn())) return;
      const answer = await read();
      const content = contentOf(answer);
      if (content !== last) {
        [last, said] = [content, performance.now()];
        yield eventOf(answer);
      } else if (performance.now() - said >= heartbeatMs) {
        said = performance.now();
        yield ': still here\n\n';
      }
    }
  } catch (error) {
    if (!ended.aborted) throw error;
  }
}

function eventOf(answer: NowAnswer): string {
  return `id: ${answer.position}\nevent: now\ndata: ${JSON.stringify(answer)}\n\n`;
}

/** What a change of is an event: not the clock, nor what is reckoned from it. */
function contentOf({ at: _at, position: _position, longestWaitMs: _ms, queues, ...rest }: NowAnswer): string {
  return JSON.stringify({
    ...rest,
    queues: queues.map(({ queue, waiting, waitingSince }) => [queue, waiting, waitingSince]),
  });
}
