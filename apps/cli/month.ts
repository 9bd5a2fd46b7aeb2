import { monthWords, namedMonth } from '#domain/period/relative-days.js';
import type { Period } from '#domain/period/period.js';
import { CommandError } from './command-error.js';

/** How a month may be written, for help texts. */
export const monthForms = `YYYY-MM, ${monthWords.join(' or ')}`;

/**
 * The month that a text names in a zone; `name`: of the argument or option, for the error. `now`: UTC epoch
 * ms.
 */
export function month(name: string, text: string, now: number, timeZone: string): Period {
  const period = namedMonth(text, now, timeZone);
  if (period !== null) return period;
  throw new CommandError('wrong-arguments', `${name}: '${text}' is no month: write it as ${monthForms}`);
}
