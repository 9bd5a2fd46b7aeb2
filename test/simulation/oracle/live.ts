import type { LiveKpis } from '#domain/live/report.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { type Centre, liveThresholdsMs, type Programme, programmeZones, shopWindowMs } from '../centre.js';
import { localDay } from './calendar.js';
import { gapOf, type Handled, type ProgrammeWork, type Share, workOf } from './shares.js';

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
  'unseenMs',
  'reportedMs',
  'answeredWithin',
  'abandonedWithin',
] as const;

/** What a programme shows over all time. */
export function liveFiguresOf(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): LiveFigures {
  const work = workOf(programme, contents, centre);
  const { shares, handled, outcomes, missed } = work;
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
    ...agentTimeOf(work),
    answeredWithin: within(ended('answered')),
    abandonedWithin: within(ended('abandoned')),
    fcr: resolutionOf(handled, programme === 'care' ? centre.careWindow.ms : shopWindowMs),
  };
}

type AgentTime = Pick<LiveFigures, 'activityMs' | 'unseenMs' | 'reportedMs'>;

/** Agents' time by state; what contacts report themselves is not counted again. */
export function agentTimeOf({
  activities,
  stretches,
  totals,
}: Pick<ProgrammeWork, 'activities' | 'stretches' | 'totals'>): AgentTime {
  const activityMs: Record<string, number> = {};
  for (const { state, startedAt, endedAt } of [...activities, ...stretches]) {
    if (state === 'CONTACT' || endedAt === startedAt) continue;
    activityMs[state ?? 'UNMAPPED'] = (activityMs[state ?? 'UNMAPPED'] ?? 0) + endedAt - startedAt;
  }
  const reportedMs: Record<string, number> = {};
  for (const [code, ms] of totals.flatMap((each) => Object.entries(each.ms))) {
    reportedMs[code] = (reportedMs[code] ?? 0) + ms;
  }
  return { activityMs, unseenMs: sum(stretches.map(({ unseenMs }) => unseenMs)), reportedMs };
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

/** Figures of a group that the oracle knows, those of 0 left out. */
export type GroupFigures = Readonly<Partial<Record<GroupFigure, number>>>;
export type GroupFigure = (typeof queueFigures)[number] | (typeof agentFigures)[number];

export const queueFigures = ['offered', 'answered', 'abandoned', 'flowOut', 'legs', 'talkMs'] as const;
export const agentFigures = ['answered', 'legs', 'talkMs', 'holdMs', 'acwMs'] as const;

/** By queue: each stay by itself, and the legs in it. */
export function byQueue(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): Record<string, GroupFigures> {
  const { shares } = workOf(programme, contents, centre);
  const groups = new Groups();
  for (const { queue, result } of shares.flatMap(({ stays }) => stays)) {
    groups.add(queue, 'offered', 1);
    if (result !== 'unknown') groups.add(queue, result, 1);
  }
  for (const { queue, talkMs } of shares.flatMap(({ legs }) => legs)) {
    groups.add(queue ?? '', 'legs', 1);
    groups.add(queue ?? '', 'talkMs', talkMs ?? 0);
  }
  return groups.named((queue) => queue.slice(queue.indexOf(':') + 1));
}

/** By agent: each of their legs; who is not in the catalogue is shown by the platform's id. */
export function byAgent(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): Record<string, GroupFigures> {
  const groups = new Groups();
  for (const leg of workOf(programme, contents, centre).shares.flatMap(({ legs }) => legs)) {
    groups.add(leg.agent, 'answered', 1);
    groups.add(leg.agent, 'legs', 1);
    groups.add(leg.agent, 'talkMs', leg.talkMs ?? 0);
    groups.add(leg.agent, 'holdMs', leg.holdMs ?? 0);
    groups.add(leg.agent, 'acwMs', leg.acwMs ?? 0);
  }
  return groups.named((agent) => centre.agents.get(agent) ?? `unmapped:${agent}`);
}

class Groups {
  readonly #groups = new Map<string, Partial<Record<GroupFigure, number>>>();

  add(id: string, figure: GroupFigure, value: number): void {
    if (value === 0) return;
    const figures = this.#groups.get(id) ?? {};
    this.#groups.set(id, { ...figures, [figure]: (figures[figure] ?? 0) + value });
  }

  named(nameOf: (id: string) => string): Record<string, GroupFigures> {
    return Object.fromEntries([...this.#groups].map(([id, figures]) => [nameOf(id), figures]));
  }
}
