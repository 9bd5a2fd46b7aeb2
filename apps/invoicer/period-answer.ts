import { z } from 'zod';
import type { Invoice, InvoiceAdjustment, InvoiceLine } from '#domain/pricing/invoice.js';
import type { LivePeriod } from './periods.js';

const decimal = z.string().describe('Decimal number; a string, so that nothing is lost in a float.');
const instant = z.string().describe('ISO 8601, UTC.');

const lineSchema = z
  .object({
    id: z.string(),
    line: z.string().describe('Line of the contract.'),
    name: z.string(),
    part: z.enum(['work', 'shortfall', 'overflow']),
    from: instant,
    to: instant,
    version: z.int().describe('Version of the contract.'),
    quantity: decimal,
    unit: z
      .enum(['SEC', 'DAY', 'MON', 'C62'])
      .describe('UN/ECE Recommendation 20: seconds, days, months, pieces.'),
    price: decimal.describe('For `baseQuantity` units, in the currency.'),
    baseQuantity: decimal,
    amount: decimal.describe('Rounded as the contract says.'),
  })
  .meta({ id: 'PeriodLine', description: 'A line of the invoice as it would be now.' });

const adjustmentSchema = z
  .object({
    id: z.string(),
    clause: z.string().describe('Clause of the contract.'),
    kind: z.enum(['bonus', 'malus', 'earnBack', 'minimum', 'maximum']),
    name: z.string(),
    amount: decimal,
  })
  .meta({ id: 'PeriodAdjustment', description: 'Bonus, malus, minimum or maximum as it would be now.' });

export const periodAnswerSchema = z.object({
  contract: z.string(),
  period: z.string(),
  from: instant,
  to: instant.describe('First instant after the period.'),
  currency: z.string().describe('ISO 4217.'),
  accrued: z
    .object({ net: decimal, vat: decimal, gross: decimal })
    .describe('What a close would charge now. Not an invoice: later events still change it.'),
  lines: z.array(lineSchema),
  adjustments: z.array(adjustmentSchema),
  quantities: z.record(z.string(), z.int()).describe('Live sums of the tally by quantity key.'),
  offsets: z.array(z.int()).describe('Journal offsets per partition that the quantities stand for.'),
});

export type PeriodAnswer = z.infer<typeof periodAnswerSchema>;

export function periodAnswer({ invoice, quantities, offsets }: LivePeriod): PeriodAnswer {
  const amount = amountOf(invoice);
  return {
    contract: invoice.contract,
    period: invoice.period,
    from: iso(invoice.bounds.start),
    to: iso(invoice.bounds.end),
    currency: invoice.currency,
    accrued: {
      net: amount(invoice.totals.net),
      vat: amount(invoice.totals.vat),
      gross: amount(invoice.totals.gross),
    },
    lines: invoice.lines.map((line) => lineAnswer(line, amount)),
    adjustments: invoice.adjustments.map((adjustment) => adjustmentAnswer(adjustment, amount)),
    quantities: Object.fromEntries([...quantities].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    offsets: [...offsets],
  };
}

type Amount = (value: InvoiceLine['amount']) => string;

/** With all the decimals of the invoice, `12.50` and not `12.5`. */
function amountOf(invoice: Invoice): Amount {
  return (value) => value.toFixed(invoice.scale);
}

function lineAnswer(line: InvoiceLine, amount: Amount): PeriodAnswer['lines'][number] {
  const { id, line: contractLine, name, part, from, to, version, quantity, unit, price, baseQuantity } = line;
  return {
    id,
    line: contractLine,
    name,
    part,
    from: iso(from),
    to: iso(to),
    version,
    quantity: quantity.toFixed(),
    unit,
    price: price.toFixed(),
    baseQuantity: baseQuantity.toFixed(),
    amount: amount(line.amount),
  };
}

function adjustmentAnswer(
  { id, clause, kind, name, amount: value }: InvoiceAdjustment,
  amount: Amount,
): PeriodAnswer['adjustments'][number] {
  return { id, clause, kind, name, amount: amount(value) };
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
