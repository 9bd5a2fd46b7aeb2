import { nationalNumber } from './numbering-plan.js';

/**
 * Whether a text holds the number, however it is written: `+33 6 12 34 56 78`, `0612345678`,
 * `0033.6.12.34.56.78`, `sip:+33612345678@…`, also escaped as in JSON and addresses. It holds one that ends
 * in the national number, whatever is before that: rather one text too many than one too few.
 *
 * @param digits of the number as E.164, without `+`
 */
export function numberInText(digits: string): (text: string) => boolean {
  const national = nationalNumber(digits) ?? digits;
  const searched = national.length < shortestNational ? digits : national;
  const pattern = new RegExp(`${searched.split('').join(separators)}(?!\\d)`);
  return (text) => pattern.test(text);
}

/** Shorter ones would be found everywhere: those are searched with their country. */
const shortestNational = 7;
/** What stands between digits of one number; `\s` has the narrow and unbreakable spaces. */
const separators = String.raw`(?:[\s().\-/_+]|\\[nrt/]|\\u00a0|\\u202f|\\u2009|%20|%2D|%2E|&nbsp;){0,4}`;
