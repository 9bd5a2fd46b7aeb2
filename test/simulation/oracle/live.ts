import type { LiveKpis } from '#domain/live/report.js';
import type { PostingContent } from '#domain/posting/posting.js';
import {
  careWindowMs,
  type Centre,
  liveThresholdsMs,
  type Programme,
  programmeZones,
  shopWindowMs,
} from '../centre.js';
import { localDay } from './calendar.js';
import { gapOf, type Handled, type Share, workOf } from './shares.js';

/** The part of the KPI read API's answer that the oracle knows. */
export type LiveFigures = Pick<LiveKpis, (typeof comparedFigures)[number]> & {
  readonly fcr: { readonly contacts: number; readonly repeated: number } & Record<
    'issues' | 'issuesSolved',
    number
  >;
};

export const comparedFigures = [
  'offered',
  'answered',
  'abandoned',
  'flowOut',
  'otherOut',
  'handled',
  'legs',
  'missed',
  'transferred',
  'held',
  'waitAnsweredMs',
  'waitAbandonedMs',
  'waitFlowOutMs',
  'talkMs',
  'holdMs',
  'acwMs',
  'dialMs',
  'handleMs',
  'outcomes',
  'activityMs',
  'answeredWithin',
  'abandonedWithin',
] as const;

/** What a programme shows over all time. */
export function liveFiguresOf(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): LiveFigures {
  const { shares, handled, activities, outcomes, missed } = workOf(programme, contents, centre);
  const legs = shares.flatMap((share) => share.legs);
  const withLegs = shares.filter((share) => share.legs.length > 0);
  const ended = (result: Share['result']): Share[] => shares.filter((share) => share.result === result);
  const waits = (result: Share['result']): number => sum(ended(result).map(({ waitMs }) => waitMs));
  const times = {
    talkMs: sum(legs.map(({ talkMs }) => talkMs ?? 0)),
    holdMs: sum(legs.map(({ holdMs }) => holdMs ?? 0)),
    acwMs: sum(legs.map(({ acwMs }) => acwMs ?? 0)),
    dialMs: sum(legs.map(({ dialMs }) => dialMs)),
  };
  const activityMs: Record<string, number> = {};
  for (const { state, startedAt, endedAt } of activities) {
    activityMs[state] = (activityMs[state] ?? 0) + endedAt - startedAt;
  }
  return {
    offered: shares.filter(({ stays }) => stays.length > 0).length,
    answered: ended('answered').length,
    abandoned: ended('abandoned').length,
    flowOut: ended('flowOut').length,
    otherOut: ended('unknown').length,
    handled: withLegs.length,
    legs: legs.length,
    missed,
    transferred: withLegs.filter((share) => share.legs.some((leg) => leg.transferredOut)).length,
    held: withLegs.filter((share) => share.legs.some((leg) => (leg.holdMs ?? 0) > 0)).length,
    waitAnsweredMs: waits('answered'),
    waitAbandonedMs: waits('abandoned'),
    waitFlowOutMs: waits('flowOut'),
    ...times,
    handleMs: sum(Object.values(times)),
    outcomes: sum(outcomes.map(({ events }) => events.length)),
    activityMs,
    answeredWithin: within(ended('answered')),
    abandonedWithin: within(ended('abandoned')),
    fcr: resolutionOf(handled, programme === 'care' ? careWindowMs : shopWindowMs),
  };
}

/** Contacts offered by the local day of their entry; days without any are left out. */
export function offeredByDay(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): Map<string, number> {
  const offered = workOf(programme, contents, centre).shares.filter(({ stays }) => stays.length > 0);
  const days = Map.groupBy(offered, ({ at }) => localDay(at, programmeZones[programme]));
  return new Map([...days].map(([day, shares]) => [day, shares.length]));
}

function within(shares: readonly Share[]): Record<string, number> {
  return Object.fromEntries(
    liveThresholdsMs.map((limit) => [String(limit), shares.filter(({ waitMs }) => waitMs <= limit).length]),
  );
}

/**
 * Contacts, those repeated within the window, and issues: an issue is its first contact and all that enter
 * at most the window after the end of that one. Contacts of one instant do not repeat each other: they open
 * an issue each.
 */
function resolutionOf(handled: readonly Handled[], windowMs: number): LiveFigures['fcr'] {
  let [issues, issuesSolved] = [0, 0];
  for (const chain of Map.groupBy(handled, ({ group }) => group).values()) {
    const instants = [...new Set(chain.map(({ enteredAt }) => enteredAt))].sort((a, b) => a - b);
    let anchorEnd = -Infinity;
    for (const instant of instants) {
      if (instant - anchorEnd <= windowMs) continue;
      const opening = chain.filter(({ enteredAt }) => enteredAt === instant);
      anchorEnd = Math.max(...opening.map(({ endedAt }) => endedAt));
      issues += opening.length;
      issuesSolved += opening.filter((own) => !repeats(own)).length;
    }
  }
  function repeats(own: Handled): boolean {
    const gapMs = gapOf(own, handled);
    return gapMs !== null && gapMs <= windowMs;
  }
  return { contacts: handled.length, repeated: handled.filter(repeats).length, issues, issuesSolved };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
