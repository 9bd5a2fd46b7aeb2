import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract, Terms, Version } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { periodNamed } from './calendar.js';
import { productPrice } from './compare.js';
import { draw, type Draw } from './draw.js';
import type { Priced } from './pricer.js';
import { drawWide } from './wide-draw.js';

/** Instants of a period: by its share, or one of the borders that the contract has itself. */
type Place = { readonly share: number } | { readonly border: number };
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const place: fc.Arbitrary<Place> = fc.oneof(
  share.map((each) => ({ share: each })),
  fc.nat({ max: 12 }).map((border) => ({ border })),
);
const draws = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.boolean())
  .map(([seed, isWide]) => (isWide ? drawWide(seed) : draw(seed)));

function instantOf({ period, contract }: Draw, given: Place): number {
  const { first, days } = periodNamed(contract.period, period);
  const at = (day: Temporal.PlainDate): number => day.toZonedDateTime(contract.timeZone).epochMilliseconds;
  const [start, end] = [at(first), at(first.add({ days }))];
  if ('share' in given) return start + Math.floor(given.share * (end - start));
  const own = contract.versions.flatMap(({ from, windows }) => [
    from ?? start,
    ...windows.flatMap((window) => [window.from, window.to]),
  ]);
  const borders = [start, ...own.filter((border) => border > start && border < end), end];
  return borders[given.border % borders.length] ?? start;
}

function withVersions(drawn: Draw, versions: readonly Omit<Version, 'version'>[]): Draw {
  const numbered = versions.map((version, index) => ({ ...version, version: index + 1 }));
  const contract: Contract = { ...drawn.contract, versions: numbered };
  return { ...drawn, contract };
}

/** What this property has found: each lost or won some cents. */
const found: [Draw, Place, Place][] = [
  // all of the last amendment lies within the rule: a shortfall had the terms before it
  [draw(851_003), { share: 4e-10 }, { share: 27 / 28 }],
  // a maximum for a part of the month counted a cent that rounding had put there
  [draw(7_108_568), { border: 0 }, { share: 0.148 }],
  // work before the rule only: an increment on the month went to other terms
  [draw(7_150_033), { border: 0 }, { share: 0.268 }],
  [draw(5_237_124), { border: 0 }, { border: 2 }],
];

describe('a border within a period that changes nothing', () => {
  it('moves no cent as an amendment, at whatever instant', () => {
    fc.assert(
      fc.property(draws, place, (drawn, part) => {
        const at = instantOf(drawn, part);
        const split = drawn.contract.versions.flatMap((version, index, all) => {
          const until = all[index + 1]?.from ?? Infinity;
          if (at <= (version.from ?? -Infinity) || at >= until) return [version];
          return [version, { ...version, from: at }];
        });
        expect(productPrice(withVersions(drawn, split))).toEqual(productPrice(drawn));
      }),
      // what was worked on either side of the border decided which price got the rest of a cap
      { numRuns: 300, examples: [[drawWide(303_169), { border: 1 }]] },
    );
  });

  it('moves no cent as a calendar rule, between whatever instants', () => {
    fc.assert(
      fc.property(draws, place, place, (drawn, one, other) => {
        const [first, second] = [instantOf(drawn, one), instantOf(drawn, other)];
        const [from, to] = [Math.min(first, second), Math.max(first, second)];
        const taken = drawn.contract.versions.flatMap(({ windows }) => windows);
        fc.pre(from < to && taken.every((window) => window.to <= from || window.from >= to));
        const ruled = drawn.contract.versions.map((version) => {
          const window = { id: 'none', from, to, terms: version.terms };
          return { ...version, windows: [...version.windows, window] };
        });
        expect(productPrice(withVersions(drawn, ruled))).toEqual(productPrice(drawn));
      }),
      { numRuns: 300, examples: found },
    );
  });
});

/** Groups that a draw has, each of which may take the place of another. */
const groups: readonly Vat[] = [
  { category: 'S', rate: '20', reason: null },
  { category: 'S', rate: '10', reason: null },
  { category: 'S', rate: '5.5', reason: null },
  { category: 'AE', rate: '0', reason: 'Reverse charge' },
  { category: 'E', rate: '0', reason: 'Exempt' },
];
const permuted = fc.shuffledSubarray([...groups], { minLength: groups.length });

function nameOf({ category, rate }: Vat): string {
  return `${category} ${Number(rate)}`;
}

/** Each VAT group of the contract becomes another one, and no two the same. */
function withGroups(drawn: Draw, others: readonly Vat[]): Draw {
  const place = new Map(groups.map((vat, index) => [nameOf(vat), others[index] ?? vat]));
  const changed = (vat: Vat): Vat => place.get(nameOf(vat)) ?? vat;
  const inTerms = (terms: Terms): Terms => ({
    ...terms,
    vat: changed(terms.vat),
    lines: terms.lines.map((line) => ({ ...line, vat: line.vat === null ? null : changed(line.vat) })),
  });
  const versions = drawn.contract.versions.map((version) => ({
    ...version,
    terms: inTerms(version.terms),
    windows: version.windows.map((window) => ({ ...window, terms: inTerms(window.terms) })),
  }));
  return withVersions(drawn, versions);
}

describe('VAT groups that change places', () => {
  it('move no cent of any line, clause or base', () => {
    const bases = (priced: Priced): Priced =>
      Object.fromEntries(Object.entries(priced).filter(([name]) => !/ tax$|^gross$/.test(name)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }).map(drawWide), permuted, (drawn, others) => {
        const place = new Map(groups.map((vat, index) => [nameOf(vat), nameOf(others[index] ?? vat)]));
        const expected = Object.entries(bases(productPrice(drawn))).map(([name, amount]) => {
          const vat = name.replace(/ base$/, '');
          return [vat === name ? name : `${place.get(vat) ?? vat} base`, amount] as const;
        });
        expect(bases(productPrice(withGroups(drawn, others)))).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 150 },
    );
  });
});
