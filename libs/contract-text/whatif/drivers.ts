import { numberText, percentText, type Lang } from '../phrasebook.js';
import { Decimal } from '#domain/money/money.js';
import type { Driver } from '#domain/whatif/drivers.js';

/** `volume`, `handleTime`, or the id of the KPI. */
export function driverName({ name, kpi }: Driver): string {
  return kpi?.id ?? name;
}

/** A value of the search in the unit that people speak of: 3 780 tenths -> `378`. */
export function inUnits({ perUnit }: Driver, x: number): string {
  return new Decimal(x).div(perUnit).toString();
}

export function driverTitle(driver: Driver, lang: Lang): string {
  switch (driver.name) {
    case 'volume':
      return lang === 'en' ? 'volume' : 'volume';
    case 'handleTime':
      return lang === 'en' ? 'AHT' : 'DMT';
    case 'kpi':
      return driver.kpi?.id ?? '';
  }
}

export function driverValue(driver: Driver, x: number, lang: Lang): string {
  const value = inUnits(driver, x);
  const number = numberText(lang, value);
  switch (driver.unit) {
    case 'contacts':
      return `${number} ${lang === 'en' ? 'contacts' : 'contacts'}`;
    case 'seconds':
      return `${number} s`;
    case 'ratio':
      return percentText(lang, value);
    case 'points':
      return `${number} points`;
    case 'score':
      return number;
    case 'perHour':
      return lang === 'en' ? `${number} per hour` : `${number} par heure`;
    case 'events':
      return lang === 'en' ? `${number} events` : `${number} événements`;
  }
}
