import { describe, expect, it } from '@jest/globals';
import { contractMeter } from '#domain/metering/contract-meter.js';
import { type PriceOf, type Target, targetsOf, type TargetKind, withMore } from '#domain/outlook/target.js';
import { Decimal } from '#domain/money/money.js';
import { price } from '#domain/pricing/price.js';
import { type TermsSegment, termsSegments } from '#domain/pricing/terms-segments.js';
import { bookOf } from './compare.js';
import { type Call, contentsOf, draw, type Draw } from './draw.js';
import { furtherScope } from './further-work.js';
import { type Priced, priceDraw } from './pricer.js';
import { drawWide } from './wide-draw.js';

/**
 * What reaches a threshold, against the pricer written from the words of the clauses: so many calls more are
 * made, and priced there call by call. One call less must not reach it.
 */

/** Prices of the reference pricer with more calls like one. */
function withCalls(drawn: Draw, like: Call, count: number): Priced {
  return priceDraw({ ...drawn, calls: [...drawn.calls, ...Array.from({ length: count }, () => like)] });
}

/** The line by the unit alone is looked at. */
function ofUnits(segment: TermsSegment): TermsSegment {
  const { inForce } = segment;
  const lines = inForce.terms.lines.filter(({ id }) => id === 'U');
  return { ...segment, inForce: { ...inForce, terms: { ...inForce.terms, lines, bonusMalus: [] } } };
}

/** A call without talk that adds one unit to the sum and nothing to any other; null: there is none. */
function callOf(drawn: Draw, key: string): Call | null {
  const meter = contractMeter(drawn.contract, furtherScope);
  const found = drawn.calls
    .map(({ from }): Call => ({ from, to: from }))
    .find((call) => {
      const [content, ...more] = contentsOf({ ...drawn, past: [], scores: [], costs: [], calls: [call] });
      if (content === undefined || more.length > 0) return false;
      const added = meter.measure(content).filter(({ value }) => value !== 0);
      return added.length === 1 && added[0]?.key === key && added[0].value === 1;
    });
  return found ?? null;
}

/** Under its first terms alone, for the whole month: the words give the borders without any arithmetic. */
function onTheWhole(drawn: Draw): Draw {
  const { contract } = drawn;
  const versions = contract.versions.slice(0, 1).map((version) => ({ ...version, windows: [] }));
  return { ...drawn, contract: { ...contract, versions, term: { firstDay: null, lastDay: null } } };
}

/** Places in the volume at which the words change the price, of a contract without amendments in the month. */
function bordersOf({ inForce: { terms } }: TermsSegment): number[] {
  const line = terms.lines.find(({ id }) => id === 'U');
  if (line?.model !== 'perUnit') return [];
  const steps = 'steps' in line.pricing ? line.pricing.steps.flatMap(({ upTo }) => upTo ?? []) : [];
  // up to what is included all is free
  return [...(line.above === 0 ? [] : [line.above]), ...steps.filter((upTo) => upTo > line.above)];
}

/** Whether the clauses say that it is reached with so many units, and was not before; null: not looked at. */
function isReached(drawn: Draw, segment: TermsSegment, { kind }: Target, units: number): boolean | null {
  const segments = termsSegments(drawn.contract, drawn.period);
  const { firstDay, lastDay } = drawn.contract.term;
  if (segments.length > 1 || firstDay !== null || lastDay !== null) return null;
  const book = bookOf(drawn);
  const volume = [...book.quantities].reduce(
    (sum, [key, value]) => sum + (key.startsWith('line/U/') ? value : 0),
    0,
  );
  const line = segment.inForce.terms.lines.find(({ id }) => id === 'U');
  if (kind === 'tier')
    return bordersOf(segment).some((border) => volume + units > border && Math.max(volume, 1) <= border);
  if (kind === 'package' && line?.model === 'perUnit' && line.pricing.mode === 'package') {
    const { size } = line.pricing;
    return Math.ceil((volume + units) / size) > Math.ceil(volume / size);
  }
  return null;
}

/** What the reference pricer comes to without more calls, with one less than it takes, and with all. */
interface Prices {
  readonly now: Priced;
  readonly oneLess: Priced;
  readonly all: Priced;
}

/** What differs from what the target says; none: nothing does. */
function differencesOf(drawn: Draw, target: Target, { now, oneLess, all }: Prices): string[] {
  const { kind, keys, units, worth, net } = target;
  const product = price(drawn.contract, withMore(bookOf(drawn), keys, units - 1)).totals.net;
  const limits = [oneLess, all].map((priced) => Number(priced['limits'] ?? 0));
  const [limitsBefore = 0, limitsThen = 0] = limits;
  const isSo: Record<string, boolean> = {
    worth: netOf(all).minus(netOf(now)).eq(worth),
    net: netOf(all).eq(net),
    oneLess: netOf(oneLess).eq(product),
    minimum: kind !== 'minimum' || (limitsBefore > 0 && limitsThen <= 0),
    maximum: kind !== 'maximum' || (limitsBefore >= 0 && limitsThen < 0),
  };
  return Object.keys(isSo).filter((name) => isSo[name] !== true);
}

function netOf(priced: Priced): Decimal {
  return new Decimal(priced['net'] ?? NaN);
}

describe('so many more units', () => {
  it('are worth what the reference pricer says, and reach what one less does not', async () => {
    const seen = new Set<TargetKind>();
    let byWords = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const drawn = seed % 3 === 0 ? drawWide(seed) : onTheWhole(draw(seed));
      const last = Math.max(...drawn.calls.map(({ from }) => from));
      const segment = termsSegments(drawn.contract, drawn.period).find(({ parts }) =>
        parts.some(({ from, to }) => from <= last && last < to),
      );
      if (segment === undefined) continue;
      const priceOf: PriceOf = (book) => Promise.resolve(price(drawn.contract, book));
      for (const target of await targetsOf(bookOf(drawn), ofUnits(segment), priceOf)) {
        const { kind, units, keys } = target;
        const like = units <= 400 ? callOf(drawn, keys[0] ?? '') : null;
        if (like === null) continue;
        const prices = {
          now: priceDraw(drawn),
          oneLess: withCalls(drawn, like, units - 1),
          all: withCalls(drawn, like, units),
        };
        const shown = { seed, kind, units };
        expect({ ...shown, differ: differencesOf(drawn, target, prices) }).toEqual({ ...shown, differ: [] });
        seen.add(kind);
        const reached = [units - 1, units].map((count) => isReached(drawn, segment, target, count));
        if (reached.includes(null)) continue;
        expect({ ...shown, reached }).toEqual({ ...shown, reached: [false, true] });
        byWords += 1;
      }
    }
    expect([byWords > 20, [...seen].toSorted()]).toEqual([
      true,
      ['corridor', 'maximum', 'minimum', 'package', 'tier'],
    ]);
  });
});
