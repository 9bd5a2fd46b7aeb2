import type { Shape } from '#domain/contract/bonus-malus.js';
import type { CalculationTrace, Term } from '../trace.js';
import type { Fraction } from './kpi-reading.js';

/** What "as on target" means: the first threshold that the clause names. */
export function targetOf([first]: readonly Shape[]): string {
  switch (first?.shape) {
    case 'step':
      return first.points[0]?.value ?? '0';
    case 'linear':
      return first.from.at;
    case 'perPoint':
      return first.from;
    case undefined:
      return '0';
  }
}

/** What shapes give for a value: a rate, an amount or points. */
export function shapedRate(
  trace: CalculationTrace,
  shapes: readonly Shape[],
  { n, d }: Fraction,
  version: number,
): Term {
  const value = { numerator: n, denominator: d };
  const rates = shapes.map((shape) => {
    switch (shape.shape) {
      case 'step': {
        const points = shape.points.flatMap(({ op, value: at, rate }, index): [string, string][] => [
          [`op ${index + 1}`, op],
          [`value ${index + 1}`, at],
          [`rate ${index + 1}`, rate],
        ]);
        return trace.apply('bonusMalus', 'stepRate', version, {
          ...value,
          ...Object.fromEntries(points),
        });
      }
      case 'linear': {
        const { from, to } = shape;
        const ends = { from: from.at, fromRate: from.rate, to: to.at, toRate: to.rate };
        return trace.apply('bonusMalus', 'linearRate', version, { ...value, ...ends });
      }
      case 'perPoint': {
        const { from, beyond, size, count, rate } = shape;
        return trace.apply('bonusMalus', 'pointRate', version, {
          ...value,
          from,
          beyond,
          size,
          count,
          rate,
        });
      }
    }
  });
  const [only, ...others] = rates;
  if (only !== undefined && others.length === 0) return only;
  const named = Object.fromEntries(rates.map((rate, index) => [`rate ${index + 1}`, rate]));
  return trace.apply('bonusMalus', 'firstRate', version, named);
}
