import type { OutcomeContent, OutcomeEvent } from './outcome.js';

/** Elapsed milliseconds (not wall clock) since the first event of that name, if it was not later. */
export function elapsedSince({ events }: OutcomeContent, from: string, event: OutcomeEvent): number | null {
  const first = events.find(({ name }) => name === from);
  return first === undefined || first.at > event.at ? null : event.at - first.at;
}

/** A name: whenever it happens; with a window: where it follows at most so much later. */
type Exclusion = string | { readonly name: string; readonly withinMs: number };

export interface Selection {
  readonly name: string;
  readonly unless: readonly Exclusion[];
  readonly match: Readonly<Record<string, string | number | boolean>>;
}

export function selects(
  { name, unless, match }: Selection,
  { events }: OutcomeContent,
  event: OutcomeEvent,
): boolean {
  if (event.name !== name) return false;
  if (unless.some((exclusion) => events.some((other) => excludes(exclusion, other, event)))) return false;
  return Object.entries(match).every(([field, value]) => event.data[field] === value);
}

/** An event within its window excludes no other than those before it, and never itself. */
function excludes(exclusion: Exclusion, other: OutcomeEvent, event: OutcomeEvent): boolean {
  if (typeof exclusion === 'string') return other.name === exclusion;
  const { name, withinMs } = exclusion;
  const elapsed = other.at - event.at;
  return other !== event && other.name === name && elapsed >= 0 && elapsed <= withinMs;
}

/** A decimal as an integer of `10^-scale`, rounded half away from zero; null: not a number. */
export function scaledInteger(value: string | number | boolean | undefined, scale: number): number | null {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '',
  );
  if (match === null) return null;
  const fraction = (match[3] ?? '').padEnd(scale + 1, '0');
  const digits =
    Number(`${match[2] ?? ''}${fraction.slice(0, scale)}`) + (Number(fraction.charAt(scale)) >= 5 ? 1 : 0);
  return match[1] === '-' ? -digits || 0 : digits;
}
