import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { ResolutionLink } from '#domain/kpi/chain-links.js';
import { isBreaking } from '#domain/outcome/outcome.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import { episodesOf } from '#domain/posting/episodes.js';
import type { ContactContent, Leg, PostingContent } from '#domain/posting/posting.js';
import { enteredAt } from '#domain/scope/contact-part.js';
import { humanWork } from '#domain/scope/human-work.js';
import type { AgentKind } from '#domain/contract/agent-kind.js';
import { assignOutcome } from '#domain/scope/work-scope.js';
import { type LiveScope, type ProgrammeWork, unmapped, workByProgramme } from './live-scope.js';

type QueuedLeg = ProgrammeWork['legs'][number];

/**
 * What a posting puts into its customer's chain of resolutions: of a contact one link per programme and
 * episode, of an outcome one per event that takes resolutions back. Contacts that came in and were not
 * answered are in it as well: the customer came back.
 */
export function resolutionLinks(
  content: PostingContent,
  scope: LiveScope,
  resolving: ReadonlySet<string>,
): HandledContact[] {
  if (content.kind === 'outcome') return linksOfOutcome(content, scope, resolving);
  if (content.kind !== 'contact' || content.customer === null) return [];
  const { customer } = content;
  return episodesOf(content).flatMap((episode) => linksOfContact(episode, customer, scope, resolving));
}

function linksOfOutcome(
  content: OutcomeContent,
  scope: LiveScope,
  resolving: ReadonlySet<string>,
): HandledContact[] {
  const { customer, outcome, events } = content;
  const assignment = assignOutcome(content, scope);
  if (customer === null || assignment === null || !resolving.has(assignment.programme)) return [];
  const { programme, queue } = assignment;
  return events.flatMap(({ name, at, data: { topic } }, index): HandledContact[] => {
    if (!isBreaking(name)) return [];
    const byQueue = scope.rules(programme).reason === 'queue' ? queue : null;
    const resolution: ResolutionLink = {
      by: null,
      kinds: [],
      topic: typeof topic === 'string' ? topic : byQueue,
      event: name,
    };
    const own = {
      contact: `${outcome}#${index}/${name}/${resolution.topic ?? ''}`,
      customer,
      programme,
      reason: '',
      queue: queue ?? '',
    };
    const instants = { enteredAt: at, connectedAt: at, endedAt: at, lastAt: at };
    return [{ ...own, media: 'voice', direction: 'inbound', ...instants, legs: [], resolution }];
  });
}

function linksOfContact(
  content: ContactContent,
  customer: string,
  scope: LiveScope,
  resolving: ReadonlySet<string>,
): HandledContact[] {
  const links: HandledContact[] = [];
  for (const [programme, work] of workByProgramme(content, scope)) {
    if (programme === unmapped || !resolving.has(programme)) continue;
    const machineLegs = work.machineLegs.filter(({ leg }) => kindOf(leg, scope) === 'machine');
    const all = [...work.legs, ...machineLegs].sort((a, b) => a.leg.startedAt - b.leg.startedAt);
    const isUnanswered = all.length === 0 && work.stays.length > 0 && content.direction === 'inbound';
    if (all.length === 0 && !isUnanswered) continue;
    const resolution = resolutionOf(content, work, machineLegs, all, scope, programme);
    const own = work.legs.length > 0 ? work.legs : machineLegs;
    const answer = work.stays.find((stay) => stay.segment.result === 'answered') ?? work.stays[0];
    const entered = entryOf(content, work, machineLegs);
    const endedAt = Math.max(entered, ...all.map(({ leg }) => leg.endedAt));
    const lastAt = Math.max(endedAt, ...work.stays.map(({ segment }) => segment.leftAt));
    links.push({
      contact: content.contact,
      customer,
      programme,
      reason: '',
      queue: (work.legs.length > 0 ? answer?.queue : null) ?? own[0]?.queue ?? answer?.queue ?? '',
      media: content.media,
      direction: content.direction,
      enteredAt: entered,
      connectedAt: own[0]?.leg.startedAt ?? entered,
      endedAt: all.length === 0 ? lastAt : endedAt,
      lastAt,
      legs: own.map(({ leg, queue }) => ({ agent: leg.agent, queue, disposition: leg.disposition })),
      resolution,
    });
  }
  return links;
}

function resolutionOf(
  content: ContactContent,
  work: ProgrammeWork,
  machineLegs: readonly QueuedLeg[],
  all: readonly QueuedLeg[],
  scope: LiveScope,
  programme: string,
): ResolutionLink {
  const kinds: AgentKind[] = [
    ...(work.legs.length > 0 ? (['person'] as const) : []),
    ...(machineLegs.length > 0 ? (['machine'] as const) : []),
  ];
  const resolvedBy = isHandedOver(content, machineLegs, scope) ? null : 'machine';
  const by = work.legs.length > 0 ? 'person' : machineLegs.length > 0 ? resolvedBy : null;
  return { by, kinds, topic: topicOf(work, all, scope, programme), event: null };
}

/** Whether a contact went on to people after a machine had it, whichever programme they work for. */
function isHandedOver(content: ContactContent, machineLegs: readonly QueuedLeg[], scope: LiveScope): boolean {
  const [first, last] = [machineLegs[0]?.leg, machineLegs.at(-1)?.leg];
  if (first === undefined || last === undefined) return false;
  const { legs, segments } = humanWork(content, scope);
  return (
    last.transferredOut ||
    legs.some((leg) => leg.startedAt >= first.startedAt) ||
    segments.some((stay) => stay.enteredAt >= first.startedAt)
  );
}

/** By the programme's rule: queue, last disposition, or none; null: about any. */
function topicOf(
  { stays }: ProgrammeWork,
  all: readonly QueuedLeg[],
  scope: LiveScope,
  programme: string,
): string | null {
  switch (scope.rules(programme).reason) {
    case 'queue':
      return all[0]?.queue ?? stays[0]?.queue ?? null;
    case 'disposition':
      return all.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition ?? null;
    case 'none':
      return null;
  }
}

/** The first entry into a queue of the programme, also into one where a machine answered. */
function entryOf(content: ContactContent, work: ProgrammeWork, machineLegs: readonly QueuedLeg[]): number {
  const first = machineLegs[0]?.leg;
  const people = work.stays.length + work.legs.length > 0 ? enteredAt(work.stays, work.legs) : Infinity;
  if (first === undefined) return people;
  const stay = content.segments.findLast(
    (each) => each.queue === first.queue && each.enteredAt <= first.startedAt,
  );
  return Math.min(people, stay?.enteredAt ?? first.startedAt);
}

function kindOf({ agent, startedAt }: Leg, scope: LiveScope): AgentKind {
  return scope.agent(agent, startedAt)?.kind ?? 'person';
}
