import type { CloseTerms, Contract } from './contract.js';
import { periodsOf } from '../period/contract-periods.js';
import { localDay, localInstant, type Period } from '../period/period.js';

const defaultTerms: CloseTerms = { automatic: true, at: '06:00', omissions: 'wait' };

type Closing = Pick<Contract, 'timeZone' | 'period' | 'close'>;

export function closeTermsOf({ close }: Pick<Contract, 'close'>): CloseTerms {
  return close ?? defaultTerms;
}

/** End of the grace (UTC epoch ms): the first instant at which the period can be closed. */
export function closesFrom(contract: Closing, period: Period): number {
  return periodsOf(contract).bounds(period).end + contract.period.graceHours * 3_600_000;
}

/** When the schedule closes the period (UTC epoch ms). */
export function dueAt(contract: Closing, period: Period): number {
  const from = closesFrom(contract, period);
  const { at } = closeTermsOf(contract);
  const { timeZone } = contract;
  const day = localDay(from, timeZone);
  const due = localInstant(`${day}T${at}`, timeZone);
  if (due >= from) return due;
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
  return localInstant(`${next}T${at}`, timeZone);
}
