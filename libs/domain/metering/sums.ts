import type { Period } from '#domain/period/period.js';

/**
 * An integer (milliseconds or a count) to add to a period's sum; `key` is written and read by
 * quantity-key.ts.
 */
export interface Quantity {
  readonly period: Period;
  readonly key: string;
  readonly value: number;
}

/** Collects what goes to the same sum, so that one content adds to each only once. */
export class Sums {
  #quantities: { readonly period: Period; readonly key: string; value: number }[] | null = null;

  add(period: Period, key: string, value: number): void {
    if (value === 0) return;
    const quantities = (this.#quantities ??= []);
    for (const other of quantities) {
      if (other.key !== key || other.period !== period) continue;
      other.value += value;
      return;
    }
    quantities.push({ period, key, value });
  }

  quantities(): readonly Quantity[] {
    if (this.#quantities === null) return noQuantities;
    return this.#quantities.every(({ value }) => value !== 0)
      ? this.#quantities
      : this.#quantities.filter(({ value }) => value !== 0);
  }
}

export const noQuantities: readonly Quantity[] = [];
