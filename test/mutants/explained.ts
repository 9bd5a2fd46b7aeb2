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

export const explanations: readonly Explanation[] = [
  {
    file: 'libs/domain/pricing/discount/month-discounts.ts',
    line: 'const isCut = segments.length > 1 && segments.some(({ inForce }) => inForce.terms.limits !== null);',
    from: '>',
    to: '>=',
    why: 'one row more in the trace, which nothing uses: a month of one segment has no limit of a part',
  },
  {
    file: 'libs/domain/pricing/charge/pass-through.ts',
    line: "const scale = measure?.kind === 'eventSum' || measure?.kind === 'adHoc' ? measure.scale : 0;",
    from: '0',
    to: '1',
    why: 'a contract that passes another measure through is refused by the catalogue',
  },
];

export function explanationOf(mutant: OperatorMutant): Explanation | null {
  return explanations.find((explanation) => explains(explanation, mutant)) ?? null;
}

export function explains({ file, line, from, to }: Explanation, mutant: OperatorMutant): boolean {
  return file === mutant.file && line === mutant.text && from === mutant.from && to === mutant.to;
}
