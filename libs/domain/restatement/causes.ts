import type { Contract } from '#domain/contract/contract.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Decimal } from '#domain/money/money.js';
import { adjustmentOf, type InvoicedPeriod } from './adjustment.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';

/**
 * Why a closed period costs something else now. `software`: the same contract and sums are priced otherwise
 * than they were. `lateEvents`: what became known since, also of other periods that the price looks at.
 * `maturedVerdicts`: nothing but whether contacts were resolved, which later contacts decided. `amendment`:
 * the contract is another. `mapping`: the rest of the catalogue is (queues, agents, programmes).
 */
export type Cause = (typeof causes)[number];
export const causes = ['software', 'lateEvents', 'maturedVerdicts', 'amendment', 'mapping'] as const;

export interface CauseShare {
  readonly cause: Cause;
  /** What it alone changed in the net total; 0.00 where it only moved amounts between lines. */
  readonly net: Decimal;
}

/** The period priced with one thing more as it is now. */
export interface Restatement {
  readonly cause: Cause;
  readonly invoice: Invoice;
}

/**
 * What each step from the invoiced period to the present one changed; steps that changed nothing are no
 * causes. The shares sum to the whole difference. Where two things act on each other (late calls at a new
 * price) the later step has what they do together.
 */
export function causesOf(
  contract: Contract,
  invoiced: InvoicedPeriod,
  steps: readonly Restatement[],
): CauseShare[] {
  return steps.flatMap(({ cause, invoice }, index) => {
    const before = steps[index - 1]?.invoice ?? invoiced;
    const difference = adjustmentOf(contract, before, invoice);
    return difference === null ? [] : [{ cause, net: difference.totals.net }];
  });
}

/**
 * What new events changed in the books of a contract. Verdicts alone, where only counts of resolved contacts
 * moved and not even the number of contacts that there are verdicts on.
 */
export function causeOfEvents(contract: Contract, before: PeriodBook, after: PeriodBook): Cause {
  const changed = [
    ...changedKeys(before.quantities, after.quantities),
    ...(after.history ?? []).flatMap(({ period, quantities }) => {
      const past = before.history?.find((candidate) => candidate.period === period);
      return past === undefined ? [] : changedKeys(past.quantities, quantities);
    }),
  ];
  const onlyVerdicts = changed.length > 0 && changed.every((key) => isVerdict(contract, key));
  return onlyVerdicts ? 'maturedVerdicts' : 'lateEvents';
}

function changedKeys(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.filter((key) => (before.get(key) ?? 0) !== (after.get(key) ?? 0));
}

function isVerdict(contract: Contract, key: string): boolean {
  const cell = decodeQuantityKey(key);
  if (cell.subject === 'forecast') return false;
  const version = contract.versions.find((candidate) => candidate.version === cell.version);
  if (version === undefined) return false;
  const { terms } = version.windows.find(({ id }) => id === cell.window) ?? version;
  switch (cell.subject) {
    case 'line': {
      const line = terms.lines.find(({ id }) => id === cell.id);
      return line !== undefined && 'measure' in line && terms.measures[line.measure]?.kind === 'resolved';
    }
    case 'measure':
      return terms.measures[cell.id]?.kind === 'resolved';
    case 'kpi': {
      const type = terms.kpis[cell.id]?.type;
      return cell.part === 'n' && (type === 'fcrPerContact' || type === 'fcrPerIssue');
    }
  }
}
