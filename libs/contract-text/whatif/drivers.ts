import { kpiTitle } from '../kpi-name.js';
import type { Wording } from '../phrasebook.js';
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

export function driverTitle(driver: Driver, wording: Wording): string {
  const { t } = wording;
  switch (driver.name) {
    case 'volume':
      return t('volume', 'volume');
    case 'handleTime':
      return t('AHT', 'DMT');
    case 'kpi':
      return driver.kpi === null
        ? ''
        : `${driver.kpi.id}${t(':', ' :')} ${kpiTitle(driver.kpi.definition, wording)}`;
  }
}

export function driverValue(driver: Driver, x: number, { t, number, percent }: Wording): string {
  const value = inUnits(driver, x);
  const text = number(value);
  switch (driver.unit) {
    case 'contacts':
      return `${text} ${t('contacts', 'contacts')}`;
    case 'seconds':
      return `${text} s`;
    case 'ratio':
      return percent(value);
    case 'points':
      return `${text} points`;
    case 'score':
      return text;
    case 'perHour':
      return `${text} ${t('per hour', 'par heure')}`;
    case 'events':
      return `${text} ${t('events', 'événements')}`;
  }
}
