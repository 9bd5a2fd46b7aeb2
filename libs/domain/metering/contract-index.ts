import type { HandledContact } from '#domain/kpi/repeat-chain.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { ContractMeter } from './contract-meter.js';
import { type WorkScope, programmesOf } from '#domain/scope/work-scope.js';

/**
 * Which of many contracts can want a piece of work, so that not all of them are asked for each. Whoever is
 * left out would have measured nothing: tally and book route by this one index and so cannot differ, and a
 * property test holds routed against unrouted.
 */
export interface ContractIndex<T> {
  of(content: PostingContent): readonly T[];
  /** Those that measure contacts as ones that may have been repeated. */
  ofRepeat(contact: HandledContact): readonly T[];
}

/** A contract to be asked, and the instants of work `[from, to)` that whoever asks has any use for. */
export interface IndexedContract<T> {
  readonly item: T;
  readonly meter: ContractMeter;
  readonly from: number;
  readonly to: number;
}

/** Instants between which all of a piece of work lies, both included. */
interface Extent {
  readonly from: number;
  readonly to: number;
}

type Kind = PostingContent['kind'] | 'repeat';
type Board<T> = ReadonlyMap<string, Readonly<Record<Kind, readonly IndexedContract<T>[]>>>;

export function contractIndex<T>(stops: readonly IndexedContract<T>[]): ContractIndex<T> {
  const boards = [...Map.groupBy(stops, ({ meter }) => meter.scope)].map(
    ([scope, some]): [WorkScope, Board<T>] => [scope, boardOf(some)],
  );
  return {
    of(content) {
      const found: T[] = [];
      let extent: Extent | null = null;
      for (const [scope, board] of boards) {
        for (const programme of programmesOf(content, scope)) {
          const at = board.get(programme)?.[content.kind];
          if (at !== undefined && at.length > 0) take(at, (extent ??= extentOf(content)), found);
        }
      }
      return found;
    },
    ofRepeat(contact) {
      const found: T[] = [];
      for (const [, board] of boards) {
        const at = board.get(contact.programme)?.repeat;
        if (at !== undefined) take(at, extentOfHandled(contact), found);
      }
      return found;
    },
  };
}

/** Windows (ms) by which the contracts of a programme must be told where anchored issues begin. */
export function issueWindowsOf(meters: readonly ContractMeter[], programme: string): readonly number[] {
  const own = meters.filter(({ contract }) => contract.programme === programme);
  return [...new Set(own.flatMap(({ issueWindowsMs }) => issueWindowsMs))];
}

function boardOf<T>(stops: readonly IndexedContract<T>[]): Board<T> {
  const byProgramme = Map.groupBy(stops, ({ meter }) => meter.contract.programme);
  return new Map(
    [...byProgramme].map(([programme, some]) => {
      const reading = (kind: Kind): IndexedContract<T>[] => some.filter(({ meter }) => meter.reads[kind]);
      const at = {
        contact: reading('contact'),
        activity: reading('activity'),
        outcome: reading('outcome'),
        repeat: reading('repeat'),
      };
      return [programme, at];
    }),
  );
}

function take<T>(stops: readonly IndexedContract<T>[], extent: Extent, found: T[]): void {
  for (const stop of stops) if (extent.to >= stop.from && extent.from < stop.to) found.push(stop.item);
}

function extentOfHandled({ enteredAt, connectedAt, lastAt }: HandledContact): Extent {
  return { from: Math.min(enteredAt, connectedAt), to: Math.max(enteredAt, lastAt) };
}

function extentOf(content: PostingContent): Extent {
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
      return { from, to };
    case 'activity':
      return { from: content.startedAt, to: content.endedAt };
    case 'outcome':
      // a forecast is for the month that it names, whenever it is told
      for (const { name, at } of content.events) note(name === 'forecast.set' ? -Infinity : at, at);
      return content.events.some(({ name }) => name === 'forecast.set')
        ? { from, to: Infinity }
        : { from, to };
  }
}
