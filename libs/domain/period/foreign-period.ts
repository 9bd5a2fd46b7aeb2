import { type PeriodFrame, periodsOf } from './contract-periods.js';
import { anyPeriodForm, type PeriodUnit, periodNouns, periodNumbers } from './rhythm.js';
import { formatDay } from './zone.js';

/**
 * Why a text names no period of a contract, and what to write: the contract's own periods of that time, where
 * it names some time.
 */
export function foreignPeriodText(text: string, frame: PeriodFrame): string {
  const { ofDay, form } = periodsOf(frame);
  const what = `'${text}' is no period of this contract, which is invoiced by the ${periodNouns[frame.period.unit]}`;
  const days = daysOf(text);
  if (days === null) return `${what}: write ${form}`;
  const [first, last] = days.map((day) => ofDay(formatDay(day)));
  return first === last ? `${what}: write ${first}` : `${what}: it touches ${first} to ${last}`;
}

const ofTheCalendar = ['month', 'halfMonth', 'quarter', 'year'] as const satisfies readonly PeriodUnit[];

/** First and last day of what needs no contract to be known; weeks are taken as those of ISO 8601. */
function daysOf(text: string): [number, number] | null {
  if (!anyPeriodForm.test(text)) return null;
  const rhythms = [
    ...ofTheCalendar.map((unit) => periodNumbers({ unit })),
    periodNumbers({ unit: 'week', weekStart: 'monday' }),
  ];
  for (const { parse, firstDay } of rhythms) {
    const number = parse(text);
    if (number !== null) return [firstDay(number), firstDay(number + 1) - 1];
  }
  return null;
}
