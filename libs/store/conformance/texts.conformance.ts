import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from '#test/any-character.fixture.js';
import { changeFrom, type Given, type ChangeDraft, write } from './given.fixture.js';

/** What separators, patterns, encodings and hash tags have tripped over elsewhere. */
const ODD = [
  '',
  ' ',
  '\n',
  '\r\n',
  '\0',
  'a\0b',
  'a\0c',
  'é',
  'e\u0301',
  '🎧',
  '__proto__',
  '0',
  '-1',
  '1e3',
].concat(['{', '}', '{}', '}{', ':', '/', '\\', '%7B', '*', '?', '[a]', '"', "'", '$6', 'next', 'epoch']);

export function describeTexts(given: () => Given): void {
  describe('Texts', () => {
    it('with any characters can be keyspaces, keys, fields and values', async () => {
      const { store, at } = given();
      for (const [i, name] of ODD.entries()) {
        const ref = { keyspace: `${name}${at.keyspace}${name}`, partition: i };
        await write(store, ref, {
          puts: ODD.map((key) => [key, `${name} ${key}`] as const),
          increments: ODD.flatMap((key) => ODD.map((field, n) => [key, field, n + 1] as const)),
        });
        expect(await store.load(ref, ODD)).toEqual(ODD.map((key) => `${name} ${key}`));
        const sums = new Map(ODD.map((field, n) => [field, n + 1]));
        expect((await store.sums(ref, ODD)).values).toEqual(new Map(ODD.map((key) => [key, sums])));
        expect(await store.keyspaces()).toContain(ref.keyspace);
        await store.drop(ref.keyspace);
        expect(await store.keyspaces()).not.toContain(ref.keyspace);
      }
    });

    it('are returned as they were written', async () => {
      const { store, at } = given();
      const texts = fc.uniqueArray(fc.string({ unit: anyCharacter, maxLength: 40 }), {
        minLength: 1,
        maxLength: 20,
      });
      let partition = 0;
      const comeBack = fc.asyncProperty(texts, async (keys) => {
        const ref = { keyspace: at.keyspace, partition: ++partition };
        await write(store, ref, {
          puts: keys.map((key) => [key, key] as const),
          increments: keys.map((key, n) => [key, key, n + 1] as const),
        });
        expect(await store.load(ref, keys)).toEqual(keys);
        const { values } = await store.sums(ref, keys);
        expect(values).toEqual(new Map(keys.map((key, n) => [key, new Map([[key, n + 1]])])));
      });
      await fc.assert(comeBack, { numRuns: 50 });
    });

    it.each<[string, ChangeDraft]>([
      ['a key', { puts: [['\ud800', '1']] }],
      ['a value', { puts: [['a', '\udc00']] }],
      ['a deleted key', { deletes: ['\ud800'] }],
      ['the key of a sum', { increments: [['\ud800', 'n', 1]] }],
      ['a field', { increments: [['q', '\ud800', 1]] }],
    ])(
      'with half a surrogate pair are refused, because two of them would become one: %s',
      async (_, change) => {
        const { store, at } = given();
        const { epoch } = await store.claim(at);
        await expect(store.commit(at, changeFrom(epoch, 0, change))).rejects.toThrow(/half a surrogate pair/);
      },
    );
  });
}
