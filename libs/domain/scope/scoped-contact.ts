import type { ContactContent, Leg, SideWork } from '#domain/posting/posting.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import type { WorkedBy, Where } from '#domain/contract/measure.js';
import type { RateConditions } from '#domain/contract/line.js';
import { type ContactResult, enteredAt, type QueueStay, resultOf, waitMsOf } from './contact-part.js';
import { humanWork, machineWork } from './human-work.js';
import { type AgentAttributes, assignLeg, assignSide, assignStay, type WorkScope } from './work-scope.js';

/** A contract's part of a contact: the stays in its queues and the legs of agents in them. */
export interface ScopedContact {
  readonly content: ContactContent;
  /** The instant that decides where the contact is counted. */
  readonly at: number;
  readonly stays: readonly QueueStay[];
  readonly legs: readonly WorkLeg[];
  /** Of agents, outside of legs. */
  readonly sides: readonly WorkSide[];
  readonly result: ContactResult;
  readonly waitMs: number;
}

/** Who did a piece of work and where, as far as prices depend on it. */
export interface Worker {
  /** null: an agent unknown to the catalogue. */
  readonly agent: AgentAttributes | null;
  /** Name of the queue; null: none. */
  readonly queue: string | null;
  readonly disposition: string | null;
}

export interface WorkLeg extends Worker {
  readonly leg: Leg;
  readonly queue: string;
}

export interface WorkSide extends Worker {
  readonly side: SideWork;
  readonly queue: string;
}

interface LastScoped {
  readonly content: ContactContent;
  readonly programme: string;
  readonly contacts: Contract['attribution']['contacts'];
  readonly scoped: ScopedContact | null;
}

const lastScoped = new WeakMap<WorkScope, LastScoped>();

/**
 * null: nothing of the contact belongs to the contract's programme. The last one is kept: the contracts of a
 * programme are measured one after the other and have the same part.
 */
export function scopeContact(
  contract: Contract,
  content: ContactContent,
  scope: WorkScope,
  by: WorkedBy = 'people',
): ScopedContact | null {
  if (by !== 'people') return partIn(contract, content, scope, by);
  const { programme, attribution } = contract;
  const { contacts } = attribution;
  const last = lastScoped.get(scope);
  if (last?.content === content && last.programme === programme && last.contacts === contacts)
    return last.scoped;
  const scoped = partIn(contract, content, scope, by);
  lastScoped.set(scope, { content, programme, contacts, scoped });
  return scoped;
}

function partIn(
  contract: Contract,
  content: ContactContent,
  scope: WorkScope,
  by: WorkedBy,
): ScopedContact | null {
  let stays: QueueStay[] | null = null;
  const work = workBy(content, scope, by);
  for (const segment of work.segments) {
    const assignment = assignStay(segment, scope);
    if (assignment === null || assignment.programme !== contract.programme) continue;
    (stays ??= []).push({ segment, queue: assignment.queue });
  }
  let legs: WorkLeg[] | null = null;
  for (const leg of work.legs) {
    const assignment = assignLeg(leg, scope);
    if (assignment === null || assignment.programme !== contract.programme) continue;
    const { agent, disposition } = leg;
    (legs ??= []).push({
      leg,
      queue: assignment.queue,
      agent: scope.agent(agent, leg.startedAt),
      disposition,
    });
  }
  if (stays === null && legs === null) return null;
  return partFrom(contract, content, stays ?? [], legs ?? [], sidesIn(contract, content, scope, by));
}

function workBy(
  content: ContactContent,
  scope: WorkScope,
  by: WorkedBy,
): Pick<ContactContent, 'segments' | 'legs'> {
  if (by === 'people') return humanWork(content, scope);
  const ofMachines = machineWork(content, scope);
  if (by === 'machines') return ofMachines;
  const ofPeople = humanWork(content, scope);
  const [segments, legs] = [
    new Set([...ofPeople.segments, ...ofMachines.segments]),
    new Set([...ofPeople.legs, ...ofMachines.legs]),
  ];
  return {
    segments: content.segments.filter((each) => segments.has(each)),
    legs: content.legs.filter((each) => legs.has(each)),
  };
}

function sidesIn(
  contract: Contract,
  content: ContactContent,
  scope: WorkScope,
  by: WorkedBy,
): readonly WorkSide[] {
  if (content.sideWork === undefined) return noSides;
  return content.sideWork.flatMap((side) => {
    const assignment = assignSide(side, scope);
    if (assignment?.programme !== contract.programme) return [];
    const agent = scope.agent(side.agent, side.startedAt);
    const isMachine = scope.machines?.isAgent(side.agent, side.startedAt) === true;
    const isCounted = isMachine ? by !== 'people' && agent?.kind === 'machine' : by !== 'machines';
    return isCounted ? [{ side, queue: assignment.queue, agent, disposition: null }] : [];
  });
}

const noSides: readonly WorkSide[] = [];

/** The part that an agreed scope admits; null: nothing. */
export function narrowContact(
  contract: Contract,
  contact: ScopedContact,
  scope: Scope,
): ScopedContact | null {
  const { channels, directions, queues } = scope;
  if (channels !== null && !channels.includes(contact.content.media)) return null;
  if (directions !== null && !directions.includes(contact.content.direction)) return null;
  if (queues === null) return contact;
  const stays = contact.stays.filter(({ queue }) => queues.includes(queue));
  const legs = contact.legs.filter(({ queue }) => queues.includes(queue));
  if (stays.length === contact.stays.length && legs.length === contact.legs.length) return contact;
  if (stays.length + legs.length === 0) return null;
  const sides = contact.sides.filter(({ queue }) => queues.includes(queue));
  return partFrom(contract, contact.content, stays, legs, sides);
}

/** The part that a measure's own conditions admit; null: nothing. */
export function admitContact(
  contract: Contract,
  contact: ScopedContact,
  where: Where | null,
): ScopedContact | null {
  if (where === null) return contact;
  const part = narrowContact(contract, contact, {
    queues: where.queues,
    channels: where.media,
    directions: where.directions,
  });
  const { dispositions } = where;
  if (part === null || dispositions === null) return part;
  const legs = part.legs.filter(
    ({ disposition }) => disposition !== null && dispositions.includes(disposition),
  );
  return legs.length === 0 ? null : { ...part, legs, sides: noSides };
}

function partFrom(
  contract: Contract,
  content: ContactContent,
  stays: readonly QueueStay[],
  legs: readonly WorkLeg[],
  sides: readonly WorkSide[],
): ScopedContact {
  return {
    content,
    at: instantOf(contract, stays, legs),
    stays,
    legs,
    sides,
    result: resultOf(stays),
    waitMs: waitMsOf(stays),
  };
}

function instantOf(contract: Contract, stays: readonly QueueStay[], legs: readonly WorkLeg[]): number {
  const entered = enteredAt(stays, legs);
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
export function meetsConditions(when: RateConditions, work: Worker | null, queue: string | null): boolean {
  const agent = work?.agent ?? null;
  return (
    (when.kinds === undefined || (agent !== null && when.kinds.includes(agent.kind ?? 'person'))) &&
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
