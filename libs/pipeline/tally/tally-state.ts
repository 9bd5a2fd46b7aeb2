import type { CatalogueView } from '#catalogue/view.js';
import type { Watermark } from '#domain/posting/watermark.js';
import type { TallyCatalogue } from '#pipeline/tally-catalogue.js';
import type { PartitionRef } from '#store/store.js';
import type { ChainCache } from './chain-cache.js';
import type { CountingRules } from './counting.js';
import type { FirstSeen } from './first-seen.js';

export interface TallyCatalogues {
  /** As far as this process knows. */
  inForce(): Promise<CatalogueView>;
  /** Throws where the version never was in force. */
  find(version: string): Promise<CatalogueView>;
}

/** One catalogue that is always in force. */
export function onlyCatalogue(view: CatalogueView): TallyCatalogues {
  return {
    inForce: async () => view,
    find: async (version) => {
      if (version === view.catalogueVersion) return view;
      throw new Error(`catalogue ${version} is not known here`);
    },
  };
}

/** What memory holds of a claimed partition. */
export interface TallyState {
  readonly ref: PartitionRef;
  readonly epoch: number;
  /** As of the last commit. */
  next: number;
  /**
   * Records from here on are read for the first time; null: not known before the first batch shows the end.
   */
  newFrom: number | null;
  watermark: Watermark;
  readonly chains: ChainCache;
  firstSeen: FirstSeen;
  catalogue: TallyCatalogue;
  /** The state `catalogue` as the store has it; null: not yet. */
  stored: string | null;
  /** A commit of a takeover may or may not have been applied: what the store has is to be read. */
  isUncertain: boolean;
  /** Another process has claimed the partition since, and no record has come that would have shown it. */
  isLost: boolean;
  /** Of `catalogue.of`. */
  rules: CountingRules;
}

/** Part of the stored format. */
export const watermarkKey = 'seen';

/** Records between two checkpoints of the watermark. */
export const checkpointRecords = 16_384;

/**
 * Key of the watermark as it was before the first record at or above an offset, kept for good at every
 * multiple of `checkpointRecords`: a recount begins there and counts each posting that was counted, and no
 * other.
 */
export function checkpointKey(offset: number): string {
  return `${watermarkKey}@${offset}`;
}
