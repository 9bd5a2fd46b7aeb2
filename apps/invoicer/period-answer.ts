import { z } from 'zod';
import { commitmentSpans } from '#domain/contract/commitment-span.js';
import {
  type AllowanceOrCharge,
  allowanceOrChargeKinds,
  type CommitmentBalance,
  type Invoice,
  type InvoiceLine,
} from '#domain/pricing/invoice.js';
import type { KpiType } from '#domain/kpi/kpi-module.js';
import { unitOf } from '#domain/kpi/kpis.js';
import { Decimal } from '#domain/money/money.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { invoicedNet, ownNet } from '#wire/invoiced.js';
import type { LivePeriod } from '#pipeline/close/periods.js';

const decimal = z.string().describe('Decimal number; a string, so that nothing is lost in a float.');
const instant = z.string().describe('ISO 8601, UTC.');

const corrects = z
  .object({
    adjustment: z.string().describe('Id of its event.'),
    period: z.string(),
    revision: z.int(),
  })
  .optional()
  .describe('The adjustment of another period that is paid with this one; absent: it is of this period.');

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
    corrects,
  })
  .meta({ id: 'PeriodLine', description: 'A line of the invoice as it would be now.' });

const allowanceOrChargeSchema = z
  .object({
    id: z.string(),
    clause: z.string().describe('Clause of the contract.'),
    kind: z.enum(allowanceOrChargeKinds),
    name: z.string(),
    amount: decimal,
    corrects,
  })
  .meta({
    id: 'PeriodAllowanceOrCharge',
    description: 'Bonus, malus, discount, minimum, maximum, commitment or credit as it would be now.',
  });

const commitmentSchema = z
  .object({
    clause: z.string().describe('Clause of the contract; of tiers: the line.'),
    kind: z.enum(['tiers', 'minimumVolume', 'minimum', 'maximum', 'rebate']),
    over: z.enum(commitmentSpans),
    firstPeriod: z.string(),
    lastPeriod: z.string().nullable().describe('null: a term without end.'),
    unit: z.enum(['ms', 'units', 'money']),
    agreed: decimal.nullable().describe('null: the last tier has been reached.'),
    before: decimal.describe('What the earlier periods of the commitment period count.'),
    inPeriod: decimal,
    left: decimal.nullable().describe('What is missing to the number agreed.'),
  })
  .meta({ id: 'PeriodCommitment', description: 'A commitment over several months.' });

const differenceSchema = z
  .object({
    net: decimal,
    lines: z.array(lineSchema),
    allowancesAndCharges: z.array(allowanceOrChargeSchema),
  })
  .meta({ id: 'PeriodDifference', description: 'What an adjustment would invoice now, line by line.' });

const revisionSchema = z
  .object({
    revision: z.int().describe('1 is the close itself, the others adjust it.'),
    event: z.string().describe('Id of the invoice-ready event.'),
    net: decimal.describe('Total without VAT of this event.'),
    carried: decimal.describe('What of it corrects other periods.'),
    cause: z.string().nullable().describe('Why it was adjusted, causes joined by +; null: the close itself.'),
    document: z
      .enum(['nextInvoice', 'creditNote', 'complementaryInvoice'])
      .nullable()
      .describe('How an adjustment is invoiced; null: the close itself.'),
    carriedBy: z
      .string()
      .nullable()
      .describe('Period whose invoice carries the adjustment; null: none does.'),
  })
  .meta({ id: 'PeriodRevision', description: 'One invoice-ready event of the period.' });

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
  allowancesAndCharges: z.array(allowanceOrChargeSchema),
  commitments: z
    .array(commitmentSchema)
    .describe('Where commitments over several months stand, with this period as it is now.'),
  provisional: z
    .array(
      z.object({
        line: z.string(),
        period: z.string().describe('Month in which they count.'),
        count: z.int(),
        estimate: decimal,
        chargedIn: z.string().describe('Period whose invoice charges those that held.'),
      }),
    )
    .describe(
      'Resolutions that hold so far and can still be taken back at the end of the period: in no amount.',
    ),
  kpis: z
    .array(
      z.object({
        kpi: z.string().describe('Of the contract.'),
        definition: z.string(),
        numerator: z.int(),
        denominator: z.int(),
        value: decimal.nullable().describe('In the unit; null: no data.'),
        unit: z.enum(['seconds', 'ratio', 'points', 'score', 'perHour']),
      }),
    )
    .describe('What bonus and malus are judged by, so far.'),
  notes: z
    .array(z.object({ clause: z.string(), message: z.string() }))
    .describe('Clauses that could not be applied, and why.'),
  closed: z
    .object({
      invoiced: decimal.describe(
        'Total without VAT of all revisions, without what they carry of other periods.',
      ),
      revisions: z.array(revisionSchema),
      difference: differenceSchema.nullable().describe('null: nothing has changed since.'),
    })
    .nullable()
    .describe('null: the period is open.'),
  quantities: z.record(z.string(), z.int()).describe('Live sums of the tally by quantity key.'),
  offsets: z.array(z.int()).describe('Journal offsets per partition at which the quantities were read.'),
});

export type PeriodAnswer = z.infer<typeof periodAnswerSchema>;

export function periodAnswer(live: LivePeriod): PeriodAnswer {
  const { invoice, quantities, offsets } = live;
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
    allowancesAndCharges: invoice.allowancesAndCharges.map((each) => allowanceOrChargeAnswer(each, amount)),
    commitments: invoice.commitments.map(commitmentAnswer),
    provisional: (invoice.provisional ?? []).map(({ line, period, count, estimate, chargedIn }) => {
      return { line, period, count, estimate: amount(estimate), chargedIn };
    }),
    kpis: invoice.kpis.map(({ id: kpi, definition, numerator, denominator, value }) => {
      const unit = unitOf({ type: definition as KpiType });
      return { kpi, definition, numerator, denominator, value: value?.toFixed() ?? null, unit };
    }),
    notes: invoice.warnings.map(({ clause, message }) => ({ clause, message })),
    closed: closedAnswer(live, amount),
    quantities: Object.fromEntries([...quantities].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    offsets: [...offsets],
  };
}

function closedAnswer({ revisions, difference }: LivePeriod, amount: Amount): PeriodAnswer['closed'] {
  const last = revisions.at(-1);
  if (last === undefined) return null;
  return {
    invoiced: amount(invoicedNet(last)),
    revisions: revisions.map((event) => ({
      revision: event.data.revision,
      event: event.id,
      ...netsOf(event, amount),
      cause: event.data.adjusts?.cause ?? null,
      document: event.data.adjusts?.document ?? null,
      carriedBy: event.data.adjusts?.carriedBy ?? null,
    })),
    difference:
      difference === null
        ? null
        : {
            net: amount(difference.totals.net),
            lines: difference.lines.map((line) => lineAnswer(line, amount)),
            allowancesAndCharges: difference.allowancesAndCharges.map((each) =>
              allowanceOrChargeAnswer(each, amount),
            ),
          },
  };
}

function netsOf(event: InvoiceReadyEvent, amount: Amount): { net: string; carried: string } {
  const net = event.data.totals.totalWithoutVat.amount;
  return { net, carried: amount(new Decimal(net).minus(ownNet(event))) };
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
    ...(line.corrects !== undefined && { corrects: { ...line.corrects } }),
  };
}

function allowanceOrChargeAnswer(
  { id, clause, kind, name, amount: value, corrects: correction }: AllowanceOrCharge,
  amount: Amount,
): PeriodAnswer['allowancesAndCharges'][number] {
  const entry = { id, clause, kind, name, amount: amount(value) };
  return correction === undefined ? entry : { ...entry, corrects: { ...correction } };
}

function commitmentAnswer(balance: CommitmentBalance): PeriodAnswer['commitments'][number] {
  const { clause, kind, over, first, last, unit, agreed, before, inMonth, left } = balance;
  return {
    clause,
    kind,
    over,
    firstPeriod: first,
    lastPeriod: last,
    unit,
    agreed: agreed?.toFixed() ?? null,
    before: before.toFixed(),
    inPeriod: inMonth.toFixed(),
    left: left?.toFixed() ?? null,
  };
}

function iso(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
