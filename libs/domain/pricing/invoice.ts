import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Vat } from '#domain/contract/line.js';
import type { Conversion, PaymentDiscount, PaymentTerms } from '#domain/contract/payment.js';
import type { Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { TraceRow } from './trace.js';

/**
 * The priced period. All amounts are in `currency`, rounded to `scale` decimals; `exact` values are not
 * rounded. The sum of lines, allowances and charges is the net total. `rows` explain every amount, which
 * names its last row.
 */
export interface Invoice {
  readonly contract: string;
  readonly period: Period;
  /** `[start, end)`, UTC epoch ms. */
  readonly bounds: { readonly start: number; readonly end: number };
  readonly currency: string;
  readonly scale: number;
  /** Versions of the contract that were in force. */
  readonly versions: readonly number[];
  readonly lines: readonly InvoiceLine[];
  readonly allowancesAndCharges: readonly AllowanceOrCharge[];
  readonly vat: readonly VatGroup[];
  readonly totals: Totals;
  /**
   * Adjustments of other periods that this invoice carries, in lines and totals too; absent: there are none.
   */
  readonly carried?: readonly CarriedAdjustment[];
  readonly commitments: readonly CommitmentBalance[];
  /** Absent: there are none. */
  readonly credits?: readonly CreditBalance[];
  /** Not in any amount; absent: there are none. */
  readonly provisional?: readonly ProvisionalResults[];
  readonly kpis: readonly KpiValue[];
  readonly rows: readonly TraceRow[];
  readonly warnings: readonly Warning[];
  /** How it is paid; absent: the contract does not say. */
  readonly paymentDetails?: PaymentDetails;
}

/** A clause of the contract that could not be applied, and why; the rest of the invoice is not affected. */
export interface Warning {
  readonly code:
    | 'no-forecast'
    | 'matured-period-not-in-book'
    | 'no-rate'
    | 'no-purchase-order'
    | 'purchase-order-exceeded';
  readonly clause: string;
  readonly message: string;
}

/**
 * EN 16931 BG-25; the net price is `price` for `baseQuantity` units, so that durations stay exact seconds.
 */
export interface InvoiceLine {
  /** Unique in the invoice: `L1`, or `L1.1`, `L1.2` where a line of the contract yields several. */
  readonly id: string;
  /** Line of the contract. */
  readonly line: string;
  readonly name: string;
  /** What is charged: the work itself, or what a corridor adds. */
  readonly part: 'work' | 'shortfall' | 'overflow';
  /** `[from, to)`, UTC epoch ms (BT-134, BT-135). */
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly window: string | null;
  readonly bands: readonly string[];
  readonly rate: string | null;
  /** BT-129, in `unit` (BT-130). */
  readonly quantity: Decimal;
  readonly unit: UnitCode;
  /** BT-146 for BT-149 units. */
  readonly price: Decimal;
  readonly baseQuantity: Decimal;
  readonly exact: Decimal;
  /** BT-131. */
  readonly amount: Decimal;
  readonly vat: Vat;
  /** Row that gives `amount`. */
  readonly row: string;
  /** Absent: it is of the invoice's own period. */
  readonly corrects?: Correction | undefined;
}

/** What an entry of an invoice corrects, where it is none of the invoice's own period. */
export interface Correction {
  /** Id of the adjustment's event. */
  readonly adjustment: string;
  /** The period that the adjustment corrects. */
  readonly period: Period;
  readonly revision: number;
}

/** The adjustment of a closed period, to be paid with the invoice of a later one. */
export interface CarriedAdjustment extends Correction {
  /** Id of the event of the close that it corrects. */
  readonly close: string;
  readonly lines: readonly InvoiceLine[];
  readonly allowancesAndCharges: readonly AllowanceOrCharge[];
}

/** UN/ECE Recommendation 20: seconds, days, months, intervals. */
export type UnitCode = 'SEC' | 'DAY' | 'MON' | 'C62';

/** What an allowance or charge is for; part of the invoice-ready event. */
export const allowanceOrChargeKinds = [
  'bonus',
  'malus',
  'earnBack',
  'minimum',
  'maximum',
  'commitment',
  'discount',
  'rebate',
  'credit',
  'carriedForward',
] as const;

export type AllowanceOrChargeKind = (typeof allowanceOrChargeKinds)[number];

/**
 * What KPIs, earn-back, discounts, limits, commitments and credits add to or take from the lines: EN 16931
 * BG-20 (negative: allowance) and BG-21 (positive: charge) of the document.
 */
export interface AllowanceOrCharge {
  readonly id: string;
  /** Clause of the contract. */
  readonly clause: string;
  readonly kind: AllowanceOrChargeKind;
  readonly name: string;
  /** BT-93, BT-100; null where no base applies. */
  readonly base: Decimal | null;
  readonly rate: Decimal | null;
  readonly exact: Decimal;
  readonly amount: Decimal;
  readonly vat: Vat;
  readonly version: number;
  readonly row: string;
  /** Why an allowance is given, by UNTDID 5189 (BT-98); absent: no code is given. */
  readonly allowanceCode?: AllowanceCode | undefined;
  /** Of a credit: the month that it comes from. */
  readonly origin?: Period | undefined;
  /** Absent: it is of the invoice's own period. */
  readonly corrects?: Correction | undefined;
}

/** UNTDID 5189: special agreement, discount, special rebate, yearly turnover. */
export type AllowanceCode = '64' | '95' | '100' | '105';

/** EN 16931 BG-23. */
export interface VatGroup {
  readonly vat: Vat;
  readonly base: Decimal;
  readonly tax: Decimal;
  readonly row: string;
}

/** EN 16931 BG-22; `residue` is what rounding left out: exact sum less `net`. */
export interface Totals {
  readonly lines: Decimal;
  readonly allowances: Decimal;
  readonly charges: Decimal;
  readonly net: Decimal;
  readonly vat: Decimal;
  readonly gross: Decimal;
  readonly residue: Decimal;
}

/**
 * Where a commitment over several months stands: what counted before this month, what in it, and what is left
 * to the number agreed. `tiers`: of a line whose months fill tiers together, to the end of the tier reached.
 */
export interface CommitmentBalance {
  /** Clause of the contract; of tiers: the line. */
  readonly clause: string;
  readonly kind: 'tiers' | 'minimumVolume' | 'minimum' | 'maximum' | 'rebate';
  readonly over: CommitmentSpan;
  /** Months of the commitment period, both included; null: a term without end. */
  readonly first: Period;
  readonly last: Period | null;
  /** `ms`: work; `units`: acts; `money`: in the currency. */
  readonly unit: 'ms' | 'units' | 'money';
  /** null: of tiers or steps of a rebate, the last has been reached. */
  readonly agreed: Decimal | null;
  readonly before: Decimal;
  readonly inMonth: Decimal;
  readonly left: Decimal | null;
  /** Row that gives what is left, or what has counted so far. */
  readonly row: string;
}

/**
 * Where a credit of a VAT group stands: a malus that is taken off the next invoice, or the rest of a month
 * that was below zero.
 */
export interface CreditBalance {
  /** Clause that gave it; `credits`: a month below zero. */
  readonly clause: string;
  /** The month that it comes from. */
  readonly origin: Period;
  readonly vat: Vat;
  /** What it was at first, what earlier months have used of it, what this one has, and what is left. */
  readonly arisen: Decimal;
  readonly usedBefore: Decimal;
  readonly used: Decimal;
  readonly left: Decimal;
  /** What becomes of the rest. */
  readonly remainder: 'carried' | 'lapses';
}

/** Resolutions of a line and month that held so far and may still be taken back. */
export interface ProvisionalResults {
  /** Line of the contract. */
  readonly line: string;
  readonly name: string;
  /** The month in which they count. */
  readonly period: Period;
  readonly count: number;
  /** What they cost by themselves, if all of them hold, without what other clauses make of it. */
  readonly estimate: Decimal;
  /** The period whose invoice charges those that held, with the dates of their own. */
  readonly chargedIn: Period;
}

/** A KPI as it was evaluated; `value` null: there is no data. */
export interface KpiValue {
  readonly id: string;
  readonly definition: string;
  readonly definitionVersion: number;
  readonly window: string | null;
  readonly numerator: number;
  readonly denominator: number;
  /** In the unit in which contracts speak of it (seconds, ratio, points), rounded for display. */
  readonly value: Decimal | null;
}

/** How an invoice is paid and what it is in other currencies: information that changes no amount of it. */
export interface PaymentDetails {
  /** BT-13. */
  readonly purchaseOrder: string | null;
  readonly payment: InvoicePayment | null;
  readonly conversions: readonly ConvertedTotals[];
}

export interface InvoicePayment extends Pick<PaymentTerms, 'days' | 'count'> {
  /** Empty where nothing is to be paid. */
  readonly discounts: readonly DiscountAmounts[];
}

/** What early payment takes off, by VAT group and in all, in the currency of the invoice. */
export interface DiscountAmounts extends PaymentDiscount {
  readonly groups: readonly { readonly vat: Vat; readonly base: Decimal; readonly tax: Decimal }[];
  readonly total: Decimal;
}

/** The totals in another currency, with the rate that gave them. */
export interface ConvertedTotals extends Pick<Conversion, 'use' | 'currency' | 'source'> {
  readonly date: string;
  readonly rate: string;
  readonly net: Decimal;
  /** BT-111, where it is the tax currency. */
  readonly vat: Decimal;
  readonly gross: Decimal;
}
