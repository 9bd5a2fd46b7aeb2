import type { ActivityContent } from '#domain/activity/activity.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import type { Where } from '#domain/contract/measure.js';
import type { RateConditions } from '#domain/contract/line.js';

/**
 * What the catalogue knows, as far as contracts need it. Ids are the platform's, prefixed by the connection.
 */
export interface WorkScope {
  /** Where work of a queue belonged at an instant, and what the programme calls the queue; null: unmapped. */
  programmeOf(queue: string, at: number): { readonly programme: string; readonly queue: string } | null;
  /** What prices may depend on; null: an agent nobody knows, whose time is never billed. */
  agent(agent: string): AgentAttributes | null;
  /** The programme an agent works for when no queue says it (preparation, availability); null: none. */
  agentProgramme?(agent: string, at: number): string | null;
}

export interface AgentAttributes {
  readonly grade: string | null;
  readonly site: string | null;
  readonly country: string | null;
  readonly skills: readonly string[];
  readonly languages: readonly string[];
}

/** A contract's part of a contact: the stays in its queues and the legs of agents in them. */
export interface ScopedContact {
  readonly content: ContactContent;
  /** The instant that decides where the contact is counted. */
  readonly at: number;
  readonly stays: readonly QueueStay[];
  readonly legs: readonly WorkLeg[];
  /** Of the whole: answered if any stay was, else abandoned if any was, else flowOut if any was. */
  readonly result: Segment['result'] | 'none';
  /** From the first entry on, in every queue up to the answer. */
  readonly waitMs: number;
}

export interface QueueStay {
  readonly segment: Segment;
  readonly queue: string;
}

/** Who did a piece of work and where, as far as prices depend on it. */
export interface Worker {
  /** null: an agent nobody knows. */
  readonly agent: AgentAttributes | null;
  /** Name of the queue; null: none. */
  readonly queue: string | null;
  readonly disposition: string | null;
}

export interface WorkLeg extends Worker {
  readonly leg: Leg;
  readonly queue: string;
}

/**
 * The programmes that a posting can be about, for whoever has many contracts and need not ask them all: a
 * contract of any other programme measures nothing of it. Each once.
 */
export function programmesOf(content: PostingContent, scope: WorkScope): readonly string[] {
  const programmes: string[] = [];
  const note = (programme: string | undefined): void => {
    if (programme !== undefined && !programmes.includes(programme)) programmes.push(programme);
  };
  switch (content.kind) {
    case 'contact':
      for (const { queue, enteredAt } of content.segments)
        note(scope.programmeOf(queue, enteredAt)?.programme);
      for (const { queue, startedAt } of content.legs) {
        if (queue !== null) note(scope.programmeOf(queue, startedAt)?.programme);
      }
      return programmes;
    case 'activity':
      note(assignActivity(content, scope)?.programme);
      return programmes;
    case 'outcome':
      note(assignOutcome(content, scope)?.programme);
      return programmes;
  }
}

/** Where work belongs that no contact holds; the queue as the programme names it, null: none. */
export interface Assignment {
  readonly programme: string;
  readonly queue: string | null;
}

/**
 * Time of an agent belongs to its queue, else to the programme told, else to the agent's own; null: unmapped.
 */
export function assignActivity(activity: ActivityContent, scope: WorkScope): Assignment | null {
  const { agent, queue, startedAt } = activity;
  if (queue !== null) return scope.programmeOf(queue, startedAt);
  const programme = activity.programme ?? scope.agentProgramme?.(agent, startedAt) ?? null;
  return programme === null ? null : { programme, queue: null };
}

/** What the business tells belongs to the programme told, else to that of its queue; null: unmapped. */
export function assignOutcome(
  { events, programme, queue }: OutcomeContent,
  scope: WorkScope,
): Assignment | null {
  const at = events[0]?.at;
  const mapped = queue === null || at === undefined ? null : scope.programmeOf(queue, at);
  if (programme === null) return mapped;
  return { programme, queue: mapped?.queue ?? null };
}

interface Shared {
  readonly content: ContactContent;
  readonly programme: string;
  readonly contacts: Contract['attribution']['contacts'];
  readonly share: ScopedContact | null;
}

const lastShared = new WeakMap<WorkScope, Shared>();

/**
 * null: nothing of the contact belongs to the contract's programme. Kept until another is asked for: the
 * contracts of a programme are asked one after the other and mean the same share.
 */
export function scopeContact(
  contract: Contract,
  content: ContactContent,
  scope: WorkScope,
): ScopedContact | null {
  const { programme, attribution } = contract;
  const { contacts } = attribution;
  const last = lastShared.get(scope);
  if (last?.content === content && last.programme === programme && last.contacts === contacts)
    return last.share;
  const share = makeShare(contract, content, scope);
  lastShared.set(scope, { content, programme, contacts, share });
  return share;
}

function makeShare(contract: Contract, content: ContactContent, scope: WorkScope): ScopedContact | null {
  let stays: QueueStay[] | null = null;
  for (const segment of content.segments) {
    const home = scope.programmeOf(segment.queue, segment.enteredAt);
    if (home === null || home.programme !== contract.programme) continue;
    (stays ??= []).push({ segment, queue: home.queue });
  }
  let legs: WorkLeg[] | null = null;
  for (const leg of content.legs) {
    if (leg.queue === null) continue;
    const home = scope.programmeOf(leg.queue, leg.startedAt);
    if (home === null || home.programme !== contract.programme) continue;
    const { agent, disposition } = leg;
    (legs ??= []).push({ leg, queue: home.queue, agent: scope.agent(agent), disposition });
  }
  if (stays === null && legs === null) return null;
  return shareFrom(contract, content, stays ?? [], legs ?? []);
}

/** The part of a share that an agreed scope admits; null: nothing. */
export function narrowContact(contract: Contract, share: ScopedContact, scope: Scope): ScopedContact | null {
  const { channels, directions, queues } = scope;
  if (channels !== null && !channels.includes(share.content.media)) return null;
  if (directions !== null && !directions.includes(share.content.direction)) return null;
  if (queues === null) return share;
  const stays = share.stays.filter(({ queue }) => queues.includes(queue));
  const legs = share.legs.filter(({ queue }) => queues.includes(queue));
  if (stays.length === share.stays.length && legs.length === share.legs.length) return share;
  if (stays.length + legs.length === 0) return null;
  return shareFrom(contract, share.content, stays, legs);
}

/** The part of a share that a measure's own conditions admit; null: nothing. */
export function admitContact(
  contract: Contract,
  share: ScopedContact,
  where: Where | null,
): ScopedContact | null {
  if (where === null) return share;
  const part = narrowContact(contract, share, {
    queues: where.queues,
    channels: where.media,
    directions: where.directions,
  });
  const { dispositions } = where;
  if (part === null || dispositions === null) return part;
  const legs = part.legs.filter(
    ({ disposition }) => disposition !== null && dispositions.includes(disposition),
  );
  return legs.length === 0 ? null : { ...part, legs };
}

function shareFrom(
  contract: Contract,
  content: ContactContent,
  stays: readonly QueueStay[],
  legs: readonly WorkLeg[],
): ScopedContact {
  const answer = stays.findIndex(({ segment }) => segment.result === 'answered');
  const waited = answer < 0 ? stays : stays.slice(0, answer + 1);
  return {
    content,
    at: instantOf(contract, stays, legs),
    stays,
    legs,
    result: answer < 0 ? resultOf(stays) : 'answered',
    waitMs: waited.reduce((sum, { segment }) => sum + segment.waitMs, 0),
  };
}

function resultOf(stays: readonly QueueStay[]): ScopedContact['result'] {
  if (stays.length === 0) return 'none';
  const found = (['abandoned', 'flowOut'] as const).find((word) =>
    stays.some(({ segment }) => segment.result === word),
  );
  return found ?? 'unknown';
}

function instantOf(contract: Contract, stays: readonly QueueStay[], legs: readonly WorkLeg[]): number {
  const entered = stays[0]?.segment.enteredAt ?? legs[0]?.leg.startedAt;
  if (entered === undefined) throw new Error('a share has neither a stay nor a leg');
  switch (contract.attribution.contacts) {
    case 'queueEntry':
      return entered;
    case 'connected':
      return legs[0]?.leg.startedAt ?? entered;
    case 'ended':
      return Math.max(...stays.map(({ segment }) => segment.leftAt), ...legs.map(({ leg }) => leg.endedAt));
  }
}

/** Whether work (of a contact without legs: null) fits the conditions of a rate. */
export function fits(when: RateConditions, work: Worker | null, queue: string | null): boolean {
  const agent = work?.agent ?? null;
  return (
    allows(when.grades, agent?.grade) &&
    allows(when.sites, agent?.site) &&
    allows(when.countries, agent?.country) &&
    allowsAny(when.skills, agent?.skills) &&
    allowsAny(when.languages, agent?.languages) &&
    allows(when.queues, work?.queue ?? queue) &&
    allows(when.dispositions, work?.disposition)
  );
}

function allows(choices: readonly string[] | null, value: string | null | undefined): boolean {
  return choices === null || (value !== null && value !== undefined && choices.includes(value));
}

function allowsAny(choices: readonly string[] | null, values: readonly string[] | undefined): boolean {
  return choices === null || (values ?? []).some((value) => choices.includes(value));
}
