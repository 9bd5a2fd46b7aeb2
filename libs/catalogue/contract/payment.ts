import { z } from 'zod';
import type { Contract } from '#domain/contract/contract.js';
import type { Conversion, PurchaseOrder } from '#domain/contract/payment.js';
import { currencyCodes } from '#domain/money/currencies.js';
import { shiftPeriod } from '#domain/period/period.js';
import { fault, type Fault } from '../fault.js';
import { suggestion } from '../nearest.js';
import { strict } from '../zod-faults.js';
import { day, period, price, ratio } from './words.js';

const month = period('must be a month such as 2026-03');

/** How invoices are paid, by which orders of the buyer, and in which other currencies they are shown. */
export const paymentTerms = {
  payment: strict({
    days: z.int().min(0).max(365),
    count: z.enum(['fromInvoice', 'fromMonthEnd', 'toMonthEnd']).default('fromInvoice'),
    discounts: z.array(strict({ days: z.int().min(0).max(365), rate: ratio })).default([]),
  }).optional(),
  purchaseOrders: z
    .array(
      strict({
        number: z.string().min(1),
        from: month,
        to: month.nullable().default(null),
        limit: price.nullable().default(null),
      }),
    )
    .min(1)
    .optional(),
  conversions: z
    .array(
      strict({
        use: z.enum(['tax', 'accounting']),
        currency: z.string(),
        source: z.string().min(1),
        rates: z.record(month, strict({ date: day, rate: price })),
      }),
    )
    .min(1)
    .optional(),
};

type Written = {
  readonly [Key in keyof typeof paymentTerms]?: z.output<(typeof paymentTerms)[Key]>;
} & { readonly currency: string; readonly term: Contract['term'] };

/** Only what is written: a contract without payment terms is what it was before there were any. */
export function paymentOf({ payment, purchaseOrders, conversions }: Written): Partial<Contract> {
  return {
    ...(payment !== undefined && { payment }),
    ...(purchaseOrders !== undefined && { purchaseOrders }),
    ...(conversions !== undefined && { conversions }),
  };
}

export function paymentFaults({
  payment,
  purchaseOrders = [],
  conversions = [],
  currency,
  term,
}: Written): Fault[] {
  return [
    ...(payment === undefined ? [] : discountFaults(payment)),
    ...orderFaults(purchaseOrders, term),
    ...conversionFaults(conversions, currency),
  ];
}

/** The sooner, the more: a later discount that is no smaller makes the earlier one dead. */
function discountFaults({ days, discounts }: NonNullable<Contract['payment']>): Fault[] {
  return discounts.flatMap((discount, index): Fault[] => {
    const path = ['payment', 'discounts', index];
    const before = discounts[index - 1];
    const rate = Number(discount.rate);
    if (rate === 0 || rate >= 1) {
      const message = `${discount.rate} must be above 0 and below 1: "0.02" is 2 %`;
      return [fault('implausible-value', [...path, 'rate'], message)];
    }
    if (discount.days > days) {
      const message = `${discount.days} days are after the ${days} days in which the invoice is due anyway: write fewer`;
      return [fault('never-applies', [...path, 'days'], message)];
    }
    if (before === undefined) return [];
    if (discount.days <= before.days) {
      const message = `${discount.days} must be above ${before.days}: discounts are in order of their days`;
      return [fault('tiers-not-ascending', [...path, 'days'], message)];
    }
    if (rate < Number(before.rate)) return [];
    const message = `${discount.rate} must be below ${before.rate}: who pays later would get no less`;
    return [fault('never-applies', ['payment', 'discounts', index - 1], message)];
  });
}

/** One order covers a month, each within the term. */
function orderFaults(orders: readonly PurchaseOrder[], { firstDay, lastDay }: Contract['term']): Fault[] {
  const [first, last] = [firstDay?.slice(0, 7) ?? '', lastDay?.slice(0, 7) ?? '9999-12'];
  return orders.flatMap(({ number, from, to }, index): Fault[] => {
    const path = ['purchaseOrders', index];
    const end = to ?? '9999-12';
    if (end < from)
      return [fault('interval-not-ascending', [...path, 'to'], `${end} must not be before ${from}`)];
    if (from > last || end < first) {
      const message = `${number} is for months in which the contract does not hold (${first || '…'} to ${lastDay === null ? '…' : last})`;
      return [fault('outside-term', path, message)];
    }
    const other = orders
      .slice(0, index)
      .find((earlier) => from <= (earlier.to ?? '9999-12') && earlier.from <= end);
    if (other === undefined) return [];
    const message = `${number} overlaps ${other.number}: one order covers a month; end ${other.number} with \`to: ${shiftPeriod(from, -1)}\``;
    return [fault('charged-twice', [...path, 'from'], message)];
  });
}

function conversionFaults(conversions: readonly Conversion[], own: string): Fault[] {
  return conversions.flatMap(({ use, currency, rates }, index): Fault[] => {
    const path = ['conversions', index];
    const faults: Fault[] = [];
    if (!currencyCodes.includes(currency)) {
      const near = suggestion(currency.toUpperCase(), currencyCodes);
      const message = `'${currency}' must be a code of ISO 4217 such as EUR${near}`;
      faults.push(fault('unknown-currency', [...path, 'currency'], message));
    }
    if (currency === own) {
      const message = `${currency} is the currency of the contract: there is nothing to convert`;
      faults.push(fault('never-applies', [...path, 'currency'], message));
    }
    const isSame = (other: Conversion): boolean =>
      use === 'tax' ? other.use === 'tax' : other.use === use && other.currency === currency;
    if (conversions.slice(0, index).some(isSame)) {
      const message = `${use} ${currency} is there twice: VAT is owed in one currency, and a month has one rate`;
      faults.push(fault('duplicate-id', path, message));
    }
    for (const [of, { date, rate }] of Object.entries(rates)) {
      if (Number(rate) === 0) {
        const message = `${rate} must be above 0: units of ${currency} for one ${own}`;
        faults.push(fault('implausible-value', [...path, 'rates', of, 'rate'], message));
      }
      if (date.slice(0, 7) !== of && date.slice(0, 7) !== shiftPeriod(of, 1)) {
        const message = `${date} is neither in ${of} nor in the month after it: write the date that the rate was published for`;
        faults.push(fault('implausible-value', [...path, 'rates', of, 'date'], message));
      }
    }
    return faults;
  });
}
