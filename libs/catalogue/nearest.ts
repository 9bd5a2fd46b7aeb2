/** `; did you mean 'timeZone'?`, or nothing where no allowed word is near. */
export function suggestion(written: string, allowed: readonly string[]): string {
  const near = nearest(written, allowed);
  return near === null ? '' : `; did you mean '${near}'?`;
}

/**
 * The allowed word that was probably meant: equal but for case and separators (`time_zone`), else the one with the
 * fewest changed letters, as long as at least two thirds of them are right. null: none.
 */
export function nearest(written: string, allowed: readonly string[]): string | null {
  const plain = fold(written);
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

/** Levenshtein: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
