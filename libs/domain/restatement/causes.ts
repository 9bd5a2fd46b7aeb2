import type { Contract } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Decimal } from '#domain/money/money.js';
import { adjustmentOf, type InvoicedPeriod } from './adjustment.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';

/**
 * Why a closed period now has another price. `software`: today's program prices the same contract and sums
 * differently, or takes the same facts to mean something else. `lateEvents`: what became known since, also of
 * other periods that the price looks back to. `maturedVerdicts`: only whether contacts were resolved, which
 * later contacts decided. `amendment`: the contract changed. `mapping`: the rest of the catalogue changed
 * (queues, agents, programmes).
 */
export type Cause = (typeof causes)[number];
export const causes = ['software', 'lateEvents', 'maturedVerdicts', 'amendment', 'mapping'] as const;

export interface CauseShare {
  readonly cause: Cause;
  /** What this cause alone changed in the net total; 0.00 where it only shifted amounts between lines. */
  readonly net: Decimal;
}

/** The closed period priced again, with one thing more as it is now than in the restatement before. */
export interface Restatement {
  readonly cause: Cause;
  readonly invoice: Invoice;
}

/**
 * What each restatement on the way from the invoiced period to the present one changed; those that changed
 * nothing are no causes. The shares sum to the adjustment. Where two causes act on each other (late calls at
 * a new price) the later one has their joint effect.
 */
export function causesOf(
  contract: Contract,
  invoiced: InvoicedPeriod,
  restatements: readonly Restatement[],
): CauseShare[] {
  const shares = new Map<Cause, Decimal>();
  for (const [index, { cause, invoice }] of restatements.entries()) {
    const before = restatements[index - 1]?.invoice ?? invoiced;
    const difference = adjustmentOf(contract, before, invoice);
    if (difference === null) continue;
    shares.set(cause, difference.totals.net.plus(shares.get(cause) ?? 0));
  }
  return [...shares].map(([cause, net]) => ({ cause, net }));
}

/**
 * What new events changed in the book of a contract: matured verdicts, where only counts of resolved contacts
 * changed, not even the number of contacts with a verdict; else late events.
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

/** KPIs of which later contacts decide the numerator. */
const verdicts: ReadonlySet<Kpi['type']> = new Set(['fcrPerContact', 'fcrPerIssue', 'settled']);

function isVerdict(contract: Contract, key: string): boolean {
  const decoded = decodeQuantityKey(key);
  if (decoded.kind === 'forecast') return false;
  const version = contract.versions.find((candidate) => candidate.version === decoded.version);
  if (version === undefined) return false;
  const { terms } = version.windows.find(({ id }) => id === decoded.window) ?? version;
  switch (decoded.kind) {
    case 'line':
    case 'clock': {
      const line = terms.lines.find(({ id }) => id === decoded.id);
      return line !== undefined && 'measure' in line && terms.measures[line.measure]?.kind === 'resolved';
    }
    case 'measure':
      return terms.measures[decoded.id]?.kind === 'resolved';
    case 'kpi': {
      const type = terms.kpis[decoded.id]?.type;
      return decoded.part === 'n' && type !== undefined && verdicts.has(type);
    }
  }
}
