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

/** A close covers all that was accepted before the request: it waits for records still on their way. */
export function periodService(periods: Periods, lookup: CatalogueIndex, view: PipelineView): PeriodService {
  return {
    live: (contract, period) => periods.live(contract, period),
    verify: (contract, period, revision) => periods.verify(contract, period, revision),
    close: async (id, period, mode, acceptOmissions) => {
      const contract = lookup.contract(id);
      if (contract === null) return { status: 'unknownContract' };
      const caughtUp = await catchUp(view, catchUpOptions);
      return caughtUp.status === 'behind' ? caughtUp : periods.close(contract, period, mode, acceptOmissions);
    },
  };
}
