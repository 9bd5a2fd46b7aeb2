import type { Contract, Terms } from '#domain/contract/contract.js';
import { listHolidays, type HolidayDoubt } from '../holidays.js';

/** Listed days that a table cannot know for sure, in a contract that prices by holidays. */
export interface HolidayWarning {
  readonly code: 'doubtful-holidays';
  readonly contract: string;
  readonly message: string;
}

const reasons: Readonly<Record<HolidayDoubt, string>> = {
  moon: 'are announced when the new moon is seen, and may move by a day',
  substitute: 'stand for another day, which counts as well',
  partOfDay: 'are holidays for some hours only, and count as whole days',
};

/** Countries whose governments proclaim special days each year, which no table has in advance. */
const proclaiming: ReadonlySet<string> = new Set(['PH', 'ID', 'MY', 'SG', 'TH', 'IN', 'LK', 'BD', 'EG']);

/** Days that the contract names itself, under `extra` or `except`, are settled. */
export function holidayWarnings(contract: Contract): HolidayWarning[] {
  const { holidays, id } = contract;
  const { country, region, days } = holidays;
  const [first, last] = [days[0], days.at(-1)];
  if (country === null || first === undefined || last === undefined || !pricesByHolidays(contract)) return [];
  const settled = new Set([...holidays.extra, ...(holidays.except ?? [])]);
  const listed = listHolidays(country, region, Number(first.slice(0, 4)), Number(last.slice(0, 4)));
  const doubtful = listed.filter(({ day }) => isInTerm(contract, day) && !settled.has(day));
  const warnings = (Object.keys(reasons) as HolidayDoubt[]).flatMap((doubt): HolidayWarning[] => {
    const found = doubtful.filter((each) => each.doubt === doubt).map(({ day }) => day);
    if (found.length === 0) return [];
    const shown =
      found.length > 6 ? `${found.slice(0, 6).join(', ')} and ${found.length - 6} more` : found.join(', ');
    return [warning(id, `of the holidays of ${country}, ${shown} ${reasons[doubt]}`)];
  });
  if (!proclaiming.has(country)) return warnings;
  return [
    ...warnings,
    warning(id, `${country} proclaims further or other days each year, which are not listed`),
  ];
}

function warning(contract: string, found: string): HolidayWarning {
  const message = `${found}: agree on each and write it under holidays.extra or holidays.except, or all days that count under holidays.only`;
  return { code: 'doubtful-holidays', contract, message };
}

function isInTerm({ term }: Contract, day: string): boolean {
  return (term.firstDay === null || day >= term.firstDay) && (term.lastDay === null || day <= term.lastDay);
}

/** Whether some line or staffed place of the contract depends on holidays. */
function pricesByHolidays({ versions }: Contract): boolean {
  const all = versions.flatMap(({ terms, windows }): Terms[] => [
    terms,
    ...windows.map((window) => window.terms),
  ]);
  return /"days":\[[^\]]*"holiday"/.test(JSON.stringify(all));
}
