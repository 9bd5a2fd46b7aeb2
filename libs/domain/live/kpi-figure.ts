import type { AgreedResolution, SurveyKpi } from '#domain/contract/kpi.js';
import type { Fraction } from '#domain/kpi/fraction.js';
import type { KpiOf, KpiType } from '#domain/kpi/kpi-module.js';
import type { KpiUnit } from '#domain/kpi/kpi-unit.js';
import { kpiTypes, scaleOf, unitOf } from '#domain/kpi/kpis.js';

/**
 * One KPI of the live view: under which definition it is counted, and its value. Definitions and parameters
 * are those of contracts (`contract/kpi.ts`), so two figures of one name differ visibly: an abandonment rate
 * with `shortAbandonMs: null` counts what one with `shortAbandonMs: 5000` leaves out.
 */
export interface KpiFigure {
  /** Type of the KPI as contracts name it: `abandonment`, `serviceLevel`, `topBox`, ... */
  readonly definition: LiveKpiType;
  /** Of the definition: that of the contract where a contract defines it, else {@link liveVersion}. */
  readonly version: number;
  /** What the type leaves open, e.g. `{variant: 'SL-C', thresholdMs: 20000, shortAbandonMs: 5000}`. */
  readonly parameters: Readonly<Record<string, KpiParameter>>;
  /** What the denominator counts. */
  readonly per: KpiDenominator;
  readonly unit: KpiUnit;
  readonly numerator: number;
  readonly denominator: number;
  /** In the unit, a plain number for display; null: no data. Nothing that is billed is computed from it. */
  readonly value: number | null;
}

/**
 * Whether the live view has a KPI: each type decides. One that it has is counted in `figures.ts` (or
 * `survey-figures.ts`) and named in `apps/cli/kpi-text.ts`; the others need what only a contract says.
 */
const isLive = {
  aht: true,
  att: true,
  acw: true,
  asa: true,
  serviceLevel: true,
  abandonment: true,
  answerRate: true,
  transfer: true,
  hold: true,
  occupancy: true,
  utilisation: true,
  contactsPerHour: false,
  adherence: false,
  conformance: false,
  fcrPerContact: true,
  fcrPerIssue: true,
  settled: true,
  fcrDeclared: false,
  topBox: true,
  meanScore: true,
  nps: true,
  fcrSurvey: true,
  ratio: false,
  share: false,
  quality: true,
  delay: false,
  within: false,
} as const satisfies Readonly<Record<KpiType, boolean>>;

export type LiveKpiType = { [T in KpiType]: (typeof isLive)[T] extends true ? T : never }[KpiType];

/** The types that the live view has. */
export const liveKpiTypes: readonly LiveKpiType[] = kpiTypes.filter(
  (type): type is LiveKpiType => isLive[type],
);

export type KpiParameter = string | number | null | readonly (string | number)[];

export const kpiDenominators = [
  'offered',
  'offeredWithoutShortAbandons',
  'offeredWithoutAbandonsInTime',
  'answered',
  'handled',
  'handledOfKnownCustomers',
  'issues',
  'workedOnOfKnownCustomers',
  'workAndAvailableMs',
  'loggedMs',
  'answers',
  'evaluations',
] as const;
export type KpiDenominator = (typeof kpiDenominators)[number];

/**
 * Version of the definitions that are the live view's own; raised when one of them changes what it counts.
 */
export const liveVersion = 1;

/** What a live report depends on: the programme's thresholds and windows, and its contracts' surveys. */
export interface KpiSettings {
  readonly thresholdsMs: readonly number[];
  readonly shortAbandonMs: number;
  /** ISO duration and its length in whole minutes. */
  readonly windows: readonly { readonly iso: string; readonly minutes: number }[];
  /** How the programme's contracts evaluate the answers to their questions. */
  readonly surveys: readonly (SurveyKpi & { readonly version: number })[];
  /** How they define settled resolutions; absent: none does. */
  readonly resolutions?: readonly AgreedResolution[];
}

/** Sums of one period and group by measure; absent is 0. */
export type MeasureSums = ReadonlyMap<string, number>;

type LiveDefinition = KpiOf<LiveKpiType>;

export function figure(
  { type, ...parameters }: LiveDefinition,
  per: KpiDenominator,
  { n, d }: Fraction,
  version = liveVersion,
): KpiFigure {
  const unit = unitOf({ type });
  const { up, down } = scaleOf({ type });
  const value = d === 0 ? null : (n * up) / (d * down);
  return { definition: type, version, parameters, per, unit, numerator: n, denominator: d, value };
}
