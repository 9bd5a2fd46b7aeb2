import { dayWords } from '#domain/period/relative-days.js';
import type { AccrualInstant } from '#pipeline/close/accruals.js';
import { asOfDay } from '#pipeline/close/as-of-day.js';
import { CommandError } from './command-error.js';

export const asOfHelp =
  `by what was known at the end of this local day: YYYY-MM-DD, ${dayWords.join(', ')}; of facts and closes ` +
  'those that were in the log by then; default: now';

/** What `--at` names. Throws `wrong-arguments`. */
export function asOfOption(text: string | undefined, now: number, timeZone: string): AccrualInstant {
  const instant = asOfDay(text ?? null, now, timeZone);
  const advice = `write it as YYYY-MM-DD, or as ${dayWords.join(', ')}`;
  if (instant === 'unknown')
    throw new CommandError('wrong-arguments', `--at: '${text}' is no day: ${advice}`);
  if (instant === 'future')
    throw new CommandError('wrong-arguments', `--at: ${text} has not begun: name today or an earlier day`);
  return instant;
}
