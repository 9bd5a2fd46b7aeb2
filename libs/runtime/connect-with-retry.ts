import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logging.js';

export interface RetryOptions {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Resolves after so many ms. */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** A clock that only goes forward, ms. */
  readonly monotonicMs?: () => number;
}

/** Errors by which the log and the store say that somebody else is away and that trying again helps. */
const away: ReadonlySet<string> = new Set(['LogUnavailable', 'StoreUnavailable']);

const sayEveryMs = 5_000;

/**
 * Opens what this process cannot be without, and waits for it where it is away, for as long as it takes: said
 * in its log every few seconds. Whatever else is wrong (settings, topics made otherwise) rejects at once.
 */
export async function connectWithRetry<T>(
  what: string,
  open: () => Promise<T>,
  { logger, pause = delay, monotonicMs = () => performance.now() }: RetryOptions,
): Promise<T> {
  const started = monotonicMs();
  const waitedS = () => Math.round((monotonicMs() - started) / 1_000);
  // The first attempt alone may take half a minute before it gives up.
  const saying = setInterval(() => logger.warn({ waitedS: waitedS() }, `waiting for ${what}`), sayEveryMs);
  try {
    for (let failures = 0; ; failures++) {
      try {
        const opened = await open();
        if (failures > 0) logger.info({ waitedS: waitedS() }, `${what} is there`);
        return opened;
      } catch (error) {
        if (!Error.isError(error) || !away.has(error.name)) throw error;
        if (failures === 0) logger.warn({ reason: error.message }, `waiting for ${what}`);
        await pause(Math.min(250 * 2 ** failures, 2_000));
      }
    }
  } finally {
    clearInterval(saying);
  }
}
