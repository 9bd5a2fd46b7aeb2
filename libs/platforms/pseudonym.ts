import { createHmac } from 'node:crypto';

/**
 * Keyed hash of a customer's E.164 digits. Plain hashes of 10^9 numbers could be searched through; this one needs the
 * tenant's key, and forgetting the key forgets the customers.
 */
export function pseudonymizer(key: Uint8Array): (customer: string) => string {
  return (customer) => createHmac('sha256', key).update(customer).digest('base64url').slice(0, 22);
}
