import type { CloseResult } from './close-period.js';

/** Why a contract has no such period, and what to do, in sentences. */
export function outsideTermText({
  first,
  last,
  by,
}: Extract<CloseResult, { status: 'outsideTerm' }>): string {
  if (by === 'term') {
    const from = first === null ? '' : ` from ${first}`;
    const to = last === null ? '' : ` to ${last}`;
    return `The term of the contract has periods${from}${to}: close one of these, or correct its term.`;
  }
  const known =
    first === null
      ? 'No work of its programme is known'
      : `The first work of its programme that is known lies in ${first}`;
  return `${known}, and the contract names no first day: close no earlier period, or name the day in its term (firstDay).`;
}
