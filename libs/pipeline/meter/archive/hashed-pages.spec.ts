import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Places } from '#wire/states.js';
import { decodePlaces, encodePlaces } from '../places.js';
import { decodeArchivePointer, encodeArchivePointer, entityKeyOf } from './archive-pointer.js';
import { decodeNumbers, encodeNumber, leadingBits } from './varint.js';
import {
  type ArchiveSize,
  pagesToSplit,
  pointersOf,
  pointersPerPage,
  pageOf,
  HashedPages,
  splitSourceOf,
} from './hashed-pages.js';

const offset = fc.oneof(fc.nat(2_000), fc.maxSafeNat());

describe('Encoded numbers', () => {
  it('are decoded to the same numbers, one after the other', () => {
    expect([0, 1, 31, 32, 1_023, 1_024].map(encodeNumber)).toEqual(['A', 'B', 'f', 'gB', '_f', 'ggB']);
    fc.assert(
      fc.property(fc.array(offset), fc.string({ maxLength: 3 }), (numbers, before) => {
        const text = before + numbers.map(encodeNumber).join('');
        expect(decodeNumbers(text, before.length)).toEqual(numbers);
      }),
    );
    expect(() => decodeNumbers('A{', 0)).toThrow('holds no encoded numbers');
  });
});

describe('An archive pointer', () => {
  it('is decoded to the offset that was encoded, and nothing else is one', () => {
    fc.assert(
      fc.property(offset, (each) => expect(decodeArchivePointer(encodeArchivePointer(each))).toBe(each)),
    );
    for (const text of ['', 'AA']) expect(() => decodeArchivePointer(text)).toThrow('is no archive pointer');
  });
});

describe('The places of facts and posting', () => {
  it('are decoded to what was encoded', () => {
    const posted = fc.record({
      partition: fc.nat(5_000),
      offset,
      digest: fc.string({ unit: fc.constantFrom('A', 'b', '7', '-', '_'), minLength: 6, maxLength: 6 }),
    });
    const places: fc.Arbitrary<Places> = fc.record({
      factOffsets: fc
        .uniqueArray(offset, { maxLength: 20 })
        .map((offsets) => offsets.toSorted((a, b) => a - b)),
      posted: fc.option(posted),
    });
    fc.assert(fc.property(places, (each) => expect(decodePlaces(encodePlaces(each))).toEqual(each)));
  });
});

describe('The pages of the archive', () => {
  it('finds every pointer that was added and none that was removed, and its pages stay small', () => {
    const step = fc.record({ add: fc.nat(60), remove: fc.nat(25) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const stored = new Map<number, string>();
        let size: ArchiveSize = { pages: 1, pointers: 0 };
        const pointers = new Map<string, string>();
        let names = 0;
        for (const { add, remove } of steps) {
          const removed = [...pointers].slice(0, remove);
          const added = Array.from(
            { length: add },
            () => [entityKeyOf(`c:${++names}`), `m${names}`] as const,
          );
          const touched = [...removed, ...added].map(([key]) => pageOf(key, size.pages));
          const read = [...touched, ...pagesToSplit(size, add)].map(
            (page) => [page, stored.get(page) ?? ''] as const,
          );
          const pages = new HashedPages(size, new Map(read));
          for (const [key, pointer] of removed) pages.remove(key, pointer);
          for (const [key, pointer] of added) pages.add(key, pointer);
          pages.grow();
          for (const [page, text] of pages.changes()) stored.set(page, text);
          for (const [key] of removed) pointers.delete(key);
          for (const [key, pointer] of added) pointers.set(key, pointer);
          size = pages.size;
        }
        expect(size.pointers).toBe(pointers.size);
        for (let name = 1; name <= names; name++) {
          const key = entityKeyOf(`c:${name}`);
          const found = pointersOf(stored.get(pageOf(key, size.pages)) ?? '', key);
          expect(found).toEqual(pointers.has(key) ? [pointers.get(key)] : []);
        }
        const entries = [...stored.values()].map((text) => (text === '' ? 0 : text.split('\n').length));
        expect(Math.max(0, ...entries)).toBeLessThanOrEqual(pointersPerPage * 4);
      }),
    );
  });

  it('splits one page in two as it grows, and leaves all others', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map(splitSourceOf)).toEqual([0, 0, 1, 0, 1, 2, 3, 0, 1]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(), (pages, name) => {
        const key = entityKeyOf(`c:${name}`);
        const before = pageOf(key, pages);
        const after = pageOf(key, pages + 1);
        const moved = after === before ? [] : [after, before];
        expect([[], [pages, splitSourceOf(pages)]]).toContainEqual(moved);
      }),
    );
  });

  it('refuses to change a page that was not read, and to remove what is not there', () => {
    const pages = new HashedPages({ pages: 1, pointers: 0 }, new Map([[0, '']]));
    expect(() => new HashedPages({ pages: 1, pointers: 0 }, new Map()).add(entityKeyOf('c:1'), 'm')).toThrow(
      'read',
    );
    expect(() => pages.remove(entityKeyOf('c:1'), 'm')).toThrow('lacks the pointer');
  });

  it('answers the pointers of both entities where their keys begin alike, for the log to say which is meant', () => {
    const key = entityKeyOf('c:1');
    const twin = key.slice(0, 10) + '_'.repeat(10);
    const pages = new HashedPages({ pages: 1, pointers: 0 }, new Map([[0, '']]));
    pages.add(key, 'mine');
    pages.add(twin, 'theirs');
    expect(pointersOf(pages.changes()[0]?.[1] ?? '', key)).toEqual(['mine', 'theirs']);
    expect(leadingBits(key)).toBe(leadingBits(twin));
  });
});
