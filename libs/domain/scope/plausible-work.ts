import type { ActivityContent } from '#domain/activity/activity.js';
import { type ContactContent, type Leg, type PostingContent, subjectOf } from '#domain/posting/posting.js';
import type { TimelineContent } from '#domain/timeline/timeline.js';
import type { ImplausibleWork, PlausibleLimits } from './plausibility.js';
import { meaningOfStretch, type WorkScope } from './work-scope.js';

const none: readonly ImplausibleWork[] = [];

/**
 * What of a posting is implausible: a function of what its entity says in the end and of the catalogue, so
 * neither the order of arrival nor an earlier revision matters. A contact is held as a whole. Stretches
 * that count for nothing (an unmapped code, a state that says that a contact has the time) are not looked at.
 */
export function implausibleWork(content: PostingContent, scope: WorkScope): readonly ImplausibleWork[] {
  const { plausibility } = scope;
  const limits = plausibility?.limitsOf(content.connection) ?? null;
  if (plausibility === undefined || limits === null) return none;
  const found = exceeding(content, limits, scope);
  const alone = found.filter(({ work, limit, ms }) => ms > plausibility.confirmedMs(work, limit));
  const { heldTogether } = plausibility;
  if (heldTogether === undefined || heldTogether.size === 0) return alone;
  return [...alone, ...worksOf(content).flatMap((work) => heldTogether.get(work) ?? none)];
}

/** The pieces of work of a posting that may be held, and confirmed. */
export function worksOf(content: PostingContent): string[] {
  if (content.kind !== 'timeline') return [subjectOf(content)];
  return content.stretches.map(({ startedAt }) => stretchId(content, startedAt));
}

/** The scope in which work is left out too that is implausible together with other work. */
export function holdingTogether<S extends WorkScope>(
  scope: S,
  heldTogether: ReadonlyMap<string, readonly ImplausibleWork[]>,
): S {
  const { plausibility } = scope;
  return plausibility === undefined ? scope : { ...scope, plausibility: { ...plausibility, heldTogether } };
}

/**
 * The pieces of work of a posting that are longer than their limit, confirmed or not: all of it that a
 * confirmation can make count otherwise.
 */
export function exceedingWorks(content: PostingContent, scope: WorkScope): string[] {
  const limits = scope.plausibility?.limitsOf(content.connection) ?? null;
  return limits === null ? [] : exceeding(content, limits, scope).map(({ work }) => work);
}

/** The posting without what of it is implausible: itself where nothing is, null where nothing is left. */
export function plausibleWork(content: PostingContent, scope: WorkScope): PostingContent | null {
  const held = implausibleWork(content, scope);
  if (held.length === 0) return content;
  if (content.kind !== 'timeline') return null;
  const works = new Set(held.map(({ work }) => work));
  const stretches = content.stretches.filter(({ startedAt }) => !works.has(stretchId(content, startedAt)));
  return stretches.length === 0 ? null : { ...content, stretches };
}

/** What of the posting is held, piece by piece: a contact, an activity, a timeline of one stretch. */
export function heldParts(
  content: PostingContent,
  scope: WorkScope,
): { readonly work: string; readonly part: PostingContent }[] {
  const works = new Set(implausibleWork(content, scope).map(({ work }) => work));
  if (content.kind !== 'timeline') return [...works].map((work) => ({ work, part: content }));
  return content.stretches.flatMap((stretch) => {
    const work = stretchId(content, stretch.startedAt);
    return works.has(work) ? [{ work, part: { ...content, stretches: [stretch] } }] : [];
  });
}

/** A stretch of a timeline as a piece of work. */
function stretchId({ timeline }: Pick<TimelineContent, 'timeline'>, startedAt: number): string {
  return `${timeline}/${startedAt}`;
}

function exceeding(content: PostingContent, limits: PlausibleLimits, scope: WorkScope): ImplausibleWork[] {
  switch (content.kind) {
    case 'contact':
      return exceedingOfContact(content, limits);
    case 'activity':
      return longerThan(limits.stateMs, content) ? [stateOf(content.activity, content)] : [];
    case 'timeline':
      return content.stretches.flatMap((stretch) => {
        if (!longerThan(limits.stateMs, stretch)) return [];
        const meaning = meaningOfStretch(content, stretch, scope);
        if (meaning === null || meaning === 'CONTACT') return [];
        const { startedAt, endedAt } = stretch;
        return [stateOf(stretchId(content, startedAt), { agent: content.agent, startedAt, endedAt })];
      });
    case 'outcome':
    case 'totals':
    case 'schedule':
      return [];
  }
}

interface Span {
  readonly startedAt: number;
  readonly endedAt: number;
}

function longerThan(limitMs: number, { startedAt, endedAt }: Span): boolean {
  return endedAt - startedAt > limitMs;
}

function stateOf(
  work: string,
  { agent, startedAt, endedAt }: Pick<ActivityContent, 'agent' | 'startedAt' | 'endedAt'>,
): ImplausibleWork {
  return { work, limit: 'state', ms: endedAt - startedAt, startedAt, endedAt, agent };
}

/** At most one for each limit: the longest, of equals the first. */
function exceedingOfContact(
  { contact, segments, legs, sideWork = [] }: ContactContent,
  { handlingMs, waitMs }: PlausibleLimits,
): ImplausibleWork[] {
  let handling: ImplausibleWork | null = null;
  const note = (agent: string, ms: number, startedAt: number): void => {
    if (ms <= handlingMs || ms <= (handling?.ms ?? 0)) return;
    handling = { work: contact, limit: 'handling', ms, startedAt, endedAt: startedAt + ms, agent };
  };
  for (const leg of legs) {
    note(leg.agent, handledMs(leg), leg.startedAt - leg.dialMs);
    note(leg.agent, leg.acwMs ?? 0, leg.acwStartedAt ?? leg.endedAt);
  }
  for (const { agent, startedAt, endedAt } of sideWork) note(agent, endedAt - startedAt, startedAt);
  let wait: ImplausibleWork | null = null;
  for (const { enteredAt, leftAt, waitMs: reported } of segments) {
    const ms = Math.max(reported, leftAt - enteredAt);
    if (ms <= waitMs || ms <= (wait?.ms ?? 0)) continue;
    wait = { work: contact, limit: 'wait', ms, startedAt: enteredAt, endedAt: leftAt, agent: null };
  }
  return [handling, wait].filter((each) => each !== null);
}

/** As long as its instants or its times say, whichever is more. */
export function handledMs({ startedAt, endedAt, dialMs, talkMs, holdMs }: Leg): number {
  return dialMs + Math.max(endedAt - startedAt, (talkMs ?? 0) + (holdMs ?? 0));
}
