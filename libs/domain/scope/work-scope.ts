import type { AgentKind } from '#domain/contract/agent-kind.js';
import type { ActivityContent, StateMeaning } from '#domain/activity/activity.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import type { Leg, PostingContent, Segment, SideWork } from '#domain/posting/posting.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import type { Plausibility } from './plausibility.js';

/**
 * What the catalogue says of where work belongs and who did it. Ids are the platform's, prefixed by the
 * connection.
 */
export interface WorkScope {
  /** Where work of a queue belonged at an instant, and what the programme calls the queue; null: unmapped. */
  assignmentOf(queue: string, at: number): QueueAssignment | null;
  /**
   * What prices may depend on, as it was at an instant: that of the work's beginning. null: an agent unknown
   * to the catalogue, whose time is never billed.
   */
  agent(agent: string, at: number): AgentAttributes | null;
  /**
   * The programme an agent works for when no queue says it (preparation, availability); null: none, and the
   * time is unmapped.
   */
  agentProgramme?(agent: string, at: number): string | null;
  /**
   * What a platform's code of a state means, by the table in force at an instant; null: unmapped. Without the
   * method all codes are.
   */
  stateOf?(connection: string, code: string, reason: string | null, at: number): StateMeaning | null;
  /** Ad-hoc work counts as if all of it were approved: what a close leaves out would be worth. */
  readonly takesAsApproved?: boolean;
  /**
   * Voice response units and agents of kind `machine`: their legs are no one's hours. Absent: there are none.
   */
  readonly machines?: Machines;
  /** Work longer than what it says is left out of all counting. Absent: nothing is. */
  readonly plausibility?: Plausibility;
}

/** Ids are the platform's, prefixed by the connection. */
export interface Machines {
  isAgent(agent: string, at: number): boolean;
  /** A queue that only machines answer. */
  isQueue(queue: string): boolean;
}

/** Words a contract may price by. */
export interface AgentAttributes {
  /** Absent: a person. */
  readonly kind?: AgentKind;
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
    case 'timeline':
      for (const stretch of content.stretches) note(assignStretch(content, stretch, scope)?.programme);
      return programmes;
    case 'schedule':
      note(assignSchedule(content, scope)?.programme);
      return programmes;
    case 'totals':
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

/** A stretch of an agent's timeline belongs to the agent's programme when it began; null: unmapped. */
export function assignStretch(
  { agent }: TimelineContent,
  { startedAt }: Stretch,
  scope: WorkScope,
): Assignment | null {
  const programme = scope.agentProgramme?.(agent, startedAt) ?? null;
  return programme === null ? null : { programme, queue: null };
}

/** A schedule belongs to the agent's programme when its day began; null: unmapped. */
export function assignSchedule({ agent, startedAt }: ScheduleContent, scope: WorkScope): Assignment | null {
  const programme = scope.agentProgramme?.(agent, startedAt) ?? null;
  return programme === null ? null : { programme, queue: null };
}

/** What a stretch meant when it began; null: its code is unmapped, and it is never billed. */
export function meaningOfStretch(
  { connection }: TimelineContent,
  { code, reason, startedAt }: Stretch,
  scope: WorkScope,
): StateMeaning | null {
  return scope.stateOf?.(connection, code, reason, startedAt) ?? null;
}

/** The stretches of a timeline that are an agent's own time, as activities: what is unmapped is left out. */
export function activitiesOf(content: TimelineContent, scope: WorkScope): ActivityContent[] {
  const { timeline, connection, agent, stretches } = content;
  return stretches.flatMap((stretch): ActivityContent[] => {
    const { startedAt, endedAt } = stretch;
    const state = meaningOfStretch(content, stretch, scope);
    if (state === null || state === 'CONTACT' || endedAt <= startedAt) return [];
    const activity = `${timeline}/${startedAt}`;
    const own = { activity, connection, agent, state, startedAt, endedAt };
    return [{ kind: 'activity', ...own, queue: null, programme: null }];
  });
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
