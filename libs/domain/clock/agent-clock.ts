import { countWhile } from '#domain/calendar/sorted.js';
import type { Claim } from './claims.js';

/**
 * A person's time, each millisecond of it once. Of what claims a millisecond the pieces of the lowest rank
 * have it. Where these are several they take turns, millisecond by millisecond, in the order in which they
 * began (then by their ids): so each has an equal part, what cannot be divided goes to those that began
 * first, and the parts of any stretch sum exactly to it, wherever it is cut.
 */
export class AgentClock {
  /** By claim: the stretches that it has a part of; absent: all of it is its own. */
  readonly #parts: ReadonlyMap<string, readonly Part[]>;

  constructor(claims: readonly Claim[]) {
    this.#parts = partsOf(claims);
  }

  /** Whether another piece of work claims any of its time. */
  isContested(id: string): boolean {
    return this.#parts.has(id);
  }

  /** Milliseconds of `[from, to)`, which lies in the claim, that are its own. */
  ownMs(id: string, from: number, to: number): number {
    const parts = this.#parts.get(id);
    if (parts === undefined) return to - from;
    let ms = 0;
    for (let index = countWhile(parts, ({ to: end }) => end <= from); index < parts.length; index += 1) {
      const part = parts[index];
      if (part === undefined || part.from >= to) break;
      ms += turnsIn(part, Math.min(to, part.to)) - turnsIn(part, Math.max(from, part.from));
    }
    return ms;
  }
}

/** A stretch that `of` claims share, of which this one is the `turn`-th, from 0. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly turn: number;
  readonly of: number;
}

/**
 * More claims on one millisecond than a person can have work: the first of them share it, so that no sender
 * makes the sharing dear.
 */
const maxSharing = 50;

/** Milliseconds from the beginning of the part up to an instant that are its own. */
function turnsIn({ from, turn, of }: Part, until: number): number {
  return Math.ceil((until - from - turn) / of);
}

function partsOf(claims: readonly Claim[]): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  const contested = new Set<string>();
  let alone: Claim[] = [];
  const begins = claims.toSorted(inTurn);
  const ends = claims.toSorted((a, b) => a.to - b.to);
  const active: Claim[] = [];
  let [next, done] = [0, 0];
  for (let at = begins[0]?.from ?? Infinity; done < ends.length;) {
    for (let claim = ends[done]; claim !== undefined && claim.to <= at; claim = ends[++done])
      active.splice(placeOf(active, claim), 1);
    for (let claim = begins[next]; claim !== undefined && claim.from <= at; claim = begins[++next]) {
      active.splice(placeOf(active, claim), 0, claim);
      alone.push(claim);
    }
    const until = Math.min(begins[next]?.from ?? Infinity, ends[done]?.to ?? Infinity);
    alone = alone.filter(({ to }) => to > at);
    if (active.length > 1) {
      for (const { id } of alone) contested.add(id);
      alone = [];
    }
    share(active, at, until, parts);
    at = until;
  }
  for (const id of parts.keys()) if (!contested.has(id)) parts.delete(id);
  for (const id of contested) if (!parts.has(id)) parts.set(id, []);
  return parts;
}

/** `active`: by rank, then in turn. */
function share(active: readonly Claim[], from: number, to: number, parts: Map<string, Part[]>): void {
  const rank = active[0]?.rank;
  const sharing = active.findIndex((claim, index) => claim.rank !== rank || index === maxSharing);
  const of = sharing === -1 ? active.length : sharing;
  for (let turn = 0; turn < of; turn += 1) {
    const id = active[turn]?.id ?? '';
    const own = parts.get(id);
    if (own === undefined) parts.set(id, [{ from, to, turn, of }]);
    else addPart(own, { from, to, turn, of });
  }
}

function addPart(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  const goesOn = last?.to === part.from && last.of === 1 && part.of === 1;
  if (goesOn) parts[parts.length - 1] = { ...last, to: part.to };
  else parts.push(part);
}

function inTurn(a: Claim, b: Claim): number {
  return a.from - b.from || (a.id < b.id ? -1 : 1);
}

/** Where a claim is, or is to be, among those that are active. */
function placeOf(active: readonly Claim[], claim: Claim): number {
  let [low, high] = [0, active.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = active[middle];
    if (other !== undefined && (other.rank - claim.rank || inTurn(other, claim)) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
