/**
 * An event of the same subject that takes another one out of what counts. A name alone: whenever it happens.
 * With a window: only where it follows at most so much later (elapsed time, both ends included).
 */
export type Exclusion = string | { readonly name: string; readonly withinMs: number };

export function nameOf(exclusion: Exclusion): string {
  return typeof exclusion === 'string' ? exclusion : exclusion.name;
}
