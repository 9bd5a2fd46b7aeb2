import { z } from 'zod';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { allowanceOrChargeKinds } from '#domain/pricing/invoice.js';
import { businessProcesses } from '#domain/contract/invoicing.js';
import { commitmentSpans } from '#domain/contract/commitment-span.js';
import { omissionsSchema } from './omissions.js';
import { causes } from '#domain/restatement/causes.js';

/**
 * The form of an invoice-ready event. Descriptions name the terms of EN 16931; the JSON Schema generated from
 * it is published in schemas/.
 */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const text = z.string().min(1);
const date = z.iso.date();
const money = z.strictObject({ amount: decimal, currency: z.string().length(3) });
const term = <T extends z.ZodType>(schema: T, name: string): T => schema.meta({ description: name });

const party = z.strictObject({
  name: term(text, 'BT-27, BT-44'),
  legalRegistrationIdentifier: term(text.nullable(), 'BT-30, BT-47; SIREN, scheme 0002'),
  vatIdentifier: term(text.nullable(), 'BT-31, BT-48'),
  countryCode: term(z.string().length(2), 'BT-40, BT-55'),
  establishmentIdentifier: term(text, 'BT-29, BT-46; SIRET, scheme 0009').optional(),
  additionalLegalInformation: term(text, 'BT-33').optional(),
  postalAddress: term(
    z.strictObject({
      line1: term(text, 'BT-35, BT-50'),
      line2: term(text, 'BT-36, BT-51').optional(),
      postCode: term(text, 'BT-38, BT-53'),
      city: term(text, 'BT-37, BT-52'),
    }),
    'BG-5, BG-8',
  ).optional(),
  electronicAddress: term(
    z.strictObject({ scheme: term(text, 'code list EAS; 0225 in France'), identifier: text }),
    'BT-34, BT-49',
  ).optional(),
  paymentAccount: term(
    z.strictObject({
      identifier: term(text, 'BT-84, IBAN'),
      serviceProvider: term(text, 'BT-86, BIC').optional(),
    }),
    'BG-17; of the seller',
  ).optional(),
});

const vat = z.strictObject({
  categoryCode: term(z.enum(['S', 'AE', 'O', 'E', 'Z', 'K', 'G']), 'BT-95, BT-102, BT-118, BT-151'),
  rate: term(decimal, 'BT-96, BT-103, BT-119, BT-152; percent'),
  exemptionReason: term(text.nullable(), 'BT-120'),
});

const input = z.union([z.string(), z.strictObject({ row: text, value: decimal })]);
const row = z.strictObject({
  id: text,
  step: text,
  rule: text,
  contractVersion: z.int(),
  inputs: z.record(z.string(), input),
  result: decimal,
});

const correction = z.strictObject({
  adjustment: term(text, 'id of the event of the adjustment'),
  period: term(z.string().regex(anyPeriodForm), 'the period that it corrects'),
  revision: term(z.int().min(2), 'of that period'),
});

const corrects = term(
  correction.optional(),
  'of an entry that corrects another period than that of the event; absent: it is of its own period',
);

const line = z.strictObject({
  identifier: term(text, 'BT-126'),
  contractLine: term(text, 'line of the contract'),
  itemName: term(text, 'BT-153'),
  part: z.enum(['work', 'shortfall', 'overflow']),
  period: term(
    z.strictObject({ startDate: date, endDate: date }),
    'BG-26: BT-134, BT-135; both days included',
  ),
  from: term(z.int(), 'UTC epoch ms, inclusive'),
  to: term(z.int(), 'UTC epoch ms, exclusive'),
  contractVersion: z.int(),
  calendarRule: text.nullable(),
  bands: z.array(text),
  rate: text.nullable(),
  invoicedQuantity: term(
    decimal,
    'BT-129, at most four decimals; times BT-146 by BT-149, rounded half up, it is BT-131 to the cent',
  ),
  unitCode: term(z.enum(['HUR', 'MIN', 'SEC', 'DAY', 'MON', 'C62']), 'BT-130'),
  itemNetPrice: term(money, 'BT-146, never negative, at most six decimals'),
  itemPriceBaseQuantity: term(decimal, 'BT-149, in the unit of BT-130'),
  measured: term(
    z.strictObject({
      quantity: decimal,
      unitCode: z.enum(['SEC', 'DAY', 'MON', 'C62']),
      price: decimal,
      priceBaseQuantity: decimal,
    }),
    'what was counted, exactly, and priced: the amount follows from it by the rounding of the contract',
  ),
  netAmount: term(money, 'BT-131'),
  unroundedAmount: decimal,
  vat: term(vat, 'BG-30'),
  explainedBy: term(text, 'row that gives the net amount'),
  corrects,
});

const allowanceOrCharge = z.strictObject({
  identifier: text,
  clause: text,
  kind: z.enum(allowanceOrChargeKinds),
  chargeIndicator: term(z.boolean(), 'true: BG-21, false: BG-20'),
  reason: term(text, 'BT-97, BT-104'),
  baseAmount: term(money.nullable(), 'BT-93, BT-100'),
  percentage: term(decimal.nullable(), 'BT-94, BT-101; signed ratio, unrounded'),
  amount: term(money, 'BT-92, BT-99; never negative'),
  unroundedAmount: decimal,
  vat,
  contractVersion: z.int(),
  explainedBy: text,
  reasonCode: term(text, 'BT-98 (UNTDID 5189), BT-105 (UNTDID 7161)').optional(),
  originPeriod: term(text, 'of a credit: the period that it comes from').optional(),
  corrects,
});

const commitment = z.strictObject({
  clause: term(text, 'clause of the contract; of tiers: the line'),
  kind: z.enum(['tiers', 'minimumVolume', 'minimum', 'maximum', 'rebate']),
  over: z.enum(commitmentSpans),
  firstPeriod: term(text, 'of the commitment period'),
  lastPeriod: term(text.nullable(), 'of the commitment period; null: a term without end'),
  unit: term(z.enum(['ms', 'units', 'money']), 'work in milliseconds, acts, or money in the currency'),
  agreed: term(decimal.nullable(), 'null: the last tier or step has been reached'),
  before: term(decimal, 'what the earlier periods of the commitment period count'),
  inPeriod: decimal,
  left: term(decimal.nullable(), 'what is missing to the number agreed'),
  explainedBy: text,
});

const credit = z.strictObject({
  clause: term(text, 'clause that gave it; credits: a period whose total would have been below zero'),
  originPeriod: term(text, 'the period that it comes from'),
  vat,
  arisen: term(money, 'what it was at first'),
  usedBefore: money,
  used: term(money, 'on this invoice'),
  left: money,
  remainder: term(z.enum(['carried', 'lapses']), 'what becomes of what is left'),
});

const discount = z.strictObject({
  days: term(z.int(), 'paid within so many days of the date of the invoice (BT-2)'),
  rate: term(decimal, 'ratio'),
  groups: term(
    z.array(z.strictObject({ vat, taxableAmount: money, taxAmount: money })),
    'what it takes off each VAT group',
  ),
  total: term(money, 'what it takes off the total with VAT'),
});

const paymentTerms = z.strictObject({
  days: z.int(),
  count: term(
    z.enum(['fromInvoice', 'fromMonthEnd', 'toMonthEnd']),
    'from BT-2; from the end of its month; or from BT-2 to the end of the month reached',
  ),
  note: term(z.string(), 'discounts as XRechnung writes them in BT-20; empty: there are none'),
  discounts: z.array(discount),
});

const conversion = z.strictObject({
  use: z.enum(['tax', 'accounting']),
  currency: z.string().length(3),
  source: term(text, 'who publishes the rate'),
  date: term(date, 'of the rate'),
  rate: term(decimal, 'units of this currency for one of BT-5'),
  totalWithoutVat: money,
  totalVat: money,
  totalWithVat: money,
});

/**
 * Of an event that corrects a closed period. Its own lines, allowances, charges and totals are the
 * differences.
 */
const adjusts = z.strictObject({
  id: term(text, 'BG-3: the event of the close, revision 1'),
  since: term(
    z.strictObject({ revision: z.int().min(1), catalogueVersion: text, totalWithoutVat: money }),
    'the revision up to which all that was known had been invoiced, and what that came to in all',
  ),
  cause: term(text, 'the causes, joined by +'),
  causes: term(
    z.array(z.strictObject({ cause: z.enum(causes), totalWithoutVat: money })).min(1),
    'what each one alone changed; they sum to BT-109 of this event',
  ),
  document: term(
    z.enum(['nextInvoice', 'creditNote', 'complementaryInvoice']),
    'nextInvoice: its lines appear on the invoice of another period; else it is a document of its own',
  ),
  carriedBy: term(
    z.string().regex(anyPeriodForm).nullable(),
    'the period whose invoice bears the lines, with the dates of their own (BT-134, BT-135)',
  ),
  // events of versions that carried nothing themselves do not have these two
  payable: term(
    z.boolean(),
    'false: no document is made of this event; it is paid with the event carriedByEvent and never by itself',
  ).optional(),
  carriedByEvent: term(
    text.nullable(),
    'id of the event that has the lines of this one, once carriedBy is closed; null: payable by itself',
  ).optional(),
  restated: term(
    z.strictObject({
      lines: z.array(line),
      allowancesAndCharges: z.array(allowanceOrCharge),
      totalWithoutVat: money,
    }),
    'the whole period as it is now: what the close and all of its adjustments have charged together',
  ),
});

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const contributionRoots = z.strictObject({
  keyDigest: term(digest, 'SHA-256 of 0x03 and the key of the pseudonyms, which is not shown here'),
  termsDigest: term(digest, 'SHA-256 of the contract as canonical JSON'),
  items: term(
    z.array(
      z.strictObject({
        item: term(text, 'line/ID, measure/ID, kpi/ID or forecast/ID: the quantities of that kind and id'),
        contributions: term(z.int().positive(), 'pieces of work that add to them'),
        root: term(digest, 'Merkle root (RFC 6962, SHA-256) over what each of them adds'),
      }),
    ),
    'by item; an item without work has none',
  ),
});

export type ContributionRoots = z.output<typeof contributionRoots>;

export const invoiceReadySchema = z.strictObject({
  specversion: z.literal('1.0'),
  id: text,
  source: text,
  type: z.literal('tallyline.invoice-ready.v1'),
  subject: text,
  time: term(z.iso.datetime(), 'the end of the period: when what is charged had happened'),
  datacontenttype: z.literal('application/json'),
  data: z.strictObject({
    contract: term(text, 'id of the contract in the catalogue'),
    contractVersions: z.array(z.int()),
    catalogueVersion: text,
    period: z.string().regex(anyPeriodForm),
    timeZone: text,
    revision: z.int().min(1),
    adjusts: term(adjusts.nullable(), 'what this event corrects, and why; null: the close itself'),
    typeCode: term(
      z.enum(['380', '381', '389', '261']),
      'BT-3: 380 invoice, 381 credit note; 389 and 261 the same, issued by the buyer. Amounts here are signed alike in both: what the buyer gets is negative',
    ),
    currencyCode: term(z.string().length(3), 'BT-5'),
    invoicingPeriod: term(z.strictObject({ startDate: date, endDate: date }), 'BG-14: BT-73, BT-74'),
    seller: term(party, 'BG-4'),
    buyer: term(party, 'BG-7'),
    absent: term(
      z.array(text),
      'what a document of this event needs and the contract does not say, as paths of the contract',
    ),
    businessProcess: term(z.enum(businessProcesses), 'BT-23; S1: services'),
    contractReference: term(text, 'BT-12'),
    buyerReference: term(text, 'BT-10').optional(),
    projectReference: term(text, 'BT-11').optional(),
    tenderOrLotReference: term(text, 'BT-17').optional(),
    vatPointDateCode: term(z.enum(['5', '72']), 'BT-8: 5 date of the invoice, 72 when it is paid').optional(),
    invoiceNotes: term(
      z.array(
        z.strictObject({
          subjectCode: term(z.enum(['PMT', 'PMD', 'AAB', 'BAR']), 'BT-21').optional(),
          note: term(text, 'BT-22'),
        }),
      ),
      'BG-1',
    ),
    purchaseOrderReference: term(text.nullable(), 'BT-13'),
    buyerAccountingReference: term(text.nullable(), 'BT-19'),
    lines: term(z.array(line), 'BG-25'),
    allowancesAndCharges: term(z.array(allowanceOrCharge), 'BG-20, BG-21'),
    vatBreakdown: term(
      z.array(z.strictObject({ vat, taxableAmount: money, taxAmount: money, explainedBy: text })),
      'BG-23: BT-116, BT-117',
    ),
    totals: term(
      z.strictObject({
        sumOfLineNetAmounts: term(money, 'BT-106'),
        sumOfAllowances: term(money, 'BT-107'),
        sumOfCharges: term(money, 'BT-108'),
        totalWithoutVat: term(money, 'BT-109'),
        totalVat: term(money, 'BT-110'),
        totalWithVat: term(money, 'BT-112'),
        roundingResidue: term(decimal, 'unrounded sum less BT-109'),
      }),
      'BG-22',
    ),
    carried: term(
      z.array(
        z.strictObject({
          ...correction.shape,
          precedingInvoice: term(
            text,
            'BG-3: the event of the close that it corrects; the invoice made of that one has BT-25 and BT-26',
          ),
          totalWithoutVat: money,
        }),
      ),
      'adjustments of other periods that are paid with this event: their entries name them in corrects, totals hold them',
    ).optional(),
    // events written before there were commitments over several months do not have it
    commitments: term(
      z.array(commitment).default([]),
      'where commitments over several months stand: before this period, in it, and what is left',
    ),
    credits: term(
      z.array(credit),
      'what is taken off other invoices than that of its own period, by clause, period and VAT group',
    ).optional(),
    provisional: term(
      z.array(
        z.strictObject({
          contractLine: text,
          itemName: text,
          period: text,
          count: z.int(),
          estimatedAmount: money,
          chargedIn: text,
        }),
      ),
      'resolutions whose window is open at the end of the period: in no amount, charged by a later invoice',
    ).optional(),
    vatAccountingCurrencyCode: term(z.string().length(3), 'BT-6').optional(),
    paymentTerms: term(paymentTerms, 'BT-20; information, no amount of the invoice changes by it').optional(),
    conversions: term(
      z.array(conversion),
      'the totals in other currencies, with the rate that gave them; that of use tax has BT-111 (totalVat)',
    ).optional(),
    kpis: z.array(
      z.strictObject({
        id: text,
        definition: text,
        definitionVersion: z.int(),
        calendarRule: text.nullable(),
        numerator: z.int(),
        denominator: z.int(),
        value: decimal.nullable(),
      }),
    ),
    quantities: term(z.record(z.string(), z.int()), 'the book: sums of the journal that were priced'),
    contributionRoots: term(
      contributionRoots.optional(),
      'what the quantities were added up from, without showing it; absent: made by a version that did not write it down',
    ),
    // events written before there were adjustment events do not have it
    earlierPeriods: term(
      z.array(z.strictObject({ period: text, quantities: z.record(z.string(), z.int()) })).default([]),
      'the books of earlier periods that the price looks back to, at the same cut; the latest first',
    ),
    explanation: term(z.array(row), 'every step, recomputable in order'),
    omissions: term(
      omissionsSchema,
      'work that is not charged: the catalogue does not know it, it is not approved, or it could not be counted',
    ),
    notes: term(
      z.array(z.strictObject({ clause: text, message: text })),
      'clauses that could not be applied',
    ),
  }),
});

export type InvoiceReadyEvent = z.output<typeof invoiceReadySchema>;

/**
 * For readers: later releases of v1 may add members, so a reader must take those that it does not know. Our
 * own decoder is strict.
 */
export function invoiceReadyJsonSchema(): unknown {
  return openToAdditions(z.toJSONSchema(invoiceReadySchema, { target: 'draft-2020-12' }));
}

function openToAdditions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(openToAdditions);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema).filter(
    ([name, value]) => name !== 'additionalProperties' || value !== false,
  );
  return Object.fromEntries(members.map(([name, value]) => [name, openToAdditions(value)]));
}
