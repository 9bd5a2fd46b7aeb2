import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeTrailEntry, nextTrailHead, TrailChain, type TrailEntry } from './trail.js';

interface Record {
  readonly key: string;
  readonly value: string;
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const said = fc.record({
  act: fc.constantFrom('period-closed', 'period-held', 'key-created'),
  subject: text,
  reason: fc.option(text),
  at: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  address: fc.option(fc.ipV4()),
  details: fc.dictionary(fc.constantFrom('contract', 'period', 'revision'), fc.oneof(text, fc.integer())),
});
/** `lag`: of how many entries before it the writer does not know, as they are written at the same moment. */
const written = (maxLag: number) =>
  fc
    .array(fc.tuple(said, fc.integer({ min: 0, max: maxLag })), { minLength: 2, maxLength: 7 })
    .map(recordsOf);

function recordsOf(all: readonly (readonly [ReturnTypeOf<typeof said>, number])[]): Record[] {
  const heads = [''];
  return all.map(([{ act, subject, reason, at, address, details }, lag], index) => {
    const seen = Math.max(0, index - lag);
    const actor = { name: 'Ada', via: 'http', address } as const;
    const place = { id: `id-${index}`, seen, head: heads[seen] ?? '' };
    const entry: TrailEntry = {
      ...place,
      act,
      subject,
      reason,
      at,
      actor,
      host: 'h',
      details: { ...details },
    };
    const { value } = encodeTrailEntry(entry);
    heads.push(nextTrailHead(heads[index] ?? '', value));
    return { key: act, value };
  });
}
type ReturnTypeOf<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Numbers of the records at which something is found, from 1 on. */
function found(records: readonly Record[]): number[] {
  const chain = new TrailChain();
  return records.flatMap(({ key, value }, index) =>
    chain.take(key, value).fault === null ? [] : [index + 1],
  );
}

const place = fc.nat({ max: 1_000_000 });

describe('a trail', () => {
  it('is whole as it was written, however many processes write at once', () => {
    fc.assert(fc.property(written(3), (records) => expect(found(records)).toEqual([])));
  });

  it('shows an edit of any byte of any record at that record', () => {
    fc.assert(
      fc.property(
        written(3),
        place,
        place,
        fc.integer({ min: 1, max: 255 }),
        (records, which, at, change) => {
          const edited = which % records.length;
          const bytes = Buffer.from(records[edited]!.value);
          bytes[at % bytes.length]! ^= change;
          const value = bytes.toString('latin1');
          const list = records.map((each, index) => (index === edited ? { ...each, value } : each));
          expect(found(list)[0]).toBe(edited + 1);
        },
      ),
    );
  });

  it('shows a byte too many or too few', () => {
    fc.assert(
      fc.property(written(0), place, place, fc.boolean(), (records, which, at, isMore) => {
        const edited = which % records.length;
        const { key, value } = records[edited]!;
        const cut = at % value.length;
        const other = isMore
          ? `${value.slice(0, cut)} ${value.slice(cut)}`
          : value.slice(0, cut) + value.slice(cut + 1);
        const list = records.map((each, index) => (index === edited ? { key, value: other } : each));
        expect(found(list)[0]).toBe(edited + 1);
      }),
    );
  });

  it('shows an edit whose digest was made again at the entry after it', () => {
    fc.assert(
      fc.property(written(0), place, text, (records, which, reason) => {
        const edited = which % (records.length - 1);
        const { key, value } = records[edited]!;
        const { entry } = JSON.parse(value) as { entry: TrailEntry };
        const forged = encodeTrailEntry({ ...entry, reason: `${entry.reason ?? ''}${reason}!` }).value;
        const list = records.map((each, index) => (index === edited ? { key, value: forged } : each));
        expect(found(list)[0]).toBe(edited + 2);
      }),
    );
  });

  it('shows that any but the last entries were removed', () => {
    fc.assert(
      fc.property(written(0), place, place, (records, which, many) => {
        const from = which % (records.length - 1);
        const removed = 1 + (many % (records.length - 1 - from));
        expect(found(records.toSpliced(from, removed))[0]).toBe(from + 1);
      }),
    );
  });

  it('shows any other order at the first entry that comes too early', () => {
    fc.assert(
      fc.property(written(0), fc.infiniteStream(place), (records, keys) => {
        const shuffled = records
          .map((each, index) => ({ each, index, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const early = shuffled.findIndex(({ index }, now) => index !== now);
        const list = shuffled.map(({ each }) => each);
        expect(found(list)[0] ?? null).toBe(early === -1 ? null : early + 1);
      }),
    );
  });

  it('shows an entry that was put between others, also a copy, at the second one after it', () => {
    fc.assert(
      fc.property(written(0), place, place, (records, which, copied) => {
        const at = which % records.length;
        const list = records.toSpliced(at, 0, records[copied % (at + 1)]!);
        // The one that follows was written after all that lies before the one put in, as if both were written
        // at once; a copy of it is what a retry of its writer leaves. The next one was written after another
        // order.
        const isCopyOfNext = copied % (at + 1) === at;
        const number = at + (isCopyOfNext ? 4 : 3);
        expect(found(list)[0] ?? null).toBe(number <= list.length ? number : null);
      }),
    );
  });

  it('shows entries that were written at once and changed places, once another one follows', () => {
    const [first, second, third, last] = recordsOf([0, 0, 1, 0].map((lag) => [example, lag] as const));
    expect(found([first!, second!, third!, last!])).toEqual([]);
    expect(found([first!, third!, second!, last!])).toEqual([4]);
  });
});

const example = {
  act: 'period-held',
  subject: 's',
  reason: null,
  at: 1,
  address: null,
  details: {},
} as const;
