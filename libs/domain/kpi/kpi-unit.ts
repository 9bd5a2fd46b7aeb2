/**
 * The unit in which people and contracts speak of a KPI: seconds, a ratio ("0.85" is 85 %), points of NPS, a
 * score on its scale, contacts per hour.
 */
export type KpiUnit = 'seconds' | 'ratio' | 'points' | 'score' | 'perHour';

/**
 * Numerators and denominators are integers: milliseconds, counts, thousandths of scores. The value in the
 * unit is `numerator × up / (denominator × down)`.
 */
export interface KpiScale {
  readonly up: number;
  readonly down: number;
}

export const kpiScales: Readonly<Record<KpiUnit, KpiScale>> = {
  seconds: { up: 1, down: 1_000 },
  ratio: { up: 1, down: 1 },
  points: { up: 100, down: 1 },
  score: { up: 1, down: 1_000 },
  perHour: { up: 3_600_000, down: 1 },
};
