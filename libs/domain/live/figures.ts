import type { ServiceLevelVariant } from '#domain/contract/kpi.js';
import type { Fraction } from '#domain/kpi/fraction.js';
import { type QueueCounts, serviceLevels } from '#domain/kpi/service-level.js';
import {
  figure,
  type KpiDenominator,
  type KpiFigure,
  type KpiSettings,
  type MeasureSums,
} from './kpi-figure.js';
import type { Grain } from './measure.js';
import { productiveOfLogged, statesMs } from './agent-hours.js';
import { resolutionCounts } from './resolution-tally.js';
import { surveyFigures } from './survey-figures.js';

/** Every KPI that the sums give. `grain`: below the programme legs are counted instead of contacts. */
export function kpiFigures(sums: MeasureSums, settings: KpiSettings, grain: Grain): KpiFigure[] {
  return [
    ...timeFigures(sums, grain),
    ...settings.thresholdsMs.flatMap((thresholdMs) => serviceLevelFigures(sums, settings, thresholdMs)),
    ...queueFigures(sums, settings.shortAbandonMs),
    ...agentFigures(sums),
    ...settings.windows.flatMap(({ minutes }) => resolutionFigures(sums, minutes)),
    ...settledFigures(sums, settings),
    ...surveyFigures(sums, settings.surveys),
    ...qualityFigures(sums),
  ];
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
  const variants = [
    { shortAbandonMs: null, per: 'offered', left: 0 },
    { shortAbandonMs, per: 'offeredWithoutShortAbandons', left: short },
  ] as const;
  return [
    ...variants.map(({ shortAbandonMs: ms, per, left }) =>
      figure({ type: 'abandonment', shortAbandonMs: ms }, per, {
        n: sum('abandoned') - left,
        d: sum('offered') - left,
      }),
    ),
    ...variants.map(({ shortAbandonMs: ms, per, left }) =>
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
    figure(
      { type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'], overlaps: 'full' },
      'workAndAvailableMs',
      occupancy(sums),
    ),
    figure({ type: 'utilisation', ...productiveOfLogged, overlaps: 'full' }, 'loggedMs', {
      n: statesMs(sums, productiveOfLogged.productive),
      d: statesMs(sums, productiveOfLogged.paid),
    }),
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

/** As contracts count it: what holds so far, provisional ones among it. */
function settledFigures(sums: MeasureSums, { resolutions = [] }: KpiSettings): KpiFigure[] {
  return resolutionCounts(sums, resolutions).map(({ version, parameters, workedOn, ...counts }) => {
    const fraction = { n: counts.settled + counts.provisional, d: workedOn };
    return figure({ type: 'settled', ...parameters }, 'workedOnOfKnownCustomers', fraction, version);
  });
}

function qualityFigures(sums: MeasureSums): KpiFigure[] {
  const d = sums.get('qualityEvaluations') ?? 0;
  if (d === 0) return [];
  const n = sums.get('qualityThousandths') ?? 0;
  return [figure({ type: 'quality', field: 'score' }, 'evaluations', { n, d })];
}
