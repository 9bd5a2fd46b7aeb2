/**
 * Repeat contacts, the ground of first-contact resolution (reference: domain notes 1.4). Per customer and reason the
 * handled contacts form a chain by queue entry. Of each the gap to the next one is told, not a verdict, so that any
 * window can be asked later.
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

/** `gapMs`: from this contact's end to the next one's queue entry, 0 where that entered before the end, null: none. */
export interface GapChange {
  readonly contact: HandledContact;
  readonly sign: 1 | -1;
  readonly gapMs: number | null;
}

/** Sorted by entry, then contact. */
export type Chain = readonly HandledContact[];

/** Adds a contact to its chain or takes it out again; the changes are signed, so their sum is the present truth. */
export function changeChain(
  chain: Chain,
  contact: HandledContact,
  sign: 1 | -1,
): { chain: Chain; changes: GapChange[] } {
  const next = sign === 1 ? inserted(chain, contact) : removed(chain, contact);
  const before = gapsAround(chain, contact.enteredAt);
  const after = gapsAround(next, contact.enteredAt);
  const changes: GapChange[] = [];
  for (const [member, gapMs] of before) {
    if (!after.has(member) || after.get(member) !== gapMs) changes.push({ contact: member, sign: -1, gapMs });
  }
  for (const [member, gapMs] of after) {
    if (!before.has(member) || before.get(member) !== gapMs)
      changes.push({ contact: member, sign: 1, gapMs });
  }
  return { chain: next, changes };
}

/** "Enters the queue after it": strictly later; contacts that entered at one instant do not repeat each other. */
function gapOf(chain: Chain, index: number): number | null {
  const own = chain[index];
  if (own === undefined) throw new Error(`no contact at ${index} of the chain`);
  for (let i = index + 1; i < chain.length; i++) {
    const later = chain[i];
    if (later !== undefined && later.enteredAt > own.enteredAt)
      return Math.max(0, later.enteredAt - own.endedAt);
  }
  return null;
}

/** Only the contacts of that instant and those of the instant before it can have a changed gap. */
function gapsAround(chain: Chain, enteredAt: number): Map<HandledContact, number | null> {
  const gaps = new Map<HandledContact, number | null>();
  let index = firstAfter(chain, enteredAt) - 1;
  for (; chain[index]?.enteredAt === enteredAt; index--) gaps.set(member(chain, index), gapOf(chain, index));
  const previous = chain[index]?.enteredAt;
  for (; previous !== undefined && chain[index]?.enteredAt === previous; index--) {
    gaps.set(member(chain, index), gapOf(chain, index));
  }
  return gaps;
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
