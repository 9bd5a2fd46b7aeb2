import { changeChain, emptyChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { Quantity } from '#domain/metering/sums.js';
import { plain, type Decimal } from '#domain/money/money.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import { price } from '#domain/pricing/price.js';
import { amountsByClause } from '#domain/pricing/totals.js';
import { contentsOf, draw, type Draw } from './draw.js';
import type { Coverage } from './coverage.js';
import { drawFurther } from './further-draw.js';
import { drawResolved } from './resolution-draw.js';
import { furtherScope } from './further-work.js';
import { priceDraw, type Priced } from './pricer.js';
import { drawWide } from './wide-draw.js';
import { drawYear, type YearDraw } from './year-draw.js';
import { priceYear } from './year-pricer.js';
import { yearPrice } from './compare-years.js';

/** What the product and the reference pricer come to, and the draw; null: the same. */
export interface Difference {
  readonly draw: Draw | YearDraw;
  readonly product: Priced;
  readonly reference: Priced;
}

/**
 * Of five draws one is a month, one is of all rhythms, two have further terms beside that, and one commits
 * over several months.
 */
export function differenceOf(seed: number, coverage?: Coverage): Difference | null {
  switch (seed % 5) {
    case 0:
      return compared(draw(seed));
    case 4:
      return comparedYear(drawYear(seed));
    case 1:
      return compared(drawWide(seed));
    default:
      return compared(drawResolved(seed), coverage);
  }
}

/** Without the further terms, as the wide draws are. */
export function wideDifferenceOf(seed: number): Difference | null {
  return [2, 3].includes(seed % 5) ? compared(drawWide(seed)) : differenceOf(seed);
}

/** Without resolutions, as the further draws were before. */
export function furtherDifferenceOf(seed: number): Difference | null {
  return [2, 3].includes(seed % 5) ? compared(drawFurther(seed)) : differenceOf(seed);
}

function compared(drawn: Draw, coverage?: Coverage): Difference | null {
  const reference = priceDraw(drawn);
  coverage?.note(drawn, (changed) => different(changed, productPrice(changed), reference) !== null);
  return different(drawn, productPrice(drawn), reference);
}

function comparedYear(drawn: YearDraw): Difference | null {
  return different(drawn, yearPrice(drawn), priceYear(drawn));
}

function different(drawn: Draw | YearDraw, product: Priced, reference: Priced): Difference | null {
  const names = new Set([...Object.keys(product), ...Object.keys(reference)]);
  const isSame = [...names].every((name) => product[name] === reference[name]);
  return isSame ? null : { draw: drawn, product, reference };
}

export function productPrice(drawn: Draw): Priced {
  return shownInvoice(invoiceOf(drawn), drawn.contract.rounding.at === 'total');
}

/** The month as the product prices it. */
export function invoiceOf(drawn: Draw): Invoice {
  return price(drawn.contract, bookOf(drawn));
}

/** The sums that the product counts of a draw. */
export function bookOf(drawn: Draw): PeriodBook {
  const { contract, period, past } = drawn;
  const meter = contractMeter(contract, furtherScope);
  const names = [period, ...past.map(({ name }) => name)];
  const books = new Map(names.map((name) => [name, new Map<string, number>()]));
  const add = ({ period: of, key, value }: Quantity, sign: 1 | -1): void => {
    const quantities = books.get(of);
    quantities?.set(key, (quantities.get(key) ?? 0) + sign * value);
  };
  for (const content of contentsOf(drawn)) {
    for (const quantity of meter.measure(content)) add(quantity, 1);
  }
  const chains = new Map<string, RepeatChain>();
  for (const link of contentsOf(drawn).flatMap((content) =>
    handledContacts(content, furtherScope, resolving),
  )) {
    if (link.resolution === undefined) continue;
    const { chain, changes } = changeChain(chains.get(link.customer) ?? emptyChain, link, 1);
    chains.set(link.customer, chain);
    for (const change of changes)
      for (const quantity of meter.measureRepeat(change.contact, change)) add(quantity, change.sign);
  }
  const sumsOf = (name: string): Map<string, number> => books.get(name) ?? new Map<string, number>();
  const history = past.map(({ name }) => ({ period: name, quantities: sumsOf(name) }));
  return { contract: contract.id, period, quantities: sumsOf(period), history };
}

const resolving: ReadonlySet<string> = new Set(['P']);

/** As the reference pricer shows its amounts. */
function shownInvoice(invoice: Invoice, isByTotal: boolean): Priced {
  const { lines, totals, vat } = invoice;
  const isLine = new Set(lines.map(({ line }) => line));
  const parts = [...amountsByClause(invoice)].filter(([id]) => !isByTotal || !isLine.has(id));
  const groups = vat.flatMap(({ vat: { category, rate }, base, tax }): [string, Decimal][] => {
    return [
      [`${category} ${rate} base`, base],
      [`${category} ${rate} tax`, tax],
    ];
  });
  const shown = [...parts, ...(isByTotal ? [['lines', totals.lines] as const] : []), ...groups].filter(
    ([, amount]) => !amount.isZero(),
  );
  return Object.fromEntries(
    [...shown, ['net', totals.net] as const, ['gross', totals.gross] as const].map(([id, amount]) => [
      id,
      plain(amount, 4),
    ]),
  );
}
