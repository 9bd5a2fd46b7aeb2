import { activityStates } from '#domain/activity/activity.js';

/**
 * KPIs of a span, from the tally's sums. Numerators and denominators are kept; a ratio is made last, and a
 * denominator of 0 gives null ("no data"), never 0 or 1. Formulas: domain notes 1.2 and 1.3.
 */
export interface Kpis {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly flowOut: number;
  /** Left the queue in a way the platform does not tell. */
  readonly otherOut: number;
  /** Contacts (below the programme: legs) that reached an agent. */
  readonly handled: number;
  readonly legs: number;
  readonly missed: number;
  readonly transferred: number;
  readonly held: number;
  readonly waitAnsweredMs: number;
  readonly waitAbandonedMs: number;
  readonly waitFlowOutMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly dialMs: number;
  /** What the business told: sales, answers to surveys, ... */
  readonly outcomes: number;
  /** Agents' time outside of contacts, by state. */
  readonly activityMs: Readonly<Record<string, number>>;
  /** talk + hold + after-call work + dialling */
  readonly handleMs: number;
  /** Threshold in ms -> contacts whose wait was at most that. */
  readonly answeredWithin: Readonly<Record<string, number>>;
  readonly abandonedWithin: Readonly<Record<string, number>>;
  /**
   * Window as ISO 8601 duration -> handled contacts of known customers, and how many were repeated within it.
   */
  readonly fcr: Readonly<Record<string, Fcr>>;
  readonly ratios: Ratios;
}

/**
 * First-contact resolution by what comes after, gross (domain notes 1.4): whose verdict an agent or a
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
  readonly abandonmentRate: number | null;
  readonly answerRate: number | null;
  readonly transferRate: number | null;
  readonly holdRate: number | null;
  /** (handle + ring) / (the same + available); null where nobody tells when agents are available. */
  readonly occupancy: number | null;
  /** Threshold in ms -> the five variants of the service level. */
  readonly serviceLevel: Readonly<Record<string, ServiceLevel>>;
}

/** Domain notes 1.3: SL-A to SL-E. */
export interface ServiceLevel {
  readonly answeredOnly: number | null;
  readonly offered: number | null;
  readonly offeredMinusShort: number | null;
  readonly abandonsWithinTCountAsMet: number | null;
  readonly offeredMinusAbandonedWithinT: number | null;
}

export interface KpiSettings {
  readonly thresholdsMs: readonly number[];
  readonly shortAbandonMs: number;
  /** ISO duration and its length in whole minutes. */
  readonly windows: readonly { readonly iso: string; readonly minutes: number }[];
}

/** Sums of one span and group by measure; absent is 0. */
export type MeasureSums = ReadonlyMap<string, number>;

export function kpis(sums: MeasureSums, settings: KpiSettings): Kpis {
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
    handleMs: sum('talkMs') + sum('holdMs') + sum('acwMs') + sum('dialMs'),
  };
  const { thresholdsMs, shortAbandonMs } = settings;
  const within = (measure: string): Record<string, number> =>
    Object.fromEntries(thresholdsMs.map((threshold) => [String(threshold), sum(`${measure}${threshold}`)]));
  return {
    ...counts,
    activityMs: Object.fromEntries(
      activityStates.flatMap((state) => {
        const ms = sum(`activity${state}Ms`);
        return ms === 0 ? [] : [[state, ms]];
      }),
    ),
    answeredWithin: within('answeredWithin'),
    abandonedWithin: within('abandonedWithin'),
    fcr: Object.fromEntries(settings.windows.map(({ iso, minutes }) => [iso, fcr(sums, minutes)])),
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

function serviceLevel(sums: MeasureSums, threshold: number, shortAbandonMs: number): ServiceLevel {
  const sum = (measure: string): number => sums.get(measure) ?? 0;
  const met = sum(`answeredWithin${threshold}`);
  const offered = sum('offered');
  const abandonedInTime = sum(`abandonedWithin${threshold}`);
  return {
    answeredOnly: ratio(met, sum('answered')),
    offered: ratio(met, offered),
    offeredMinusShort: ratio(met, offered - sum(`abandonedWithin${shortAbandonMs}`)),
    abandonsWithinTCountAsMet: ratio(met + abandonedInTime, offered),
    offeredMinusAbandonedWithinT: ratio(met, offered - abandonedInTime),
  };
}

/** Gaps are kept in minutes rounded up, so any window of whole minutes is answered exactly. */
function fcr(sums: MeasureSums, windowMinutes: number): Fcr {
  const contacts = sums.get('fcrContacts') ?? 0;
  let repeated = 0;
  for (const [measure, count] of sums) {
    if (measure.startsWith('gap') && Number(measure.slice('gap'.length)) <= windowMinutes) repeated += count;
  }
  const resolved = contacts - repeated;
  const issues = sums.get(`issues${windowMinutes}`) ?? 0;
  const issuesSolved = sums.get(`issuesSolved${windowMinutes}`) ?? 0;
  return {
    contacts,
    repeated,
    resolved,
    rate: ratio(resolved, contacts),
    issues,
    issuesSolved,
    issueRate: ratio(issuesSolved, issues),
  };
}

/** Without any available time told the share is not 100 % but unknown. */
function occupancy(workMs: number, availableMs: number): number | null {
  return availableMs === 0 ? null : workMs / (workMs + availableMs);
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator === 0 ? null : numerator / denominator;
}
