import type { CommitmentSpan } from './commitment-span.js';
import type { Proration } from './line.js';
import type { Period } from '#domain/period/period.js';

/**
 * A discount of a month, or a rebate on the turnover of several months together (`over`). It takes off at
 * most what its base comes to.
 */
export interface Discount extends DiscountStep {
  readonly id: string;
  readonly name: string;
  /**
   * Ids of lines, of bonus or malus and of discounts written before it, whose amounts it is a part of; null:
   * all that is invoiced before it.
   */
  readonly base: readonly string[] | null;
  /** Months whose turnover counts together; absent: each month by itself. */
  readonly over?: CommitmentSpan | undefined;
  /** Line whose volume the steps are held against, in its unit; absent: the amount of the base. */
  readonly volumeOf?: string | undefined;
  /** Instead of one rate or amount, by what is reached: the last step that is passed. */
  readonly steps?: readonly DiscountStep[] | undefined;
  /** `excess`: each rate on what lies above its step, up to the next; absent: on all. */
  readonly appliesTo?: 'all' | 'excess' | undefined;
  /**
   * Of several months. `asReached`: every month what all so far come to, less what was given before; absent:
   * in the last of them.
   */
  readonly settle?: 'atEnd' | 'asReached' | undefined;
  /** First and last month in which it holds, both included; absent: without limit. */
  readonly from?: Period | undefined;
  readonly to?: Period | undefined;
  /** Whether amounts and steps shrink with months that the contract covers in part. */
  readonly proration: Proration;
}

/** A rate or an amount, given above or from a threshold on; neither: always. */
export interface DiscountStep {
  readonly rate?: string | undefined;
  readonly amount?: string | undefined;
  readonly above?: string | undefined;
  readonly atLeast?: string | undefined;
}

/** What becomes of a month whose total without VAT would be below zero, and of credits that are left. */
export interface CreditTerms {
  /** `carry`: the rest is taken off the months that follow; `creditNote`: the month is a credit note. */
  readonly belowZero: 'carry' | 'creditNote';
  /** Of what is left in the last month of the contract; absent: it is paid out by a credit note. */
  readonly atEnd?: 'creditNote' | 'lapse' | undefined;
}

/** One or several, as they are written. */
export function discountSteps({ steps, rate, amount, above, atLeast }: Discount): readonly DiscountStep[] {
  return steps ?? [{ rate, amount, above, atLeast }];
}

export function thresholdOf({ above, atLeast }: DiscountStep): string | null {
  return above ?? atLeast ?? null;
}
