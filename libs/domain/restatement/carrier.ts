import type { Contract } from '#domain/contract/contract.js';
import { nextPeriod, type Period } from '#domain/period/period.js';

/**
 * The period whose invoice carries the adjustment of a closed one: the first after it that is still open.
 * null: the adjustment is a separate document, because the contract asks for credit notes or has no later
 * period.
 */
export function carrierOf(
  { period: terms, term }: Pick<Contract, 'period' | 'term'>,
  period: Period,
  closed: ReadonlySet<Period>,
): Period | null {
  if (terms.lateEvents === 'creditNote') return null;
  let carrier = nextPeriod(period);
  while (closed.has(carrier)) carrier = nextPeriod(carrier);
  return term.lastDay !== null && carrier > term.lastDay.slice(0, carrier.length) ? null : carrier;
}
