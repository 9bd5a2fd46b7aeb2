/**
 * Repeat contacts, the ground of first-contact resolution (reference: domain notes 1.4). Per customer and
 * reason the handled contacts form a chain by queue entry. Of each the gap to the next one is told, not a
 * verdict, so that any window can be asked later.
 */
export interface HandledContact {
  readonly contact: string;
  readonly customer: string;
  readonly programme: string;
  /** Group of reasons within which a second contact repeats the first. */
  readonly reason: string;
  /** Name of the queue in which it was answered first. */
  readonly queue: string;
  /** Entry into its first queue of the programme. */
  readonly enteredAt: number;
  /** End of its last agent leg, after-call work not included. */
  readonly endedAt: number;
}

/**
 * `gapMs`: from this contact's end to the next one's queue entry, `gapBeforeMs`: from the end of the last one
 * before it to its own entry; 0 where they overlap, null: there is none.
 */
export interface Gaps {
  readonly gapMs: number | null;
  readonly gapBeforeMs: number | null;
}

export interface GapChange extends Gaps {
  readonly contact: HandledContact;
  readonly sign: 1 | -1;
}

/** Sorted by entry, then contact. */
export type Chain = readonly HandledContact[];

/**
 * Adds a contact to its chain or takes it out again; the changes are signed, so their sum is the present
 * truth.
 */
export function changeChain(
  chain: Chain,
  contact: HandledContact,
  sign: 1 | -1,
): { chain: Chain; changes: GapChange[] } {
  const next = sign === 1 ? inserted(chain, contact) : removed(chain, contact);
  const before = gapsAround(chain, contact.enteredAt);
  const after = gapsAround(next, contact.enteredAt);
  const changes: GapChange[] = [];
  for (const [contact, gaps] of before) {
    if (!sameGaps(after.get(contact), gaps)) changes.push({ contact, sign: -1, ...gaps });
  }
  for (const [contact, gaps] of after) {
    if (!sameGaps(before.get(contact), gaps)) changes.push({ contact, sign: 1, ...gaps });
  }
  return { chain: next, changes };
}

function sameGaps(a: Gaps | undefined, b: Gaps): boolean {
  return a !== undefined && a.gapMs === b.gapMs && a.gapBeforeMs === b.gapBeforeMs;
}

/**
 * Only the contacts of that instant, of the instant before it and of the one after it can have changed gaps.
 */
function gapsAround(chain: Chain, enteredAt: number): Map<HandledContact, Gaps> {
  const gaps = new Map<HandledContact, Gaps>();
  const [first, past] = groupAt(chain, firstAfter(chain, enteredAt) - 1, enteredAt);
  const from = first === 0 ? 0 : groupAt(chain, first - 1)[0];
  const to = past === chain.length ? past : groupAt(chain, past)[1];
  for (let index = from; index < to; index++) gaps.set(member(chain, index), gapsOf(chain, index));
  return gaps;
}

/**
 * "Enters the queue after it" is strictly later: contacts that entered at one instant do not repeat each
 * other. Before a contact counts, of those of the last earlier instant, the one that ended last.
 */
function gapsOf(chain: Chain, index: number): Gaps {
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
function groupAt(chain: Chain, index: number, enteredAt = chain[index]?.enteredAt): [number, number] {
  let first = index + 1;
  while (first > 0 && chain[first - 1]?.enteredAt === enteredAt) first--;
  let past = index + 1;
  while (past < chain.length && chain[past]?.enteredAt === enteredAt) past++;
  return [first, past];
}

function member(chain: Chain, index: number): HandledContact {
  const found = chain[index];
  if (found === undefined) throw new Error(`no contact at ${index} of the chain`);
  return found;
}

function inserted(chain: Chain, contact: HandledContact): Chain {
  let index = firstAfter(chain, contact.enteredAt);
  while (index > 0) {
    const before = member(chain, index - 1);
    if (before.enteredAt < contact.enteredAt || before.contact <= contact.contact) break;
    index--;
  }
  return [...chain.slice(0, index), contact, ...chain.slice(index)];
}

/** Taking out what was never put in is a broken journal. */
function removed(chain: Chain, contact: HandledContact): Chain {
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
function firstAfter(chain: Chain, enteredAt: number): number {
  let low = 0;
  let high = chain.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (member(chain, middle).enteredAt <= enteredAt) low = middle + 1;
    else high = middle;
  }
  return low;
}
