import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { type Claim, claimsOf, type ClockScope } from '#domain/clock/claims.js';
import type { Extent } from '#domain/metering/contract-index.js';
import { extentOfSchedule, type ScheduleContent } from '#domain/schedule/schedule.js';
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

  /**
   * `window`: only claims and schedules that lie in it in part are kept. `holdsSchedules`: schedules are to be
   * held against the clocks.
   */
  constructor(
    readonly scope: ClockScope,
    readonly window: Extent,
    readonly holdsSchedules: boolean,
  ) {}

  /** A partition of the journal begins: of an entity it has all, or what was posted between two others. */
  begin(): void {
    this.#partitions.push(new Map());
  }

  /** `within`: limits that hold the posting, as bits. `isCounted`: whether a contract counts it. */
  add({ content, sign }: Posting, within: number, isCounted: boolean): void {
    const all = claimsOf(content, this.scope);
    const schedule = this.holdsSchedules && content.kind === 'schedule' ? content : null;
    const extent = schedule === null ? null : extentOfSchedule(schedule);
    if (isCounted) for (const claim of all) this.#reach = together(this.#reach, claim);
    if (isCounted && extent !== null) this.#reach = together(this.#reach, extent);
    const entities = this.#partitions.at(-1);
    if (entities === undefined) throw new Error('no partition has begun');
    const entity = subjectOf(content);
    // What is posted replaces what was: nothing else of the entity is left.
    const others = (entities.get(entity) ?? []).flatMap((known) => {
      const left = known.limits & ~within;
      return left === 0 ? [] : [{ ...known, limits: left }];
    });
    const claims = sign === -1 ? [] : all.filter((claim) => this.#isIn(claim));
    const isHeld = sign === 1 && extent !== null && this.#isIn(extent);
    const own = { limits: within, claims, schedule: isHeld ? schedule : null };
    const kept = claims.length === 0 && !isHeld ? others : [...others, own];
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
      const schedules = this.holdsSchedules ? this.#schedulesWithin(1 << limit) : null;
      clocks = new AgentClocks(this.#claimsWithin(1 << limit), this.scope, schedules);
      this.#clocks.set(limit, clocks);
    }
    return clocks;
  }

  *#claimsWithin(limit: number): Generator<Claim> {
    for (const entities of this.#partitions)
      for (const of of entities.values())
        for (const { limits, claims } of of) if ((limits & limit) !== 0) yield* claims;
  }

  *#schedulesWithin(limit: number): Generator<ScheduleContent> {
    for (const entities of this.#partitions)
      for (const of of entities.values())
        for (const { limits, schedule } of of)
          if ((limits & limit) !== 0 && schedule !== null) yield schedule;
  }

  #isIn({ from, to }: Extent): boolean {
    return to > this.window.from && from < this.window.to;
  }
}

interface ClaimsWithin {
  readonly limits: number;
  readonly schedule: ScheduleContent | null;
  readonly claims: readonly Claim[];
}

function together(a: Extent | null, b: Extent): Extent {
  return a === null ? b : { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}
