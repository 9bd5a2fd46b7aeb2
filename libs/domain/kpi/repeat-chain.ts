import type { Direction, Media } from '#domain/fact/fact.js';

/**
 * Repeat contacts, from which first-contact resolution is computed (docs/contracts.md, "KPIs"). Per customer
 * and reason the handled contacts form a chain by queue entry. Of each the gap to the next one is posted, not
 * a verdict, so that any window can be evaluated later.
 */
export interface HandledContact {
  readonly contact: string;
  readonly customer: string;
  readonly programme: string;
  /** Group of reasons within which a second contact repeats the first. */
  readonly reason: string;
  /** Name of the queue in which it was answered first. */
  readonly queue: string;
  readonly media: Media;
  readonly direction: Direction;
  /** Entry into its first queue of the programme. */
  readonly enteredAt: number;
  /** Start of its first agent leg. */
  readonly connectedAt: number;
  /** End of its last agent leg, after-call work not included. */
  readonly endedAt: number;
  /** End of its last agent leg or stay in a queue. */
  readonly lastAt: number;
  /** Who worked on it, by start. */
  readonly legs: readonly HandledLeg[];
}

export interface HandledLeg {
  readonly agent: string;
  /** Name of the queue in the programme. */
  readonly queue: string;
  readonly disposition: string | null;
}

/**
 * `gapMs`: from this contact's end to the next one's queue entry, `gapBeforeMs`: from the end of the last one
 * before it to its own entry; 0 where they overlap, null: there is none.
 *
 * `opens`: of the windows given (ms), those by which the contact is the first of an issue, anchored: an
 * issue is its first contact and all that enter the queue at most the window after the end of that one; what
 * comes later opens the next issue. Contacts of days 0, 5, 10 are two issues by 7 days.
 */
export interface RepeatGaps {
  readonly gapMs: number | null;
  readonly gapBeforeMs: number | null;
  readonly opens: readonly number[];
}

export interface RepeatChange extends RepeatGaps {
  readonly contact: HandledContact;
  readonly sign: 1 | -1;
}

/** Sorted by entry, then contact. */
export type RepeatChain = readonly HandledContact[];

/**
 * Adds a contact to its chain or takes it out again; the changes are signed, so their sum is the present
 * truth. `windows`: of anchored issues, in ms.
 *
 * A chain is never cut short. A contact that comes late, be it months, must find the neighbours it had, and
 * one that is taken back must be there: otherwise gaps would depend on when things were reported. So it grows
 * by a link per handled contact, about 200 bytes in the store, for as long as its catalogue is in force: a
 * customer who calls once a month has 2.4 kB after a year.
 */
export function changeChain(
  chain: RepeatChain,
  contact: HandledContact,
  sign: 1 | -1,
  windows: readonly number[] = [],
): { chain: RepeatChain; changes: RepeatChange[] } {
  const next = sign === 1 ? inserted(chain, contact) : removed(chain, contact);
  const before = gapsAround(chain, contact.enteredAt, windows);
  const after = gapsAround(next, contact.enteredAt, windows);
  const changes: RepeatChange[] = [];
  for (const [contact, gaps] of before) {
    if (!sameGaps(after.get(contact), gaps)) changes.push({ contact, sign: -1, ...gaps });
  }
  for (const [contact, gaps] of after) {
    if (!sameGaps(before.get(contact), gaps)) changes.push({ contact, sign: 1, ...gaps });
  }
  return { chain: next, changes };
}

function sameGaps(a: RepeatGaps | undefined, b: RepeatGaps): boolean {
  if (a === undefined || a.gapMs !== b.gapMs || a.gapBeforeMs !== b.gapBeforeMs) return false;
  return a.opens.length === b.opens.length && a.opens.every((window, index) => window === b.opens[index]);
}

/**
 * Only the contacts of that instant, of the instant before it and of the one after it can have changed gaps;
 * where an issue begins can change for all that follow.
 */
function gapsAround(
  chain: RepeatChain,
  enteredAt: number,
  windows: readonly number[],
): Map<HandledContact, RepeatGaps> {
  const gaps = new Map<HandledContact, RepeatGaps>();
  const [first, past] = groupAt(chain, firstAfter(chain, enteredAt) - 1, enteredAt);
  const from = first === 0 ? 0 : groupAt(chain, first - 1)[0];
  const to = windows.length > 0 || past === chain.length ? chain.length : groupAt(chain, past)[1];
  const openings = windows.map((window) => openingsOf(chain, window));
  for (let index = from; index < to; index++) {
    const { enteredAt: at } = member(chain, index);
    const opens = windows.filter((_, which) => openings[which]?.has(at) === true);
    gaps.set(member(chain, index), { ...gapsOf(chain, index), opens });
  }
  return gaps;
}

/** Instants of entry at which issues begin; contacts of one instant do not repeat each other. */
function openingsOf(chain: RepeatChain, windowMs: number): ReadonlySet<number> {
  const openings = new Set<number>();
  let openedAt = -Infinity;
  let anchorEnd = -Infinity;
  for (const { enteredAt, endedAt } of chain) {
    if (enteredAt === openedAt) anchorEnd = Math.max(anchorEnd, endedAt);
    else if (enteredAt - anchorEnd > windowMs) {
      openings.add((openedAt = enteredAt));
      anchorEnd = endedAt;
    }
  }
  return openings;
}

/**
 * "Enters the queue after it" is strictly later: contacts that entered at one instant do not repeat each
 * other. Before a contact counts, of those of the last earlier instant, the one that ended last.
 */
function gapsOf(chain: RepeatChain, index: number): Omit<RepeatGaps, 'opens'> {
  const own = member(chain, index);
  const [first, past] = groupAt(chain, index);
  const next = chain[past];
  const before = first === 0 ? [] : chain.slice(...groupAt(chain, first - 1));
  return {
    gapMs: next === undefined ? null : Math.max(0, next.enteredAt - own.endedAt),
    gapBeforeMs:
      before.length === 0
        ? null
        : Math.max(0, own.enteredAt - Math.max(...before.map(({ endedAt }) => endedAt))),
  };
}

/**
 * `[first, past)` of the contacts that entered at the same instant as the one at `index`, or at the instant
 * given.
 */
function groupAt(chain: RepeatChain, index: number, enteredAt = chain[index]?.enteredAt): [number, number] {
  let first = index + 1;
  while (first > 0 && chain[first - 1]?.enteredAt === enteredAt) first--;
  let past = index + 1;
  while (past < chain.length && chain[past]?.enteredAt === enteredAt) past++;
  return [first, past];
}

function member(chain: RepeatChain, index: number): HandledContact {
  const found = chain[index];
  if (found === undefined) throw new Error(`no contact at ${index} of the chain`);
  return found;
}

function inserted(chain: RepeatChain, contact: HandledContact): RepeatChain {
  let index = firstAfter(chain, contact.enteredAt);
  while (index > 0) {
    const before = member(chain, index - 1);
    if (before.enteredAt < contact.enteredAt || before.contact <= contact.contact) break;
    index--;
  }
  return [...chain.slice(0, index), contact, ...chain.slice(index)];
}

/** Taking out what was never put in is a broken journal. */
function removed(chain: RepeatChain, contact: HandledContact): RepeatChain {
  const index = chain.findIndex(
    (candidate) =>
      candidate.contact === contact.contact &&
      candidate.enteredAt === contact.enteredAt &&
      candidate.endedAt === contact.endedAt &&
      candidate.queue === contact.queue,
  );
  if (index < 0) throw new Error(`contact ${contact.contact} is taken back but was never posted`);
  return [...chain.slice(0, index), ...chain.slice(index + 1)];
}

/** Index of the first contact that entered after the instant. */
function firstAfter(chain: RepeatChain, enteredAt: number): number {
  let low = 0;
  let high = chain.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (member(chain, middle).enteredAt <= enteredAt) low = middle + 1;
    else high = middle;
  }
  return low;
}
