/** A defect that is planted on purpose: a suite that does not find it is worth less than it seems. */
export interface Mutant {
  /** What is wrong with it, in words. */
  readonly name: string;
  readonly edits: readonly Edit[];
  /** What must find it: 200 seeds of the simulation, or a suite by its path. */
  readonly foundBy: 'simulation' | `test/${string}` | `libs/${string}`;
}

/** Replaces a text that stands in the file exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Why an edit cannot be made; null: it can. */
export function editFault(text: string, { file, find }: Edit): string | null {
  const count = text.split(find).length - 1;
  return count === 1 ? null : `${file} holds ${count} times instead of once: ${JSON.stringify(find)}`;
}
