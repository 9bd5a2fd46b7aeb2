import { type LocalInstants, parseLocal } from '../instant.js';
import type { OddTime } from './planned-row.js';

/** Forms of dates that planners export; the month is never a name. */
export const dateForms = [
  'yyyy-mm-dd',
  'yyyymmdd',
  'dd-mm-yyyy',
  'dd/mm/yyyy',
  'dd.mm.yyyy',
  'mm/dd/yyyy',
  'dd/mm/yy',
  'mm/dd/yy',
] as const;
export type DateForm = (typeof dateForms)[number];

/** `2026-03-02`; null: not of the form. That the day exists is seen with its time. */
export function dayOf(text: string, form: DateForm): string | null {
  const pattern = form
    .replaceAll('.', String.raw`\.`)
    .replace('yyyy', String.raw`(?<y>\d{4})`)
    .replace('yy', String.raw`(?<y>\d{2})`)
    .replace('mm', String.raw`(?<m>\d{1,2})`)
    .replace('dd', String.raw`(?<d>\d{1,2})`);
  const { y, m, d } =
    new RegExp(`^${form === 'yyyymmdd' ? String.raw`(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)` : pattern}$`).exec(text)
      ?.groups ?? {};
  if (y === undefined || m === undefined || d === undefined) return null;
  return `${y.length === 2 ? `20${y}` : y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`;
}

/** `09:30:00` of `9:30`, `09:30:00` or `9:30 PM`; null: no time of the day. */
export function timeOf(text: string): string | null {
  const found = /^(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([ap])\.?m\.?)?$/i.exec(text);
  if (found === null) return null;
  const [, hour = '', minute = '', second = '00', half] = found;
  let hours = Number(hour);
  if (half !== undefined) {
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  return `${String(hours).padStart(2, '0')}:${minute}:${second}`;
}

/** The day after, `2026-03-03`; null: it is no day. */
export function dayAfter(day: string): string | null {
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) ? null : new Date(at + 86_400_000).toISOString().slice(0, 10);
}

export interface LocalSpan {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly odd: readonly OddTime[];
}

/**
 * From one local time to another, which lies after it. Of a time that the clocks show twice the first counts;
 * as an end the second, where the first is not after the begin.
 */
export function spanOf(start: LocalInstants, stop: LocalInstants): LocalSpan | null {
  const endedAt = stop.at > start.at ? stop.at : stop.laterAt;
  if (endedAt <= start.at) return null;
  const odd = [start, stop].flatMap(({ irregularity }) => (irregularity === null ? [] : [irregularity]));
  return { startedAt: start.at, endedAt, odd };
}

export function localOf(day: string, time: string, timeZone: string): LocalInstants | null {
  return parseLocal(`${day}T${time}`, timeZone);
}
