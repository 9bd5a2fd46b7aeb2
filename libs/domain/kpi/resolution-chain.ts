import { type BreakingOutcome, breakingOutcomes } from '#domain/fact/breaking-outcomes.js';
import {
  type HandledContact,
  inserted,
  type Links,
  linksBackFrom,
  linksFromOn,
  removed,
  type RepeatChange,
  type RepeatGaps,
  type ResolutionLink,
  sameLinks,
} from './chain-links.js';

type Resolution = HandledContact & { readonly resolution: ResolutionLink };

export function isOfResolutions(link: HandledContact): link is Resolution {
  return link.resolution !== undefined;
}

/** The longest window that a contract may agree: what follows later than that is as if it never came. */
export const longestWindowMs = 31 * 86_400_000;
/** What lasts longer is refused. */
const longestContactMs = 31 * 86_400_000;

/**
 * Adds a link to a customer's chain of resolutions or takes it out again. The changes are those of the
 * contacts that someone worked on: from the end of each to the next contact of the same topic (`gapMs`), and
 * to the first of each outcome that breaks it (`eventGapsMs`), as far as that is within the longest window.
 */
export function changeResolutions(
  links: Links,
  link: Resolution,
  sign: 1 | -1,
): { links: Links; changes: RepeatChange[] } {
  const next = changed(links, link, sign);
  const changes: RepeatChange[] = [];
  for (const contact of followed(links, link)) {
    const [before, after] = [gapsOf(links, contact), gapsOf(next, contact)];
    if (isSame(before, after)) continue;
    changes.push({ contact, sign: -1, ...before }, { contact, sign: 1, ...after });
  }
  // It follows itself nowhere, so its gaps are the same with it and without.
  if (isWorkedOn(link)) changes.push({ contact: link, sign, ...gapsOf(next, link) });
  return { links: next, changes };
}

/**
 * An outcome may have been posted where its customer was not known yet: then it is taken out of a chain that
 * never had it, and that is owed.
 */
function changed(links: Links, link: Resolution, sign: 1 | -1): Links {
  const own = sameLinks(links, link).filter(({ queue }) => queue === link.queue);
  const hasOwed = own.some(({ resolution }) => resolution?.isOwed === true);
  if (sign === 1) return hasOwed ? removed(links, link) : inserted(links, link);
  if (link.resolution.event === null || (own.length > 0 && !hasOwed)) return removed(links, link);
  return inserted(links, { ...link, resolution: { ...link.resolution, isOwed: true } });
}

/**
 * Contacts that a link may be the first to follow: back from it to the last contact that stands between it
 * and all before.
 */
function* followed(links: Links, link: Resolution): Generator<Resolution> {
  const { resolution, enteredAt } = link;
  let shadowAt = -Infinity;
  const until = resolution.event === null ? enteredAt : enteredAt + 1;
  for (const other of linksBackFrom(links, until)) {
    if (other.enteredAt < shadowAt || enteredAt - other.enteredAt > longestWindowMs + longestContactMs)
      return;
    if (!isOfResolutions(other) || other.resolution.event !== null) continue;
    if (isWorkedOn(other) && isAbout(other, link)) yield other;
    const { topic } = other.resolution;
    const stands = topic === null || topic === resolution.topic;
    if (resolution.event === null && stands) shadowAt = other.enteredAt;
  }
}

function isWorkedOn({ resolution }: Resolution): boolean {
  return resolution.kinds.length > 0;
}

/** What names no topic is about any. */
function isAbout(
  { resolution: { topic: one } }: Resolution,
  { resolution: { topic: other } }: Resolution,
): boolean {
  return one === null || other === null || one === other;
}

interface Gaps extends RepeatGaps {
  readonly eventGapsMs: NonNullable<RepeatGaps['eventGapsMs']>;
}

function gapsOf(links: Links, contact: Resolution): Gaps {
  const { enteredAt, endedAt } = contact;
  let gapMs: number | null = null;
  const eventGapsMs: Partial<Record<BreakingOutcome, number>> = {};
  for (const other of linksFromOn(links, enteredAt)) {
    if (other.enteredAt - endedAt >= longestWindowMs) break;
    if (!isOfResolutions(other) || other.resolution.isOwed === true || !isAbout(other, contact)) continue;
    const { event } = other.resolution;
    if (event === null && other.enteredAt > enteredAt) gapMs ??= Math.max(0, other.enteredAt - endedAt);
    if (event !== null && other.enteredAt >= endedAt) eventGapsMs[event] ??= other.enteredAt - endedAt;
    if (gapMs !== null && breakingOutcomes.every((name) => eventGapsMs[name] !== undefined)) break;
  }
  return { gapMs, gapBeforeMs: null, opens: [], eventGapsMs };
}

function isSame(a: Gaps, b: Gaps): boolean {
  return a.gapMs === b.gapMs && breakingOutcomes.every((name) => a.eventGapsMs[name] === b.eventGapsMs[name]);
}
