import type { Band, Indexation, Rate, Stacking } from '#domain/contract/line.js';
import type { Cell } from '../line-draft.js';
import type { CalculationTrace, Term } from '../trace.js';

/** What a unit costs in one cell: the rate's price or the line's, indexed, then by the bands that hold. */
export interface Priced {
  readonly price: string;
  readonly bands: readonly Band[];
  readonly stacking: Stacking;
  readonly rates: readonly Rate[];
  readonly indexation: Indexation | null;
}

export function unitPrice(
  terms: Priced,
  cell: Cell | null,
  version: number,
  trace: CalculationTrace,
): Term | string {
  const rate = cell?.rate ?? null;
  const listed = rate === null ? terms.price : found(terms.rates, rate).price;
  const price = indexed(listed, terms.indexation, version, trace);
  const bands = (cell?.bands ?? []).map((id) => found(terms.bands, id));
  if (bands.length === 0) return price;
  const priced = bands.map((band): [string, Term | string] => [
    `band ${band.id}`,
    bandPrice(band, price, terms.indexation, version, trace),
  ]);
  const [only, ...others] = priced;
  if (only !== undefined && others.length === 0) return only[1];
  const rule = { highest: 'bandHighest', sum: 'bandSum', multiply: 'bandMultiply' } as const;
  return trace.apply('price', rule[terms.stacking], version, { price, ...Object.fromEntries(priced) });
}

/** A price, or any amount, indexed. */
export function indexed(
  price: string,
  indexation: Indexation | null,
  version: number,
  trace: CalculationTrace,
): Term | string {
  if (indexation === null) return price;
  const { base, current, fixedShare, ratioDecimals, priceDecimals, floor, ceiling, splice } = indexation;
  const ratio = trace.apply('price', 'indexRatio', version, {
    base,
    current,
    splice: splice ?? '1',
    fixedShare,
    ...(ratioDecimals !== null && { decimals: ratioDecimals }),
    ...(floor !== null && { floor }),
    ...(ceiling !== null && { ceiling }),
  });
  return trace.apply('price', 'indexedPrice', version, {
    price,
    ratio,
    ...(priceDecimals !== null && { decimals: priceDecimals }),
  });
}

function bandPrice(
  band: Band,
  price: Term | string,
  indexation: Indexation | null,
  version: number,
  trace: CalculationTrace,
): Term | string {
  if (band.price !== null) return indexed(band.price, indexation, version, trace);
  return trace.apply('price', 'surcharge', version, { price, surcharge: band.surcharge ?? '0' });
}

function found<T extends { readonly id: string }>(items: readonly T[], id: string): T {
  const item = items.find((candidate) => candidate.id === id);
  if (item === undefined) throw new Error(`the book names '${id}', which these terms do not have`);
  return item;
}
