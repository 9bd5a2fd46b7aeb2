import { z } from 'zod';
import type { Contract } from '#domain/contract/contract.js';
import type { Conversion, PurchaseOrder } from '#domain/contract/payment.js';
import { currencyCodes } from '#domain/money/currencies.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { fault, type Fault } from '../fault.js';
import { suggestion } from '../nearest.js';
import { strict } from '../zod-faults.js';
import { orderDecimalFaults, type WrittenMoney } from './checks/decimals.js';
import { foreignPeriodFaults } from './checks/period-border.js';
import { day, period, price, ratio } from './words.js';

const ofPeriod = period('must be a period such as 2026-03');

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
        from: ofPeriod,
        to: ofPeriod.nullable().default(null),
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
        rates: z.record(ofPeriod, strict({ date: day, rate: price })),
      }),
    )
    .min(1)
    .optional(),
};

type Written = {
  readonly [Key in keyof typeof paymentTerms]?: z.output<(typeof paymentTerms)[Key]>;
} & PeriodFrame &
  WrittenMoney & { readonly term: Contract['term'] };

/** Only what is written: a contract without payment terms is what it was before there were any. */
export function paymentOf({ payment, purchaseOrders, conversions }: Written): Partial<Contract> {
  return {
    ...(payment !== undefined && { payment }),
    ...(purchaseOrders !== undefined && { purchaseOrders }),
    ...(conversions !== undefined && { conversions }),
  };
}

export function paymentFaults(written: Written): Fault[] {
  const { payment, purchaseOrders = [], conversions = [], currency, term } = written;
  const foreign = foreignFaults(purchaseOrders, conversions, written);
  if (foreign.length > 0) return foreign;
  return [
    ...(payment === undefined ? [] : discountFaults(payment)),
    ...orderFaults(purchaseOrders, term, written),
    ...orderDecimalFaults(purchaseOrders, written),
    ...conversionFaults(conversions, currency, written),
  ];
}

/** Names of periods that the contract does not have: nothing else can be said of them. */
function foreignFaults(
  orders: readonly PurchaseOrder[],
  conversions: readonly Conversion[],
  frame: PeriodFrame,
): Fault[] {
  return [
    ...orders.flatMap(({ from, to }, index) => {
      const path = ['purchaseOrders', index];
      const end = to === null ? [] : foreignPeriodFaults(to, frame, [...path, 'to']);
      return [...foreignPeriodFaults(from, frame, [...path, 'from']), ...end];
    }),
    ...conversions.flatMap(({ rates }, index) =>
      Object.keys(rates).flatMap((of) => foreignPeriodFaults(of, frame, ['conversions', index, 'rates', of])),
    ),
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

/** After every period there may be. */
const never = '9999-~';

/** One order covers a period, each within the term. */
function orderFaults(
  orders: readonly PurchaseOrder[],
  { firstDay, lastDay }: Contract['term'],
  frame: PeriodFrame,
): Fault[] {
  const { ofDay, shift } = periodsOf(frame);
  const noun = periodNouns[frame.period.unit];
  const [first, last] = [firstDay === null ? '' : ofDay(firstDay), lastDay === null ? never : ofDay(lastDay)];
  return orders.flatMap(({ number, from, to }, index): Fault[] => {
    const path = ['purchaseOrders', index];
    const end = to ?? never;
    if (end < from)
      return [fault('interval-not-ascending', [...path, 'to'], `${end} must not be before ${from}`)];
    if (from > last || end < first) {
      const message = `${number} is for ${noun}s in which the contract does not hold (${first || '…'} to ${lastDay === null ? '…' : last})`;
      return [fault('outside-term', path, message)];
    }
    const other = orders
      .slice(0, index)
      .find((earlier) => from <= (earlier.to ?? never) && earlier.from <= end);
    if (other === undefined) return [];
    const message = `${number} overlaps ${other.number}: one order covers a ${noun}; end ${other.number} with \`to: ${shift(from, -1)}\``;
    return [fault('charged-twice', [...path, 'from'], message)];
  });
}

function conversionFaults(conversions: readonly Conversion[], own: string, frame: PeriodFrame): Fault[] {
  const { ofDay, shift } = periodsOf(frame);
  const noun = periodNouns[frame.period.unit];
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
      const message = `${use} ${currency} is there twice: VAT is owed in one currency, and a ${noun} has one rate`;
      faults.push(fault('duplicate-id', path, message));
    }
    for (const [of, { date, rate }] of Object.entries(rates)) {
      if (Number(rate) === 0) {
        const message = `${rate} must be above 0: units of ${currency} for one ${own}`;
        faults.push(fault('implausible-value', [...path, 'rates', of, 'rate'], message));
      }
      if (ofDay(date) !== of && ofDay(date) !== shift(of, 1)) {
        const message = `${date} is neither in ${of} nor in the ${noun} after it: write the date that the rate was published for`;
        faults.push(fault('implausible-value', [...path, 'rates', of, 'date'], message));
      }
    }
    return faults;
  });
}
