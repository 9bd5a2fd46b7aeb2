import { mayIdentifyCustomer } from '../identifying-text.js';
import { e164Digits } from '../phone.js';
import type { ConnectionContext } from '../platform.js';

/**
 * An id with its connection as prefix. `bank-genesys:310` is the id 310 of the connection bank-genesys; an
 * id that does not begin with the id of a connection is one of the sender's own connection, with all its
 * colons.
 */
export function prefixedId(id: string, connection: ConnectionContext): string;
export function prefixedId(id: string | null | undefined, connection: ConnectionContext): string | null;
export function prefixedId(id: string | null | undefined, connection: ConnectionContext): string | null {
  if (!id) return null;
  const prefix = id.slice(0, Math.max(0, id.indexOf(':')));
  const isOurs =
    prefix === connection.connection || (prefix !== '' && connection.isConnection?.(prefix) === true);
  return isOurs ? id : `${connection.connection}:${id}`;
}

/**
 * The pseudonym of a customer: made from the number, so that it matches the caller of a contact, else from
 * the sender's own id of the customer. `ext:` before an id says that it is no phone number, though it may
 * look like one.
 */
export function customerOf(id: string | null | undefined, connection: ConnectionContext): string | null {
  if (!id) return null;
  const digits = id.startsWith('ext:') ? null : e164Digits(id, connection.country);
  if (digits !== null) return connection.pseudonym(digits);
  return connection.pseudonym(id.startsWith('ext:') ? id : `ext:${id}`);
}

/**
 * What an event is about. Where the sender uses a phone number or an e-mail address, a pseudonym
 * replaces it; plain digits are taken as an ordinary id.
 */
export function subjectOf(id: string | null | undefined, connection: ConnectionContext): string | null {
  if (!id) return null;
  const isPlainId = /^[1-9]\d*$/.test(id) || !mayIdentifyCustomer(id, connection.country);
  return isPlainId ? id : customerOf(id, connection);
}
