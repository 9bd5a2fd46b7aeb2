import type { Terms } from './contract.js';
import type { Line } from './line.js';
import { asVolumeLine, volumeTerms } from './volume-line.js';

/**
 * Whether it matters which units of a line came first: where tiers, packages or a corridor rise with the
 * month's volume, or a fixed amount includes the first of them.
 */
export function takesUnitsInOrder({ lines, corridors }: Terms, id: string): boolean {
  const line = lines.find((candidate) => candidate.id === id);
  if (line === undefined) return false;
  return hasStepsOfVolume(line) || corridors.some((corridor) => corridor.line === id);
}

function hasStepsOfVolume(line: Line): boolean {
  const charged = asVolumeLine(line);
  if (charged === null) return false;
  const { pricing, above } = volumeTerms(charged);
  // an increment on the month belongs to the time that comes last
  if (line.model === 'time')
    return pricing.mode !== 'flat' || above > 0 || (line.minimum?.volume ?? null) !== null;
  return pricing.mode === 'graduated' || pricing.mode === 'package' || above > 0;
}
