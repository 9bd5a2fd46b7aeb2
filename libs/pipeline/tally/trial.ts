import { changeChain, emptyChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import type { AddToTally } from '#domain/live/measure.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { type Posting, subjectOf } from '#domain/posting/posting.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import type { LogRecord } from '#log/log.js';
import { tooLarge } from '#store/change.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { chainKey } from './chain-codec.js';
import { countPosting, countRepeat, type CountingRules } from './counting.js';

/** What could not be counted, as far as it can be said without the journal. */
export interface Suspects {
  /** Keys of chains that could not be changed. */
  readonly chains: ReadonlySet<string>;
  /** A sum that would not have been exact; null: it was none. */
  readonly sum: { readonly key: string; readonly field: string } | null;
}

/** An entity that cannot be counted, from an offset of the journal on. */
export interface Impossible {
  readonly entity: string;
  readonly offset: number;
  readonly cause: unknown;
}

/** A record of an impossible entity, with those of its postings that readers count. */
export interface LeftOutRecord {
  readonly offset: number;
  readonly impossible: Impossible;
  readonly postings: readonly Posting[];
}

/**
 * Counts the journal of a partition from its first record as a new tally under a catalogue would, to find
 * what that parks, and where. Kept are only the chains and the sum that are suspected: every other posting
 * is counted for whether that can be done at all.
 */
export class Trial {
  /** Read up to here. */
  next = 0;
  readonly impossible = new Map<string, Impossible>();
  readonly leftOut: LeftOutRecord[] = [];
  readonly #rules: CountingRules;
  readonly #suspects: Suspects;
  readonly #parked: ReadonlyMap<string, number>;
  readonly #seen: Watermark = new Map();
  readonly #chains = new Map<string, RepeatChain>();
  #sum = 0;

  /** `parked`: entities that are left out from an offset on, before and after. */
  constructor(rules: CountingRules, suspects: Suspects, parked: ReadonlyMap<string, number>) {
    this.#rules = rules;
    this.#suspects = suspects;
    this.#parked = parked;
  }

  /** Records in order. */
  read(records: readonly LogRecord[]): void {
    for (const { offset, value } of records) {
      this.next = offset + 1;
      const { postings } = decodeJournalRecord(value) ?? { postings: [] };
      const [first] = postings;
      if (first === undefined) continue;
      const entity = subjectOf(first.content);
      if (offset >= (this.#parked.get(entity) ?? Infinity)) continue;
      const fresh = postings.filter(({ position }) => advance(this.#seen, position));
      if (!this.impossible.has(entity)) this.#try(fresh, entity, offset);
      const impossible = this.impossible.get(entity);
      if (impossible !== undefined) this.leftOut.push({ offset, impossible, postings: fresh });
    }
  }

  /** A record is counted as a whole or not at all. */
  #try(postings: readonly Posting[], entity: string, offset: number): void {
    try {
      const { chains, sum } = this.#counted(postings);
      for (const [key, chain] of chains) this.#chains.set(key, chain);
      this.#sum = sum;
    } catch (cause) {
      this.impossible.set(entity, { entity, offset, cause });
    }
  }

  #counted(postings: readonly Posting[]): { chains: ReadonlyMap<string, RepeatChain>; sum: number } {
    const rules = this.#rules;
    const { chains: suspected, sum: suspect } = this.#suspects;
    const chains = new Map<string, RepeatChain>();
    let sum = this.#sum;
    const add: AddToTally = (key, field, delta) => {
      if (!Number.isSafeInteger(delta)) throw tooLarge(key, field);
      if (key === suspect?.key && field === suspect.field) sum += delta;
    };
    for (const posting of postings) {
      const { content, sign } = posting;
      countPosting(posting, rules, add);
      for (const contact of handledContacts(content, rules.view, rules.resolving)) {
        const key = chainKey(contact);
        if (!suspected.has(key)) continue;
        const before = chains.get(key) ?? this.#chains.get(key) ?? emptyChain;
        const { chain, changes } = changeChain(before, contact, sign, rules.windowsOf(contact.programme));
        chains.set(key, chain);
        for (const change of changes) countRepeat(change, rules, add);
      }
    }
    if (suspect !== null && !Number.isSafeInteger(sum)) throw tooLarge(suspect.key, suspect.field);
    return { chains, sum };
  }
}
