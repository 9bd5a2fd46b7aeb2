import type { CatalogueView } from '#catalogue/view.js';
import type { RepeatChain } from '#domain/kpi/repeat-chain.js';
import type { Watermark } from '#domain/posting/watermark.js';
import type { TallyCatalogue } from '#pipeline/tally-catalogue.js';
import type { StateCache } from '#store/state-cache.js';
import type { PartitionRef } from '#store/store.js';
import { encodeChain } from './chain-codec.js';
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
  readonly chains: StateCache<RepeatChain>;
  readonly firstSeen: FirstSeen;
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

/** What the store is to do with chains; one without contacts is forgotten. */
export function chainUpdates(chains: ReadonlyMap<string, RepeatChain>): {
  readonly puts: readonly (readonly [key: string, value: string])[];
  readonly deletes: readonly string[];
} {
  const all = [...chains];
  return {
    puts: all
      .filter(([, chain]) => chain.length > 0)
      .map(([key, chain]) => [key, encodeChain(chain)] as const),
    deletes: all.filter(([, chain]) => chain.length === 0).map(([key]) => key),
  };
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
