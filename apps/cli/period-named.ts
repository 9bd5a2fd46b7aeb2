import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { foreignPeriodText } from '#domain/period/foreign-period.js';
import { monthWords, namedMonth } from '#domain/period/relative-days.js';
import type { Period } from '#domain/period/period.js';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { CommandError } from './command-error.js';

const monthForms = `YYYY-MM, ${monthWords.join(' or ')}`;

/** How a period may be written, for help texts. */
export const periodForms = `${monthForms}; of other contracts 2026-W10, 2026-Q1, ..., this-period or last-period`;

/**
 * The period of a contract that a text names; `name`: of the argument or option, for the error. `now`: UTC
 * epoch ms.
 */
export function periodNamed(name: string, text: string, now: number, contract: PeriodFrame): Period {
  const { at, has, shift } = periodsOf(contract);
  if (text === 'this-period') return at(now);
  if (text === 'last-period') return shift(at(now), -1);
  const month = namedMonth(text, now, contract.timeZone);
  const period = month ?? text;
  if (has(period)) return period;
  if (contract.period.unit === 'month' && month === null && !anyPeriodForm.test(text))
    throw new CommandError('wrong-arguments', `${name}: '${text}' is no month: write it as ${monthForms}`);
  const why = foreignPeriodText(period, contract);
  throw new CommandError('wrong-arguments', `${name}: ${why}; this-period and last-period do as well`);
}
