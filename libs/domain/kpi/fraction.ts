/** Numerator and denominator of a KPI, or what one piece of work adds to them; integers. */
export interface Fraction {
  readonly n: number;
  readonly d: number;
}

/** Work that a KPI does not count. */
export const notCounted: Fraction = { n: 0, d: 0 };

export function bit(condition: boolean): number {
  return condition ? 1 : 0;
}
