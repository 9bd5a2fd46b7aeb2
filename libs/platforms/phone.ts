/**
 * A phone number as E.164 digits without `+`, or null where the text holds none (empty, `anonymous`, a
 * routing target, an extension). A customer gets one form however a platform writes the number:
 * `tel:+33612345678`, `+33 (0)6 12 34 56 78`, `0033612345678`, `33612345678`, `06 12 34 56 78` (country 33).
 *
 * Digits without `+` or a leading 0 are taken as international: so Axialys and Avaya write them. Plans whose
 * national numbers have no trunk 0 (North America, Spain) or keep it (Italy) are therefore understood in
 * their international forms only.
 *
 * @param country calling code (digits) of national numbers; null: they are not understood
 */
export function e164Digits(text: string | null | undefined, country: string | null): string | null {
  if (text === null || text === undefined || text === '') return null;
  const plain = international.exec(text);
  if (plain?.[1] !== undefined) return plain[1];
  const number = dialled(text.trim());
  if (number === null) return null;
  const digits = internationalDigits(number, country);
  return digits !== null && /^[1-9]\d{6,14}$/.test(digits) ? digits : null;
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

function internationalDigits(number: string, country: string | null): string | null {
  if (number.startsWith('+')) return number.slice(1);
  if (number.startsWith('00')) return number.slice(2);
  if (number.startsWith('0')) return country === null ? null : country + number.slice(1);
  return number;
}
