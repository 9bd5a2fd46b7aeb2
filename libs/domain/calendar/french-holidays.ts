import { epochDay } from '#domain/period/zone.js';

/**
 * Public holidays of France as epoch days: Code du travail L3133-1 (national), L3134-13 (Moselle, Bas-Rhin,
 * Haut-Rhin), L3422-2 (abolition of slavery, overseas). Regions are department or collectivity codes.
 */
export function frenchHolidays(year: number, region: string | null): number[] {
  const easter = easterSunday(year);
  const days = [
    epochDay(year, 1, 1),
    easter + 1, // Easter Monday
    epochDay(year, 5, 1),
    epochDay(year, 5, 8),
    easter + 39, // Ascension
    easter + 50, // Whit Monday
    epochDay(year, 7, 14),
    epochDay(year, 8, 15),
    epochDay(year, 11, 1),
    epochDay(year, 11, 11),
    epochDay(year, 12, 25),
  ];
  if (region !== null) days.push(...regionalDays(year, region, easter));
  return [...new Set(days)].sort((a, b) => a - b);
}

const alsaceMoselle = ['57', '67', '68'];

/** Month and day of the abolition of slavery. */
const abolition: Readonly<Record<string, readonly [number, number]>> = {
  '971': [5, 27], // Guadeloupe
  '972': [5, 22], // Martinique
  '973': [6, 10], // Guyane
  '974': [12, 20], // Réunion
  '976': [4, 27], // Mayotte
  '977': [10, 9], // Saint-Barthélemy
  '978': [5, 27], // Saint-Martin
};

/** The regions of France that have holidays of their own. */
export const frenchRegions: readonly string[] = [...alsaceMoselle, ...Object.keys(abolition)];

function regionalDays(year: number, region: string, easter: number): number[] {
  if (alsaceMoselle.includes(region)) return [easter - 2, epochDay(year, 12, 26)];
  const day = abolition[region];
  if (day === undefined)
    throw new Error(`region '${region}' has no holidays of its own: ${frenchRegions.join(', ')}`);
  return [epochDay(year, ...day)];
}

/** Gregorian Easter (Meeus, Jones, Butcher). */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return epochDay(year, Math.floor(n / 31), (n % 31) + 1);
}
