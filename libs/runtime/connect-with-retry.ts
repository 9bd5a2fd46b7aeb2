import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logging.js';
import { unavailableCode } from './unavailable.js';

export interface RetryOptions {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Resolves after so many ms. */
  readonly pause?: (ms: number) => Promise<unknown>;
  /** A clock that only goes forward, ms. */
  readonly monotonicMs?: () => number;
}

const logEveryMs = 5_000;

/**
 * Opens the client of a server that this process needs. Where the server is unavailable it tries again
 * until it answers, and logs that every few seconds. Any other error (settings, a topic whose settings
 * differ) rejects at once.
 */
export async function connectWithRetry<T>(
  server: string,
  open: () => Promise<T>,
  { logger, pause = delay, monotonicMs = () => performance.now() }: RetryOptions,
): Promise<T> {
  const started = monotonicMs();
  const waitedS = () => Math.round((monotonicMs() - started) / 1_000);
  // The first attempt alone may take half a minute before it fails.
  const timer = setInterval(() => logger.warn({ waitedS: waitedS() }, `waiting for ${server}`), logEveryMs);
  try {
    for (let failures = 0; ; failures++) {
      try {
        const opened = await open();
        if (failures > 0) logger.info({ waitedS: waitedS() }, `connected to ${server}`);
        return opened;
      } catch (error) {
        if (!Error.isError(error) || unavailableCode(error) === null) throw error;
        if (failures === 0) logger.warn({ reason: error.message }, `waiting for ${server}`);
        await pause(Math.min(250 * 2 ** failures, 2_000));
      }
    }
  } finally {
    clearInterval(timer);
  }
}
