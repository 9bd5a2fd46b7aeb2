import { isInternational, numberingPlan } from './numbering-plan.js';

/**
 * A phone number as E.164 digits without `+`, or null where the text holds none (empty, `anonymous`, a
 * routing target, an extension). A customer gets one form however a platform writes the number:
 * `tel:+33612345678`, `+33 (0)6 12 34 56 78`, `0033612345678`, `33612345678`, `06 12 34 56 78` (country 33).
 *
 * What digits without `+` are, the numbering plan of the country says: a national number with its trunk
 * prefix (France), without one (Spain, North America) or with a 0 that is kept (Italy), or an international
 * number. Digits that are both, are national where the plan has no trunk 0 that would show it. Digits that
 * are neither (a switch may invent some) are read by their form: after the trunk prefix they are national,
 * else international.
 *
 * @param country calling code (digits) of national numbers; null: they are not understood
 */
export function e164Digits(text: string | null | undefined, country: string | null): string | null {
  if (text === null || text === undefined || text === '') return null;
  const plain = international.exec(text);
  if (plain?.[1] !== undefined) return plain[1];
  const number = dialled(text.trim());
  if (number === null) return null;
  if (number.startsWith('+')) return e164(number.slice(1));
  return country === null ? withoutPlan(number) : byPlan(number, country);
}

/** The form nearly every event has, without the steps below. */
const international = /^(?:tel:)?\+([1-9]\d{6,14})$/;

/**
 * `+` and digits or digits only; null where it is no number. The user part of a SIP URI is one only with a
 * `+`.
 */
function dialled(text: string): string | null {
  const uri = /^(tel|sips?):([^@;?]*)/i.exec(text);
  const scheme = uri?.[1]?.toLowerCase();
  const bare = (uri?.[2] ?? text).replace(/^((?:\+|00)[\d\s.-]*)\(0\)/, '$1').replace(/[\s().\-/]/g, '');
  if (scheme?.startsWith('sip') === true && !bare.startsWith('+')) return null;
  return /^\+?\d{1,20}$/.test(bare) ? bare : null;
}

function e164(digits: string): string | null {
  return /^[1-9]\d{6,14}$/.test(digits) ? digits : null;
}

function withoutPlan(number: string): string | null {
  return number.startsWith('0') && !number.startsWith('00') ? null : e164(number.replace(/^00/, ''));
}

/** Callers come again, and looking a number up in a plan takes longer than all else that is done with it. */
function byPlan(number: string, country: string): string | null {
  const key = `${country}|${number}`;
  let digits = known.get(key);
  if (digits === undefined) {
    if (known.size >= 20_000) known.clear();
    known.set(key, (digits = readByPlan(number, country)));
  }
  return digits;
}

const known = new Map<string, string | null>();

function readByPlan(number: string, country: string): string | null {
  const plan = numberingPlan(country);
  const abroad = number.replace(plan?.international ?? /^00/, '');
  if (abroad !== number && (abroad.startsWith(country) || isInternational(abroad))) return e164(abroad);
  const national = plan?.nationalDigits(number) ?? null;
  if (national === null || plan === null) return byForm(number, country, plan?.trunkPrefix ?? null);
  const showsTrunk = plan.trunkPrefix === '0' && !number.startsWith('0');
  return showsTrunk && isInternational(number) ? e164(number) : national;
}

/** No number that a plan has given out. */
function byForm(number: string, country: string, trunkPrefix: string | null): string | null {
  if (number.startsWith('00')) return e164(number.slice(2));
  if (!number.startsWith('0')) return e164(number);
  return e164(country + (trunkPrefix === '0' ? number.slice(1) : number));
}
