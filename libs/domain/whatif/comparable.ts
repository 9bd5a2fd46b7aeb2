import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { periodNouns } from '#domain/period/rhythm.js';

/**
 * Why periods of a draft cannot be held against those of a contract: they are of another length, begin on
 * other days, or are in another currency. null: they can. `from`, `to`: periods of the draft, both included.
 */
export function incomparable(draft: Contract, present: Contract, from: Period, to: Period): string | null {
  if (present.currency !== draft.currency)
    return `${present.id} is in ${present.currency}, the draft in ${draft.currency}: they cannot be compared`;
  const [own, other] = [periodNouns[present.period.unit], periodNouns[draft.period.unit]];
  const apart = 'their invoices cannot be compared one by one';
  if (own !== other) return `${present.id} is invoiced by the ${own}, the draft by the ${other}: ${apart}`;
  const [before, after] = [periodsOf(present), periodsOf(draft)];
  for (let period = from; period <= to; period = after.shift(period, 1)) {
    const days = [before, after].map(({ firstDay, lastDay, has }) =>
      has(period) ? `${firstDay(period)} to ${lastDay(period)}` : 'no period',
    );
    if (days[0] === days[1]) continue;
    const begin = 'unit' in draft.period && draft.period.unit === 'week' ? 'weekStart' : 'yearStart';
    return `${period} is ${days[0]} in ${present.id}, ${days[1]} in the draft: ${apart}; write the ${begin} of ${present.id}`;
  }
  return null;
}
