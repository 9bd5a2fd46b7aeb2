import type { CloseMode, CloseResult } from './close-period.js';
import type { LivePeriod, Periods } from './periods.js';
import {
  catchUp,
  type CatchUpResult,
  type PipelineView,
  type CatchUpOptions,
} from '#pipeline/pipeline-lag.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';

/** What is asked over HTTP of a contract's periods. */
export interface PeriodService {
  /** null: the catalogue has no such contract. */
  live(contract: string, period: string): Promise<LivePeriod | null>;
  close(contract: string, period: string, asked: CloseMode): Promise<CloseAnswer>;
}

export type CloseAnswer =
  CloseResult | Extract<CatchUpResult, { status: 'behind' }> | { readonly status: 'unknownContract' };

/** A request does not wait longer for what is still under way. */
const patience: CatchUpOptions = { timeoutMs: 10_000, stallTimeoutMs: 10_000, pollMs: 50 };

/** A close covers all that was accepted before it was asked for: what is still on its way is waited for. */
export function periodService(
  periods: Periods,
  lookup: CatalogueIndex,
  outside: PipelineView,
): PeriodService {
  return {
    live: (contract, period) => periods.live(contract, period),
    close: async (id, period, asked) => {
      const contract = lookup.contract(id);
      if (contract === null) return { status: 'unknownContract' };
      const caughtUp = await catchUp(outside, patience);
      return caughtUp.status === 'behind' ? caughtUp : periods.close(contract, period, asked);
    },
  };
}
