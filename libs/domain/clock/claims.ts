import type { ActivityContent, ActivityState, StateMeaning } from '#domain/activity/activity.js';
import type { ContactContent, Leg, PostingContent } from '#domain/posting/posting.js';
import { humanWork } from '#domain/scope/human-work.js';
import type { LegPart } from '#domain/scope/own-time.js';
import { plausibleWork } from '#domain/scope/plausible-work.js';
import { activitiesOf, type WorkScope } from '#domain/scope/work-scope.js';

/** What the clock needs of a catalogue: who is behind the ids of the platforms. */
export interface ClockScope extends WorkScope {
  /** The same for all ids of a person; null: an agent unknown to the catalogue. */
  agentCode(agent: string): string | null;
}

/** A piece of work that has a person's time in `[from, to)`. */
export interface Claim {
  /** Whose clock, and which: a session is a span beside what is done in it. */
  readonly clock: string;
  /** Of no other claim. */
  readonly id: string;
  /** The piece of work that it is of, as implausible work is named. */
  readonly work: string;
  /** Of what claims one second the lowest has it; those of the same rank share it. */
  readonly rank: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The order in which states of a person's timelines have a second, after all work on contacts. Being
 * available is what is left where another platform says something more.
 */
const stateOrder: readonly Exclude<ActivityState, 'LOGGED_IN'>[] = [
  'RING',
  'PREP',
  'BACK_OFFICE',
  'TRAINING_CLIENT',
  'TRAINING',
  'MEETING',
  'COACHING',
  'TECH_ISSUE_CLIENT',
  'TECH_ISSUE',
  'BREAK',
  'LUNCH',
  'AVAILABLE',
  'OTHER',
];

const contactRank = 0;

/** States in the order in which they have a second: its rank is the place of each. */
export const rankedStates: readonly StateMeaning[] = ['CONTACT', ...stateOrder];

/**
 * What a content claims of persons' time. Machines, agents unknown to the catalogue, codes without a
 * meaning and implausible work claim nothing; work of a queue that is unmapped does, as it was done.
 */
export function claimsOf(delivered: PostingContent, scope: ClockScope): readonly Claim[] {
  const content = plausibleWork(delivered, scope);
  switch (content?.kind) {
    case 'contact':
      return contactClaims(content, scope);
    case 'activity':
      return activityClaims([content], scope);
    case 'timeline':
      return activityClaims(activitiesOf(content, scope), scope);
    case 'totals':
    case 'schedule':
    case 'outcome':
    case undefined:
      return none;
  }
}

const none: readonly Claim[] = [];

function contactClaims(content: ContactContent, scope: ClockScope): Claim[] {
  const claims: Claim[] = [];
  const claim = (agent: string, id: string, from: number, to: number): void => {
    const clock = to <= from ? null : workClock(agent, scope);
    if (clock !== null) claims.push({ clock, id, work: content.contact, rank: contactRank, from, to });
  };
  const human = new Set(humanWork(content, scope).legs);
  for (const [index, leg] of content.legs.entries()) {
    if (!human.has(leg)) continue;
    const handled = handledSpan(leg);
    const acw = acwSpan(leg);
    claim(leg.agent, legClaim(content, index, 'handled'), handled.from, handled.to);
    claim(leg.agent, legClaim(content, index, 'acw'), acw.from, acw.to);
  }
  for (const [index, side] of (content.sideWork ?? []).entries()) {
    if (scope.machines?.isAgent(side.agent, side.startedAt) === true) continue;
    claim(side.agent, sideClaim(content, index), side.startedAt, side.endedAt);
  }
  return claims;
}

function activityClaims(activities: readonly ActivityContent[], scope: ClockScope): Claim[] {
  return activities.flatMap((activity): Claim[] => {
    const { agent, state, startedAt: from, endedAt: to } = activity;
    const clock = to <= from ? null : activityClock(activity, scope);
    if (clock === null || scope.agent(agent, from)?.kind === 'machine') return [];
    const rank = state === 'LOGGED_IN' ? contactRank : contactRank + 1 + stateOrder.indexOf(state);
    return [{ clock, id: activityClaim(activity), work: activity.activity, rank, from, to }];
  });
}

/** null: an agent unknown to the catalogue. */
export function workClock(agent: string, scope: ClockScope): string | null {
  const person = scope.agentCode(agent);
  return person === null ? null : clockName(person, 'work');
}

/** A session is a span beside what is done in it, on a clock of its own. */
export function clockName(person: string, of: 'work' | 'session'): string {
  return `${person}/${of}`;
}

export function activityClock({ agent, state }: ActivityContent, scope: ClockScope): string | null {
  const person = scope.agentCode(agent);
  return person === null ? null : clockName(person, state === 'LOGGED_IN' ? 'session' : 'work');
}

/** Dialling lies before the leg began. */
function handledSpan({ startedAt, endedAt, dialMs }: Leg): { readonly from: number; readonly to: number } {
  return { from: startedAt - dialMs, to: endedAt };
}

function acwSpan({ endedAt, acwMs, acwStartedAt }: Leg): { readonly from: number; readonly to: number } {
  const from = acwStartedAt ?? endedAt;
  return { from, to: from + (acwMs ?? 0) };
}

/** Places are counted in what was posted, of which a contract may see a part. */
export function legClaim({ contact }: Pick<ContactContent, 'contact'>, index: number, part: LegPart): string {
  return `${contact}#${index}/${part}`;
}

export function sideClaim({ contact }: Pick<ContactContent, 'contact'>, index: number): string {
  return `${contact}#${index}/side`;
}

export function activityClaim({ activity, startedAt }: ActivityContent): string {
  return `${activity}#${startedAt}`;
}
