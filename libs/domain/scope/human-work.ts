import type { ContactContent, Leg, Segment } from '#domain/posting/posting.js';
import type { Machines, WorkScope } from './work-scope.js';

/** What people did on a contact, and what machines did. */
export interface HumanWork {
  readonly segments: readonly Segment[];
  readonly legs: readonly Leg[];
  readonly machineLegs: readonly Leg[];
}

/**
 * Legs of machines are counted apart, and so are the stays that they answered: no one was waited for. Without
 * machines it is the content itself.
 */
export function humanWork(content: ContactContent, { machines }: WorkScope): HumanWork {
  const { segments, legs } = content;
  if (machines === undefined) return { segments, legs, machineLegs: none };
  const machineLegs = legs.filter((leg) => isMachineLeg(leg, machines));
  if (machineLegs.length === 0 && !segments.some(({ queue }) => machines.isQueue(queue)))
    return { segments, legs, machineLegs: none };
  return {
    segments: segments.filter(
      (segment) => !machines.isQueue(segment.queue) && !isAnsweredByMachine(segment, legs, machines),
    ),
    legs: legs.filter((leg) => !machineLegs.includes(leg)),
    machineLegs,
  };
}

/**
 * What agents of kind `machine` did: their legs, and the stays that they answered. Machines that no agent of
 * the catalogue is (voice response units) are in neither.
 */
export function machineWork(
  { segments, legs }: ContactContent,
  scope: WorkScope,
): Pick<HumanWork, 'segments' | 'legs'> {
  if (scope.machines === undefined) return { segments: [], legs: [] };
  const own = legs.filter((leg) => scope.agent(leg.agent, leg.startedAt)?.kind === 'machine');
  if (own.length === 0) return { segments: [], legs: own };
  return {
    segments: segments.filter((segment) => own.some((leg) => leg === answeringLeg(segment, legs))),
    legs: own,
  };
}

const none: readonly Leg[] = [];

function isMachineLeg({ agent, queue, startedAt }: Leg, machines: Machines): boolean {
  return machines.isAgent(agent, startedAt) || (queue !== null && machines.isQueue(queue));
}

function isAnsweredByMachine(segment: Segment, legs: readonly Leg[], machines: Machines): boolean {
  const leg = answeringLeg(segment, legs);
  return leg !== null && machines.isAgent(leg.agent, leg.startedAt);
}

/** Of the legs in its queue, the one that began nearest to the end of the stay answered it. */
function answeringLeg(segment: Segment, legs: readonly Leg[]): Leg | null {
  if (segment.result !== 'answered') return null;
  let nearest: Leg | null = null;
  for (const leg of legs) {
    if (leg.queue !== segment.queue) continue;
    if (nearest === null || distance(leg, segment) < distance(nearest, segment)) nearest = leg;
  }
  return nearest;
}

function distance(leg: Leg, segment: Segment): number {
  return Math.abs(leg.startedAt - segment.leftAt);
}
