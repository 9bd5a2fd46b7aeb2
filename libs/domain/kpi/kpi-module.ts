import type { KpiDefinition, Forecast } from '#domain/contract/kpi.js';
import type { RatingInterval, RatingIntervals } from '#domain/contract/terms-in-force.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { OwnTime } from '#domain/scope/own-time.js';
import type { ScopedContact } from '#domain/scope/scoped-contact.js';
import type { JudgedDay, PlannedDay } from '#domain/schedule/planned-day.js';
import type { Fraction } from './fraction.js';
import type { KpiUnit } from './kpi-unit.js';
import type { HandledContact } from './chain-links.js';
import type { RepeatGaps } from './repeat-chain.js';

export type KpiType = KpiDefinition['type'];

/** The definitions of a type. */
export type KpiOf<T extends KpiType> = KpiDefinition extends infer K
  ? K extends { readonly type: infer U }
    ? [Extract<U, T>] extends [never]
      ? never
      : K
    : never
  : never;

/**
 * All that the rest of the code needs to know of one type of KPI; the registry (`kpis.ts`) has one of each.
 * What a module leaves out, the KPI does not read: contacts, activities and events that add nothing to a KPI
 * are never shown to it.
 *
 * Numerator and denominator are integers in the units of the journal (ms, counts, thousandths of scores).
 */
export interface KpiModule<T extends KpiType> {
  /** In which contracts and people speak of it; how the fraction becomes the value follows from it. */
  readonly unit: KpiUnit;
  /**
   * What a what-if varies: by default the value, over the range of its unit. `handleTime`: it moves with the
   * handle time, so it is not varied by itself; `count`: the numerator alone, over a given denominator.
   */
  readonly whatIf?: 'handleTime' | 'count';
  /** Lowest and highest value; only where the unit is `score`. */
  scoreRange?(kpi: KpiOf<T>): readonly [low: number, high: number];

  /** What contacts add, compiled once for a definition. */
  contacts?(kpi: KpiOf<T>): ContactCounter;
  /** What a handled contact of a known customer adds, seen as one that may have been repeated. */
  repeats?(kpi: KpiOf<T>, contact: HandledContact, gaps: RepeatGaps): Fraction;
  /** What a contact of an unknown customer adds; measures of resolved contacts use it as well. */
  unknownCustomer?(kpi: KpiOf<T>, contact: ScopedContact): Fraction;
  /** Window (ms) by which it must know where anchored issues begin; null: none. */
  issueWindowMs?(kpi: KpiOf<T>): number | null;
  /** To which parts an agent's own time in a state is added. */
  activities?(kpi: KpiOf<T>, state: string): Sides;
  /** What of a day of an agent's schedule is in the sums. */
  days?(kpi: KpiOf<T>, day: PlannedDay): JudgedDay;
  /** What one event of a subject adds. */
  events?(kpi: KpiOf<T>, outcome: OutcomeContent, event: OutcomeEvent): Fraction;
  /**
   * What the score of an answer to the KPI's question adds to the numerator (1 goes to the denominator);
   * null: not a valid answer.
   */
  answers?(kpi: KpiOf<T>, score: string | number | boolean | undefined): number | null;
  /** The number given for a period that is its denominator. */
  forecast?(kpi: KpiOf<T>): Forecast;
  /** Names of outcomes and their fields that the definition refers to, for checks of the catalogue. */
  mentions?(kpi: KpiOf<T>): readonly OutcomeMention[];
}

/** Adds an integer to the numerator (n) or denominator (d) of a KPI, where it belongs in time. */
export type AddToKpi = (interval: RatingInterval, part: 'n' | 'd', value: number) => void;

/**
 * Adds what a contact is to a KPI; `interval` is that of the contact's instant. `own`: where a person's
 * second counts once, what of the work is its own.
 */
export type ContactCounter = (
  contact: ScopedContact,
  intervals: RatingIntervals,
  interval: RatingInterval,
  add: AddToKpi,
  own: OwnTime | null,
) => void;

export interface Sides {
  readonly n: boolean;
  readonly d: boolean;
}

export interface OutcomeMention {
  readonly name: string;
  /** A field that must be a number; null: only the event matters. */
  readonly field: string | null;
  /** Within the definition. */
  readonly path: readonly (string | number)[];
}
