import type { Terms } from './contract.js';
import type { Line } from './line.js';

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
  if (!('pricing' in line)) return false;
  const { mode } = line.pricing;
  return mode === 'graduated' || mode === 'package' || line.above > 0;
}
