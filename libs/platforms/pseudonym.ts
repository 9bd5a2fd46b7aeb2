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

/**
 * Says which key it is without giving anything of it away: the pseudonym of a text that no customer can have
 * (they are digits, or begin with `ext:`), so it cannot be found among the pseudonyms either.
 */
export function keyFingerprint(key: Uint8Array): string {
  const digest = createHmac('sha256', key).update('fingerprint of the key of customer pseudonyms');
  return digest.digest('base64url').slice(0, 22);
}

const maxRemembered = 10_000;
