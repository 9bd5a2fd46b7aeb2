import type { PerSubject } from './measure.js';
import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { Period } from '#domain/period/period.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { ScheduleAsOf } from '#domain/schedule/schedule.js';
import type { Exclusion } from './exclusion.js';

/**
 * A KPI of a contract. Kept as numerator and denominator, each an integer; the ratio is made last and
 * thresholds compare exact fractions. `version` is the version of the definition and is shown beside each
 * value.
 *
 * Values in contracts are written as people say them: seconds for times, ratios for rates ("0.85"), points
 * for NPS.
 */
export type Kpi = KpiTerms & KpiDefinition;

export interface KpiTerms {
  readonly version: number;
  /** Fewer in the denominator is no data. */
  readonly minSample: number;
  readonly onNoData: NoData;
}

/** What no data means to a bonus or a gate: no effect; as if on target; the last period's value. */
export type NoData = 'neutral' | 'asTarget' | 'previousPeriod';

export type KpiDefinition = TimeKpi | RateKpi | ScheduleKpi | RepeatKpi | SurveyKpi | EventKpi;

/** Averages over contacts or legs, in seconds. */
export type TimeKpi =
  /** (talk + hold + after-call work) / handled. */
  | { readonly type: 'aht' | 'att' | 'acw'; readonly per: 'contact' | 'leg' }
  /** Wait of the answered / answered, or wait of all / offered. */
  | { readonly type: 'asa'; readonly of: 'answered' | 'offered' };

export type ServiceLevelVariant = 'SL-A' | 'SL-B' | 'SL-C' | 'SL-D' | 'SL-E';

export type RateKpi =
  /**
   * Contacts answered within the threshold / SL-A: answered; SL-B: offered; SL-C: offered less short
   * abandons; SL-D: offered, where abandons within the threshold count as met; SL-E: offered less those
   * abandons.
   */
  | {
      readonly type: 'serviceLevel';
      readonly variant: ServiceLevelVariant;
      readonly thresholdMs: number;
      readonly shortAbandonMs: number;
    }
  /** `shortAbandonMs`: abandons up to it (inclusive) are left out of both parts; null: none are short. */
  | { readonly type: 'abandonment' | 'answerRate'; readonly shortAbandonMs: number | null }
  | { readonly type: 'transfer' | 'hold' }
  /**
   * (talk + hold + after-call work + dialling, and the busy states of agents' own time) / the same and the
   * idle ones. As in the live view where ringing is busy and being available idle.
   */
  | ({
      readonly type: 'occupancy';
      readonly busy?: readonly string[];
      readonly idle: readonly string[];
    } & OnClock)
  /** Working and idle states / paid states. */
  | ({
      readonly type: 'utilisation';
      readonly productive: readonly string[];
      readonly paid: readonly string[];
    } & OnClock)
  | ({ readonly type: 'contactsPerHour'; readonly productive: readonly string[] } & OnClock);

/** How agents kept to their schedules (docs/agent-time.md, "Adherence"). */
export type ScheduleKpi =
  /** Time spent as planned / planned time. */
  | ({
      readonly type: 'adherence';
      /** Names do not change what they mean: something else is another name. */
      readonly definition: 'adherence@genesys' | 'adherence@salesforce';
      /** What is done otherwise for less than this without a break counts as kept. */
      readonly toleranceMs: number;
    } & ScheduleTerms)
  /** Time on queue / time planned on queue, whenever in the day. */
  | ({ readonly type: 'conformance'; readonly definition: 'conformance@genesys' } & ScheduleTerms);

export interface ScheduleTerms {
  /** States that are taken as the same; being available, rung and on a contact always are. */
  readonly equivalent: readonly (readonly string[])[];
  /** Planned time in these states is in neither part. */
  readonly ignored: readonly string[];
  /** Which version of the schedule counts. */
  readonly asOf: ScheduleAsOf;
}

/** Of KPIs over agents' time, as of a measure `agentTime`. */
export interface OnClock {
  /**
   * `once`: a person's second counts once, whatever claims it (`domain/clock`). `full`, or absent: each piece
   * of work counts in full.
   */
  readonly overlaps?: 'once' | 'full';
}

/**
 * First-contact resolution (docs/contracts.md, "KPIs"). By what comes after, as the customer says and as the
 * agent says are three KPIs and never mixed: `fcrPerContact` and `fcrPerIssue`, `fcrSurvey`, `fcrDeclared`.
 */
export type RepeatKpi =
  /** Contacts without a repeat within the window / contacts. */
  | ({ readonly type: 'fcrPerContact' } & RepeatTerms)
  /**
   * Issues of one contact / issues. `anchored`: an issue is its first contact and all that follow within the
   * window of that one; `sliding`: each within the window of the one before it. Days 0, 5, 10 by 7 days: 1/2
   * anchored, 0/1 sliding.
   */
  | ({ readonly type: 'fcrPerIssue'; readonly chain: 'anchored' | 'sliding' } & RepeatTerms)
  /** Resolutions that held / contacts that people or machines worked on. */
  | ({ readonly type: 'settled' } & ResolutionTerms)
  /** Disposition of the last leg says it was resolved. */
  | { readonly type: 'fcrDeclared'; readonly resolved: readonly string[] };

export interface RepeatTerms {
  readonly windowMs: number;
  /** Contacts of unknown customers: left out, or taken as resolved (each an issue of its own). */
  readonly unknownCustomer: 'exclude' | 'countAsResolved';
  /** `net`: without contacts that cannot be solved at first level (MetricNet). */
  readonly basis: 'gross' | 'net';
  /** Reasons that cannot be solved at first level; left out where the basis is net. */
  readonly notSolvable: readonly string[];
}

/**
 * A resolution counts if it holds for the window: no contact of the customer and topic, and none of `unless`,
 * in `[end, end + window)`; and no hand-over to a person.
 */
export interface ResolutionTerms {
  readonly windowMs: number;
  /** Whose resolutions count, of the contacts they worked on; null: people's and machines'. */
  readonly by: AgentKind | null;
  /** Outcomes of the customer that take a resolution back. */
  readonly unless: readonly BreakingOutcome[];
  /** Last dispositions of contacts that were declared resolved; null: every contact is taken as one. */
  readonly resolved: readonly string[] | null;
}

/** A definition of settled resolutions, as a contract has it. */
export type AgreedResolution = ResolutionTerms & { readonly version: number };

/** Answers to a question (`survey.answered` with `question` and `score`). */
export type SurveyKpi =
  | {
      readonly type: 'topBox';
      readonly question: string;
      readonly boxes: readonly number[];
      readonly scale: readonly number[];
    }
  | { readonly type: 'meanScore'; readonly question: string; readonly scale: readonly number[] }
  /** Percent promoters (9, 10) less percent detractors (0 to 6): -100 to 100 points. */
  | { readonly type: 'nps'; readonly question: string }
  | { readonly type: 'fcrSurvey'; readonly question: string };

export type EventKpi =
  /** Events of one kind over events of another: conversion, retention, reopened tickets, error rate. */
  | { readonly type: 'ratio'; readonly numerator: EventSelection; readonly denominator: EventSelection }
  /** Events over a number given for the period: churn over the customers at its start. */
  | { readonly type: 'share'; readonly numerator: EventSelection; readonly of: Forecast }
  /** Mean of a score of `quality.evaluated`; a critical error makes it 0. */
  | { readonly type: 'quality'; readonly field: string }
  /** Mean time from one event of a subject to another, in seconds. */
  | { readonly type: 'delay'; readonly from: string; readonly to: string }
  /** Subjects whose second event came at most so long after the first / subjects with the first. */
  | { readonly type: 'within'; readonly from: string; readonly to: string; readonly atMostMs: number };

/** A number agreed for a period: written in the contract, or given by a `forecast.set` event of that id. */
export type Forecast =
  | { readonly kind: 'agreed'; readonly values: Readonly<Record<Period, number>> }
  | { readonly kind: 'event'; readonly id: string };

export interface EventSelection {
  readonly name: string;
  readonly unless: readonly Exclusion[];
  readonly match: Readonly<Record<string, string | number | boolean>>;
  /** See `Selection` in `outcome/outcome-events.ts`. */
  readonly perSubject?: PerSubject | undefined;
}

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

/** A condition on a KPI. `minSample` and `onNoData` null: as the KPI says. */
export interface Gate {
  readonly kpi: string;
  readonly op: Comparison;
  readonly value: string;
  readonly minSample: number | null;
  readonly onNoData: NoData | null;
}
