import type { Period } from '#domain/period/period.js';

/** A number agreed for a period: written in the contract, or given by a `forecast.set` event of that id. */
export type Forecast =
  | { readonly kind: 'agreed'; readonly values: Readonly<Record<Period, number>> }
  | { readonly kind: 'event'; readonly id: string };
