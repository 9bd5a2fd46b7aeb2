import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { extentOfSchedule } from '#domain/schedule/schedule.js';
import type { ContractMeter } from './contract-meter.js';
import { type WorkScope, programmesOf } from '#domain/scope/work-scope.js';

/**
 * Which of many contracts can measure anything of a piece of work, so that most are skipped. A contract
 * that is left out would have measured nothing: tally and book use this one index and so cannot differ, and a
 * property test compares them with measuring under every contract.
 */
export interface ContractIndex<T> {
  of(content: PostingContent): readonly T[];
  /** Those that measure contacts as ones that may have been repeated. */
  ofRepeat(contact: HandledContact): readonly T[];
}

/** A contract, and the instants of work `[from, to)` that the caller has any use for. */
export interface IndexedContract<T> {
  readonly item: T;
  readonly meter: ContractMeter;
  readonly from: number;
  readonly to: number;
}

/** Instants between which all of a piece of work lies, both included. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

type Kind = PostingContent['kind'] | 'repeat';
type Bucket<T> = ReadonlyMap<string, Readonly<Record<Kind, readonly IndexedContract<T>[]>>>;

export function contractIndex<T>(candidates: readonly IndexedContract<T>[]): ContractIndex<T> {
  const buckets = [...Map.groupBy(candidates, ({ meter }) => meter.scope)].map(
    ([scope, some]): [WorkScope, Bucket<T>] => [scope, bucketOf(some)],
  );
  return {
    of(content) {
      const items: T[] = [];
      let extent: Extent | null = null;
      for (const [scope, bucket] of buckets) {
        for (const programme of programmesOf(content, scope)) {
          const at = bucket.get(programme)?.[content.kind];
          if (at !== undefined && at.length > 0) take(at, (extent ??= extentOf(content)), items);
        }
      }
      return items;
    },
    ofRepeat(contact) {
      const items: T[] = [];
      for (const [, bucket] of buckets) {
        const at = bucket.get(contact.programme)?.repeat;
        if (at !== undefined) take(at, extentOfHandled(contact), items);
      }
      return items;
    },
  };
}

/** Windows (ms) by which the contracts of a programme need to know where anchored issues begin. */
export function issueWindowsOf(meters: readonly ContractMeter[], programme: string): readonly number[] {
  const own = meters.filter(({ contract }) => contract.programme === programme);
  return [...new Set(own.flatMap(({ issueWindowsMs }) => issueWindowsMs))];
}

function bucketOf<T>(candidates: readonly IndexedContract<T>[]): Bucket<T> {
  const byProgramme = Map.groupBy(candidates, ({ meter }) => meter.contract.programme);
  return new Map(
    [...byProgramme].map(([programme, some]) => {
      const reading = (kind: Kind): IndexedContract<T>[] => some.filter(({ meter }) => meter.reads[kind]);
      const at = {
        contact: reading('contact'),
        activity: reading('activity'),
        outcome: reading('outcome'),
        timeline: reading('timeline'),
        totals: [],
        schedule: reading('schedule'),
        repeat: reading('repeat'),
      };
      return [programme, at];
    }),
  );
}

function take<T>(candidates: readonly IndexedContract<T>[], extent: Extent, items: T[]): void {
  for (const candidate of candidates)
    if (extent.to >= candidate.from && extent.from < candidate.to) items.push(candidate.item);
}

function extentOfHandled({ enteredAt, connectedAt, lastAt }: HandledContact): Extent {
  return { from: Math.min(enteredAt, connectedAt), to: Math.max(enteredAt, lastAt) };
}

/** Of all that a contract may measure of it: a forecast is of any time. */
export function extentOf(content: PostingContent): Extent {
  let from = Infinity;
  let to = -Infinity;
  const note = (since: number, until: number): void => {
    if (since < from) from = since;
    if (until > to) to = until;
  };
  switch (content.kind) {
    case 'contact':
      for (const { enteredAt, leftAt } of content.segments) note(enteredAt, leftAt);
      for (const { startedAt, endedAt, dialMs, acwMs, acwStartedAt } of content.legs) {
        note(startedAt - dialMs, Math.max(endedAt, (acwStartedAt ?? endedAt) + (acwMs ?? 0)));
      }
      for (const { startedAt, endedAt } of content.sideWork ?? []) note(startedAt, endedAt);
      return { from, to };
    case 'activity':
    case 'totals':
      return { from: content.startedAt, to: content.endedAt };
    case 'schedule':
      return extentOfSchedule(content);
    case 'timeline':
      for (const { startedAt, endedAt } of content.stretches) note(startedAt, endedAt);
      return { from, to };
    case 'outcome':
      // a forecast is for the month that it names, whenever it is set
      for (const { name, at } of content.events) note(name === 'forecast.set' ? -Infinity : at, at);
      return content.events.some(({ name }) => name === 'forecast.set')
        ? { from, to: Infinity }
        : { from, to };
  }
}
