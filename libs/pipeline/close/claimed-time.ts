import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { type Claim, claimsOf, type ClockScope } from '#domain/clock/claims.js';
import { daysOf, type HeldTogether, heldTogether, piecesOf, type WorkPiece } from '#domain/clock/together.js';
import type { Extent } from '#domain/metering/contract-index.js';
import { extentOfSchedule, type ScheduleContent } from '#domain/schedule/schedule.js';
import { overlaps } from '#domain/schedule/spans.js';
import { type Posting, subjectOf } from '#domain/posting/posting.js';

/**
 * Which work claims persons' time, as the postings of a journal leave it, within each limit; and which of it
 * is held since it is implausible together with other work of the same person. What else claims a second, or
 * a day, may lie in any partition and come in any order, so all claims are gathered before anything of them
 * is counted.
 */
export class ClaimedTime {
  /** By entity, of each partition that was read. */
  readonly #partitions: Map<string, ClaimsWithin[]>[] = [];
  /** What is to be counted reaches so far, with the days that it lies in; null: nothing is. */
  #reach: Extent | null = null;
  /** The same without those days. */
  #counted: Extent | null = null;
  readonly #held = new Map<number, HeldTogether>();
  readonly #clocks = new Map<number, AgentClocks>();

  /**
   * `window`: only claims and schedules that lie in it in part are kept. `holdsSchedules`: schedules are to be
   * held against the clocks.
   */
  constructor(
    readonly scope: ClockScope,
    readonly window: Extent,
    readonly holdsSchedules = false,
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
    const pieces = watchesTogether(this.scope) ? piecesOf(content, this.scope) : none;
    const claimed = this.#reachOf(all, pieces);
    const reach = extent === null ? claimed : together(claimed, extent);
    if (isCounted && reach !== null) {
      this.#reach = together(this.#reach, reach);
      const counted = [...all, ...pieces, ...(extent === null ? [] : [extent])];
      for (const each of counted) this.#counted = together(this.#counted, each);
    }
    const entities = this.#partitions.at(-1);
    if (entities === undefined) throw new Error('no partition has begun');
    const entity = subjectOf(content);
    // What is posted replaces what was: nothing else of the entity is left.
    const others = (entities.get(entity) ?? []).flatMap((known) => {
      const left = known.limits & ~within;
      return left === 0 ? [] : [{ ...known, limits: left }];
    });
    const own: ClaimsWithin = {
      limits: within,
      claims: sign === -1 ? [] : all.filter((claim) => overlaps(claim, this.window)),
      pieces: sign === -1 ? [] : pieces.filter((piece) => overlaps(piece, this.window)),
      schedule: sign === 1 && extent !== null && overlaps(extent, this.window) ? schedule : null,
      reach: reach ?? this.window,
    };
    const isNothing = own.claims.length + own.pieces.length === 0 && own.schedule === null;
    const kept = isNothing ? others : [...others, own];
    if (kept.length === 0) entities.delete(entity);
    else entities.set(entity, kept);
  }

  /**
   * The window that holds all that what is counted may share its time with, and all that decides whether any
   * of that is held; null: this one does.
   */
  widerWindow(): Extent | null {
    let needed = together(this.window, this.#reach ?? this.window);
    const counted = this.#counted;
    if (counted !== null && watchesTogether(this.scope)) {
      for (const { claims, pieces, reach } of this.#all()) {
        const isBeside = [...claims, ...pieces].some((each) => overlaps(each, counted));
        if (isBeside) needed = together(needed, reach);
      }
    }
    return needed.from < this.window.from || needed.to > this.window.to ? needed : null;
  }

  /** What of it is held together with other work, as a limit has it, by its index. */
  heldOf(limit: number): HeldTogether {
    let held = this.#held.get(limit);
    if (held === undefined) {
      const { plausibility } = this.scope;
      const pieces = [...this.#all(1 << limit)].flatMap((each) => each.pieces);
      held = plausibility === undefined ? new Map() : heldTogether(pieces, plausibility);
      this.#held.set(limit, held);
    }
    return held;
  }

  /** The pieces of work that lie in part in an extent, of those that are kept. */
  worksWithin(extent: Extent): Set<string> {
    const pieces = [...this.#all()].flatMap((each) => each.pieces);
    return new Set(pieces.filter((piece) => overlaps(piece, extent)).map(({ work }) => work));
  }

  /** As a limit has them, by its index: what is held claims nothing. */
  clocksOf(limit: number): AgentClocks {
    let clocks = this.#clocks.get(limit);
    if (clocks === undefined) {
      const schedules = this.holdsSchedules ? this.schedulesOf(limit) : null;
      clocks = new AgentClocks(this.#claimsWithin(limit), this.scope, schedules);
      this.#clocks.set(limit, clocks);
    }
    return clocks;
  }

  *#claimsWithin(limit: number): Generator<Claim> {
    const held = this.heldOf(limit);
    for (const { claims } of this.#all(1 << limit))
      for (const claim of claims) if (!held.has(claim.work)) yield claim;
  }

  /** As a limit has them, by its index. */
  *schedulesOf(limit: number): Generator<ScheduleContent> {
    for (const { schedule } of this.#all(1 << limit)) if (schedule !== null) yield schedule;
  }

  /** `limits`: those of which it is to be within one, as bits. */
  *#all(limits = -1): Generator<ClaimsWithin> {
    for (const entities of this.#partitions)
      for (const of of entities.values()) for (const each of of) if ((each.limits & limits) !== 0) yield each;
  }

  #reachOf(claims: readonly Claim[], pieces: readonly WorkPiece[]): Extent | null {
    let reach: Extent | null = null;
    for (const claim of claims) reach = together(reach, claim);
    for (const piece of pieces) {
      reach = together(reach, piece);
      const limits = this.scope.plausibility?.together?.limitsOf(piece.connection) ?? null;
      if (limits === null || piece.inTurn === null) continue;
      for (const { start, end } of daysOf(piece, limits.timeZone))
        reach = together(reach, { from: start, to: end });
    }
    return reach;
  }
}

/** Whether any connection limits several pieces of work of one person. */
export function watchesTogether({ plausibility }: Pick<ClockScope, 'plausibility'>): boolean {
  return plausibility?.together !== undefined;
}

interface ClaimsWithin {
  readonly limits: number;
  readonly schedule: ScheduleContent | null;
  readonly claims: readonly Claim[];
  readonly pieces: readonly WorkPiece[];
  /** All of the entity, with the days that it lies in. */
  readonly reach: Extent;
}

const none: readonly WorkPiece[] = [];

function together(a: Extent | null, { from, to }: Extent): Extent {
  return a === null ? { from, to } : { from: Math.min(a.from, from), to: Math.max(a.to, to) };
}
