import { dayNames, type DayName } from '#domain/calendar/wall-clock.js';
import type { Band } from '#domain/contract/line.js';
import { asVolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { FaultCode } from '../../fault-codes.js';
import type { WrittenLine } from '../lines.js';

/**
 * Bands of ordinary days must not overlap unless the line says how they stack; a holiday band upon others
 * stacks as `highest` without saying so.
 */
export function bandFaults(line: WrittenLine, path: Path): Fault[] {
  if (!('bands' in line)) return [];
  const { bands, stacking, rates } = line;
  const faults = bands.flatMap((band, index) => {
    const at = [...path, 'bands', index];
    const found: Fault[] = [];
    if ((band.price === null) === (band.surcharge === null)) {
      const count = band.price === null ? 'no' : 'two';
      const message = `band ${band.id} has ${count} prices; allowed is price or surcharge`;
      found.push(fault('not-one-of-several', at, message));
    }
    if (band.price !== null && rates.length > 0) {
      const message = 'must be a surcharge where the line has rates: each rate has its own price';
      found.push(fault('band-price-beside-rates', [...at, 'price'], message));
    }
    if (bands.findIndex(({ id }) => id === band.id) !== index)
      found.push(fault('duplicate-id', [...at, 'id'], `'${band.id}' is there twice`));
    return found;
  });
  const sameRates = rates.flatMap(({ id }, index) =>
    rates.findIndex((other) => other.id === id) === index
      ? []
      : [fault('duplicate-id', [...path, 'rates', index, 'id'], `'${id}' is there twice`)],
  );
  return [...faults, ...sameRates, ...(stacking === null ? overlaps(bands, path) : [])];
}

function overlaps(bands: readonly Band[], path: Path): Fault[] {
  return bands.flatMap((band, index) =>
    bands.slice(0, index).flatMap((other) => {
      const day = sharedDay(band, other);
      if (day === null || !sharedTime(band, other)) return [];
      const allowed = 'separate them or say stacking (highest, sum, multiply)';
      const message = `${band.id} overlaps ${other.id} on ${day}; ${allowed}`;
      return [fault('bands-overlap', [...path, 'bands', index], message)];
    }),
  );
}

function sharedDay(a: Band, b: Band): DayName | null {
  const on = ({ days }: Band, day: DayName): boolean => days.length === 0 || days.includes(day);
  return dayNames.find((day) => !/holiday/i.test(day) && on(a, day) && on(b, day)) ?? null;
}

function sharedTime(a: Band, b: Band): boolean {
  if (a.times.length === 0 || b.times.length === 0) return true;
  return a.times.some((one) => b.times.some((two) => one.fromMs < two.toMs && two.fromMs < one.toMs));
}

/**
 * Tiers rise, the last one is open, and they go with neither bands nor rates: a unit has one place in the
 * volume.
 */
export function tierFaults(line: WrittenLine, path: Path): Fault[] {
  const charged = asVolumeLine(line);
  if (charged === null) return [];
  const { bands, rates } = charged;
  const { pricing, above } = volumeTerms(charged);
  const faults: Fault[] = [];
  if (pricing.mode !== 'flat' && (bands.length > 0 || rates.length > 0)) {
    const other = pricing.mode === 'package' ? 'packages' : 'tiers';
    const message = `bands and rates go with one price, not with ${other}`;
    faults.push(fault('bands-beside-tiers', path, message));
  }
  if (above > 0 && pricing.mode === 'flat' && (bands.length > 0 || rates.length > 0)) {
    const message = 'goes with one price: with bands or rates it is open which units were included';
    faults.push(fault('included-units-beside-bands', [...path, 'above'], message));
  }
  if (pricing.mode !== 'graduated' && pricing.mode !== 'allUnits') return faults;
  pricing.steps.forEach(({ upTo }, index) => {
    const at = [...path, 'tiers', 'steps', index, 'upTo'];
    const before = pricing.steps[index - 1]?.upTo ?? 0;
    const last = index === pricing.steps.length - 1;
    const add = (code: FaultCode, message: string): unknown => faults.push(fault(code, at, message));
    if (upTo === null && !last) add('missing', 'is missing: only the last step has no end');
    else if (upTo !== null && last)
      add('tiers-not-open-ended', `${upTo}: the last step has no end, so that every volume has a price`);
    else if (upTo !== null && upTo <= before)
      add('tiers-not-ascending', `${upTo} must be above ${before}: steps rise`);
  });
  return faults;
}
