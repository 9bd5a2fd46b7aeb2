import type { AdjustResult } from './adjust-period.js';
import type { CloseMode } from './close-period.js';
import type { LivePeriod, Periods } from './periods.js';
import {
  catchUp,
  type CatchUpResult,
  type PipelineView,
  type CatchUpOptions,
} from '#pipeline/pipeline-lag.js';
import type { Verification } from './verify-close.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';

/** The periods of contracts as an HTTP route needs them. */
export interface PeriodService {
  /** null: the catalogue has no such contract. */
  live(contract: string, period: string): Promise<LivePeriod | null>;
  /** `acceptOmissions`: see `closePeriod`. */
  close(
    contract: string,
    period: string,
    mode: CloseMode,
    acceptOmissions: string | null,
  ): Promise<CloseAnswer>;
  /** Makes the event of a revision again and compares; writes nothing. */
  verify(contract: string, period: string, revision: number): Promise<Verification>;
}

export type CloseAnswer =
  AdjustResult | Extract<CatchUpResult, { status: 'behind' }> | { readonly status: 'unknownContract' };

/** A request waits no longer for records that are still on their way. */
const catchUpOptions: CatchUpOptions = { timeoutMs: 10_000, stallTimeoutMs: 10_000, pollMs: 50 };

/** The periods as of the catalogue in force. */
export interface PeriodsNow {
  readonly periods: Periods;
  readonly lookup: CatalogueIndex;
}

/**
 * A close covers all that was accepted before the request: it waits for records still on their way. `now` is
 * asked with each request.
 */
export function periodService(now: () => Promise<PeriodsNow>, view: PipelineView): PeriodService {
  return {
    live: async (contract, period) => (await now()).periods.live(contract, period),
    verify: async (contract, period, revision) => (await now()).periods.verify(contract, period, revision),
    close: async (id, period, mode, acceptOmissions) => {
      const { periods, lookup } = await now();
      const contract = lookup.contract(id);
      if (contract === null) return { status: 'unknownContract' };
      const caughtUp = await catchUp(view, catchUpOptions);
      return caughtUp.status === 'behind' ? caughtUp : periods.close(contract, period, mode, acceptOmissions);
    },
  };
}
