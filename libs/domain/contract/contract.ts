import type { Holidays } from '#domain/calendar/holidays.js';
import type { Direction, Media } from '#domain/fact/fact.js';
import type { RoundingMode } from '#domain/money/money.js';
import type { Rhythm } from '#domain/period/rhythm.js';
import type { Commitment } from './commitment.js';
import type { CreditTerms, Discount } from './discount.js';
import type { Kpi } from './kpi.js';
import type { Line, Vat } from './line.js';
import type { Measure } from './measure.js';
import type { InvoicingTerms, PartyParticulars } from './invoicing.js';
import type { Conversion, PaymentTerms, PurchaseOrder } from './payment.js';
import type { BonusMalus, BonusTerms, Corridor, Limits, MalusTerms, Waiver } from './bonus-malus.js';

/**
 * What a brand and an outsourcer agreed. Plain JSON: amounts, prices and ratios are decimal strings,
 * durations integer milliseconds, instants UTC epoch milliseconds, days `YYYY-MM-DD`.
 *
 * A contract is never edited: an amendment is a further version with an effective instant, each holding its
 * terms in full. Within a version, calendar windows (peak season) hold terms of their own for some
 * time. So at any instant exactly one set of terms is in force (see terms-in-force.ts).
 */
export interface Contract {
  readonly id: string;
  readonly seller: Party;
  readonly buyer: Party;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone in which periods, days, bands and windows are cut. */
  readonly timeZone: string;
  /** Of the brand: days of the name `holiday`. */
  readonly holidays: Holidays;
  /** Of the site: days of the name `siteHoliday`; absent: no clause asks for them. */
  readonly siteHolidays?: Holidays;
  /**
   * First and last day of the work, both included; null: without limit. Nothing outside is measured or
   * priced.
   */
  readonly term: { readonly firstDay: string | null; readonly lastDay: string | null };
  readonly period: PeriodTerms;
  /** How its periods are closed; absent: by the schedule, at its usual time (`closeTermsOf`). */
  readonly close?: CloseTerms;
  readonly attribution: Attribution;
  readonly rounding: Rounding;
  readonly programme: string;
  /** How it is paid; absent: the contract does not say. None of it changes an amount. */
  readonly payment?: PaymentTerms;
  readonly purchaseOrders?: readonly PurchaseOrder[];
  readonly conversions?: readonly Conversion[];
  /** What its invoices say beside what is charged; absent: the contract does not say. */
  readonly invoicing?: InvoicingTerms;
  /** By effective instant; the first has no beginning (`from: null`). Never empty. */
  readonly versions: readonly Version[];
}

export interface Version {
  readonly version: number;
  readonly from: number | null;
  /** Why it was agreed, as the amendment says. */
  readonly reason: string | null;
  readonly terms: Terms;
  /** Calendar rules that can matter in this version; windows of one version never overlap. */
  readonly windows: readonly Window[];
}

/** `[from, to)` in which other terms hold, e.g. Black Friday. */
export interface Window {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly terms: Terms;
}

/** All that an amendment or a calendar rule can change. Ids are unique over all sections. */
export interface Terms {
  readonly scope: Scope;
  readonly measures: Readonly<Record<string, Measure>>;
  readonly kpis: Readonly<Record<string, Kpi>>;
  readonly lines: readonly Line[];
  readonly bonusMalus: readonly BonusMalus[];
  readonly corridors: readonly Corridor[];
  readonly commitments?: readonly Commitment[] | undefined;
  /** Discounts of a month and rebates over several. */
  readonly discounts?: readonly Discount[] | undefined;
  /** Absent: a month below zero is a credit note. */
  readonly credits?: CreditTerms | undefined;
  readonly waivers: readonly Waiver[];
  readonly limits: Limits | null;
  /** Absent: no cap over all bonus. */
  readonly bonus?: BonusTerms | undefined;
  readonly malus: MalusTerms;
  readonly vat: Vat;
}

export interface Party extends PartyParticulars {
  readonly name: string;
  /** French company number (BT-30, BT-47); null where there is none. */
  readonly siren: string | null;
  readonly vatId: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string;
  /** BT-13, BT-19; of the buyer only. */
  readonly purchaseOrder: string | null;
  readonly accountingRef: string | null;
}

/** Which time an invoice is about, and how long its close waits. */
export type PeriodTerms = Rhythm & {
  readonly graceHours: number;
  readonly disputeDays: number;
  readonly lateEvents: 'nextPeriod' | 'creditNote';
};

/** How the periods of a contract are closed. */
export interface CloseTerms {
  /** False: only a person closes. */
  readonly automatic: boolean;
  /**
   * Local time of the contract's zone, `06:00`: a period is due when it comes for the first time after the
   * grace.
   */
  readonly at: string;
  /**
   * What becomes of a scheduled close that would leave work out: `wait` for a person who accepts that or
   * mends it, or `accept`, as the parties have agreed.
   */
  readonly omissions: 'wait' | 'accept';
  /** True: one person asks for a close or an adjustment and another one confirms it, never the schedule. */
  readonly fourEyes?: boolean | undefined;
}

/**
 * Where a contact that crosses a border counts. `contacts`: the instant that decides for counts. `time`:
 * `split` to the millisecond, or whole by the `start` or the `end` of each piece of work; `contact`: what
 * runs on after the month of the contact's own instant stays in that month, within it time is split as ever.
 */
export interface Attribution {
  readonly contacts: 'queueEntry' | 'connected' | 'ended';
  readonly time: 'split' | 'start' | 'end' | 'contact';
}

/** `at: line`: every line is rounded; `total`: the sum of the lines is rounded and spread over them. */
export interface Rounding {
  readonly scale: number;
  readonly mode: RoundingMode;
  readonly at: 'line' | 'total';
  /** Decimals of ratios when shown; thresholds always compare exact fractions. */
  readonly displayRatio: number;
}

/** null: all of them. Queues are named as the programme names them. */
export interface Scope {
  readonly queues: readonly string[] | null;
  readonly channels: readonly Media[] | null;
  readonly directions: readonly Direction[] | null;
}
