import type { Warning } from './warning.js';

/** What a platform's words mean. A word that is not in the table never stops a fact. */
export type Enumeration<Meaning> = ReadonlyMap<string, Meaning>;

/** The meaning of a word; an unknown or missing one gives `otherwise` and a warning. */
export function meaningOf<Meaning>(
  words: Enumeration<Meaning>,
  word: string | null | undefined,
  otherwise: Meaning,
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
  return otherwise;
}

/** An unknown word, if it looks like one; else only that it does not, since it may be anything. */
function shownWord(word: string): string {
  return /^[A-Za-z][A-Za-z_.-]{0,63}$/.test(word) ? word : 'not-a-word';
}
