import { episodesOf } from '#domain/posting/episodes.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { heldParts } from '#domain/scope/plausible-work.js';
import { meaningOfStretch, programmesOf, type WorkScope } from '#domain/scope/work-scope.js';
import { unseenCells } from './activity-stops.js';
import type { Stop } from './cause.js';
import { beginOf, type ContactStops, type TimePiece } from './contact-stops.js';
import { type Cell, cellsOf, legCells, sideCells } from './pieces.js';
import type { ProgrammeLines } from './programme-lines.js';

/** What of a posting is implausible: contacts, each as a whole, and time of agents. */
export interface ImplausibleStops {
  readonly contacts: readonly Pick<ContactStops, 'at' | 'whole'>[];
  readonly time: readonly TimePiece[];
}

/**
 * Each piece of work stopped at its own name, in the first programme that it is about. What follows a held
 * state without evidence is unseen, as ever.
 */
export function implausibleStops(
  content: PostingContent,
  programmes: ProgrammeLines,
  scope: WorkScope,
): ImplausibleStops {
  const programme = programmesOf(content, scope)[0] ?? null;
  const contacts: Pick<ContactStops, 'at' | 'whole'>[] = [];
  const time: TimePiece[] = [];
  for (const { work, part } of heldParts(content, scope)) {
    const stop: Stop = { cause: 'implausible', at: work, programme };
    time.push(...cellsOfPart(part, programmes.borders, scope).map((cell) => ({ cell, stop, countedMs: 0 })));
    if (part.kind === 'contact')
      contacts.push(...episodesOf(part).map((episode) => ({ at: beginOf(episode), whole: stop })));
    if (part.kind === 'timeline')
      time.push(...part.stretches.flatMap((stretch) => unseenCells(part, stretch, programmes)));
  }
  return { contacts, time };
}

function cellsOfPart(part: PostingContent, borders: readonly number[], scope: WorkScope): Cell[] {
  switch (part.kind) {
    case 'contact': {
      const { legs, sideWork = [] } = part;
      return [
        ...legs.flatMap((leg) => legCells(leg, borders)),
        ...sideWork.flatMap((side) => sideCells(side, borders)),
      ];
    }
    case 'activity':
      return cellsOf(part.state, part.startedAt, part.endedAt, borders);
    case 'timeline':
      return part.stretches.flatMap((stretch) => {
        const { code, startedAt, endedAt } = stretch;
        return cellsOf(meaningOfStretch(part, stretch, scope) ?? code, startedAt, endedAt, borders);
      });
    case 'outcome':
    case 'totals':
    case 'schedule':
      return [];
  }
}
