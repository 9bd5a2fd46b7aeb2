import type { ActivityContent } from '#domain/activity/activity.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { Leg, PostingContent, Segment, SideWork } from '#domain/posting/posting.js';

/**
 * What the catalogue says of where work belongs and who did it. Ids are the platform's, prefixed by the
 * connection.
 */
export interface WorkScope {
  /** Where work of a queue belonged at an instant, and what the programme calls the queue; null: unmapped. */
  assignmentOf(queue: string, at: number): QueueAssignment | null;
  /** What prices may depend on; null: an agent unknown to the catalogue, whose time is never billed. */
  agent(agent: string): AgentAttributes | null;
  /**
   * The programme an agent works for when no queue says it (preparation, availability); null: none. Given by
   * callers with a roster of their own; no catalogue has one yet, so there such time goes by the programme
   * that was reported.
   */
  agentProgramme?(agent: string, at: number): string | null;
  /** Voice response units and bots that answer: their legs are no one's hours. Absent: there are none. */
  readonly machines?: Machines;
}

/** Ids are the platform's, prefixed by the connection. */
export interface Machines {
  isAgent(agent: string): boolean;
  /** A queue that only machines answer. */
  isQueue(queue: string): boolean;
}

export interface AgentAttributes {
  readonly grade: string | null;
  readonly site: string | null;
  readonly country: string | null;
  readonly skills: readonly string[];
  readonly languages: readonly string[];
}

/**
 * The programmes that a posting can be about, each once: contracts of other programmes measure nothing of it.
 */
export function programmesOf(content: PostingContent, scope: WorkScope): readonly string[] {
  const programmes: string[] = [];
  const note = (programme: string | undefined): void => {
    if (programme !== undefined && !programmes.includes(programme)) programmes.push(programme);
  };
  switch (content.kind) {
    case 'contact':
      for (const segment of content.segments) note(assignStay(segment, scope)?.programme);
      for (const leg of content.legs) note(assignLeg(leg, scope)?.programme);
      for (const side of content.sideWork ?? []) note(assignSide(side, scope)?.programme);
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

export type QueueAssignment = Assignment & { readonly queue: string };

/**
 * Time of an agent belongs to its queue, else to the programme that was reported, else to the agent's own;
 * null: unmapped.
 */
export function assignActivity(activity: ActivityContent, scope: WorkScope): Assignment | null {
  const { agent, queue, startedAt } = activity;
  if (queue !== null) return scope.assignmentOf(queue, startedAt);
  const programme = activity.programme ?? scope.agentProgramme?.(agent, startedAt) ?? null;
  return programme === null ? null : { programme, queue: null };
}

/** A business event belongs to the programme that was reported, else to that of its queue; null: unmapped. */
export function assignOutcome(
  { events, programme, queue }: OutcomeContent,
  scope: WorkScope,
): Assignment | null {
  const at = events[0]?.at;
  const mapped = queue === null || at === undefined ? null : scope.assignmentOf(queue, at);
  if (programme === null) return mapped;
  return { programme, queue: mapped?.queue ?? null };
}

/** A stay belongs where its queue did at its entry; null: unmapped. */
export function assignStay({ queue, enteredAt }: Segment, scope: WorkScope): QueueAssignment | null {
  return scope.assignmentOf(queue, enteredAt);
}

/** A leg belongs where its queue did at its start; null: unmapped, or it has no queue and belongs nowhere. */
export function assignLeg({ queue, startedAt }: Leg, scope: WorkScope): QueueAssignment | null {
  return queue === null ? null : scope.assignmentOf(queue, startedAt);
}

/** Work beside legs belongs where its queue did at its start, as a leg does. */
export function assignSide({ queue, startedAt }: SideWork, scope: WorkScope): QueueAssignment | null {
  return queue === null ? null : scope.assignmentOf(queue, startedAt);
}
