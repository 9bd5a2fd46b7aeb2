import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { PeriodBook } from './invoice.js';
import type { CalculationTrace, Term } from './trace.js';

/** A measure that a clause refers to, over all versions of the period; of one calendar window if named. */
export function measureTotal(
  measure: string,
  window: string | null,
  book: PeriodBook,
  version: number,
  trace: CalculationTrace,
): Term {
  const found: Record<string, number> = {};
  for (const key of [...book.quantities.keys()].sort()) {
    if (!key.startsWith(`measure/${measure}/`)) continue;
    const cell = decodeQuantityKey(key);
    if (cell.subject !== 'measure' || (window !== null && cell.window !== window)) continue;
    found[key] = book.quantities.get(key) ?? 0;
  }
  return trace.apply('measure', 'sum', version, found);
}
