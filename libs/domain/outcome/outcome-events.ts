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
  /**
   * `once`: of the events of the name that are not undone one counts, at the instant of the first with the
   * data of the last. `each`, or absent: each of them counts.
   */
  readonly perSubject?: 'once' | 'each' | undefined;
}

/**
 * What counts of a subject by one of its events: its instant and its data. null: nothing, as another event
 * counts, or none.
 */
export function countedBy(
  selection: Selection,
  { events }: OutcomeContent,
  event: OutcomeEvent,
): OutcomeEvent | null {
  const { name, unless, match, perSubject = 'each' } = selection;
  if (event.name !== name) return null;
  const inForce = events.filter((each) => each.name === name && !isUndone(each, unless, events));
  const [first] = perSubject === 'each' ? [inForce.find((each) => each === event)] : inForce;
  if (first !== event) return null;
  const { data } = perSubject === 'each' ? event : (inForce.at(-1) ?? event);
  const isMatch = Object.entries(match).every(([field, value]) => data[field] === value);
  return isMatch ? { ...event, data } : null;
}

function isUndone(
  event: OutcomeEvent,
  unless: readonly Exclusion[],
  events: readonly OutcomeEvent[],
): boolean {
  return unless.some((exclusion) => events.some((other) => excludes(exclusion, other, event)));
}

export function selects(selection: Selection, outcome: OutcomeContent, event: OutcomeEvent): boolean {
  return countedBy(selection, outcome, event) !== null;
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
