import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { twoWriters } from './store.model.js';
import type { Change, Place, Store } from './store.js';

/** One store as a suite gets it: empty, with the means to be reached twice and to be ended without warning. */
export interface StoreUnderTest {
  readonly store: Store;
  /** A second client of the same data, as another process would have. */
  another(): Promise<Store>;
  /** Ends what holds the data as abruptly as can be, starts it again, and gives a client of what is left. */
  restart(): Promise<Store>;
  /** Closes all clients and removes the data. */
  dispose(): Promise<void>;
}

/** What every adapter of the store port promises. */
export function describeStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of the store`, () => {
    let made: StoreUnderTest;
    let store: Store;
    let at: Place;
    let spaces = 0;

    beforeAll(async () => {
      made = await make();
      store = made.store;
    });
    beforeEach(() => {
      at = { space: `space-${++spaces}`, partition: 3 };
    });
    afterAll(async () => {
      await made.dispose();
    });

    /** Claims, and commits the changes one after the other; gives the epoch. */
    async function written(place: Place, ...changes: Partial<Change>[]): Promise<number> {
      const { epoch, next } = await store.claim(place);
      let from = next;
      for (const change of changes) {
        const whole = changeFrom(epoch, from, change);
        expect(await store.commit(place, whole)).toBe('done');
        from = whole.next;
      }
      return epoch;
    }

    const sumsOf = async (place: Place, ...keys: string[]) => plain((await store.sums(place, keys)).values);

    describe('claim', () => {
      it('begins a new partition at 0', async () => {
        expect(await store.claim(at)).toMatchObject({ next: 0, found: 'new' });
      });

      it('answers where the last commit ended, under a higher epoch', async () => {
        const first = await written(at, { next: 7 });
        const again = await store.claim(at);
        expect(again).toMatchObject({ next: 7, found: 'kept' });
        expect(again.epoch).toBeGreaterThan(first);
      });

      it('says behind where the caller knows of a later offset, and changes nothing for it', async () => {
        await written(at, { next: 7, puts: [['a', '1']] });
        expect(await store.claim(at, 9)).toMatchObject({ next: 7, found: 'behind' });
        expect(await store.load(at, ['a'])).toEqual(['1']);
      });

      it('says emptied where the caller knows of an offset and nothing is there', async () => {
        expect(await store.claim(at, 9)).toMatchObject({ next: 0, found: 'emptied' });
      });

      it('says kept where the caller knows an older offset', async () => {
        await written(at, { next: 7 });
        expect(await store.claim(at, 7)).toMatchObject({ next: 7, found: 'kept' });
      });

      it('gives a higher epoch even after the space was dropped, so that no older writer is taken for a new one', async () => {
        const before = await written(at, { next: 7 });
        await store.drop(at.space);
        expect((await store.claim(at)).epoch).toBeGreaterThan(before);
      });
    });

    describe('commit', () => {
      it('applies puts, deletes and increments and sets next', async () => {
        await written(
          at,
          {
            next: 5,
            puts: [
              ['a', '{"n":1}'],
              ['b', '2'],
            ],
            increments: [['q', 'answered', 3]],
          },
          {
            next: 9,
            puts: [['c', '3']],
            deletes: ['b'],
            increments: [
              ['q', 'answered', -1],
              ['q', 'talkMs', 1_234],
            ],
          },
        );
        expect(await store.load(at, ['a', 'b', 'c'])).toEqual(['{"n":1}', null, '3']);
        expect(await store.sums(at, ['q'])).toEqual({
          next: 9,
          values: new Map([
            [
              'q',
              new Map([
                ['answered', 2],
                ['talkMs', 1_234],
              ]),
            ],
          ]),
        });
      });

      it('takes the last put of a key, and deletes after putting', async () => {
        await written(at, {
          puts: [
            ['a', '1'],
            ['a', '2'],
            ['b', '1'],
          ],
          deletes: ['b', 'never there'],
        });
        expect(await store.load(at, ['a', 'b'])).toEqual(['2', null]);
      });

      it('adds all increments of one field', async () => {
        await written(at, {
          increments: [
            ['q', 'n', 1],
            ['r', 'n', 5],
            ['q', 'n', 1],
            ['q', 'm', 2],
            ['q', 'n', 1],
          ],
        });
        expect(await sumsOf(at, 'q', 'r')).toEqual({ q: { n: 3, m: 2 }, r: { n: 5 } });
      });

      it('may change nothing but next', async () => {
        await written(at, { next: 1 }, { next: 100 });
        expect(await store.nexts(at.space, [at.partition])).toEqual([100]);
      });

      it.each<[string, { epoch?: number; expectedNext?: number }]>([
        ['an epoch that was followed by another', { epoch: -1 }],
        ['an epoch that was never given', { epoch: +1 }],
        ['an expected offset that is behind', { expectedNext: -1 }],
        ['an expected offset that is ahead', { expectedNext: +1 }],
      ])('answers stale to %s and changes nothing', async (_, off) => {
        const epoch = await written(at, { next: 5, puts: [['a', '1']], increments: [['q', 'n', 1]] });
        const change = {
          ...changeFrom(epoch, 5, {
            next: 8,
            puts: [
              ['a', '2'],
              ['b', '2'],
            ],
            deletes: ['a'],
            increments: [['q', 'n', 1]],
          }),
        };
        const answer = await store.commit(at, {
          ...change,
          epoch: epoch + (off.epoch ?? 0),
          expectedNext: 5 + (off.expectedNext ?? 0),
        });
        expect(answer).toBe('stale');
        expect(await store.load(at, ['a', 'b'])).toEqual(['1', null]);
        expect(await store.sums(at, ['q'])).toEqual({
          next: 5,
          values: new Map([['q', new Map([['n', 1]])]]),
        });
        expect(await store.commit(at, change)).toBe('done');
      });

      it('answers stale where nobody has claimed', async () => {
        expect(await store.commit(at, changeFrom(1, 0, { puts: [['a', '1']] }))).toBe('stale');
        expect(await store.nexts(at.space, [at.partition])).toEqual([null]);
        expect(await store.load(at, ['a'])).toEqual([null]);
      });

      it('answers stale to a change committed a second time', async () => {
        const { epoch } = await store.claim(at);
        const change = changeFrom(epoch, 0, { increments: [['q', 'n', 1]] });
        expect(await store.commit(at, change)).toBe('done');
        expect(await store.commit(at, change)).toBe('stale');
        expect(await sumsOf(at, 'q')).toEqual({ q: { n: 1 } });
      });

      it('answers stale to the writer from whom the partition was taken', async () => {
        const other = await made.another();
        const { epoch } = await store.claim(at);
        const theirs = await other.claim(at);
        expect(await store.commit(at, changeFrom(epoch, 0, { puts: [['a', 'ours']] }))).toBe('stale');
        expect(await other.commit(at, changeFrom(theirs.epoch, 0, { puts: [['a', 'theirs']] }))).toBe('done');
        expect(await store.load(at, ['a'])).toEqual(['theirs']);
      });

      it('lets exactly one of many equal commits in flight through', async () => {
        const { epoch } = await store.claim(at);
        const change = changeFrom(epoch, 0, { increments: [['q', 'n', 1]] });
        const answers = await Promise.all(Array.from({ length: 20 }, () => store.commit(at, change)));
        expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
        expect(await sumsOf(at, 'q')).toEqual({ q: { n: 1 } });
      });

      it.each([
        ['next is 4', { expectedNext: 4, next: 4 }],
        ['next is 3', { expectedNext: 4, next: 3 }],
        ['next is 5.5', { expectedNext: 4, next: 5.5 }],
        ['expectedNext is -1', { expectedNext: -1, next: 4 }],
      ])('refuses offsets that do not go on: %s', async (message, offsets) => {
        const { epoch } = await store.claim(at);
        await expect(store.commit(at, { ...changeFrom(epoch, 0, {}), ...offsets })).rejects.toThrow(message);
      });
    });

    describe('sums', () => {
      it('forgets a field that comes to 0, and a key without fields', async () => {
        await written(
          at,
          {
            next: 1,
            increments: [
              ['q', 'n', 4],
              ['q', 'm', 1],
              ['r', 'n', -2],
              ['s', 'n', 1],
              ['s', 'n', -1],
            ],
          },
          {
            next: 2,
            increments: [
              ['q', 'n', -4],
              ['r', 'n', 2],
            ],
          },
        );
        expect(await sumsOf(at, 'q', 'r', 's')).toEqual({ q: { m: 1 } });
        await written(at, { next: 3, increments: [['r', 'n', 7]] });
        expect(await sumsOf(at, 'r')).toEqual({ r: { n: 7 } });
      });

      it('are exact up to 2^53 - 1 on both sides of 0', async () => {
        const most = Number.MAX_SAFE_INTEGER;
        await written(
          at,
          {
            next: 1,
            increments: [
              ['q', 'up', most - 1],
              ['q', 'down', -most + 1],
            ],
          },
          {
            next: 2,
            increments: [
              ['q', 'up', 1],
              ['q', 'down', -1],
            ],
          },
        );
        expect(await sumsOf(at, 'q')).toEqual({ q: { up: most, down: -most } });
      });

      it.each([
        ['upwards', 1],
        ['downwards', -1],
      ])('refuse to leave the exact integers %s, name the sum, and nothing is changed', async (_, sign) => {
        const most = Number.MAX_SAFE_INTEGER;
        const epoch = await written(at, {
          next: 1,
          puts: [['a', '1']],
          increments: [['q', 'talkMs', sign * most]],
        });
        const change = changeFrom(epoch, 1, {
          puts: [['a', '2']],
          deletes: ['a'],
          increments: [
            ['p', 'n', 1],
            ['q', 'talkMs', sign],
            ['r', 'n', 1],
          ],
        });
        const refused = store.commit(at, change);
        await expect(refused).rejects.toThrow(RangeError);
        await expect(refused).rejects.toThrow(/"talkMs" of "q"/);
        expect(await store.load(at, ['a'])).toEqual(['1']);
        expect(await store.sums(at, ['p', 'q', 'r'])).toEqual({
          next: 1,
          values: new Map([['q', new Map([['talkMs', sign * most]])]]),
        });
        expect(await store.commit(at, { ...change, increments: [] })).toBe('done');
      });

      it.each([0.5, Number.NaN, 2 ** 53])('refuse to grow by %p', async (delta) => {
        const { epoch } = await store.claim(at);
        const change = changeFrom(epoch, 0, { increments: [['q', 'talkMs', delta]] });
        await expect(store.commit(at, change)).rejects.toThrow(/"talkMs" of "q" is to grow by/);
      });

      it('stand at 0 and hold nothing where nothing was written', async () => {
        expect(await store.sums(at, ['q'])).toEqual({ next: 0, values: new Map() });
      });

      it('agree with next whatever is committed meanwhile', async () => {
        const reader = await made.another();
        const { epoch } = await store.claim(at);
        let writing = true;
        const writer = (async () => {
          for (let next = 1; next <= 150; next++) {
            const increments = [
              ['p', 'n', 1],
              ['q', 'n', 1],
              ['q', 'm', 2],
            ] as const;
            expect(await store.commit(at, changeFrom(epoch, next - 1, { next, increments }))).toBe('done');
          }
          writing = false;
        })();
        let seen = 0;
        while (writing || seen < 150) {
          const { next, values } = await reader.sums(at, ['p', 'q']);
          expect(plain(values)).toEqual(next === 0 ? {} : { p: { n: next }, q: { n: next, m: 2 * next } });
          seen = next;
        }
        await writer;
      });
    });

    describe('load', () => {
      it('answers in the order asked, null where there is nothing, twice where asked twice', async () => {
        await written(at, {
          puts: [
            ['a', '1'],
            ['b', '2'],
            ['empty', ''],
          ],
        });
        expect(await store.load(at, ['b', 'x', 'a', 'b', 'empty'])).toEqual(['2', null, '1', '2', '']);
        expect(await store.load(at, [])).toEqual([]);
      });
    });

    describe('places', () => {
      it('see nothing of each other: neither spaces nor partitions', async () => {
        const places = [
          at,
          { ...at, partition: 4 },
          { ...at, space: `${at.space}-x` },
          { ...at, partition: 33 },
        ];
        for (const [i, place] of places.entries()) {
          await written(place, { next: i + 1, puts: [['a', `state ${i}`]], increments: [['q', 'n', i + 1]] });
        }
        for (const [i, place] of places.entries()) {
          expect(await store.load(place, ['a'])).toEqual([`state ${i}`]);
          expect(await store.sums(place, ['q'])).toEqual({
            next: i + 1,
            values: new Map([['q', new Map([['n', i + 1]])]]),
          });
        }
        expect(await store.nexts(at.space, [4, 0, 33, 3])).toEqual([2, null, 4, 1]);
      });

      it('are listed by space and forgotten by space', async () => {
        const other = { ...at, space: `${at.space}-kept` };
        for (const place of [at, { ...at, partition: 4 }, other]) {
          await written(place, {
            puts: [['a', '1']],
            increments: [
              ['q', 'n', 1],
              ['r', 'n', 1],
            ],
          });
        }
        expect(await store.spaces()).toEqual(expect.arrayContaining([at.space, other.space]));

        await store.drop(at.space);
        expect(await store.spaces()).not.toContain(at.space);
        expect(await store.nexts(at.space, [3, 4])).toEqual([null, null]);
        expect(await store.claim(at)).toMatchObject({ next: 0, found: 'new' });
        expect(await store.load(at, ['a'])).toEqual([null]);
        expect(await sumsOf(at, 'q', 'r')).toEqual({});
        expect(await sumsOf(other, 'q', 'r')).toEqual({ q: { n: 1 }, r: { n: 1 } });
        expect(await store.load(other, ['a'])).toEqual(['1']);
      });

      it('answer stale to whoever still writes in a space that was dropped, and made anew', async () => {
        const zombie = await written(at, { next: 5 });
        await store.drop(at.space);
        expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
        await written(at, { next: 5 });
        expect(await store.commit(at, changeFrom(zombie, 5, { puts: [['a', '1']] }))).toBe('stale');
        expect(await store.load(at, ['a'])).toEqual([null]);
      });
    });

    describe('texts', () => {
      const texts = fc.string({ unit: 'binary', maxLength: 40 });
      const odd = [
        '',
        ' ',
        '{',
        '}',
        '{}',
        '}{',
        ':',
        '/',
        '\n',
        '\0',
        'a\0b',
        'a\0c',
        '%7B',
        '*',
        '?',
        '[a]',
        'é',
        'e\u0301',
        '🎧',
        '__proto__',
        '0',
        '-1',
        '1e3',
      ];

      it('of spaces, keys, fields and values may be anything that has a UTF-8', async () => {
        for (const [i, name] of odd.entries()) {
          const place = { space: `${name}${at.space}${name}`, partition: i };
          await written(place, {
            puts: odd.map((key) => [key, `${name} ${key}`] as const),
            increments: odd.flatMap((key) => odd.map((field, n) => [key, field, n + 1] as const)),
          });
          expect(await store.load(place, odd)).toEqual(odd.map((key) => `${name} ${key}`));
          const sums = new Map(odd.map((field, n) => [field, n + 1]));
          expect(await store.sums(place, odd)).toEqual({
            next: 1,
            values: new Map(odd.map((key) => [key, sums])),
          });
          expect(await store.spaces()).toContain(place.space);
          await store.drop(place.space);
          expect(await store.spaces()).not.toContain(place.space);
        }
      });

      it('come back as they went in', async () => {
        await fc.assert(
          fc.asyncProperty(fc.uniqueArray(texts, { minLength: 1, maxLength: 20 }), async (keys) => {
            const place = { space: `space-${++spaces}`, partition: 0 };
            await written(place, {
              puts: keys.map((key) => [key, key] as const),
              increments: keys.map((key, n) => [key, key, n + 1] as const),
            });
            expect(await store.load(place, keys)).toEqual(keys);
            const { values } = await store.sums(place, keys);
            expect(values).toEqual(new Map(keys.map((key, n) => [key, new Map([[key, n + 1]])])));
          }),
          { numRuns: 50 },
        );
      });

      it.each<[string, Partial<Change>]>([
        ['a key', { puts: [['\ud800', '1']] }],
        ['a value', { puts: [['a', '\udc00']] }],
        ['a deleted key', { deletes: ['\ud800'] }],
        ['the key of a sum', { increments: [['\ud800', 'n', 1]] }],
        ['a field', { increments: [['q', '\ud800', 1]] }],
      ])(
        'with half a surrogate pair are refused, for two of them would become one: %s',
        async (_, change) => {
          const { epoch } = await store.claim(at);
          await expect(store.commit(at, changeFrom(epoch, 0, change))).rejects.toThrow(
            /half a surrogate pair/,
          );
        },
      );
    });

    describe('size', () => {
      it('of one commit may be 5 000 increments, 2 000 states, 2 000 deletes and values of 100 KB', async () => {
        const value = `"${'é'.repeat(50_000)}"`;
        const many = Array.from({ length: 2_000 }, (_, i) => `state ${i}`);
        const increments = Array.from(
          { length: 5_000 },
          (_, i) => [`key ${i % 400}`, `field ${i}`, i + 1] as const,
        );
        const large = Array.from({ length: 20 }, (_, i) => [`large ${i}`, value] as const);
        await written(
          at,
          {
            next: 5_000,
            puts: [...many.map((key) => [key, `{"of":"${key}"}`] as const), ...large],
            increments,
          },
          { next: 6_000, deletes: many.slice(1) },
        );

        expect(await store.load(at, [...many.slice(0, 2), 'large 19'])).toEqual([
          '{"of":"state 0"}',
          null,
          value,
        ]);
        const { values } = await store.sums(
          at,
          Array.from({ length: 400 }, (_, i) => `key ${i}`),
        );
        const read = [...values].flatMap(([key, fields]) =>
          [...fields].map(([field, sum]) => `${key} ${field} ${sum}`),
        );
        expect(read.sort()).toEqual(
          increments.map(([key, field, delta]) => `${key} ${field} ${delta}`).sort(),
        );
      });

      it('of one key may be 20 000 fields, and of one commit 20 000 keys', async () => {
        const one = Array.from({ length: 20_000 }, (_, i) => ['one key', `field ${i}`, 1] as const);
        const many = Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, 'n', 1] as const);
        const epoch = await written(at, { next: 1, increments: one }, { next: 2, increments: many });
        const negated = one.map(([key, field, delta]) => [key, field, -delta] as const);
        expect((await store.sums(at, ['one key'])).values.get('one key')?.size).toBe(20_000);
        expect(
          (
            await store.sums(
              at,
              many.map(([key]) => key),
            )
          ).values.size,
        ).toBe(20_000);
        expect(await store.commit(at, changeFrom(epoch, 2, { increments: negated }))).toBe('done');
        expect(await sumsOf(at, 'one key')).toEqual({});
      });
    });

    it('does what a simple model does when two writers compete', async () => {
      await fc.assert(
        fc.asyncProperty(twoWriters.steps(), async (steps) => {
          const place = { space: `space-${++spaces}`, partition: spaces % 12 };
          await twoWriters.run(steps, place, [store, await made.another()]);
        }),
        { numRuns: 60 },
      );
    });

    it('has everything it acknowledged after an abrupt end, and says so under a higher epoch', async () => {
      const epoch = await written(
        at,
        {
          next: 5,
          puts: [
            ['a', '1'],
            ['b', '1'],
          ],
          increments: [['q', 'n', 3]],
        },
        { next: 9, puts: [['a', '2']], deletes: ['b'], increments: [['q', 'n', 4]] },
      );
      store = await made.restart();
      expect(await store.load(at, ['a', 'b'])).toEqual(['2', null]);
      expect(await store.sums(at, ['q'])).toEqual({ next: 9, values: new Map([['q', new Map([['n', 7]])]]) });
      const again = await store.claim(at, 9);
      expect(again).toMatchObject({ next: 9, found: 'kept' });
      expect(again.epoch).toBeGreaterThan(epoch);
      expect(await store.commit(at, changeFrom(again.epoch, 9, { puts: [['a', '3']] }))).toBe('done');
    });
  });
}

/** A whole change out of what a case is about; `next` one above where it starts unless said. */
export function changeFrom(epoch: number, expectedNext: number, change: Partial<Change>): Change {
  return { epoch, expectedNext, next: expectedNext + 1, puts: [], deletes: [], increments: [], ...change };
}

function plain(
  values: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Record<string, Record<string, number>> {
  return Object.fromEntries([...values].map(([key, fields]) => [key, Object.fromEntries(fields)]));
}
