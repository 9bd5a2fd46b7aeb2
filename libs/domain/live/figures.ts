import type { ServiceLevelVariant, SurveyKpi } from '#domain/contract/kpi.js';
import type { Fraction } from '#domain/kpi/fraction.js';
import type { KpiOf, KpiType } from '#domain/kpi/kpi-module.js';
import type { KpiUnit } from '#domain/kpi/kpi-unit.js';
import { type QueueCounts, serviceLevels } from '#domain/kpi/service-level.js';
import { kpiModule, scaleOf, unitOf } from '#domain/kpi/kpis.js';
import { parseAnswerMeasure } from './answer-measure.js';
import type { Grain } from './tally.js';

/**
 * One KPI of the live view: under which definition it is counted, and its value. Definitions and parameters
 * are those of contracts (`contract/kpi.ts`), so two figures of one name differ visibly: an abandonment rate
 * with `shortAbandonMs: null` counts what one with `shortAbandonMs: 5000` leaves out.
 */
export interface KpiFigure {
  /** Type of the KPI as contracts name it: `abandonment`, `serviceLevel`, `topBox`, ... */
  readonly definition: (typeof liveKpiTypes)[number];
  /** Of the definition: as the contract says where it is one of a contract, else {@link liveVersion}. */
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

/** Types of the KPIs that the live view has, in the order in which it reports them. */
export const liveKpiTypes = [
  'aht',
  'att',
  'acw',
  'asa',
  'serviceLevel',
  'abandonment',
  'answerRate',
  'transfer',
  'hold',
  'occupancy',
  'fcrPerContact',
  'fcrPerIssue',
  'topBox',
  'meanScore',
  'nps',
  'fcrSurvey',
  'quality',
] as const satisfies KpiType[];

export type KpiParameter = string | number | null | readonly (string | number)[];

export const kpiDenominators = [
  'offered',
  'offeredWithoutShortAbandons',
  'offeredWithoutAbandonsInTime',
  'answered',
  'handled',
  'handledOfKnownCustomers',
  'issues',
  'workAndAvailableMs',
  'answers',
  'evaluations',
] as const;
export type KpiDenominator = (typeof kpiDenominators)[number];

/** Version of the definitions that are the live view's own; raised when one of them counts otherwise. */
export const liveVersion = 1;

/** What a live report is made for: the programme's thresholds and windows, and its contracts' surveys. */
export interface KpiSettings {
  readonly thresholdsMs: readonly number[];
  readonly shortAbandonMs: number;
  /** ISO duration and its length in whole minutes. */
  readonly windows: readonly { readonly iso: string; readonly minutes: number }[];
  /** How the programme's contracts evaluate the answers to their questions. */
  readonly surveys: readonly (SurveyKpi & { readonly version: number })[];
}

/** Sums of one span and group by measure; absent is 0. */
export type MeasureSums = ReadonlyMap<string, number>;

/** Every KPI that the sums give. `grain`: below the programme legs are counted instead of contacts. */
export function kpiFigures(sums: MeasureSums, settings: KpiSettings, grain: Grain): KpiFigure[] {
  return [
    ...timeFigures(sums, grain),
    ...settings.thresholdsMs.flatMap((thresholdMs) => serviceLevelFigures(sums, settings, thresholdMs)),
    ...queueFigures(sums, settings.shortAbandonMs),
    ...agentFigures(sums),
    ...settings.windows.flatMap(({ minutes }) => resolutionFigures(sums, minutes)),
    ...surveyFigures(sums, settings.surveys),
    ...qualityFigures(sums),
  ];
}

type LiveDefinition = KpiOf<(typeof liveKpiTypes)[number]>;

function figure(
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

function timeFigures(sums: MeasureSums, grain: Grain): KpiFigure[] {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  const d = sum('handled');
  const per = grain === 'programme' ? 'contact' : 'leg';
  return [
    figure({ type: 'aht', per }, 'handled', { n: handleMsOf(sums), d }),
    figure({ type: 'att', per }, 'handled', { n: sum('talkMs'), d }),
    figure({ type: 'acw', per }, 'handled', { n: sum('acwMs'), d }),
    figure({ type: 'asa', of: 'answered' }, 'answered', {
      n: sum('waitAnsweredMs'),
      d: sum('answered'),
    }),
  ];
}

/** talk + hold + after-call work + dialling */
export function handleMsOf(sums: MeasureSums): number {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  return sum('talkMs') + sum('holdMs') + sum('acwMs') + sum('dialMs');
}

function serviceLevelFigures(
  sums: MeasureSums,
  { shortAbandonMs }: KpiSettings,
  thresholdMs: number,
): KpiFigure[] {
  const counts = queueCounts(sums, thresholdMs, shortAbandonMs);
  return serviceLevelVariants.map((variant) =>
    figure(
      { type: 'serviceLevel', variant, thresholdMs, shortAbandonMs },
      serviceLevelPer[variant],
      serviceLevels[variant](counts),
    ),
  );
}

export const serviceLevelVariants = ['SL-A', 'SL-B', 'SL-C', 'SL-D', 'SL-E'] as const;

const serviceLevelPer: Readonly<Record<ServiceLevelVariant, KpiDenominator>> = {
  'SL-A': 'answered',
  'SL-B': 'offered',
  'SL-C': 'offeredWithoutShortAbandons',
  'SL-D': 'offered',
  'SL-E': 'offeredWithoutAbandonsInTime',
};

export function queueCounts(sums: MeasureSums, thresholdMs: number, shortAbandonMs: number): QueueCounts {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  return {
    offered: sum('offered'),
    answered: sum('answered'),
    answeredInTime: sum(`answeredWithin${thresholdMs}`),
    abandonedInTime: sum(`abandonedWithin${thresholdMs}`),
    shortAbandons: sum(`abandonedWithin${shortAbandonMs}`),
  };
}

/** With all abandons, and without the short ones. */
function queueFigures(sums: MeasureSums, shortAbandonMs: number): KpiFigure[] {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  const short = sum(`abandonedWithin${shortAbandonMs}`);
  const ways = [
    { shortAbandonMs: null, per: 'offered', left: 0 },
    { shortAbandonMs, per: 'offeredWithoutShortAbandons', left: short },
  ] as const;
  return [
    ...ways.map(({ shortAbandonMs: ms, per, left }) =>
      figure({ type: 'abandonment', shortAbandonMs: ms }, per, {
        n: sum('abandoned') - left,
        d: sum('offered') - left,
      }),
    ),
    ...ways.map(({ shortAbandonMs: ms, per, left }) =>
      figure({ type: 'answerRate', shortAbandonMs: ms }, per, {
        n: sum('answered'),
        d: sum('offered') - left,
      }),
    ),
  ];
}

function agentFigures(sums: MeasureSums): KpiFigure[] {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  const handled = sum('handled');
  return [
    figure({ type: 'transfer' }, 'handled', { n: sum('transferred'), d: handled }),
    figure({ type: 'hold' }, 'handled', { n: sum('held'), d: handled }),
    figure({ type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'] }, 'workAndAvailableMs', occupancy(sums)),
  ];
}

/**
 * (handle + ring) / (the same + available). Where nothing says when agents are available it is unknown, not
 * 100 %; contracts, which agreed on it, take it as 100 %.
 */
function occupancy(sums: MeasureSums): Fraction {
  const busyMs = handleMsOf(sums) + (sums.get('activityRINGMs') ?? 0);
  const idleMs = sums.get('activityAVAILABLEMs') ?? 0;
  return idleMs === 0 ? { n: busyMs, d: 0 } : { n: busyMs, d: busyMs + idleMs };
}

function resolutionFigures(sums: MeasureSums, windowMinutes: number): KpiFigure[] {
  const { contacts, resolved, issues, issuesSolved } = resolution(sums, windowMinutes);
  const terms = {
    windowMs: windowMinutes * 60_000,
    unknownCustomer: 'exclude',
    basis: 'gross',
    notSolvable: [],
  } as const;
  return [
    figure({ type: 'fcrPerContact', ...terms }, 'handledOfKnownCustomers', {
      n: resolved,
      d: contacts,
    }),
    figure({ type: 'fcrPerIssue', chain: 'anchored', ...terms }, 'issues', {
      n: issuesSolved,
      d: issues,
    }),
  ];
}

/** Gaps are kept in minutes rounded up, so any window of whole minutes is answered exactly. */
export function resolution(
  sums: MeasureSums,
  windowMinutes: number,
): { contacts: number; repeated: number; resolved: number; issues: number; issuesSolved: number } {
  const contacts = sums.get('fcrContacts') ?? 0;
  let repeated = 0;
  for (const [measure, count] of sums) {
    if (measure.startsWith('gap') && Number(measure.slice('gap'.length)) <= windowMinutes) repeated += count;
  }
  return {
    contacts,
    repeated,
    resolved: contacts - repeated,
    issues: sums.get(`issues${windowMinutes}`) ?? 0,
    issuesSolved: sums.get(`issuesSolved${windowMinutes}`) ?? 0,
  };
}

interface Answers {
  readonly score: number | boolean;
  readonly count: number;
}

/** As the contracts evaluate a question; one that no contract evaluates by a usual definition. */
function surveyFigures(sums: MeasureSums, agreed: KpiSettings['surveys']): KpiFigure[] {
  const byQuestion = new Map<string, Answers[]>();
  for (const [measure, count] of sums) {
    const answer = parseAnswerMeasure(measure);
    if (answer === null || count === 0) continue;
    const answers = byQuestion.get(answer.question) ?? [];
    byQuestion.set(answer.question, [...answers, { score: answer.score, count }]);
  }
  return [...byQuestion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([question, answers]) => {
      const own = agreed.filter((kpi) => kpi.question === question);
      const definitions = own.length > 0 ? own : usualDefinitions(question, answers);
      return definitions.map(({ version, ...kpi }) => surveyFigure(kpi, version, answers));
    });
}

function surveyFigure(kpi: SurveyKpi, version: number, answers: readonly Answers[]): KpiFigure {
  const module = kpiModule(kpi);
  let [n, d] = [0, 0];
  for (const { score, count } of answers) {
    const value = module.answers?.(kpi, score) ?? null;
    if (value === null) continue;
    n += value * count;
    d += count;
  }
  return figure(kpi, 'answers', { n, d }, version);
}

/** `csat` is the share of 4 and 5 of 1 to 5; of a question unknown to us, the mean of the scores as given. */
function usualDefinitions(question: string, answers: readonly Answers[]): KpiSettings['surveys'] {
  const version = liveVersion;
  if (answers.some(({ score }) => typeof score === 'boolean')) {
    return [{ type: 'fcrSurvey', question, version }];
  }
  if (question === 'csat') return [{ type: 'topBox', question, boxes: [4, 5], scale: [1, 5], version }];
  if (question === 'nps') return [{ type: 'nps', question, version }];
  const scores = answers.map(({ score }) => Number(score));
  const scale = [Math.floor(Math.min(...scores)), Math.ceil(Math.max(...scores))];
  return [{ type: 'meanScore', question, scale, version }];
}

function qualityFigures(sums: MeasureSums): KpiFigure[] {
  const d = sums.get('qualityEvaluations') ?? 0;
  if (d === 0) return [];
  const n = sums.get('qualityThousandths') ?? 0;
  return [figure({ type: 'quality', field: 'score' }, 'evaluations', { n, d })];
}
