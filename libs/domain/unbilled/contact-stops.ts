import { episodesOf } from '#domain/posting/episodes.js';
import type { ContactContent, Leg, SideWork } from '#domain/posting/posting.js';
import { humanWork } from '#domain/scope/human-work.js';
import { scopeContact, type ScopedContact } from '#domain/scope/scoped-contact.js';
import {
  assignLeg,
  assignSide,
  assignStay,
  type Assignment,
  type WorkScope,
} from '#domain/scope/work-scope.js';
import { further, type Stop, type UnbilledCause } from './cause.js';
import { timeStops, type WorkCell } from './contact-time.js';
import { contactStop } from './contract-lines.js';
import { type Cell, legCells, sideCells } from './pieces.js';
import { usesMachine } from './machine-time.js';
import type { ProgrammeLines } from './programme-lines.js';

/** Some milliseconds of an agent: `countedMs` of them a line counts, the rest stopped. */
export interface TimePiece {
  readonly cell: Cell;
  stop: Stop;
  countedMs: number;
}

/** One contact, an episode of a conversation in writing: where it stopped, and where its time did. */
export interface ContactStops {
  /** Its first instant, UTC epoch ms. */
  readonly at: number;
  readonly whole: Stop;
  readonly time: readonly TimePiece[];
}

export function contactStops(
  content: ContactContent,
  programmes: ProgrammeLines,
  scope: WorkScope,
): ContactStops[] {
  return episodesOf(content).map((episode) => {
    const { assigned, outside, whole } = placed(episode, programmes, scope);
    const time = [...outside];
    let furthest = whole;
    for (const [programme, works] of assigned) {
      const part = stopsIn(programme, episode, works, programmes, scope);
      furthest = further(furthest, part.whole);
      time.push(...part.time);
    }
    return { at: beginOf(episode), whole: furthest, time };
  });
}

type Work = Leg | SideWork;

interface Placed {
  /** Work by programme, in the order in which caps are taken; empty where the contact only waited. */
  readonly assigned: ReadonlyMap<string, readonly Work[]>;
  readonly outside: readonly TimePiece[];
  /** Of the contact, as far as no programme has a part in it. */
  readonly whole: Stop;
}

function placed(content: ContactContent, programmes: ProgrammeLines, scope: WorkScope): Placed {
  const human = humanWork(content, scope);
  const assigned = new Map<string, Work[]>();
  const outside: TimePiece[] = [];
  const nothing: Stop = { cause: 'noQueue', at: content.connection, programme: null };
  let whole: Stop = human.machineLegs.length > 0 ? { ...nothing, cause: 'machine' } : nothing;
  const place = (queue: string | null, assignment: Assignment | null): Work[] | Stop => {
    if (assignment === null)
      return queue === null ? nothing : { cause: 'unmappedQueue', at: queue, programme: null };
    const works = assigned.get(assignment.programme) ?? [];
    assigned.set(assignment.programme, works);
    return works;
  };
  const put = (work: Work, found: Work[] | Stop): void => {
    if (Array.isArray(found)) found.push(work);
    else
      outside.push(
        ...cellsOfWork(work, programmes.borders).map((cell) => ({ cell, stop: found, countedMs: 0 })),
      );
    if (!Array.isArray(found)) whole = further(whole, found);
  };
  for (const segment of human.segments) {
    const found = place(segment.queue, assignStay(segment, scope));
    if (!Array.isArray(found)) whole = further(whole, found);
  }
  for (const leg of human.legs) put(leg, place(leg.queue, assignLeg(leg, scope)));
  for (const leg of human.machineLegs) {
    const stop: Stop = {
      cause: 'machine',
      at: leg.agent,
      programme: assignLeg(leg, scope)?.programme ?? null,
    };
    for (const cell of legCells(leg, programmes.borders)) {
      const isUsed = usesMachine(leg, cell, content, programmes, scope);
      outside.push({
        cell,
        stop: { ...stop, programme: isUsed ? stop.programme : null },
        countedMs: isUsed ? cell.ms : 0,
      });
      if (isUsed) whole = further(whole, { ...stop, cause: null, at: '' });
    }
    whole = further(whole, { ...stop, programme: null });
  }
  for (const side of content.sideWork ?? []) {
    const isMachine = scope.machines?.isAgent(side.agent, side.startedAt) === true;
    put(
      side,
      isMachine
        ? { cause: 'machine', at: side.agent, programme: null }
        : place(side.queue, assignSide(side, scope)),
    );
  }
  return { assigned, outside, whole };
}

function stopsIn(
  programme: string,
  episode: ContactContent,
  works: readonly Work[],
  { of, borders }: ProgrammeLines,
  scope: WorkScope,
): { whole: Stop; time: TimePiece[] } {
  const stop = (cause: UnbilledCause | null, at: string): Stop => ({ cause, at, programme });
  const cells = works.flatMap((work) => cellsOfWork(work, borders).map((cell): WorkCell => ({ work, cell })));
  const time = cells.map(({ cell }): TimePiece => ({ cell, stop: stop('noContract', ''), countedMs: 0 }));
  let whole = stop('noContract', '');
  for (const own of of(programme)) {
    const scoped = scopeContact(own.contract, episode, scope);
    // Only work beside legs lies in the programme: no contract is about that.
    const cause = scoped === null ? 'outsideScope' : contactStop(own, scoped);
    whole = further(whole, stop(cause, scoped === null ? '' : placeOfContact(cause, scoped)));
    const stops = scoped === null ? [] : timeStops(own, scoped, cells);
    for (const [index, piece] of time.entries()) {
      const { cause: why, countedMs } = stops[index] ?? { cause: 'outsideScope' as const, countedMs: 0 };
      piece.stop = further(piece.stop, stop(why, placeOfWork(why, cells[index]?.work, piece.cell)));
      piece.countedMs = Math.max(piece.countedMs, countedMs);
    }
  }
  if (time.some(({ countedMs }) => countedMs > 0)) whole = stop(null, '');
  return { whole, time };
}

function cellsOfWork(work: Work, borders: readonly number[]): Cell[] {
  return 'dialMs' in work ? legCells(work, borders) : sideCells(work, borders);
}

function placeOfWork(cause: UnbilledCause, work: Work | undefined, { state }: Cell): string {
  if (cause === 'unknownAgent') return work?.agent ?? '';
  if (cause === 'outsideScope') return work?.queue ?? '';
  return cause === 'notCharged' || cause === 'aboveMaximum' ? state : '';
}

function placeOfContact(
  cause: UnbilledCause | null,
  { legs: [leg], stays: [stay], result }: ScopedContact,
): string {
  const queue = stay?.segment.queue ?? leg?.leg.queue ?? '';
  if (cause === 'unknownAgent') return leg?.leg.agent ?? '';
  if (cause === 'outsideScope' || cause === 'belowMinimum') return queue;
  return cause === 'notCharged' ? `contact:${result}` : '';
}

/** The first instant of a contact. */
export function beginOf({ segments, legs, sideWork = [], missed }: ContactContent): number {
  return Math.min(
    ...segments.map(({ enteredAt }) => enteredAt),
    ...legs.map(({ startedAt, dialMs }) => startedAt - dialMs),
    ...sideWork.map(({ startedAt }) => startedAt),
    ...missed.map(({ at }) => at),
  );
}
