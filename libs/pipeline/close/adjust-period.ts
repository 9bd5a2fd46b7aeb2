import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import type { Actor } from '#wire/period-acts.js';
import { closePeriod, type CloseDeps, type CloseResult } from './close-period.js';

export type ClosedResult = Extract<CloseResult, { status: 'closed' }>;

/** The adjustment of a period, and of the later ones that it moved. */
export type AdjustResult =
  Exclude<CloseResult, ClosedResult> | (ClosedResult & { readonly moved: readonly MovedPeriod[] });

/**
 * A later closed period whose price looks back to an adjusted one: its own adjustment, or what stopped it.
 */
export interface MovedPeriod {
  readonly period: Period;
  readonly result: CloseResult;
}

/**
 * Adjusts a closed period, then every later closed period whose price looks back to it: units that come late
 * move those of later months to other tiers, and a true-up settles what all months together came to. In order
 * of time, each as a revision of its own; those in which nothing differs are left out. Where one is stopped
 * it is the last of `moved`: doing the same again goes on from there.
 */
export async function adjustPeriod(
  contract: Contract,
  period: Period,
  deps: CloseDeps,
  acceptOmissions: string | null = null,
  actor: Actor | null = null,
  reason: string | null = null,
): Promise<AdjustResult> {
  const adjusted = await closePeriod(contract, period, deps, 'adjust', acceptOmissions, actor, reason);
  if (adjusted.status !== 'closed') return adjusted;
  const moved: MovedPeriod[] = [];
  for (const later of await closedAfter(contract, period, deps)) {
    if (!lookBackPeriods(contract, later).includes(period)) continue;
    const result = await closePeriod(contract, later, deps, 'adjust', null, actor, reason);
    if (result.status === 'closed' && !result.isNew) continue;
    moved.push({ period: later, result });
    if (result.status !== 'closed') break;
  }
  return { ...adjusted, moved };
}

async function closedAfter({ id }: Contract, period: Period, { closeLog }: CloseDeps): Promise<Period[]> {
  const closes = await closeLog.closes();
  const later = closes.filter((close) => close.contract === id && close.period > period);
  return [...new Set(later.map((close) => close.period))].sort();
}
