import { e164Digits } from './phone.js';
import type { Warning } from './warning.js';

/**
 * Whether a text is a phone number, or contains one or an e-mail address. Dates and UUIDs are neither.
 */
export function mayIdentifyCustomer(text: string, country: string | null): boolean {
  if (date.test(text) || uuid.test(text)) return false;
  return e164Digits(text, country) !== null || /\S@\S/.test(text) || writtenOut.test(text);
}

const date = /^[12]\d{3}-[01]\d-[0-3]\d$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `+33 6 12 …`, `0033 …`, `06 12 …` within a text. */
const writtenOut = /(?:\+|\b0)\d(?:[\s().\-/]{0,2}\d){7,}/;

/**
 * A code that an agent gave a contact (work code, tag, wrap-up code). Agents can write what they like into
 * most of them, so one that may name a customer is dropped, with a warning that does not quote it.
 */
export function codeOf(
  text: string | null,
  field: string,
  { country, warnings }: { readonly country: string | null; readonly warnings: Warning[] },
): string | null {
  if (text === null || !mayIdentifyCustomer(text, country)) return text;
  warnings.push({ code: 'field-dropped', field, value: 'may-name-a-customer' });
  return null;
}
