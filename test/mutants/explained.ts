import type { OperatorMutant } from './operators.js';

/** A change that no test can find, because nothing that anyone reads differs. */
export interface Explanation {
  readonly file: string;
  /** The line it stands in, trimmed. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export const explanations: readonly Explanation[] = [];

export function explanationOf(mutant: OperatorMutant): Explanation | null {
  return explanations.find((explanation) => explains(explanation, mutant)) ?? null;
}

export function explains({ file, line, from, to }: Explanation, mutant: OperatorMutant): boolean {
  return file === mutant.file && line === mutant.text && from === mutant.from && to === mutant.to;
}
