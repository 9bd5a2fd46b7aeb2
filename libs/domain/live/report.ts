import { activityStates } from '#domain/activity/activity.js';
import type { ServiceLevelVariant } from '#domain/contract/kpi.js';
import { serviceLevels } from '#domain/kpi/service-level.js';
import { type LiveHours, liveHours } from './agent-hours.js';
import { handleMsOf, kpiFigures, queueCounts, resolution, serviceLevelVariants } from './figures.js';
import type { KpiFigure, KpiSettings, MeasureSums } from './kpi-figure.js';
import type { Grain } from './measure.js';
import { resolutionCounts, type ResolutionCounts } from './resolution-tally.js';

/**
 * KPIs of a span, from the tally's sums. Numerators and denominators are kept; a ratio is made last, and a
 * denominator of 0 gives null ("no data"), never 0 or 1. Formulas: docs/contracts.md, "KPIs".
 */
export interface LiveKpis {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly flowOut: number;
  /** Left the queue in a way the platform does not say. */
  readonly otherOut: number;
  /** Contacts (below the programme: legs) that reached an agent. */
  readonly handled: number;
  readonly legs: number;
  readonly missed: number;
  /** Legs of machines (voice response units, bots), which are in no other figure. */
  readonly machineLegs: number;
  readonly transferred: number;
  readonly held: number;
  readonly waitAnsweredMs: number;
  readonly waitAbandonedMs: number;
  readonly waitFlowOutMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly dialMs: number;
  /** Time with a callback or a preview before, between and after its calls. */
  readonly previewMs: number;
  /** After-call work of offers that were not taken; in no handle time. */
  readonly acwMissedMs: number;
  readonly machineMs: number;
  /** Business events: sales, answers to surveys, ... */
  readonly outcomes: number;
  /** Agents' time outside of contacts, by state; `UNMAPPED`: of codes that the catalogue does not know. */
  readonly activityMs: Readonly<Record<string, number>>;
  /** Agents' time by each named definition of hours. */
  readonly hours: readonly LiveHours[];
  /** Agents' time after a state whose end was never reported: shown, never billed. */
  readonly unseenMs: number;
  /** Agents' time in work that is longer than plausible, in no other figure: never billed until confirmed. */
  readonly implausibleMs: number;
  /** Such pieces of work, also contacts that only waited; one of several programmes is in each of them. */
  readonly implausibleWorks: number;
  /** What platforms have added up themselves, by their code: to compare with, never counted. */
  readonly reportedMs: Readonly<Record<string, number>>;
  /** talk + hold + after-call work + dialling */
  readonly handleMs: number;
  /** Threshold in ms -> contacts whose wait was at most that. */
  readonly answeredWithin: Readonly<Record<string, number>>;
  readonly abandonedWithin: Readonly<Record<string, number>>;
  /**
   * Window as ISO 8601 duration -> handled contacts of known customers, and how many were repeated within it.
   */
  readonly fcr: Readonly<Record<string, Fcr>>;
  /** What became of resolutions, by each definition that the programme's contracts have. */
  readonly resolutions: readonly ResolutionCounts[];
  /** The usual ratios by short names, for tables. */
  readonly ratios: Ratios;
  /** Every KPI with its definition, parameters and version; also those that only some programmes have. */
  readonly figures: readonly KpiFigure[];
}

/**
 * First-contact resolution by what comes after, gross: whose verdict an agent or a
 * customer gives, and what is left out net, a contract says (`contract/kpi.ts`).
 */
export interface Fcr {
  readonly contacts: number;
  readonly repeated: number;
  readonly resolved: number;
  /** Per contact: resolved / contacts. */
  readonly rate: number | null;
  /** Contacts of a customer for one reason, from the first on for as long as the window (anchored). */
  readonly issues: number;
  /** Issues that took one contact. */
  readonly issuesSolved: number;
  /** Per issue: issuesSolved / issues. */
  readonly issueRate: number | null;
}

/** Ratios as plain numbers for display; nothing that is billed is computed from them. */
export interface Ratios {
  /** Average handle time, ms: handle / handled. */
  readonly ahtMs: number | null;
  /** Average talk time, ms: talk / handled. */
  readonly attMs: number | null;
  /** Average speed of answer, ms: wait of answered / answered. */
  readonly asaMs: number | null;
  /** All abandons / offered; without short ones: among the figures. */
  readonly abandonmentRate: number | null;
  readonly answerRate: number | null;
  readonly transferRate: number | null;
  readonly holdRate: number | null;
  /** (handle + ring) / (the same + available); null where nothing says when agents are available. */
  readonly occupancy: number | null;
  /** Threshold in ms -> the five variants of the service level. */
  readonly serviceLevel: Readonly<Record<string, ServiceLevel>>;
}

/** By variant (`kpi/service-level.ts`). */
export type ServiceLevel = Readonly<Record<ServiceLevelVariant, number | null>>;

/** `grain`: what the sums are of; below the programme legs are counted instead of contacts. */
export function liveKpis(sums: MeasureSums, settings: KpiSettings, grain: Grain): LiveKpis {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  const counts = {
    offered: sum('offered'),
    answered: sum('answered'),
    abandoned: sum('abandoned'),
    flowOut: sum('flowOut'),
    otherOut: sum('otherOut'),
    handled: sum('handled'),
    legs: sum('legs'),
    missed: sum('missed'),
    machineLegs: sum('machineLegs'),
    outcomes: sum('outcomes'),
    transferred: sum('transferred'),
    held: sum('held'),
    waitAnsweredMs: sum('waitAnsweredMs'),
    waitAbandonedMs: sum('waitAbandonedMs'),
    waitFlowOutMs: sum('waitFlowOutMs'),
    talkMs: sum('talkMs'),
    holdMs: sum('holdMs'),
    acwMs: sum('acwMs'),
    dialMs: sum('dialMs'),
    previewMs: sum('previewMs'),
    acwMissedMs: sum('acwMissedMs'),
    machineMs: sum('machineMs'),
    handleMs: handleMsOf(sums),
  };
  const { thresholdsMs, shortAbandonMs } = settings;
  const within = (measure: string): Record<string, number> =>
    Object.fromEntries(thresholdsMs.map((threshold) => [String(threshold), sum(`${measure}${threshold}`)]));
  return {
    ...counts,
    activityMs: Object.fromEntries(
      [...activityStates, 'UNMAPPED'].flatMap((state) => {
        const ms = sum(`activity${state}Ms`);
        return ms === 0 ? [] : [[state, ms]];
      }),
    ),
    hours: liveHours(sums),
    unseenMs: sum('unseenMs'),
    implausibleMs: sum('implausibleMs'),
    implausibleWorks: sum('implausibleWorks'),
    reportedMs: Object.fromEntries(
      [...sums].flatMap(([measure, ms]) =>
        measure.startsWith('reported:') ? [[measure.slice('reported:'.length), ms]] : [],
      ),
    ),
    answeredWithin: within('answeredWithin'),
    abandonedWithin: within('abandonedWithin'),
    fcr: Object.fromEntries(settings.windows.map(({ iso, minutes }) => [iso, fcr(sums, minutes)])),
    resolutions: resolutionCounts(sums, settings.resolutions ?? []),
    figures: kpiFigures(sums, settings, grain),
    ratios: {
      ahtMs: ratio(counts.handleMs, counts.handled),
      attMs: ratio(counts.talkMs, counts.handled),
      asaMs: ratio(counts.waitAnsweredMs, counts.answered),
      abandonmentRate: ratio(counts.abandoned, counts.offered),
      answerRate: ratio(counts.answered, counts.offered),
      transferRate: ratio(counts.transferred, counts.handled),
      holdRate: ratio(counts.held, counts.handled),
      occupancy: occupancy(counts.handleMs + sum('activityRINGMs'), sum('activityAVAILABLEMs')),
      serviceLevel: Object.fromEntries(
        thresholdsMs.map((threshold) => [String(threshold), serviceLevel(sums, threshold, shortAbandonMs)]),
      ),
    },
  };
}

function serviceLevel(sums: MeasureSums, thresholdMs: number, shortAbandonMs: number): ServiceLevel {
  const counts = queueCounts(sums, thresholdMs, shortAbandonMs);
  const levels = serviceLevelVariants.map((variant) => {
    const { n, d } = serviceLevels[variant](counts);
    return [variant, ratio(n, d)];
  });
  return Object.fromEntries(levels) as ServiceLevel;
}

function fcr(sums: MeasureSums, windowMinutes: number): Fcr {
  const found = resolution(sums, windowMinutes);
  return {
    ...found,
    rate: ratio(found.resolved, found.contacts),
    issueRate: ratio(found.issuesSolved, found.issues),
  };
}

/** Where nothing says when agents are available it is unknown, not 100 %. */
function occupancy(workMs: number, availableMs: number): number | null {
  return availableMs === 0 ? null : workMs / (workMs + availableMs);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
