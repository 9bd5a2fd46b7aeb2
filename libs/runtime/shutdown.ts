import type { Logger } from './logging.js';

/**
 * The order of a shutdown. Readiness ends first, so that no more requests come; what was accepted (requests,
 * their records, batches in progress) is completed before the log and the store are closed.
 */
export const phases = ['readiness', 'http', 'producer', 'stages', 'store', 'log'] as const;
export type Phase = (typeof phases)[number];

/** Below the orchestrator's usual 30 s, with room for its own delays. */
const deadlineMs = 18_000;

export interface ShutdownOptions {
  readonly logger: Logger;
  /** Ends the process. */
  readonly exit: (code: number) => void;
  readonly deadlineMs?: number;
  /** A clock that only goes forward, ms; by default the process's own. */
  readonly monotonicMs?: () => number;
}

/** A second signal within this time is a copy of the first, not a second Ctrl-C. */
const sameSignalMs = 300;

/**
 * An ordered shutdown. Steps of one phase run together, phases one after the other; a step that fails is
 * logged and does not stop the rest. At the deadline the process ends, whatever is unfinished: log and store
 * survive that. Exit code 0: all done; 1: a step failed or did not end in time.
 */
export class Shutdown {
  readonly #options: ShutdownOptions;
  readonly #steps: { readonly phase: Phase; readonly name: string; readonly run: () => Promise<void> }[] = [];
  #running: Promise<void> | null = null;

  constructor(options: ShutdownOptions) {
    this.#options = options;
  }

  get begun(): boolean {
    return this.#running !== null;
  }

  add(phase: Phase, name: string, run: () => Promise<void>): void {
    this.#steps.push({ phase, name, run });
  }

  /**
   * On SIGTERM and SIGINT; a second signal ends the process at once, unless it is a copy of the first: a
   * terminal signals the whole process group, and the starter forwards its own signal as well. Returns a
   * function that stops listening.
   */
  listen(): () => void {
    let firstAt: number | null = null;
    const onSignal = (signal: NodeJS.Signals) => {
      const now = this.#options.monotonicMs?.() ?? performance.now();
      if (firstAt !== null && now - firstAt < sameSignalMs) return;
      firstAt ??= now;
      if (this.begun) {
        this.#options.logger.warn({ signal }, 'second signal: ending at once');
        this.#options.exit(1);
      } else void this.begin(signal);
    };
    process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
    return () => void process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  }

  /** Resolves when `exit` has been called. The first call begins, later ones wait for the same end. */
  begin(reason: string): Promise<void> {
    this.#running ??= this.#run(reason);
    return this.#running;
  }

  async #run(reason: string): Promise<void> {
    const { logger, exit } = this.#options;
    const limitMs = this.#options.deadlineMs ?? deadlineMs;
    logger.info({ reason }, 'shutting down');
    const unfinished = new Set<string>();
    let failed = false;

    const work = (async () => {
      for (const phase of phases) {
        const steps = this.#steps.filter((step) => step.phase === phase);
        for (const step of steps) unfinished.add(step.name);
        await Promise.all(
          steps.map(async (step) => {
            try {
              await step.run();
            } catch (err) {
              failed = true;
              logger.error({ err, step: step.name }, 'a step of the shutdown failed');
            }
            unfinished.delete(step.name);
          }),
        );
      }
    })();

    const timer = Promise.withResolvers<'late'>();
    const handle = setTimeout(() => timer.resolve('late'), limitMs);
    const late = (await Promise.race([work, timer.promise])) === 'late';
    clearTimeout(handle);
    if (late)
      logger.error(
        { unfinished: [...unfinished] },
        `shutdown not finished within ${limitMs} ms: ending anyway`,
      );
    else logger.info('down');
    exit(late || failed ? 1 : 0);
  }
}
