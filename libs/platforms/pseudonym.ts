import { createHmac, createSecretKey } from 'node:crypto';

/**
 * Keyed hash of a customer's E.164 digits. Plain hashes of 10^9 numbers could be searched through; this one
 * needs the tenant's key, and forgetting the key forgets the customers.
 *
 * The events of a call name its customer again and again, so the last ones are remembered: a hash takes as
 * long as everything else that is done with an event after its parse.
 */
export function pseudonymizer(key: Uint8Array): (customer: string) => string {
  const secret = createSecretKey(key);
  const known = new Map<string, string>();
  return (customer) => {
    const remembered = known.get(customer);
    if (remembered !== undefined) return remembered;
    if (known.size === mostRemembered) known.clear();
    const pseudonym = createHmac('sha256', secret).update(customer).digest('base64url').slice(0, 22);
    known.set(customer, pseudonym);
    return pseudonym;
  };
}

const mostRemembered = 10_000;
