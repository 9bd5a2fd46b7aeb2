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
