import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { type Claim, claimsOf, type ClockScope } from '#domain/clock/claims.js';
import type { Extent } from '#domain/metering/contract-index.js';
import { type Posting, subjectOf } from '#domain/posting/posting.js';

/**
 * Which work claims persons' time, as the postings of a journal leave it, within each limit. What else claims
 * a second may lie in any partition and come in any order, so all claims are gathered before anything of
 * them is counted.
 */
export class ClaimedTime {
  /** By entity, of each partition that was read. */
  readonly #partitions: Map<string, ClaimsWithin[]>[] = [];
  /** What is to be counted reaches so far; null: nothing is. */
  #reach: Extent | null = null;
  readonly #clocks = new Map<number, AgentClocks>();

  /** `window`: only claims that lie in it in part are kept. */
  constructor(
    readonly scope: ClockScope,
    readonly window: Extent,
  ) {}

  /** A partition of the journal begins: of an entity it has all, or what was posted between two others. */
  begin(): void {
    this.#partitions.push(new Map());
  }

  /** `within`: limits that hold the posting, as bits. `isCounted`: whether a contract counts it. */
  add({ content, sign }: Posting, within: number, isCounted: boolean): void {
    const all = claimsOf(content, this.scope);
    if (isCounted) for (const claim of all) this.#reach = together(this.#reach, claim);
    const entities = this.#partitions.at(-1);
    if (entities === undefined) throw new Error('no partition has begun');
    const entity = subjectOf(content);
    // What is posted replaces what was: nothing else of the entity is left.
    const others = (entities.get(entity) ?? []).flatMap(({ limits, claims }) => {
      const left = limits & ~within;
      return left === 0 ? [] : [{ limits: left, claims }];
    });
    const claims = sign === -1 ? [] : all.filter((claim) => this.#isIn(claim));
    const kept = claims.length === 0 ? others : [...others, { limits: within, claims }];
    if (kept.length === 0) entities.delete(entity);
    else entities.set(entity, kept);
  }

  /** The window that holds all that what is counted may share its time with; null: this one does. */
  widerWindow(): Extent | null {
    const needed = together(this.window, this.#reach ?? this.window);
    return needed.from < this.window.from || needed.to > this.window.to ? needed : null;
  }

  /** As a limit has them, by its index. */
  clocksOf(limit: number): AgentClocks {
    let clocks = this.#clocks.get(limit);
    if (clocks === undefined) {
      clocks = new AgentClocks(this.#claimsWithin(1 << limit), this.scope);
      this.#clocks.set(limit, clocks);
    }
    return clocks;
  }

  *#claimsWithin(limit: number): Generator<Claim> {
    for (const entities of this.#partitions)
      for (const of of entities.values())
        for (const { limits, claims } of of) if ((limits & limit) !== 0) yield* claims;
  }

  #isIn({ from, to }: Claim): boolean {
    return to > this.window.from && from < this.window.to;
  }
}

interface ClaimsWithin {
  readonly limits: number;
  readonly claims: readonly Claim[];
}

function together(a: Extent | null, b: Extent): Extent {
  return a === null ? b : { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
