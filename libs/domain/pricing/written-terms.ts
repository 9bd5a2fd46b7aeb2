import type { Terms } from '#domain/contract/contract.js';
import type { Band, Indexation, Line, Rate, UnitPricing } from '#domain/contract/line.js';
import { Decimal, plain } from '#domain/money/money.js';
import { indexed } from './charge/unit-price.js';
import { CalculationTrace } from './trace.js';

/**
 * What terms say, to compare: a window or an amendment may say what held before it as well. Prices are those
 * that their index gives, since an index that moves below its floor changes nothing that is agreed to be
 * paid.
 */
export function writtenTerms(terms: Terms): string {
  const known = written.get(terms);
  if (known !== undefined) return known;
  const text = JSON.stringify({ ...terms, lines: terms.lines.map(atItsPrices) });
  written.set(terms, text);
  return text;
}

const written = new WeakMap<Terms, string>();

/**
 * A line with the prices that its index gives, in shortest form, and without the index.
 */
export function atItsPrices<L extends Line>(line: L): L;
export function atItsPrices(line: Line): Line {
  switch (line.model) {
    case 'fixed':
      return { ...line, amount: priceOf(line.amount, line.indexation), indexation: null };
    case 'time': {
      const { indexation } = line;
      const tiers = line.tiers && { ...line.tiers, steps: priced(line.tiers.steps, indexation) };
      return { ...line, price: priceOf(line.price, indexation), tiers, ...choicesOf(line), indexation: null };
    }
    case 'perUnit':
    case 'outcome':
      return {
        ...line,
        pricing: pricingOf(line.pricing, line.indexation),
        ...choicesOf(line),
        indexation: null,
      };
    case 'gainShare':
    case 'oneOff':
    case 'passThrough':
      return line;
  }
}

interface Choices {
  readonly bands: readonly Band[];
  readonly rates: readonly Rate[];
  readonly indexation: Indexation | null;
}

function choicesOf({ bands, rates, indexation }: Choices): Pick<Choices, 'bands' | 'rates'> {
  const ownPrice = (band: Band): Band =>
    band.price === null ? band : { ...band, price: priceOf(band.price, indexation) };
  return { bands: bands.map(ownPrice), rates: priced(rates, indexation) };
}

function pricingOf(pricing: UnitPricing, indexation: Indexation | null): UnitPricing {
  return 'steps' in pricing
    ? { ...pricing, steps: priced(pricing.steps, indexation) }
    : { ...pricing, price: priceOf(pricing.price, indexation) };
}

function priced<P extends { readonly price: string }>(
  prices: readonly P[],
  indexation: Indexation | null,
): readonly P[] {
  return prices.map((each) => ({ ...each, price: priceOf(each.price, indexation) }));
}

function priceOf(price: string, indexation: Indexation | null): string {
  const own = indexed(price, indexation, 0, new CalculationTrace());
  return plain(typeof own === 'string' ? new Decimal(own) : own.value);
}
