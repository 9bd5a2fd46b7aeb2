import { parseKey } from '#domain/metering/quantity-key.js';
import type { Book } from './invoice.js';
import type { Ledger, Term } from './trace.js';

/** A measure that a clause refers to, over all versions of the period; of one calendar window if named. */
export function measureTotal(
  measure: string,
  window: string | null,
  book: Book,
  version: number,
  ledger: Ledger,
): Term {
  const found: Record<string, number> = {};
  for (const key of [...book.quantities.keys()].sort()) {
    if (!key.startsWith(`measure/${measure}/`)) continue;
    const cell = parseKey(key);
    if (cell.subject !== 'measure' || (window !== null && cell.window !== window)) continue;
    found[key] = book.quantities.get(key) ?? 0;
  }
  return ledger.apply('measure', 'sum', version, found);
}
