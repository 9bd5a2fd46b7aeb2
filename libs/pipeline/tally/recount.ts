import {
  affectsContract,
  affectsLive,
  type CatalogueDifference,
  catalogueDifference,
  touches,
} from '#catalogue/difference.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import type { CatalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import { changeChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { type Posting, subjectOf } from '#domain/posting/posting.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import { decodeJournalRecord } from '#wire/postings.js';
import type { FirstSeen } from './first-seen.js';
import type { ChainCache } from './chain-cache.js';
import { chainKey } from './chain-codec.js';
import { countChain, countPosting, countingRules, type CountingRules, type Sums } from './counting.js';

/**
 * What a change of the catalogue makes of the sums of one partition: of each posting that it touches, what
 * the catalogue before counted is subtracted and what the one after counts is added. All other postings count
 * the same under both; those before the first that is touched are not even read.
 *
 * Sums are changed chunk by chunk; chains of repeat contacts are sets, so only what is left of them at the
 * end matters, and they are changed last.
 */
export class Recount {
  readonly difference: CatalogueDifference;
  readonly #before: CountingRules;
  readonly #after: CountingRules;
  readonly #watermark: Watermark;
  /** By key of the chain: contacts to take out of it or to put into it, each with how often. */
  readonly #chains = new Map<string, Map<string, Move>>();
  readonly #firstSeen: FirstSeen | null;
  /** Whether all postings are read, so that all of them can be noted. */
  readonly #isWhole: boolean;
  /** Whether chains of a programme count otherwise though their contacts are the same. */
  readonly #countsChains = new Map<string, boolean>();

  /**
   * `watermark`: of the first record that is read; it is changed. `firstSeen`: where it is noted what exceeds
   * the limits of the catalogue after. `isWhole`: it is read from the first record on.
   */
  constructor(
    before: CatalogueView,
    after: CatalogueView,
    watermark: Watermark = new Map(),
    { firstSeen = null, isWhole = false }: { firstSeen?: FirstSeen | null; isWhole?: boolean } = {},
  ) {
    this.#firstSeen = firstSeen;
    this.#isWhole = isWhole;
    this.difference = catalogueDifference(contentOf(before), contentOf(after));
    const { difference } = this;
    const part = {
      live: affectsLive(difference),
      // An outcome may report a programme beside a queue of another one.
      contract: (contract: Contract) => difference.queues.size > 0 || affectsContract(difference, contract),
    };
    this.#before = countingRules(before, part);
    this.#after = countingRules(after, part);
    this.#watermark = watermark;
  }

  /** To be called in the commit with which all is recounted. */
  noteWhole(sums: Sums): void {
    if (this.#isWhole) this.#firstSeen?.noteExceedingWhole(sums.add);
  }

  /** Keys of the chains to change, in order. */
  chains(): string[] {
    return [...this.#chains.keys()].sort();
  }

  /**
   * Records of the journal in order. `sumsFrom`: offset below which the sums were changed before; chains are
   * not yet. `parked`: entities that are left out from an offset on.
   */
  read(
    records: readonly { readonly offset: number; readonly value: string }[],
    sumsFrom: number,
    parked: ReadonlyMap<string, number>,
    sums: Sums,
  ): void {
    for (const { offset, value } of records) {
      const postings = decodeJournalRecord(value)?.postings ?? [];
      const [first] = postings;
      const since = first === undefined ? undefined : parked.get(subjectOf(first.content));
      if (since !== undefined && offset >= since) continue;
      for (const posting of postings) {
        if (!advance(this.#watermark, posting.position)) continue;
        if (this.#isWhole)
          this.#firstSeen?.noteExceeding(posting.content, offset, this.#after.view, sums.add);
        this.#count(posting, offset, offset >= sumsFrom, sums);
      }
    }
  }

  /**
   * Changes some of the chains, and adds what that changes. `chains`: as they are now.
   * @throws {Uncountable} names all of them that cannot be changed.
   */
  async changeChains(keys: readonly string[], chains: ChainCache, sums: Sums): Promise<void> {
    const failures = new Map<string, unknown>();
    for (const key of keys) {
      const before = chains.get(key);
      const after = await moved(before, [...(this.#chains.get(key)?.values() ?? [])]).catch(
        (error: unknown) => void failures.set(key, error),
      );
      if (after === undefined) continue;
      await countChain(before, this.#before, sums, -1);
      await countChain(after, this.#after, sums, 1);
      if (after !== before) chains.set(key, after);
    }
    const [cause] = failures.values();
    if (failures.size > 0) throw new Uncountable(cause, new Set(failures.keys()));
  }

  /** @throws {Uncountable} */
  #count(posting: Posting, offset: number, isNew: boolean, sums: Sums): void {
    try {
      this.#countPosting(posting, offset, isNew, sums);
    } catch (error) {
      throw new Uncountable(error, new Set());
    }
  }

  #countPosting(posting: Posting, offset: number, isNew: boolean, sums: Sums): void {
    const { content, sign } = posting;
    const [before, after] = [this.#before, this.#after];
    if (!touches(this.difference, content, before.view, after.view)) return;
    this.#firstSeen?.noteExceeding(content, offset, after.view, sums.add);
    if (isNew) {
      countPosting(posting, before, sums.subtract);
      countPosting(posting, after, sums.add);
    }
    const was = handledContacts(content, before.view, before.resolving).map(named);
    const is = handledContacts(content, after.view, after.resolving).map(named);
    for (const each of was) this.#move(each, -sign, is);
    for (const each of is) this.#move(each, sign, was);
  }

  /** What is the same under both stays where it is; its chain counts for something else at most. */
  #move({ name, contact }: Named, by: number, others: readonly Named[]): void {
    const isSame = others.some((other) => other.name === name);
    if (isSame && !this.#mayCountChains(contact.programme)) return;
    const key = chainKey(contact);
    const moves = this.#chains.get(key) ?? new Map<string, Move>();
    this.#chains.set(key, moves);
    if (isSame) return;
    const net = (moves.get(name)?.net ?? 0) + by;
    if (net === 0) moves.delete(name);
    else moves.set(name, { contact, net });
  }

  #mayCountChains(programme: string): boolean {
    const known = this.#countsChains.get(programme);
    if (known !== undefined) return known;
    const reads = [this.#before, this.#after].some(({ view }) =>
      view.contracts.some(
        ({
          meter: {
            contract,
            reads: { repeat },
          },
        }) => {
          return repeat && contract.programme === programme && affectsContract(this.difference, contract);
        },
      ),
    );
    const counts = reads || this.difference.liveProgrammes.has(programme);
    this.#countsChains.set(programme, counts);
    return counts;
  }
}

/** The catalogue cannot count something of the journal: a posting, or what is in some chains. */
export class Uncountable extends Error {
  override readonly name = 'Uncountable';

  constructor(
    cause: unknown,
    readonly chains: ReadonlySet<string>,
  ) {
    super(Error.isError(cause) ? cause.message : String(cause), { cause });
  }
}

interface Move {
  readonly contact: HandledContact;
  readonly net: number;
}

interface Named {
  readonly name: string;
  readonly contact: HandledContact;
}

function named(contact: HandledContact): Named {
  return { name: JSON.stringify(contact), contact };
}

/** What goes is taken out first: what comes may look like it. */
async function moved(chain: RepeatChain, moves: readonly Move[]): Promise<RepeatChain> {
  const turns = new EventLoopTurns(movesUntilTurn);
  let next = chain;
  for (const { contact, net } of moves.toSorted((a, b) => a.net - b.net)) {
    const sign = net > 0 ? 1 : -1;
    for (let left = Math.abs(net); left > 0; left--) next = changeChain(next, contact, sign).chain;
    await turns.after(1);
  }
  return next;
}

/** Some milliseconds. */
const movesUntilTurn = 1_000;

/** Throws for a view that was not made of a catalogue. */
export function contentOf({ catalogue, catalogueVersion }: CatalogueView): Catalogue {
  if (catalogue === undefined) throw new Error(`the content of catalogue ${catalogueVersion} is not known`);
  return catalogue;
}
