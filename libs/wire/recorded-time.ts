/**
 * When the log took the delivery that brought an event about, as CloudEvents' extension `recordedtime`. It
 * follows from the log alone, like everything in a posting, and is part of no id.
 */
export function recordedTime(at: number | null): { recordedtime?: string } {
  return at === null ? {} : { recordedtime: isoInstant(at) };
}

/**
 * UTC epoch ms; null where there is none, or none that can be read: nothing but a measurement hangs on it.
 */
export function instantOf(recordedtime: string | undefined): number | null {
  if (recordedtime === undefined) return null;
  const at = Date.parse(recordedtime);
  return Number.isNaN(at) ? null : at;
}

let last = { at: NaN, text: '' };

/**
 * The instant (UTC epoch ms) as ISO 8601. What comes together mostly has one instant: the last is remembered.
 */
export function isoInstant(at: number): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}
