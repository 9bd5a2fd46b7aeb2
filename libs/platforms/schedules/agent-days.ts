import type { PlannedTime } from '#domain/fact/fact.js';
import { dayBounds, localDay } from '#domain/period/period.js';
import type { PlannedRow } from './planned-row.js';

/** By local day what is planned, by start and without overlaps. */
export type AgentDays = ReadonlyMap<string, readonly PlannedTime[]>;

/** Two rows of which nothing says which one counts. */
export interface Contradiction {
  readonly row: PlannedRow;
  readonly other: PlannedRow;
}

/**
 * What the rows of one agent plan, each instant once: of rows that overlap the one with the lowest rank
 * counts. A row is of the local day on which it begins, so a night shift is whole; one that begins within a
 * shift of the day before (its break after midnight) is of that day. A row of more than a day, a leave of a
 * week, is cut at midnight.
 */
export function agentDaysOf(rows: readonly PlannedRow[], timeZone: string): AgentDays | Contradiction {
  const pieces = rows.flatMap((row) => piecesOf(row, timeZone)).sort(byStart);
  const dayByPiece = new Map<PlannedRow, string>();
  const days = new Map<string, PlannedTime[]>();
  const borders = [...new Set(pieces.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]))].sort(
    (a, b) => a - b,
  );
  const active: PlannedRow[] = [];
  let next = 0;
  for (const [index, from] of borders.entries()) {
    const { dayBefore, lead } = goOn(active, from);
    for (let piece = pieces[next]; piece !== undefined && piece.startedAt <= from; piece = pieces[++next]) {
      dayByPiece.set(piece, dayBefore !== null && dayBefore < piece.day ? dayBefore : piece.day);
      active.push(piece);
      follow(lead, piece);
    }
    const { first, second } = lead;
    const to = borders[index + 1];
    if (first === null || to === undefined) continue;
    if (second !== null) return { row: second, other: first };
    const day = dayByPiece.get(first) ?? first.day;
    const own = days.get(day) ?? [];
    days.set(day, own);
    const last = own.at(-1);
    if (last?.[2] === from && last[0] === first.code) own[own.length - 1] = [first.code, last[1], to];
    else own.push([first.code, from, to]);
  }
  return days;
}

const dayMs = 86_400_000;

function byStart(a: PlannedRow, b: PlannedRow): number {
  return a.startedAt - b.startedAt || a.endedAt - b.endedAt || a.line - b.line;
}

function piecesOf(row: PlannedRow, timeZone: string): PlannedRow[] {
  if (row.endedAt - row.startedAt <= dayMs) return [row];
  const pieces: PlannedRow[] = [];
  for (let from = row.startedAt; from < row.endedAt;) {
    const day = localDay(from, timeZone);
    const to = Math.min(row.endedAt, dayBounds(day, timeZone).end);
    pieces.push({ ...row, startedAt: from, endedAt: to, day });
    from = to;
  }
  return pieces;
}

/** The row that counts, and one that says something else with the same right. */
interface Lead {
  first: PlannedRow | null;
  second: PlannedRow | null;
}

/** Drops what has ended. `dayBefore`: the first day of what goes on. */
function goOn(
  active: PlannedRow[],
  from: number,
): { readonly dayBefore: string | null; readonly lead: Lead } {
  const lead: Lead = { first: null, second: null };
  let dayBefore: string | null = null;
  let kept = 0;
  for (const row of active) {
    if (row.endedAt <= from) continue;
    active[kept++] = row;
    if (dayBefore === null || row.day < dayBefore) dayBefore = row.day;
    follow(lead, row);
  }
  active.length = kept;
  return { dayBefore, lead };
}

function follow(lead: Lead, row: PlannedRow): void {
  const { first } = lead;
  if (first === null || row.rank < first.rank) [lead.first, lead.second] = [row, null];
  else if (row.rank === first.rank && row.code !== first.code) lead.second ??= row;
}
