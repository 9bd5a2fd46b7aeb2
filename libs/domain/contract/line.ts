import type { DayRule } from '#domain/calendar/wall-clock.js';
import type { CommitmentSpan } from './commitment-span.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { Gate } from './kpi.js';

/** What is charged, in order; each line of a contract yields one or more lines of the invoice. */
export type Line = TimeLine | UnitLine | FixedLine | GainShareLine | OneOffLine | PassThroughLine;

interface LineBase {
  readonly id: string;
  readonly name: string;
  /** null: the contract's. */
  readonly vat: Vat | null;
  /** Paid only if the gate is open. */
  readonly payIf: Gate | null;
  /** The least that a month of the line is charged as; absent: nothing is agreed. */
  readonly minimum?: LineMinimum | undefined;
}

/** A number of units of the line (hours, minutes, FTE, contacts), or an amount: one of the two. */
export interface LineMinimum {
  readonly volume: number | null;
  readonly amount: string | null;
  /** Of the units that are missing; null: as further units of the line. */
  readonly shortfallPrice: string | null;
  readonly proration: Proration;
}

export interface TimeLine extends LineBase {
  readonly model: 'time';
  readonly measure: string;
  /** `fte`: so many hours of staffed time in a month as `hoursPerFte` says. */
  readonly unit: 'hour' | 'minute' | 'second' | 'fte';
  readonly hoursPerFte?: string | undefined;
  /** Of one unit; with tiers that of the first. */
  readonly price: string;
  /** Prices by the time of the month, in units of the line; absent: one price. */
  readonly tiers?: TimeTiers | undefined;
  /** Units already paid for by a fixed line; absent: none. */
  readonly above?: number | undefined;
  /** Of `above` and tiers; absent: by days of the calendar. */
  readonly proration?: Proration | undefined;
  /** As of a line by the unit: months whose time fills tiers and `above` together. */
  readonly over?: CommitmentSpan | undefined;
  readonly bands: readonly Band[];
  readonly stacking: Stacking;
  readonly rates: readonly Rate[];
  readonly indexation: Indexation | null;
}

/** Per contact, act, task or event; `outcome` for a result, which may have to mature before it is paid. */
export interface UnitLine extends LineBase {
  readonly model: 'perUnit' | 'outcome';
  readonly measure: string;
  readonly pricing: UnitPricing;
  /** Units already paid for by a fixed line: only those above are charged here. */
  readonly above: number;
  /** Whether `above` and the tiers, which are agreed for a whole month, shrink with a month in part. */
  readonly proration: Proration;
  /**
   * Months whose units fill tiers, packages and `above` together, in order of time; absent: each by itself.
   */
  readonly over?: CommitmentSpan | undefined;
  readonly bands: readonly Band[];
  readonly stacking: Stacking;
  readonly rates: readonly Rate[];
  readonly indexation: Indexation | null;
  /**
   * `maturity`: charged in the first period that ends after the verdict of its first-contact resolution is
   * final.
   */
  readonly settleAfter: 'close' | 'maturity';
}

/**
 * What is agreed by month, in a month that term, amendment or window cover in part: as much of it as days of
 * the calendar are covered, or all of it.
 */
export type Proration = 'calendarDays' | 'none';

export type UnitPricing =
  | { readonly mode: 'flat'; readonly price: string }
  /** Each slice its price. The last step has `upTo: null`. */
  | { readonly mode: 'graduated'; readonly steps: readonly TierStep[] }
  /** The whole volume at the price of the step it reaches. */
  | { readonly mode: 'allUnits'; readonly steps: readonly TierStep[] }
  /** So much for each started package of `size` units. */
  | { readonly mode: 'package'; readonly size: number; readonly price: string };

export type TimeTiers = Extract<UnitPricing, { readonly mode: 'graduated' | 'allUnits' }>;

export interface TierStep {
  readonly upTo: number | null;
  readonly price: string;
}

/**
 * An amount of a calendar month, of which each invoice has the share of the days that it covers; or of each
 * period of the contract, prorated where term, amendment or window cover a part of it.
 */
export interface FixedLine extends LineBase {
  readonly model: 'fixed';
  readonly amount: string;
  /** Absent: of a calendar month. */
  readonly per?: 'period' | undefined;
  readonly proration: Proration;
  /** The volume that the amount includes, for the record; a line with `above` charges the rest. */
  readonly includes: IncludedVolume | null;
  readonly indexation: Indexation | null;
}

export interface IncludedVolume {
  readonly measure: string;
  readonly upTo: number;
  /** Of a measure of time; absent: it counts. */
  readonly unit?: TimeLine['unit'] | undefined;
}

/**
 * A share of what was saved against a baseline: (baseline - value) x denominator of the KPI, at a unit value.
 */
export interface GainShareLine extends LineBase {
  readonly model: 'gainShare';
  readonly kpi: string;
  readonly baseline: string;
  readonly better: 'lower' | 'higher';
  readonly unitValue: string;
  /** `hour` for KPIs of time, `unit` for the rest. */
  readonly per: 'hour' | 'unit';
  readonly share: string;
  /** All must be open, else nothing is shared. */
  readonly guards: readonly Gate[];
}

/** Set-up and build fees: charged once, in the period of the day. */
export interface OneOffLine extends LineBase {
  readonly model: 'oneOff';
  readonly amount: string;
  readonly day: string;
}

/** Costs handed on (telephony, numbers, SMS), with a markup. The measure is an `eventSum`. */
export interface PassThroughLine extends LineBase {
  readonly model: 'passThrough';
  readonly measure: string;
  readonly markup: string;
}

/**
 * A time band: local wall clock of the contract's zone. A price of its own, or a surcharge on the line's (or
 * rate's) price: "0.25" is a quarter more. `days` empty: every day. Outside all bands the line's price holds.
 */
export interface Band extends DayRule {
  readonly id: string;
  readonly price: string | null;
  readonly surcharge: string | null;
}

/**
 * Where several bands hold at once: the highest price, all surcharges added, or one surcharge on top of the
 * other.
 */
export type Stacking = 'highest' | 'sum' | 'multiply';

/**
 * Price by who worked or on what; the first that fits holds. All conditions given must fit; each is a list of
 * choices.
 */
export interface Rate {
  readonly id: string;
  readonly price: string;
  readonly when: RateConditions;
}

export interface RateConditions {
  /** Absent: either. */
  readonly kinds?: readonly AgentKind[] | undefined;
  readonly grades: readonly string[] | null;
  readonly sites: readonly string[] | null;
  readonly countries: readonly string[] | null;
  readonly skills: readonly string[] | null;
  readonly languages: readonly string[] | null;
  /** Complexity of the work as queues or dispositions show it. */
  readonly queues: readonly string[] | null;
  readonly dispositions: readonly string[] | null;
}

/**
 * P1 = P0 x (fixedShare + (1 - fixedShare) x S1 / S0), as the Syntec clause. `ratioDecimals`,
 * `priceDecimals`: null rounds nothing there. Floor and ceiling bound the ratio.
 */
export interface Indexation {
  readonly index: string;
  readonly base: string;
  readonly current: string;
  /** Splice coefficient between two series of the index, multiplied into `current`. */
  readonly splice: string | null;
  readonly fixedShare: string;
  readonly ratioDecimals: number | null;
  readonly priceDecimals: number | null;
  readonly floor: string | null;
  readonly ceiling: string | null;
}

/**
 * EN 16931 category: S standard, AE reverse charge, O out of scope, E exempt, Z zero rate, K supply within
 * the Community, G export. Rate in percent.
 */
export interface Vat {
  readonly category: VatCategory;
  readonly rate: string;
  /** BT-120; needed where no tax is charged. */
  readonly reason: string | null;
}

export type VatCategory = 'S' | 'AE' | 'O' | 'E' | 'Z' | 'K' | 'G';
