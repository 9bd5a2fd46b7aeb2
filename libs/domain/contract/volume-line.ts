import { Decimal } from '#domain/money/money.js';
import type { Proration, TimeLine, UnitLine, UnitPricing } from './line.js';

/** A line of which a quantity is charged: units, or time in units of hours, minutes, seconds or FTE. */
export type VolumeLine = UnitLine | TimeLine;

/** What a line agrees about the volume of a month, alike for units and for time. */
export interface VolumeTerms {
  readonly pricing: UnitPricing;
  /** In units of the line. */
  readonly above: number;
  readonly proration: Proration;
  /** What the book has for one unit: milliseconds of time, else 1. */
  readonly perUnit: number;
}

const unitMs = { hour: 3_600_000, minute: 60_000, second: 1_000 } as const;

type WithVolume =
  | Pick<UnitLine, 'model' | 'pricing' | 'above' | 'proration'>
  | Pick<TimeLine, 'model' | 'unit' | 'hoursPerFte' | 'price' | 'tiers' | 'above' | 'proration'>;

export function volumeTerms(line: WithVolume): VolumeTerms {
  if (line.model !== 'time') {
    const { pricing, above, proration } = line;
    return { pricing, above, proration, perUnit: 1 };
  }
  const { price, tiers, above = 0, proration = 'calendarDays' } = line;
  return { pricing: tiers ?? { mode: 'flat', price }, above, proration, perUnit: timeUnitMs(line) };
}

/**
 * Milliseconds of one unit. An FTE is the hours that the contract agrees for one, which have few decimals.
 */
export function timeUnitMs({ unit, hoursPerFte }: Pick<TimeLine, 'unit' | 'hoursPerFte'>): number {
  if (unit !== 'fte') return unitMs[unit];
  if (hoursPerFte === undefined) throw new Error('an FTE needs the hours that it stands for');
  return new Decimal(hoursPerFte).times(unitMs.hour).toNumber();
}

/** null: the line charges no quantity that is counted. */
export function asVolumeLine<L extends { readonly model: string }>(
  line: L,
): Extract<L, { readonly model: VolumeLine['model'] }> | null {
  const isOne = line.model === 'time' || line.model === 'perUnit' || line.model === 'outcome';
  return isOne ? (line as Extract<L, { readonly model: VolumeLine['model'] }>) : null;
}
