import type { Comparison, Forecast, Gate } from './kpi.js';
import type { Proration } from './line.js';

/** Bonus and malus, applied to a named base; and what gives part of a malus back. */
export type BonusMalus = JudgedClause | EarnBack;

/** What is judged by month, or by the parts of one that have terms of their own. */
export type JudgedClause = KpiBonusMalus | Scorecard | EventBonusMalus;

interface ClauseBase {
  readonly id: string;
  readonly name: string;
  /** Ids of lines. An amount has their VAT, in proportion to their own amounts. */
  readonly base: readonly string[];
  /** Maximum that is given or taken, as a ratio of the base; null: no cap. */
  readonly cap: Bounds;
  /** The same as amounts of a month; absent: no cap. */
  readonly capAmount?: Bounds | undefined;
  /** Only this calendar window: its KPI values and its part of the base. */
  readonly during: string | null;
  /** Whether its amounts shrink with a month in part; absent: by days of the calendar. */
  readonly proration?: Proration | undefined;
  /** A bonus is given only if all of these hold, a malus is taken in any case; absent: no condition. */
  readonly bonusIf?: readonly Gate[] | undefined;
  /**
   * What a malus is multiplied by in the first month, the second in a row, ...; the last for all that follow.
   * A month in which it is waived or not judged ends the row. Absent: 1.
   */
  readonly escalation?: readonly string[] | undefined;
  /**
   * A malus is a service credit: it is taken off the invoice of the next month. Absent: off that of its own.
   */
  readonly deduct?: 'nextInvoice' | undefined;
}

export interface Bounds {
  readonly bonus: string | null;
  readonly malus: string | null;
}

interface ShapedClause extends ClauseBase {
  readonly shapes: readonly Shape[];
  /** The rates of its shapes are amounts of money for a month; absent: rates of the base. */
  readonly unit?: 'amount' | undefined;
}

/**
 * A bonus (positive rate) or malus (negative rate) on the amounts of the base lines. The first of `shapes`
 * that gives a rate other than zero counts, so a bonus and a malus can have shapes of their own.
 */
export interface KpiBonusMalus extends ShapedClause {
  readonly kind: 'kpi';
  readonly kpi: string;
}

/**
 * The same by a score made of several KPIs, each of which gives points (the rates of its own shapes). A KPI
 * without data is left out, with its weight.
 */
export interface Scorecard extends ShapedClause {
  readonly kind: 'scorecard';
  readonly of: readonly ScoredKpi[];
}

export interface ScoredKpi {
  readonly kpi: string;
  /** The weights of a scorecard sum to 1. */
  readonly weight: string;
  readonly shapes: readonly Shape[];
}

/** So much for each that a measure counts beyond the first `free` of a month. */
export interface EventBonusMalus extends ClauseBase {
  readonly kind: 'perEvent';
  readonly measure: string;
  readonly amount: string;
  readonly free: number;
}

export type Shape = StepShape | LinearShape | PointShape;

/** The first point that holds gives its rate. */
export interface StepShape {
  readonly shape: 'step';
  readonly points: readonly { readonly op: Comparison; readonly value: string; readonly rate: string }[];
}

/** From `from.rate` at `from.at` in a straight line to `to.rate` at `to.at`, and no further. */
export interface LinearShape {
  readonly shape: 'linear';
  readonly from: { readonly at: string; readonly rate: string };
  readonly to: { readonly at: string; readonly rate: string };
}

/** `rate` for every `size` that the KPI lies beyond `from`: exact, or full or started steps only. */
export interface PointShape {
  readonly shape: 'perPoint';
  readonly from: string;
  readonly beyond: 'above' | 'below';
  readonly size: string;
  readonly count: 'exact' | 'full' | 'started';
  readonly rate: string;
}

/** Gives back a share of a period's malus if the targets were met in the periods that follow it. */
export interface EarnBack {
  readonly kind: 'earnBack';
  readonly id: string;
  readonly name: string;
  readonly of: readonly string[];
  readonly share: string;
  readonly ifTargetsMetFor: number;
}

/**
 * The agreed volume. Below `lower` x forecast the shortfall is charged, above `upper` x forecast the rest has
 * its own price, or one for each step of `overflow`. null prices: the line's own.
 */
export interface Corridor {
  readonly id: string;
  readonly line: string;
  readonly forecast: Forecast;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly shortfallPrice: string | null;
  readonly overflowPrice: string | null;
  /** Instead of one price: each up to so many times the forecast, the last without end. */
  readonly overflow?: readonly OverflowStep[] | undefined;
  /** Whether the forecast of a month shrinks with a month in part. */
  readonly proration: Proration;
}

export interface OverflowStep {
  readonly upTo: string | null;
  readonly price: string;
}

/**
 * Takes away the malus of the clauses `of`, or leaves an interval out of their KPIs; with its
 * proof.
 */
export type Waiver = VolumeWaiver | PeriodWaiver | OutageWaiver;

interface WaiverBase {
  readonly id: string;
  readonly of: readonly string[];
  /** Where it is recorded: a ticket, a letter, minutes. */
  readonly proof: string;
}

/** No malus where a measure is above a share of its forecast; `during`: counted in this window only. */
export interface VolumeWaiver extends WaiverBase {
  readonly kind: 'volumeAbove';
  readonly measure: string;
  readonly forecast: Forecast;
  readonly above: string;
  readonly during: string | null;
}

/** No malus in periods that touch `[from, to)` (force majeure). */
export interface PeriodWaiver extends WaiverBase {
  readonly kind: 'period';
  readonly from: number;
  readonly to: number;
}

/** What entered in `[from, to)` is left out of the KPIs of those clauses (platform outage). */
export interface OutageWaiver extends WaiverBase {
  readonly kind: 'outage';
  readonly from: number;
  readonly to: number;
}

/** The month's amount lies between them; `linesOnly`: before bonus and malus. */
export interface Limits {
  readonly monthlyMin: string | null;
  readonly monthlyMax: string | null;
  readonly appliesTo: 'linesAndBonusMalus' | 'linesOnly';
  /** Whether they shrink with a month in part. */
  readonly proration: Proration;
}

export interface BonusTerms {
  /** Maximum bonus of a month over all clauses, as a ratio of its lines. */
  readonly overallCap: string | null;
  /** Ids of the lines that the cap is a ratio of; absent: all of them. */
  readonly base?: readonly string[] | undefined;
}

export interface MalusTerms {
  /** Maximum malus of a month over all KPIs, as a ratio of its lines. */
  readonly overallCap: string | null;
  /** Ids of the lines that the cap is a ratio of; absent: all of them. */
  readonly base?: readonly string[] | undefined;
  /** A price reduction lowers the taxable base; damages are outside VAT. */
  readonly vatTreatment: 'priceReduction' | 'outOfScope';
}
