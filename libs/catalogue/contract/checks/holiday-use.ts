import type { DayRule, HolidayName } from '#domain/calendar/wall-clock.js';
import type { Version } from '#domain/contract/contract.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

/** As far as it matters whether any day is a holiday of the brand, and of the site. */
export interface WrittenCalendars {
  readonly holidays: WrittenDays;
  readonly siteHolidays?: WrittenDays | undefined;
}

interface WrittenDays {
  readonly country: string | null;
  readonly extra: readonly string[];
  readonly only?: readonly string[] | undefined;
}

/** Bands and opening times that name holidays of which the contract has none, or that never hold for them. */
export function holidayUseFaults({ lines, measures }: WrittenTerms, calendars: WrittenCalendars): Fault[] {
  return [
    ...lines.flatMap((line, index) =>
      'bands' in line
        ? line.bands.flatMap((band, place) => ruleFaults(band, ['lines', index, 'bands', place], calendars))
        : [],
    ),
    ...Object.entries(measures).flatMap(([id, measure]) =>
      measure.kind === 'seats'
        ? measure.open.flatMap((rule, place) => ruleFaults(rule, ['measures', id, 'open', place], calendars))
        : [],
    ),
  ];
}

function ruleFaults({ days, notOn = [] }: DayRule, path: Path, calendars: WrittenCalendars): Fault[] {
  const named: [HolidayName, string][] = [
    ...days.flatMap((day): [HolidayName, string][] => (isHolidayName(day) ? [[day, 'days']] : [])),
    ...notOn.map((day): [HolidayName, string] => [day, 'notOn']),
  ];
  const undefinedDays = named.flatMap(([day, key]) =>
    hasAny(day, calendars) ? [] : [fault('holidays-undefined', [...path, key], undefinedText[day])],
  );
  const isNever = days.length > 0 && days.every((day) => isHolidayName(day) && notOn.includes(day));
  if (!isNever) return undefinedDays;
  const message = `leaves out ${days.join(', ')}, the only days named: nothing is left`;
  return [...undefinedDays, fault('never-applies', [...path, 'notOn'], message)];
}

const undefinedText: Readonly<Record<HolidayName, string>> = {
  holiday: 'holiday means nothing: the contract has neither holidays.country nor extra or only',
  siteHoliday:
    'siteHoliday means nothing: the contract has no siteHolidays; write country, extra or only there, or holiday for the calendar of the brand',
};

function isHolidayName(day: string): day is HolidayName {
  return day === 'holiday' || day === 'siteHoliday';
}

function hasAny(day: HolidayName, { holidays, siteHolidays }: WrittenCalendars): boolean {
  const written = day === 'holiday' ? holidays : siteHolidays;
  if (written === undefined) return false;
  return written.country !== null || written.extra.length > 0 || written.only !== undefined;
}

/** A calendar of the site that no clause asks for. */
export function unusedSiteCalendar(versions: readonly Version[]): Fault[] {
  if (versions.length === 0 || JSON.stringify(versions).includes('"siteHoliday"')) return [];
  const message =
    'no clause asks for it: write siteHoliday among the days of a band or of opening times, or leave it out';
  return [fault('never-applies', ['siteHolidays'], message)];
}
