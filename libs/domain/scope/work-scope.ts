import type { ActivityContent } from '#domain/activity/activity.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';

/**
 * What the catalogue says of where work belongs and who did it. Ids are the platform's, prefixed by the
 * connection.
 */
export interface WorkScope {
  /** Where work of a queue belonged at an instant, and what the programme calls the queue; null: unmapped. */
  assignmentOf(queue: string, at: number): QueueAssignment | null;
  /** What prices may depend on; null: an agent unknown to the catalogue, whose time is never billed. */
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
      assignContact(
        content,
        scope,
        (_, assignment) => note(assignment?.programme),
        (_, assignment) => note(assignment?.programme),
      );
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

/**
 * Where each stay and each leg of a contact belongs: a stay by its queue at its entry, a leg by its queue at
 * its start; null: unmapped. A leg without a queue belongs nowhere.
 */
export function assignContact(
  { segments, legs }: ContactContent,
  scope: WorkScope,
  onStay: (segment: Segment, assignment: QueueAssignment | null) => void,
  onLeg: (leg: Leg, assignment: QueueAssignment | null, queue: string) => void,
): void {
  for (const segment of segments) onStay(segment, scope.assignmentOf(segment.queue, segment.enteredAt));
  for (const leg of legs) {
    if (leg.queue !== null) onLeg(leg, scope.assignmentOf(leg.queue, leg.startedAt), leg.queue);
  }
}
