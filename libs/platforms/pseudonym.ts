import { createHmac, createSecretKey } from 'node:crypto';

/**
 * Keyed hash of a customer's E.164 digits. Plain hashes of 10^9 numbers could be searched through; this one
 * needs the tenant's key, and without the key no customer can ever be identified again.
 *
 * The events of a call repeat their customer, so recent pseudonyms are cached: one hash takes as long as all
 * the rest of the work on an event after parsing.
 */
export function pseudonymizer(key: Uint8Array): (customer: string) => string {
  const secret = createSecretKey(key);
  const known = new Map<string, string>();
  return (customer) => {
    const remembered = known.get(customer);
    if (remembered !== undefined) return remembered;
    if (known.size === maxRemembered) known.clear();
    const pseudonym = createHmac('sha256', secret).update(customer).digest('base64url').slice(0, 22);
    known.set(customer, pseudonym);
    return pseudonym;
  };
}

const maxRemembered = 10_000;
