import {
  assignLeg,
  assignSide,
  assignStay,
  type Assignment,
  type QueueAssignment,
  type WorkScope,
} from '#domain/scope/work-scope.js';
import type { AgreedResolution } from '#domain/contract/kpi.js';
import type { QueueStay } from '#domain/scope/contact-part.js';
import type { ContactContent, Leg, SideWork } from '#domain/posting/posting.js';
import { humanWork } from '#domain/scope/human-work.js';

/**
 * What the catalogue says, as far as the live view needs it. Work is assigned as for contracts; beyond that
 * the live view counts without a contract: what no programme has under `unmapped`, agents by their code, and
 * each programme by rules of its own.
 */
export interface LiveScope extends WorkScope {
  hasProgramme(programme: string): boolean;
  rules(programme: string): ProgrammeRules;
  /** null: an agent the catalogue does not know. */
  agentCode(agent: string): string | null;
}

export interface ProgrammeRules {
  readonly thresholdsMs: readonly number[];
  readonly reason: 'queue' | 'disposition' | 'none';
  /** Windows by which issues are counted, whole minutes in ms. */
  readonly fcrWindowsMs: readonly number[];
  /** `contact`: all of a contact belongs to the quarter-hour in which it entered, agents' time included. */
  readonly agentTime: 'split' | 'contact';
  /** How its contracts define settled resolutions; absent: none does. */
  readonly resolutions?: readonly AgreedResolution[];
}

/** Tallied and shown, never billed. */
export const unmapped = 'unmapped';

/** `unmapped` for work that is assigned nowhere, or to a programme that the catalogue does not have. */
export function programmeOf(assignment: Assignment | null, scope: LiveScope): string {
  return assignment !== null && scope.hasProgramme(assignment.programme) ? assignment.programme : unmapped;
}

/** What is unmapped is shown under the platform's own id of the queue. */
export function mappedOrOwn(assignment: QueueAssignment | null, queue: string): QueueAssignment {
  return assignment ?? { programme: unmapped, queue };
}

export function agentName(agent: string, scope: LiveScope): string {
  return scope.agentCode(agent) ?? `${unmapped}:${agent}`;
}

/** Work of no queue is shown in the unmapped queue `<connection>:-`. */
function ownOrNone({ queue, agent }: Leg | SideWork): string {
  return queue ?? `${agent.slice(0, agent.indexOf(':'))}:-`;
}

/** A programme's part of a contact; at least one of the lists is not empty. */
export interface ProgrammeWork {
  readonly stays: QueueStay[];
  readonly legs: { readonly leg: Leg; readonly queue: string }[];
  readonly sides: { readonly side: SideWork; readonly queue: string }[];
  /** Of machines. */
  readonly machineLegs: { readonly leg: Leg; readonly queue: string }[];
}

export function workByProgramme(content: ContactContent, scope: LiveScope): Map<string, ProgrammeWork> {
  const works = new Map<string, ProgrammeWork>();
  const workOf = (programme: string): ProgrammeWork => {
    let work = works.get(programme);
    if (work === undefined)
      works.set(programme, (work = { stays: [], legs: [], sides: [], machineLegs: [] }));
    return work;
  };
  const { segments, legs, machineLegs } = humanWork(content, scope);
  for (const segment of segments) {
    const { programme, queue } = mappedOrOwn(assignStay(segment, scope), segment.queue);
    workOf(programme).stays.push({ segment, queue });
  }
  for (const leg of legs) {
    const { programme, queue } = mappedOrOwn(assignLeg(leg, scope), ownOrNone(leg));
    workOf(programme).legs.push({ leg, queue });
  }
  for (const leg of machineLegs) {
    const { programme, queue } = mappedOrOwn(assignLeg(leg, scope), ownOrNone(leg));
    workOf(programme).machineLegs.push({ leg, queue });
  }
  for (const side of content.sideWork ?? []) {
    if (scope.machines?.isAgent(side.agent, side.startedAt) === true) continue;
    const { programme, queue } = mappedOrOwn(assignSide(side, scope), ownOrNone(side));
    workOf(programme).sides.push({ side, queue });
  }
  return works;
}
