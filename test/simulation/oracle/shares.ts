import type { ActivityContent, StateMeaning } from '#domain/activity/activity.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import { type Centre, platformStates, type Programme } from '../centre.js';

/** What of a contact belongs to one programme. */
export interface Share {
  readonly content: ContactContent;
  readonly stays: readonly Segment[];
  readonly legs: readonly Leg[];
  /** Entry into its first queue, or start of its first leg where it never queued. */
  readonly at: number;
  /** Of the whole contact in the programme. */
  readonly result: Segment['result'] | 'none';
  /** In every queue up to the answer. */
  readonly waitMs: number;
}

/** A handled contact of a known customer, as one of those that may repeat each other. */
export interface Handled {
  readonly share: Share;
  readonly enteredAt: number;
  readonly endedAt: number;
  /** Contacts with the same text may repeat each other. */
  readonly group: string;
}

/** A stretch of an agent's day; `state` null: what its code means is not known. */
export interface AgentStretch extends Stretch {
  readonly agent: string;
  readonly state: StateMeaning | null;
}

/** The work of one programme. */
export interface ProgrammeWork {
  readonly shares: readonly Share[];
  readonly handled: readonly Handled[];
  readonly activities: readonly ActivityContent[];
  /** Of agents who work for the programme. */
  readonly stretches: readonly AgentStretch[];
  /** Sums that platforms reported of them. */
  readonly totals: readonly TotalsContent[];
  readonly outcomes: readonly OutcomeContent[];
  /** Offers that rang and were not answered. */
  readonly missed: number;
}

export function workOf(
  programme: Programme,
  contents: readonly PostingContent[],
  centre: Centre,
): ProgrammeWork {
  const contacts = contents.filter((content) => content.kind === 'contact');
  const shares = contacts.flatMap((content) => shareOf(programme, content, centre) ?? []);
  return {
    shares,
    handled: shares.flatMap((share) => handledOf(programme, share)),
    activities: contents.filter(
      (content): content is ActivityContent =>
        content.kind === 'activity' && ownerOf(content, centre) === programme,
    ),
    ...agentTimeOf(programme, contents, centre),
    outcomes: contents.filter(
      (content): content is OutcomeContent =>
        content.kind === 'outcome' && outcomeOwner(content, centre) === programme,
    ),
    missed: contacts
      .flatMap(({ missed }) => missed)
      .filter(({ queue }) => queue !== null && centre.queues.get(queue) === programme).length,
  };
}

function shareOf(programme: Programme, content: ContactContent, centre: Centre): Share | null {
  const stays = content.segments.filter(({ queue }) => centre.queues.get(queue) === programme);
  const legs = content.legs.filter(({ queue }) => queue !== null && centre.queues.get(queue) === programme);
  const at = stays[0]?.enteredAt ?? legs[0]?.startedAt;
  if (at === undefined) return null;
  const answer = stays.findIndex(({ result }) => result === 'answered');
  const waited = answer < 0 ? stays : stays.slice(0, answer + 1);
  const results = new Set(stays.map(({ result }) => result));
  const result =
    stays.length === 0
      ? 'none'
      : ((['answered', 'abandoned', 'flowOut'] as const).find((word) => results.has(word)) ?? 'unknown');
  return { content, stays, legs, at, result, waitMs: waited.reduce((sum, { waitMs }) => sum + waitMs, 0) };
}

function handledOf(programme: Programme, share: Share): Handled[] {
  const { content, legs, at } = share;
  if (content.customer === null || legs.length === 0) return [];
  const reason =
    programme === 'care' ? '' : (legs.findLast(({ disposition }) => disposition !== null)?.disposition ?? '');
  const endedAt = Math.max(...legs.map((leg) => leg.endedAt));
  return [{ share, enteredAt: at, endedAt, group: JSON.stringify([content.customer, reason]) }];
}

function agentTimeOf(
  programme: Programme | null,
  contents: readonly PostingContent[],
  centre: Centre,
): Pick<ProgrammeWork, 'stretches' | 'totals'> {
  const own = contents.filter((content) => 'agent' in content && programmeOf(content, centre) === programme);
  return {
    stretches: own.flatMap((content) => (content.kind === 'timeline' ? stretchesOf(content, centre) : [])),
    totals: own.filter((content) => content.kind === 'totals'),
  };
}

/** Agents' time that belongs to no programme. */
export function unmappedTime(
  contents: readonly PostingContent[],
  centre: Centre,
): Pick<ProgrammeWork, 'activities' | 'stretches' | 'totals'> {
  const activities = contents.filter((content) => content.kind === 'activity');
  return {
    activities: activities.filter((content) => ownerOf(content, centre) === null),
    ...agentTimeOf(null, contents, centre),
  };
}

function programmeOf({ agent }: { readonly agent: string | null }, centre: Centre): Programme | null {
  return agent === null ? null : (centre.agentProgrammes.get(agent) ?? null);
}

function stretchesOf({ agent, stretches }: TimelineContent, { states }: Centre): AgentStretch[] {
  return stretches.map((stretch) => {
    const { code, reason } = stretch;
    const state = states.get(`${code}/${reason}`) ?? states.get(code) ?? platformStates.get(code) ?? null;
    return { ...stretch, agent, state };
  });
}

/** Time of an agent belongs to its queue, else to the programme that was said, else to that of the agent. */
function ownerOf({ queue, programme, agent }: ActivityContent, centre: Centre): string | null {
  if (queue !== null) return centre.queues.get(queue) ?? null;
  return programme ?? programmeOf({ agent }, centre);
}

/** Business events belong to the programme that was said, else to their queue. */
function outcomeOwner({ queue, programme }: OutcomeContent, centre: Centre): string | null {
  return programme ?? (queue === null ? null : (centre.queues.get(queue) ?? null));
}

/** Milliseconds from the end of a contact to the next one of its group that enters after it; null: none. */
export function gapOf(own: Handled, handled: readonly Handled[]): number | null {
  const later = handled.filter(({ group, enteredAt }) => group === own.group && enteredAt > own.enteredAt);
  if (later.length === 0) return null;
  return Math.max(0, Math.min(...later.map(({ enteredAt }) => enteredAt)) - own.endedAt);
}

export function isRepeated(own: Handled, handled: readonly Handled[], windowMs: number): boolean {
  const gapMs = gapOf(own, handled);
  return gapMs !== null && gapMs <= windowMs;
}

export function hasKnownAgent({ legs }: Pick<Share, 'legs'>, { agents }: Centre): boolean {
  return legs.some(({ agent }) => agents.has(agent));
}
