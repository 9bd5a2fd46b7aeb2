import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';

/**
 * The period whose invoice carries the adjustment of a closed one: the first after it that is still open.
 * null: the adjustment is a separate document, because the contract asks for credit notes or has no later
 * period.
 */
export function carrierOf(
  contract: Pick<Contract, 'period' | 'term' | 'timeZone'>,
  period: Period,
  closed: ReadonlySet<Period>,
): Period | null {
  if (contract.period.lateEvents === 'creditNote') return null;
  const { shift, firstDay } = periodsOf(contract);
  let carrier = shift(period, 1);
  while (closed.has(carrier)) carrier = shift(carrier, 1);
  const { lastDay } = contract.term;
  return lastDay !== null && firstDay(carrier) > lastDay ? null : carrier;
}
