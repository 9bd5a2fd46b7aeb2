import type { Period } from '#domain/period/period.js';

/** An integer (milliseconds or a count) to add to a period's sum; `key` is written and read by key.ts. */
export interface Quantity {
  readonly period: Period;
  readonly key: string;
  readonly value: number;
}

/** Gathers what goes to the same sum, so that one content adds to each only once. */
export class Sums {
  #found: { readonly period: Period; readonly key: string; value: number }[] | null = null;

  add(period: Period, key: string, value: number): void {
    if (value === 0) return;
    const found = (this.#found ??= []);
    for (const other of found) {
      if (other.key !== key || other.period !== period) continue;
      other.value += value;
      return;
    }
    found.push({ period, key, value });
  }

  quantities(): readonly Quantity[] {
    if (this.#found === null) return noQuantities;
    return this.#found.every(({ value }) => value !== 0)
      ? this.#found
      : this.#found.filter(({ value }) => value !== 0);
  }
}

export const noQuantities: readonly Quantity[] = [];
