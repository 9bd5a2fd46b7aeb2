import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { HandledContact } from './chain-links.js';
import { type RepeatChain, changeChain, emptyChain, type RepeatChange } from './repeat-chain.js';

const day = 86_400_000;

function handled(contact: string, enteredAt: number, endedAt = enteredAt): HandledContact {
  return {
    contact,
    customer: 'cust',
    programme: 'p',
    reason: 'r',
    queue: 'q',
    media: 'voice',
    direction: 'inbound',
    enteredAt,
    connectedAt: enteredAt,
    endedAt,
    lastAt: endedAt,
    legs: [],
  };
}

type GapRow = [gapMs: number | null, gapBeforeMs: number | null, opens: readonly number[]];
type Present = Map<string, GapRow>;

/** Gaps of each contact by comparing it with every other one. */
function bruteForce(contacts: readonly HandledContact[], windows: readonly number[]): Present {
  return new Map(
    contacts.map((own) => {
      const later = contacts.filter((other) => other.enteredAt > own.enteredAt);
      const gaps = later.map((other) => Math.max(0, other.enteredAt - own.endedAt));
      const earlier = contacts.filter((other) => other.enteredAt < own.enteredAt);
      const last = Math.max(...earlier.map((other) => other.enteredAt));
      const ends = earlier.filter((other) => other.enteredAt === last).map((other) => other.endedAt);
      const gapBefore = earlier.length === 0 ? null : Math.max(0, own.enteredAt - Math.max(...ends));
      const opens = windows.filter((window) => firstEntries(contacts, window).includes(own.enteredAt));
      return [own.contact, [gaps.length === 0 ? null : Math.min(...gaps), gapBefore, opens]];
    }),
  );
}

/** Entries at which issues begin, taking one issue after the other away. */
function firstEntries(contacts: readonly HandledContact[], window: number): number[] {
  if (contacts.length === 0) return [];
  const entry = Math.min(...contacts.map(({ enteredAt }) => enteredAt));
  const anchors = contacts.filter(({ enteredAt }) => enteredAt === entry);
  const end = Math.max(...anchors.map(({ endedAt }) => endedAt));
  const later = contacts.filter(({ enteredAt }) => enteredAt > entry && enteredAt - end > window);
  return [entry, ...firstEntries(later, window)];
}

/** Present gaps as the signed sum of all changes. */
function applied(changes: readonly RepeatChange[]): Present {
  const counts = new Map<string, number>();
  for (const { contact, sign, gapMs, gapBeforeMs, opens } of changes) {
    const key = JSON.stringify([contact.contact, [gapMs, gapBeforeMs, opens]]);
    counts.set(key, (counts.get(key) ?? 0) + sign);
  }
  const present = [...counts].filter(([, count]) => count !== 0);
  expect(present.every(([, count]) => count === 1)).toBe(true);
  return new Map(present.map(([key]) => JSON.parse(key) as [string, GapRow]));
}

describe('changeChain', () => {
  it('gives the gap to the next contact: days 0, 3, 12 fail at 3 d, 9 d, never', () => {
    const all: RepeatChange[] = [];
    let chain: RepeatChain = emptyChain;
    for (const [index, at] of [0, 3 * day, 12 * day].entries()) {
      const changed = changeChain(chain, handled(`c${index}`, at), 1);
      chain = changed.chain;
      all.push(...changed.changes);
    }
    expect(applied(all)).toEqual(
      new Map([
        ['c0', [3 * day, null, []]],
        ['c1', [9 * day, 3 * day, []]],
        ['c2', [null, 9 * day, []]],
      ]),
    );
  });

  it('has no repeat among contacts that entered at one instant, and a gap of 0 where calls overlap', () => {
    const first = changeChain(emptyChain, handled('a', 0, 500), 1);
    const twin = changeChain(first.chain, handled('b', 0, 100), 1);
    const third = changeChain(twin.chain, handled('c', 300), 1);
    expect(applied([...first.changes, ...twin.changes, ...third.changes])).toEqual(
      new Map([
        ['a', [0, null, []]],
        ['b', [200, null, []]],
        ['c', [null, 0, []]],
      ]),
    );
  });

  it('says where anchored issues begin: days 0, 5, 10 are two issues by 7 days, and one without day 0', () => {
    const window = 7 * day;
    let chain: RepeatChain = emptyChain;
    const all: RepeatChange[] = [];
    const change = (name: string, at: number, sign: 1 | -1): void => {
      const changed = changeChain(chain, handled(name, at), sign, [window]);
      chain = changed.chain;
      all.push(...changed.changes);
    };
    const openers = (): string[] =>
      [...applied(all)].flatMap(([name, [, , opens]]) => (opens.length > 0 ? name : []));
    for (const at of [10, 5, 0]) change(`day ${at}`, at * day, 1);
    expect(openers().sort()).toEqual(['day 0', 'day 10']);
    change('day 0', 0, -1);
    expect(openers()).toEqual(['day 5']);
    change('day 12', 12 * day, 1);
    expect(openers()).toEqual(['day 5']);
    change('day 12, a millisecond on', 12 * day + 1, 1);
    expect(openers().sort()).toEqual(['day 12, a millisecond on', 'day 5']);
  });

  it('refuses to take back what was never posted', () => {
    expect(() => changeChain(emptyChain, handled('a', 0), -1)).toThrow(
      'contact a is taken back but was never posted',
    );
  });

  it('gives changes that sum to the present gaps, whatever is added and removed in whatever order', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 7 }),
      at: fc.integer({ min: 0, max: 9 }),
      length: fc.nat(4),
    });
    const windows = [0, 2, 5];
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => expectPresentGaps(steps, windows)));
  });

  it('gives the present gaps of chains of several pages too, also where very many entered at one instant', () => {
    const step = fc.record({ id: fc.nat({ max: 400 }), at: fc.nat({ max: 40 }), length: fc.nat(4) });
    const windows = [0, 2, 5];
    const steps = fc.array(step, { minLength: 250, maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(steps, (all) => expectPresentGaps(all, windows)),
      { numRuns: 20 },
    );
  });
});

interface Step {
  readonly id: number;
  readonly at: number;
  readonly length: number;
}

/** Adds a contact where it is not in the chain, and takes it out where it is. */
function expectPresentGaps(steps: readonly Step[], windows: readonly number[]): void {
  let chain: RepeatChain = emptyChain;
  const present = new Map<string, HandledContact>();
  const all: RepeatChange[] = [];
  for (const { id, at, length } of steps) {
    const name = `c${id}`;
    const old = present.get(name);
    const contact = old ?? handled(name, at, at + length);
    const changed = changeChain(chain, contact, old === undefined ? 1 : -1, windows);
    if (old === undefined) present.set(name, contact);
    else present.delete(name);
    chain = changed.chain;
    all.push(...changed.changes);
  }
  expect(applied(all)).toEqual(bruteForce([...present.values()], windows));
}
