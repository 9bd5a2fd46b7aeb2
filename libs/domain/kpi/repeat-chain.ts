import {
  type HandledContact,
  inserted,
  lastEndAt,
  linkAfter,
  linkBefore,
  type Links,
  linksAt,
  noLinks,
  removed,
  type RepeatChange,
  type RepeatGaps,
  sameLinks,
} from './chain-links.js';
import { changeResolutions, isOfResolutions } from './resolution-chain.js';
import { countWhile } from '#domain/calendar/sorted.js';

export type { RepeatChange, RepeatGaps } from './chain-links.js';

/**
 * Adds a contact to its chain or takes it out again; the changes are signed, so their sum is the present
 * truth. `windows`: of anchored issues, in ms; the same for all changes of a chain.
 *
 * A chain is never cut short. A contact that comes late, be it months, must find the neighbours it had, and
 * one that is taken back must be there: otherwise gaps would depend on when things were reported. So it grows
 * by a link per handled contact, about 200 bytes in the store, for as long as its catalogue is in force: a
 * customer who calls once a month has 2.4 kB after a year. However long it is, a change looks at the
 * contact's neighbours, and writes the page that it is in.
 */
export function changeChain(
  chain: RepeatChain,
  contact: HandledContact,
  sign: 1 | -1,
  windows: readonly number[] = [],
): { chain: RepeatChain; changes: RepeatChange[] } {
  if (isOfResolutions(contact)) {
    const { links: own, changes } = changeResolutions(chain.links, contact, sign);
    return { chain: chainOf(own), changes };
  }
  const { enteredAt } = contact;
  const links = sign === 1 ? inserted(chain.links, contact) : removed(chain.links, contact);
  const issues = windows.map((window) => {
    const before = chain.issues.get(window) ?? issuesBehind(chain.links, window, undefined);
    return { window, before, after: issuesAfter(before, links, window, enteredAt) };
  });
  const instants = [...affected(chain.links, links, contact), ...issues.flatMap(movedInstants)];
  const before = gapsAt(chain.links, instants, contact, issues, 'before');
  const after = gapsAt(links, instants, contact, issues, 'after');
  const changes: RepeatChange[] = [];
  for (const [of, gaps] of before) {
    if (!sameGaps(after.get(of), gaps)) changes.push({ contact: of, sign: -1, ...gaps });
  }
  for (const [of, gaps] of after) {
    if (!sameGaps(before.get(of), gaps)) changes.push({ contact: of, sign: 1, ...gaps });
  }
  const next = { links, issues: new Map(issues.map(({ window, after: own }) => [window, own])) };
  return { chain: next, changes };
}

/** The contacts of a chain, and by window (ms) where its issues begin, as far as that was asked for. */
export interface RepeatChain {
  readonly links: Links;
  readonly issues: ReadonlyMap<number, readonly Issue[]>;
}

export const emptyChain: RepeatChain = { links: noLinks, issues: new Map() };

export function chainOf(links: Links): RepeatChain {
  return { links, issues: new Map() };
}

/** An anchored issue: its first contacts entered at one instant; the last of them ended at `end`. */
interface Issue {
  readonly at: number;
  readonly end: number;
}

interface MovedIssues {
  readonly window: number;
  readonly before: readonly Issue[];
  readonly after: readonly Issue[];
}

function sameGaps(a: RepeatGaps | undefined, b: RepeatGaps): boolean {
  if (a === undefined || a.gapMs !== b.gapMs || a.gapBeforeMs !== b.gapBeforeMs) return false;
  return a.opens.length === b.opens.length && a.opens.every((window, index) => window === b.opens[index]);
}

/**
 * The instants of entry at which gaps can have changed: where the contact is the first or was the last of
 * its instant, those of the instant before it; those of the one after it also where another contact of its
 * instant is now the one that ended last. Others of its own instant are not concerned.
 */
function affected(before: Links, after: Links, { enteredAt }: HandledContact): number[] {
  const [endBefore, endAfter] = [lastEndAt(before, enteredAt), lastEndAt(after, enteredAt)];
  const isNew = endBefore === null || endAfter === null;
  const neighbours = [
    isNew ? linkBefore(after, enteredAt) : undefined,
    endBefore !== endAfter ? linkAfter(after, enteredAt) : undefined,
  ];
  return neighbours.flatMap((link) => (link === undefined ? [] : [link.enteredAt]));
}

/**
 * Gaps of the contacts that entered at the instants, and of the contact itself where it is in the chain.
 * "Enters the queue after it" is strictly later: contacts that entered at one instant do not repeat each
 * other. Before a contact counts, of those of the last earlier instant, the one that ended last.
 */
function gapsAt(
  links: Links,
  instants: readonly number[],
  contact: HandledContact,
  issues: readonly MovedIssues[],
  which: 'before' | 'after',
): Map<HandledContact, RepeatGaps> {
  const gaps = new Map<HandledContact, RepeatGaps>();
  const others = new Set(instants);
  for (const at of [...new Set([...others, contact.enteredAt])].sort((a, b) => a - b)) {
    const next = linkAfter(links, at);
    const last = linkBefore(links, at);
    const endBefore = last === undefined ? null : lastEndAt(links, last.enteredAt);
    const opens = issues.flatMap((each) => (hasIssueAt(each[which], at) ? [each.window] : []));
    const own = others.has(at) ? linksAt(links, at) : sameLinks(links, contact);
    for (const link of own) {
      gaps.set(link, {
        gapMs: next === undefined ? null : Math.max(0, next.enteredAt - link.endedAt),
        gapBeforeMs: endBefore === null ? null : Math.max(0, link.enteredAt - endBefore),
        opens,
      });
    }
  }
  return gaps;
}

/** Issues behind the last one given. Contacts of one instant do not repeat each other. */
function issuesBehind(
  links: Links,
  windowMs: number,
  last: Issue | undefined,
  isEnough: (issue: Issue) => boolean = () => false,
): Issue[] {
  const issues: Issue[] = [];
  for (let known = last; ; known = issues.at(-1)) {
    const next = linkAfter(links, known === undefined ? -Infinity : Math.max(known.at, known.end + windowMs));
    if (next === undefined) return issues;
    const issue = { at: next.enteredAt, end: lastEndAt(links, next.enteredAt) ?? next.endedAt };
    issues.push(issue);
    if (isEnough(issue)) return issues;
  }
}

/**
 * What becomes of issues where contacts differ at one instant: from there on, until they are as before. The
 * same list where none differs.
 */
function issuesAfter(
  before: readonly Issue[],
  links: Links,
  windowMs: number,
  enteredAt: number,
): readonly Issue[] {
  const kept = countWhile(before, ({ at }) => at < enteredAt);
  let past = before.length;
  const issues = issuesBehind(links, windowMs, before[kept - 1], (issue) => {
    if (issue.at <= enteredAt) return false;
    const index = countWhile(before, ({ at }) => at < issue.at);
    if (!isSameIssue(issue, before[index])) return false;
    past = index + 1;
    return true;
  });
  const isSame =
    issues.length === past - kept && issues.every((each, index) => isSameIssue(each, before[kept + index]));
  return isSame ? before : [...before.slice(0, kept), ...issues, ...before.slice(past)];
}

function isSameIssue(a: Issue, b: Issue | undefined): boolean {
  return a.at === b?.at && a.end === b.end;
}

/**
 * Instants at which an issue begins in one of two lists only; what they share at both ends is passed over.
 */
function movedInstants({ before, after }: MovedIssues): number[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first += 1;
  let last = 0;
  while (last < shorter - first && before.at(-1 - last) === after.at(-1 - last)) last += 1;
  const own = new Set(before.slice(first, before.length - last).map(({ at }) => at));
  return [...own.symmetricDifference(new Set(after.slice(first, after.length - last).map(({ at }) => at)))];
}

function hasIssueAt(issues: readonly Issue[], instant: number): boolean {
  return issues[countWhile(issues, ({ at }) => at < instant)]?.at === instant;
}
