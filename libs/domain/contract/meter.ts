import type { HandledContact } from '#domain/kpi/repeat.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { measureActivity } from './activity-time.js';
import { measureContact } from './contact-meter.js';
import type { Contract } from './contract.js';
import { measureOutcome } from './outcome-count.js';
import { measureRepeat, readsRepeats } from './repeat-count.js';
import { shareOf, type MeterScope } from './share.js';
import { subjectsOf } from './subject.js';
import { nothing, Sums, type Quantity } from './sums.js';
import { regimesOf } from './timeline.js';

export type { Quantity } from './sums.js';
export type { MeterScope } from './share.js';

/** Whatever a posting can hold. */
export type MeasuredContent = PostingContent;

/**
 * What one finished piece of work adds to a contract's sums. A pure function of one content: the live tally
 * and the book at close use this very function, and taking an old content back with sign -1 undoes exactly
 * what it had added.
 */
export interface ContractMeter {
  readonly contract: Contract;
  measure(content: PostingContent): readonly Quantity[];
  /**
   * What a handled contact of a known customer adds, seen as one that may have been repeated. Gaps in
   * milliseconds to the next and from the previous contact of the same customer and reason, 0 where they
   * overlap, null: none. The gap before is needed only by resolution per issue.
   */
  measureRepeat(
    contact: HandledContact,
    gapMs: number | null,
    gapBeforeMs?: number | null,
  ): readonly Quantity[];
}

export function contractMeter(contract: Contract, scope: MeterScope): ContractMeter {
  const regimes = regimesOf(contract);
  const subjects = subjectsOf(contract, regimes);
  const forContacts = subjects.filter(({ reads }) => reads.contacts);
  const forActivities = subjects.filter(({ reads }) => reads.activities);
  const forOutcomes = subjects.filter(({ reads }) => reads.outcomes);
  const forRepeats = subjects.filter(readsRepeats);
  return {
    contract,
    measure(content) {
      switch (content.kind) {
        case 'contact': {
          const share = shareOf(contract, content, scope);
          if (share === null) return nothing;
          const sums = new Sums();
          for (const subject of forContacts) measureContact(contract, subject, share, sums);
          return sums.quantities();
        }
        case 'activity': {
          const sums = new Sums();
          for (const subject of forActivities) measureActivity(contract, subject, content, scope, sums);
          return sums.quantities();
        }
        case 'outcome': {
          const sums = new Sums();
          measureOutcome(contract, regimes, forOutcomes, content, scope, sums);
          return sums.quantities();
        }
      }
    },
    measureRepeat(contact, gapMs, gapBeforeMs = null) {
      if (contact.programme !== contract.programme || forRepeats.length === 0) return nothing;
      const sums = new Sums();
      for (const subject of forRepeats)
        measureRepeat(contract, subject, contact, { gapMs, gapBeforeMs }, sums);
      return sums.quantities();
    },
  };
}
