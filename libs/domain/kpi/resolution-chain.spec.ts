import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Kpi } from '#domain/contract/kpi.js';
import { breakingOutcomes, type BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import { kpiModule } from './kpis.js';
import type { HandledContact } from './chain-links.js';
import { changeChain, emptyChain, type RepeatChange } from './repeat-chain.js';

const hour = 3_600_000;
const window = 72 * hour;
const kpi = {
  type: 'settled',
  version: 1,
  minSample: 0,
  onNoData: 'neutral',
  windowMs: window,
  by: null,
  unless: breakingOutcomes,
  resolved: null,
} as const satisfies Kpi;

interface Reported {
  readonly id: string;
  readonly at: number;
  readonly endedAt?: number;
  readonly topic?: string | null;
  readonly event?: BreakingOutcome;
  readonly isUnanswered?: boolean;
}

function link({ id, at, endedAt = at, topic = null, event, isUnanswered = false }: Reported): HandledContact {
  const isWorked = event === undefined && !isUnanswered;
  return {
    contact: id,
    customer: 'a',
    programme: 'P',
    reason: '',
    queue: 'q',
    media: 'chat',
    direction: 'inbound',
    enteredAt: at,
    connectedAt: at,
    endedAt,
    lastAt: endedAt,
    legs: [],
    resolution: {
      by: isWorked ? 'machine' : null,
      kinds: isWorked ? ['machine'] : [],
      topic,
      event: event ?? null,
    },
  };
}

/** How often each contact counts as offered and as held, by all that was posted. */
function verdicts(changes: readonly RepeatChange[]): Record<string, string> {
  const sums = new Map<string, { n: number; d: number }>();
  for (const change of changes) {
    const { n, d } = kpiModule(kpi).repeats?.(kpi, change.contact, change) ?? { n: 0, d: 0 };
    const sum = sums.get(change.contact.contact) ?? { n: 0, d: 0 };
    sums.set(change.contact.contact, { n: sum.n + change.sign * n, d: sum.d + change.sign * d });
  }
  return Object.fromEntries(
    [...sums].filter(([, { n, d }]) => n !== 0 || d !== 0).map(([id, { n, d }]) => [id, `${n}/${d}`]),
  );
}

function posted(steps: readonly (readonly [reported: Reported, sign: 1 | -1])[]): Record<string, string> {
  let chain = emptyChain;
  const all: RepeatChange[] = [];
  for (const [reported, sign] of steps) {
    const { chain: next, changes } = changeChain(chain, link(reported), sign);
    chain = next;
    all.push(...changes);
  }
  return verdicts(all);
}

const put = (...reported: readonly Reported[]): Record<string, string> =>
  posted(reported.map((each) => [each, 1] as const));

describe('a resolution and what follows it', () => {
  it('is taken back by a contact 71:59:59.999 after its end, and by none at 72:00:00.000', () => {
    const first = { id: 'a', at: 0, endedAt: 1000 };
    expect(put(first, { id: 'b', at: 1000 + window - 1 })).toEqual({ a: '0/1', b: '1/1' });
    expect(put(first, { id: 'b', at: 1000 + window })).toEqual({ a: '1/1', b: '1/1' });
  });

  it('is taken back by an outcome in the same half-open interval, and by none before its end', () => {
    const first = { id: 'a', at: 0, endedAt: 1000 };
    for (const event of breakingOutcomes) {
      expect(put(first, { id: 'r', at: 1000, event })).toEqual({ a: '0/1' });
      expect(put(first, { id: 'r', at: 1000 + window - 1, event })).toEqual({ a: '0/1' });
      expect(put(first, { id: 'r', at: 1000 + window, event })).toEqual({ a: '1/1' });
      expect(put(first, { id: 'r', at: 999, event })).toEqual({ a: '1/1' });
    }
  });

  it('is not taken back by what is about another topic, and is by what names none', () => {
    const first = { id: 'a', at: 0, topic: 'bill' };
    expect(put(first, { id: 'b', at: hour, topic: 'delivery' })).toEqual({ a: '1/1', b: '1/1' });
    expect(put(first, { id: 'b', at: hour, topic: 'bill' })).toEqual({ a: '0/1', b: '1/1' });
    expect(put(first, { id: 'b', at: hour })).toEqual({ a: '0/1', b: '1/1' });
    expect(put(first, { id: 'r', at: hour, topic: 'delivery', event: 'refund.made' })).toEqual({ a: '1/1' });
    // the nearest is of another topic, the next after it is not
    expect(put(first, { id: 'b', at: hour, topic: 'x' }, { id: 'c', at: 2 * hour, topic: 'bill' })).toEqual({
      a: '0/1',
      b: '1/1',
      c: '1/1',
    });
  });

  it('is taken back by a contact that was not answered, which itself counts for nothing', () => {
    expect(put({ id: 'a', at: 0 }, { id: 'b', at: hour, isUnanswered: true })).toEqual({ a: '0/1' });
  });

  it('forgets an outcome that is taken out again, also where it was taken out before it was put in', () => {
    const [contact, refund] = [
      { id: 'a', at: 0 },
      { id: 'r', at: hour, event: 'refund.made' },
    ] as const;
    expect(
      posted([
        [contact, 1],
        [refund, 1],
        [refund, -1],
      ]),
    ).toEqual({ a: '1/1' });
    expect(
      posted([
        [refund, -1],
        [contact, 1],
        [refund, 1],
      ]),
    ).toEqual({ a: '1/1' });
    expect(() => posted([[contact, -1]])).toThrow('contact a is taken back but was never posted');
  });

  it('is taken back by an outcome at the very instant at which it came and ended', () => {
    expect(put({ id: 'a', at: 5 }, { id: 'r', at: 5, event: 'refund.made' })).toEqual({ a: '0/1' });
  });

  it('holds while an outcome is taken out that was never put in', () => {
    const refund = { id: 'r', at: hour, event: 'refund.made' } as const;
    expect(
      posted([
        [refund, -1],
        [{ id: 'a', at: 0 }, 1],
      ]),
    ).toEqual({ a: '1/1' });
  });

  it('counts the same as looking 72 h ahead over all that is there, in any order of arrival', () => {
    const reported = fc.record({
      at: fc.integer({ min: 0, max: 8 }).map((step) => step * 24 * hour),
      lasts: fc.constantFrom(0, hour, window),
      topic: fc.constantFrom(null, 'bill', 'delivery'),
      what: fc.constantFrom<'contact' | 'unanswered' | BreakingOutcome>(
        'contact',
        'unanswered',
        ...breakingOutcomes,
      ),
      isGone: fc.boolean(),
      place: fc.integer(),
    });
    fc.assert(
      fc.property(fc.array(reported, { maxLength: 10 }), (all) => {
        const given = all.map(({ at, lasts, topic, what, isGone, place }, index) => {
          const isEvent = what === 'refund.made' || what === 'resolution.reopened';
          return {
            id: `c${index}`,
            at,
            endedAt: isEvent ? at : at + lasts,
            topic,
            isUnanswered: what === 'unanswered',
            ...(isEvent && { event: what }),
            isGone,
            place,
          };
        });
        const arrival = given.toSorted((a, b) => a.place - b.place);
        const gone = arrival.filter(({ isGone }) => isGone);
        const steps = [
          ...arrival.map((each) => [each, 1] as const),
          ...gone.map((each) => [each, -1] as const),
        ];
        expect(posted(steps)).toEqual(naive(given.filter(({ isGone }) => !isGone)));
      }),
    );
  });
});

/** A morning of March 2026; a contact lasts 20 days. */
const base = 1_772_445_600_000;
const day = 24 * hour;

/** What the changes say in the end: each contact with its gaps in hours. */
function gaps(...reported: readonly Reported[]): unknown[] {
  let chain = emptyChain;
  const all: RepeatChange[] = [];
  for (const each of reported) {
    const { chain: next, changes } = changeChain(chain, link({ ...each, at: base + each.at }), 1);
    chain = next;
    all.push(...changes);
  }
  const left: RepeatChange[] = [];
  for (const change of all) {
    const same = left.findIndex((each) => isOpposite(each, change));
    if (same === -1) left.push(change);
    else left.splice(same, 1);
  }
  expect(left.every(({ sign }) => sign === 1)).toBe(true);
  return left.map(({ contact, gapMs, eventGapsMs }) => ({ id: contact.contact, gapMs, ...eventGapsMs }));
}

function isOpposite(a: RepeatChange, b: RepeatChange): boolean {
  const said = ({ contact, gapMs, eventGapsMs }: RepeatChange): string =>
    JSON.stringify([contact.contact, gapMs, ...breakingOutcomes.map((name) => eventGapsMs?.[name] ?? null)]);
  return a.sign !== b.sign && said(a) === said(b);
}

describe('The gaps of a resolution', () => {
  const long = { id: 'a', at: 0, endedAt: base + 20 * day };

  it('reach 31 days from the end of a contact, however long it lasted, and no further', () => {
    const last = 31 * day - 1;
    expect(gaps(long, { id: 'b', at: 40 * day, endedAt: base + 40 * day })).toEqual([
      { id: 'a', gapMs: 20 * day },
      { id: 'b', gapMs: null },
    ]);
    expect(gaps(long, { id: 'r', at: 20 * day + last, endedAt: 0, event: 'refund.made' })).toEqual([
      { id: 'a', gapMs: null, 'refund.made': last },
    ]);
    expect(gaps(long, { id: 'b', at: 51 * day, endedAt: base + 51 * day })).toEqual([
      { id: 'a', gapMs: null },
      { id: 'b', gapMs: null },
    ]);
    expect(gaps(long, { id: 'r', at: 51 * day, endedAt: 0, event: 'refund.made' })).toEqual([
      { id: 'a', gapMs: null },
    ]);
  });

  it('are 0 to a contact that begins within it', () => {
    expect(gaps(long, { id: 'b', at: day, endedAt: base + day })[0]).toEqual({ id: 'a', gapMs: 0 });
  });

  it('are to the next contact and to the first of each outcome, whatever else lies in between', () => {
    const ends = (at: number) => ({ at, endedAt: base + at });
    const a = { id: 'a', ...ends(0) };
    const b = { id: 'b', ...ends(hour) };
    const refund = { id: 'r', ...ends(2 * hour), event: 'refund.made' } as const;
    const reopened = { id: 'o', ...ends(3 * hour), event: 'resolution.reopened' } as const;
    const all = { 'refund.made': 2 * hour, 'resolution.reopened': 3 * hour };
    expect(gaps(a, b, refund, reopened)).toContainEqual({ id: 'a', gapMs: hour, ...all });
    expect(gaps(a, refund, reopened, { id: 'b', ...ends(4 * hour) })).toContainEqual({
      id: 'a',
      gapMs: 4 * hour,
      ...all,
    });
  });

  it('are said of contacts that someone worked on alone, and only where they change', () => {
    const bill = { id: 'a', at: 0, topic: 'bill' };
    const unanswered = { id: 'u', at: hour, isUnanswered: true };
    const { chain, changes } = changeChain(emptyChain, link(unanswered), 1);
    expect(changes).toEqual([]);
    const behind = changeChain(chain, link({ id: 'b', at: 2 * hour }), 1);
    expect(behind.changes.map(({ contact }) => contact.contact)).toEqual(['b']);
    const other = changeChain(
      changeChain(emptyChain, link(bill), 1).chain,
      link({ id: 'b', at: hour, topic: 'delivery' }),
      1,
    );
    expect(other.changes.map(({ contact }) => contact.contact)).toEqual(['b']);
    // Of the same topic, but the next contact is another one.
    const [first, next] = [link({ id: 'a', at: 0, endedAt: 2 * hour }), link({ id: 'b', at: hour })];
    const two = changeChain(changeChain(emptyChain, first, 1).chain, next, 1).chain;
    const third = changeChain(two, link({ id: 'c', at: hour }), 1);
    expect(third.changes.map(({ contact }) => contact.contact)).toEqual(['c']);
  });
});

type Given = Reported & { readonly endedAt: number; readonly topic: string | null };

/** Of each contact someone worked on: whether anything of the customer lies in [end, end + 72 h). */
function naive(all: readonly Given[]): Record<string, string> {
  const worked = all.filter(({ event, isUnanswered }) => event === undefined && isUnanswered !== true);
  return Object.fromEntries(
    worked.map((own) => {
      const isBroken = all.some((other) => {
        if (own.topic !== null && other.topic !== null && own.topic !== other.topic) return false;
        if (other.event !== undefined) return other.at >= own.endedAt && other.at < own.endedAt + window;
        return other.at > own.at && other.at < own.endedAt + window;
      });
      return [own.id, `${isBroken ? 0 : 1}/1`];
    }),
  );
}
