import { e164Digits } from '../phone.js';
import type { ConnectionContext } from '../platform.js';

/**
 * An id as ours. `bank-genesys:310` is the id 310 of the connection bank-genesys; what does not begin with
 * the id of a connection there is, is an id of the sender's own connection, colons and all.
 */
export function prefixedId(told: string, connection: ConnectionContext): string;
export function prefixedId(told: string | null | undefined, connection: ConnectionContext): string | null;
export function prefixedId(told: string | null | undefined, connection: ConnectionContext): string | null {
  if (!told) return null;
  const prefix = told.slice(0, Math.max(0, told.indexOf(':')));
  const isOurs =
    prefix === connection.connection || (prefix !== '' && connection.isConnection?.(prefix) === true);
  return isOurs ? told : `${connection.connection}:${told}`;
}

/**
 * The pseudonym of a customer: of his number, so that he is the one who called, else of the id under which
 * the sender knows him. `ext:` before an id says that it is none, though it may look like a number.
 */
export function customerOf(told: string | null | undefined, connection: ConnectionContext): string | null {
  if (!told) return null;
  const digits = told.startsWith('ext:') ? null : e164Digits(told, connection.country);
  if (digits !== null) return connection.pseudonym(digits);
  return connection.pseudonym(told.startsWith('ext:') ? told : `ext:${told}`);
}

/**
 * What an event is about. Where the sender uses a number or an e-mail address of a customer for it, his
 * pseudonym stands for it; plain digits are taken for what ids mostly are.
 */
export function subjectOf(told: string | null | undefined, connection: ConnectionContext): string | null {
  if (!told) return null;
  const isPlainId = /^[1-9]\d*$/.test(told) || !mayIdentifyCustomer(told, connection.country);
  return isPlainId ? told : customerOf(told, connection);
}

/**
 * Whether a text reads as a phone number, or has one or an e-mail address in it. Dates and UUIDs are neither.
 */
export function mayIdentifyCustomer(told: string, country: string | null): boolean {
  if (date.test(told) || uuid.test(told)) return false;
  return e164Digits(told, country) !== null || /\S@\S/.test(told) || writtenOut.test(told);
}

const date = /^[12]\d{3}-[01]\d-[0-3]\d$/;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `+33 6 12 …`, `0033 …`, `06 12 …` within a text. */
const writtenOut = /(?:\+|\b0)\d(?:[\s().\-/]{0,2}\d){7,}/;
