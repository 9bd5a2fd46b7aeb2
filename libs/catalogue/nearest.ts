const MAX_SHOWN = 40;

/**
 * Words of the field for what contracts name differently, in lower case: no spelling leads from one to the
 * other.
 */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['adjustments', 'bonusMalus'],
  ['linesandadjustments', 'linesAndBonusMalus'],
  ['outcome', 'result'],
]);

/** `(allowed: a, b)`, of many the first. */
export function allowedWords(words: readonly string[]): string {
  if (words.length === 0) return '(none defined)';
  const more = words.length > MAX_SHOWN ? `, and ${words.length - MAX_SHOWN} more` : '';
  return `(allowed: ${words.slice(0, MAX_SHOWN).join(', ')}${more})`;
}

/** `; did you mean 'timeZone'?`, or nothing where no allowed word is near. */
export function suggestion(written: string, allowed: readonly string[]): string {
  const near = nearest(written, allowed);
  return near === null ? '' : `; did you mean '${near}'?`;
}

/**
 * The allowed word that was probably meant: equal but for case and separators (`time_zone`), a synonym, else
 * the one with the fewest changed letters, as long as at least two thirds of them are right. null: none.
 */
export function nearest(written: string, allowed: readonly string[]): string | null {
  const plain = fold(written);
  const synonym = synonyms.get(plain);
  if (synonym !== undefined && allowed.includes(synonym)) return synonym;
  let best: string | null = null;
  let fewest = Math.floor(Math.max(plain.length, 3) / 3) + 1;
  for (const word of allowed) {
    const changes = editDistance(plain, fold(word));
    if (changes < fewest) [best, fewest] = [word, changes];
  }
  return best;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[_\s-]/g, '');
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = at(row, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped =
        from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1] ? at(before, j - 2) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, at(row, j) + 1, at(next, j - 1) + 1));
    }
    [before, row] = [row, next];
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
