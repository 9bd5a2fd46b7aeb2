import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract, Version } from '#domain/contract/contract.js';
import { productPrice } from './compare.js';
import { draw, type Draw } from './draw.js';

/** Instants of a month, by its share. */
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const draws = fc.integer({ min: 1, max: 1_000_000 }).map(draw);

function instantOf({ month, contract }: Draw, part: number): number {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const at = (day: Temporal.PlainDate): number => day.toZonedDateTime(contract.timeZone).epochMilliseconds;
  const [start, end] = [at(first), at(first.add({ months: 1 }))];
  return start + Math.floor(part * (end - start));
}

function withVersions(drawn: Draw, versions: readonly Omit<Version, 'version'>[]): Draw {
  const numbered = versions.map((version, index) => ({ ...version, version: index + 1 }));
  const contract: Contract = { ...drawn.contract, versions: numbered };
  return { ...drawn, contract };
}

describe('a border within a month that changes nothing', () => {
  it('moves no cent as an amendment, at whatever instant', () => {
    fc.assert(
      fc.property(draws, share, (drawn, part) => {
        const at = instantOf(drawn, part);
        const split = drawn.contract.versions.flatMap((version, index, all) => {
          const until = all[index + 1]?.from ?? Infinity;
          if (at <= (version.from ?? -Infinity) || at >= until) return [version];
          return [version, { ...version, from: at }];
        });
        expect(productPrice(withVersions(drawn, split))).toEqual(productPrice(drawn));
      }),
      { numRuns: 300 },
    );
  });

  it('moves no cent as a calendar rule, between whatever instants', () => {
    fc.assert(
      fc.property(draws, share, share, (drawn, one, other) => {
        const [from, to] = [instantOf(drawn, Math.min(one, other)), instantOf(drawn, Math.max(one, other))];
        const taken = drawn.contract.versions.flatMap(({ windows }) => windows);
        fc.pre(from < to && taken.every((window) => window.to <= from || window.from >= to));
        const ruled = drawn.contract.versions.map((version) => {
          const window = { id: 'none', from, to, terms: version.terms };
          return { ...version, windows: [...version.windows, window] };
        });
        expect(productPrice(withVersions(drawn, ruled))).toEqual(productPrice(drawn));
      }),
      { numRuns: 300 },
    );
  });
});
