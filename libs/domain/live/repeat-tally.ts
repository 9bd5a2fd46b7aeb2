import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { RepeatChange } from '#domain/kpi/repeat-chain.js';
import { episodesOf } from '#domain/posting/episodes.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import { enteredAt } from '#domain/scope/contact-part.js';
import { plausibleWork } from '#domain/scope/plausible-work.js';
import {
  type LiveScope,
  type ProgrammeRules,
  type ProgrammeWork,
  unmapped,
  workByProgramme,
} from './live-scope.js';
import { resolutionLinks } from './resolution-links.js';
import { tallyResolution } from './resolution-tally.js';
import { addMeasure, type AddToTally, type Measure } from './measure.js';

/** A change of a gap or of where issues begin, in the quarter-hour in which the contact entered. */
export function tallyRepeat(change: RepeatChange, rules: ProgrammeRules, add: AddToTally): void {
  const { contact, sign, gapMs, opens } = change;
  if (contact.resolution !== undefined) {
    tallyResolution(change, rules, add);
    return;
  }
  for (const grain of ['programme', 'queue'] as const) {
    const name = grain === 'queue' ? contact.queue : null;
    const record = (measure: Measure): void =>
      addMeasure(add, grain, contact.programme, contact.enteredAt, measure, name, sign);
    record('fcrContacts');
    if (gapMs !== null) record(`gap${Math.ceil(gapMs / 60_000)}`);
    for (const window of opens) {
      if (!rules.fcrWindowsMs.includes(window)) continue;
      record(`issues${window / 60_000}`);
      if (gapMs === null || gapMs > window) record(`issuesSolved${window / 60_000}`);
    }
  }
}

/**
 * The contact as a link of its customer's chains, one per programme that handled it and per episode; none for
 * unknown customers. `resolving`: programmes of which chain of resolutions are kept as well, with outcomes.
 */
export function handledContacts(
  delivered: PostingContent,
  scope: LiveScope,
  resolving: ReadonlySet<string> = noProgrammes,
): HandledContact[] {
  const content = plausibleWork(delivered, scope);
  if (content === null) return [];
  const resolutions = resolving.size === 0 ? [] : resolutionLinks(content, scope, resolving);
  if (content.kind !== 'contact' || content.customer === null) return resolutions;
  const { customer } = content;
  return [...episodesOf(content).flatMap((episode) => handledIn(episode, customer, scope)), ...resolutions];
}

const noProgrammes: ReadonlySet<string> = new Set();

function handledIn(content: ContactContent, customer: string, scope: LiveScope): HandledContact[] {
  const handled: HandledContact[] = [];
  for (const [programme, work] of workByProgramme(content, scope)) {
    const first = work.legs[0];
    if (first === undefined || programme === unmapped) continue;
    const answer = work.stays.find((stay) => stay.segment.result === 'answered') ?? work.stays[0];
    const queue = answer?.queue ?? first.queue;
    const endedAt = Math.max(...work.legs.map(({ leg }) => leg.endedAt));
    handled.push({
      contact: content.contact,
      customer,
      programme,
      reason: reasonOf(scope.rules(programme), queue, work.legs),
      queue,
      media: content.media,
      direction: content.direction,
      enteredAt: enteredAt(work.stays, work.legs),
      connectedAt: first.leg.startedAt,
      endedAt,
      lastAt: Math.max(endedAt, ...work.stays.map(({ segment }) => segment.leftAt)),
      legs: work.legs.map(({ leg, queue: legQueue }) => ({
        agent: leg.agent,
        queue: legQueue,
        disposition: leg.disposition,
      })),
    });
  }
  return handled;
}

function reasonOf(rules: ProgrammeRules, queue: string, legs: ProgrammeWork['legs']): string {
  switch (rules.reason) {
    case 'queue':
      return queue;
    case 'disposition':
      return legs.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition ?? '';
    case 'none':
      return '';
  }
}
