import { Decimal } from '#domain/money/money.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { table } from './table.js';

type Data = InvoiceReadyEvent['data'];

/** An invoice-ready event as a person reads it. */
export function invoiceText(event: string): string {
  const ready = decodeInvoiceReady(event);
  if (ready === null) throw new Error('this is no invoice-ready event');
  const { data } = ready;
  const title = `Invoice-ready ${data.contract}, ${data.period} (${data.invoicingPeriod.startDate} to ${data.invoicingPeriod.endDate}, ${data.timeZone})`;
  return [
    title,
    `${data.seller.name} to ${data.buyer.name}, id ${ready.id}`,
    '',
    table(['line', 'what', 'quantity', 'unit', 'price', 'amount'], data.lines.map(lineRow), [0, 1, 3]),
    ...data.adjustments.map(({ identifier, reason, chargeIndicator, amount }) => {
      return `${identifier}  ${reason}: ${chargeIndicator ? '' : '-'}${amount.amount}`;
    }),
    '',
    ...totalRows(data),
  ].join('\n');
}

function lineRow(line: Data['lines'][number]): string[] {
  const what = [line.itemName, ...line.bands, line.rate ?? '', line.part === 'work' ? '' : line.part];
  const quantity = new Decimal(line.invoicedQuantity);
  const isTime = line.unitCode === 'SEC' && line.itemPriceBaseQuantity === '3600';
  return [
    line.identifier,
    what.filter((word) => word !== '').join(', '),
    isTime ? quantity.div(3600).toFixed(4) : quantity.toString(),
    isTime ? 'h' : unitNames[line.unitCode],
    atLeastCents(line.itemNetPrice.amount),
    line.netAmount.amount,
  ];
}

/** Prices have as many decimals as they need, but not fewer than money has. */
function atLeastCents(price: string): string {
  const value = new Decimal(price);
  return value.toFixed(Math.max(2, value.decimalPlaces()));
}

const unitNames = { SEC: 's', DAY: 'days', MON: 'months', C62: '' } as const;

function totalRows({ totals, vatBreakdown, currencyCode }: Data): string[] {
  const rows = [
    ['total without VAT', totals.totalWithoutVat.amount],
    ...vatBreakdown.map(({ vat, taxAmount }) => [
      `VAT ${vat.rate} % (${vat.categoryCode})`,
      taxAmount.amount,
    ]),
    ['total with VAT', totals.totalWithVat.amount],
    ...(totals.roundingResidue === '0'
      ? []
      : [['left out by rounding', new Decimal(totals.roundingResidue).toFixed(6)]]),
  ];
  return [table(['', currencyCode], rows)];
}
