import { hash } from 'node:crypto';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import type { Close, Software } from '#wire/closes.js';
import type { Omissions } from '#wire/omissions.js';
import type { CloseLog } from './close-log.js';
import { earlierRevision, eventsOf } from './earlier-events.js';
import { ContributionTrees } from './contribution-trees.js';
import { readBooks } from './read-books.js';
import { bookRequests, revisionEvent } from './revision.js';
import { softwareDifferences } from './software.js';

export interface VerifyDeps {
  readonly log: Log;
  readonly closeLog: CloseLog;
  readonly lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>;
  /** Of this process. */
  readonly software: Software;
}

export type Verification =
  | { readonly status: 'unknownRevision'; readonly revisions: number }
  | (Verified & { readonly status: 'same' })
  | (Verified & { readonly status: 'differs'; readonly first: EventDifference });

interface Verified {
  readonly close: Close;
  /** What this process has in another version than the one that closed. */
  readonly software: readonly SoftwareDifference[];
}

export interface SoftwareDifference {
  readonly part: keyof Software;
  readonly closed: string;
  readonly here: string;
}

/** The first member of the event, in its order, that has another value; as JSON, null: absent. */
export interface EventDifference {
  /** Such as `data.lines.0.netAmount.amount`. */
  readonly path: string;
  readonly closed: string | null;
  readonly here: string | null;
}

/**
 * Makes the event of a revision again from the journal below its cut, the catalogue of the cut and the events
 * before it, and compares it with the bytes of the close. Writes nothing.
 */
export async function verifyClose(
  contract: string,
  period: Period,
  revision: number,
  deps: VerifyDeps,
): Promise<Verification> {
  const effective = await deps.closeLog.effective(contract, period);
  const recorded = effective[revision - 1];
  if (recorded === undefined) return { status: 'unknownRevision', revisions: effective.length };
  const { offset: _, ...close } = recorded;
  const { cut } = close;
  const mapping = await deps.lookupOf(cut.catalogue);
  const terms = mapping.contract(contract);
  if (terms === null) throw new Error(`catalogue ${cut.catalogue} has no contract ${contract}`);
  const since = await earlierRevision(effective.slice(0, revision - 1), deps);
  const carried = await eventsOf(deps.closeLog.named(close.carries ?? []), deps);
  const input = { contract: terms, mapping, period, cut, since, carried };
  const closed = JSON.parse(await deps.closeLog.eventOf(recorded)) as ClosedEvent;
  using trees = closed.data?.contributionRoots === undefined ? null : new ContributionTrees(close.invoice);
  const books = await readBooks(deps.log, bookRequests(input, trees));
  const event = revisionEvent(asWritten(close, closed), input, books, trees);
  const software = softwareDifferences(close.software, deps.software).map((part) => {
    return { part, closed: close.software[part], here: deps.software[part] };
  });
  if (event !== null && hash('sha256', event) === close.digest) return { status: 'same', close, software };
  const here = event === null ? undefined : (JSON.parse(event) as unknown);
  const first = firstDifference(closed, here, '') ?? { path: '', closed: null, here: null };
  return { status: 'differs', close, software, first };
}

/** As far as an earlier version may have left something out of it. */
interface ClosedEvent {
  readonly data?: {
    readonly contributionRoots?: unknown;
    readonly omissions?: Partial<Omissions>;
  };
}

/** Earlier versions named what is parked in the close alone. */
export function asWritten<C extends Pick<Close, 'omissions'>>(close: C, { data }: ClosedEvent): C {
  if (data?.omissions?.parked !== undefined) return close;
  return { ...close, omissions: { ...close.omissions, parked: [] } };
}

/**
 * Amounts come before what explains and proves them: of two differences the one that is charged is named.
 */
const namedLast = ['contributionRoots', 'explanation'];

export function firstDifference(closed: unknown, here: unknown, path: string): EventDifference | null {
  if (!isObject(closed) || !isObject(here)) {
    const [a, b] = [JSON.stringify(closed), JSON.stringify(here)];
    return a === b ? null : { path, closed: a ?? null, here: b ?? null };
  }
  const members = [...new Set([...Object.keys(closed), ...Object.keys(here)])];
  for (const member of members.sort((a, b) => namedLast.indexOf(a) - namedLast.indexOf(b))) {
    const inner = path === '' ? member : `${path}.${member}`;
    const difference = firstDifference(closed[member], here[member], inner);
    if (difference !== null) return difference;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
