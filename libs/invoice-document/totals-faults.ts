import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal, plain, round } from '#domain/money/money.js';
import { amountOf } from '#domain/pricing/document-quantity.js';
import type { InvoiceDocument } from './document.js';

/**
 * The sums of EN 16931, exactly to the cent: BR-CO-10 to -17 and BR-S-08 with its like, and that each line is
 * its quantity times its price, which no rule of the standard asks for. The published rules accept a VAT that
 * is a unit of the currency off.
 */
export function totalsFaults({ lines, entries, vat, totals, currency }: InvoiceDocument): string[] {
  const vatScale = Math.min(2, minorUnitOf(currency));
  const { allowances, charges } = totals;
  const same = (rule: string, found: string, expected: Decimal): string[] =>
    expected.equals(found) ? [] : [`${rule}: ${found} must be ${plain(expected)}`];
  const entriesOf = (isCharge: boolean): string[] =>
    entries.filter((each) => each.isCharge === isCharge).map(({ amount }) => amount);
  return [
    ...lines.flatMap(({ id, quantity, price, baseQuantity, net }) => {
      const [q, p, base] = [new Decimal(quantity), new Decimal(price), new Decimal(baseQuantity)];
      return same(`line ${id}`, net, amountOf({ quantity: q, price: p, baseQuantity: base }, 2));
    }),
    ...same('BR-CO-10', totals.lines, sum(lines.map(({ net }) => net))),
    ...same('BR-CO-11', allowances, sum(entriesOf(false))),
    ...same('BR-CO-12', charges, sum(entriesOf(true))),
    ...same('BR-CO-13', totals.net, new Decimal(totals.lines).minus(allowances).plus(charges)),
    ...same('BR-CO-14', totals.vat, sum(vat.map(({ tax }) => tax))),
    ...same('BR-CO-15', totals.gross, new Decimal(totals.net).plus(totals.vat)),
    ...vat.flatMap(({ category, rate, base, tax }) => {
      const isOf = (own: { readonly categoryCode: string; readonly rate: string }): boolean =>
        own.categoryCode === category && new Decimal(own.rate).equals(rate);
      const taxed = sum([
        ...lines.filter((line) => isOf(line.vat)).map(({ net }) => net),
        ...entries
          .filter((entry) => isOf(entry.vat))
          .map(({ isCharge, amount }) => (isCharge ? amount : `-${amount}`)),
      ]);
      return [
        ...same(`BR-${category}-08`, base, taxed),
        ...same('BR-CO-17', tax, round(new Decimal(base).times(rate).div(100), vatScale)),
      ];
    }),
  ];
}

function sum(amounts: readonly string[]): Decimal {
  return amounts.reduce((all, amount) => all.plus(amount), new Decimal(0));
}
