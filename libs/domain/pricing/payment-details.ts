import type { Contract } from '#domain/contract/contract.js';
import type { PaymentDiscount, PurchaseOrder } from '#domain/contract/payment.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal, plain } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { DiscountAmounts, PaymentDetails, Totals, VatGroup, Warning } from './invoice.js';
import type { CalculationTrace } from './trace.js';

/** undefined: the contract says nothing of it. */
export function paymentDetailsOf(
  contract: Contract,
  period: Period,
  { vat, totals }: { readonly vat: readonly VatGroup[]; readonly totals: Totals },
  version: number,
  trace: CalculationTrace,
): PaymentDetails | undefined {
  const { payment, purchaseOrders, conversions, currency, buyer } = contract;
  if (payment === undefined && purchaseOrders === undefined && conversions === undefined) return undefined;
  const times = (value: Decimal, rate: string, of: string): Decimal => {
    const product = trace.apply('payment', 'product', version, { value, times: rate });
    const inputs = { value: product, scale: minorUnitOf(of), mode: 'halfAwayFromZero' };
    return trace.apply('payment', 'round', version, inputs).value;
  };
  const discounted = ({ days, rate }: PaymentDiscount): DiscountAmounts => {
    const groups = vat.map((group) => ({
      vat: group.vat,
      base: times(group.base, rate, currency),
      tax: times(group.tax, rate, currency),
    }));
    const total = groups.reduce((sum, { base, tax }) => sum.plus(base).plus(tax), new Decimal(0));
    return { days, rate, groups, total };
  };
  return {
    purchaseOrder: orderOf(purchaseOrders, period)?.number ?? buyer.purchaseOrder,
    payment:
      payment === undefined
        ? null
        : {
            days: payment.days,
            count: payment.count,
            discounts: totals.gross.gt(0) ? payment.discounts.map(discounted) : [],
          },
    conversions: (conversions ?? []).flatMap(({ use, currency: other, source, rates }) => {
      const found = rates[period];
      if (found === undefined) return [];
      const { date, rate } = found;
      const [net, tax] = [times(totals.net, rate, other), times(totals.vat, rate, other)];
      return [{ use, currency: other, source, date, rate, net, vat: tax, gross: net.plus(tax) }];
    }),
  };
}

/** `netOf`: what an earlier month of the order costs; null: its sums are not known. */
export function paymentWarnings(
  contract: Contract,
  period: Period,
  net: Decimal,
  netOf: (past: Period) => Decimal | null,
): Warning[] {
  const { purchaseOrders, conversions = [], currency, buyer } = contract;
  const order = orderOf(purchaseOrders, period);
  const warnings: Warning[] = conversions
    .filter(({ rates }) => rates[period] === undefined)
    .map(({ currency: other }) => ({
      code: 'no-rate',
      clause: 'conversions',
      message: `no rate of ${other} for ${period}: amounts in ${other} are missing`,
    }));
  if (purchaseOrders !== undefined && order === null && buyer.purchaseOrder === null) {
    const message = `no purchase order covers ${period}`;
    warnings.push({ code: 'no-purchase-order', clause: 'purchaseOrders', message });
  }
  if (order === null || order.limit === null) return warnings;
  const charged = periodsBefore(contract, order, period).reduce(
    (sum, past) => sum.plus(netOf(past) ?? 0),
    net,
  );
  if (charged.lte(order.limit)) return warnings;
  const scale = minorUnitOf(currency);
  const amount = (value: Decimal): string => `${plain(value.toDecimalPlaces(scale), scale)} ${currency}`;
  const message = `purchase order ${order.number} is for ${amount(new Decimal(order.limit))}; with ${period} it is charged ${amount(charged)}`;
  return [...warnings, { code: 'purchase-order-exceeded', clause: 'purchaseOrders', message }];
}

/** Periods of the order before a period that its limit has to be held against. */
export function orderPeriodsBefore(contract: Contract, period: Period): Period[] {
  const order = orderOf(contract.purchaseOrders, period);
  return order === null || order.limit === null ? [] : periodsBefore(contract, order, period);
}

/** The latest first. */
function periodsBefore(contract: Contract, { from }: PurchaseOrder, period: Period): Period[] {
  const { shift } = periodsOf(contract);
  const before: Period[] = [];
  for (let past = shift(period, -1); past >= from; past = shift(past, -1)) before.push(past);
  return before;
}

function orderOf(orders: readonly PurchaseOrder[] | undefined, period: Period): PurchaseOrder | null {
  return orders?.find(({ from, to }) => period >= from && (to === null || period <= to)) ?? null;
}
