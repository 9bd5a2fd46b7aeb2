import type { Warning } from './warning.js';

/** The values of a platform's enumeration and their meaning to us. An unknown value never stops a fact. */
export type Enumeration<Meaning> = ReadonlyMap<string, Meaning>;

/** The meaning of a value; an unknown or missing one gives `fallback` and a warning. */
export function meaningOf<Meaning>(
  words: Enumeration<Meaning>,
  word: string | null | undefined,
  fallback: Meaning,
  field: string,
  warnings: Warning[],
): Meaning {
  const known = word === null || word === undefined ? undefined : words.get(word);
  if (known !== undefined) return known;
  warnings.push(
    word === null || word === undefined
      ? { code: 'missing-value', field, value: null }
      : { code: 'unknown-value', field, value: shownWord(word) },
  );
  return fallback;
}

/** An unknown value where it looks like a word; else `not-a-word`, since it may hold personal data. */
function shownWord(word: string): string {
  return /^[A-Za-z][A-Za-z_.-]{0,63}$/.test(word) ? word : 'not-a-word';
}
