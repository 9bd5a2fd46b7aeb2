import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Principal, type Role, roleNames } from './roles.js';

/** What is kept of a key: its secret is shown once, when it is made, and then known to its holder only. */
export interface ApiKey {
  /** Part of the key, so that it can be named and found. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** null: all. */
  readonly brands: readonly string[] | null;
  /** SHA-256 (hex) of the whole key: 256 random bits need no slow hash. */
  readonly digest: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** From then on it is no longer taken; null: never. */
  readonly expiresAt: string | null;
}

const instant = z.iso.datetime({ error: 'must be an instant such as 2027-01-01T00:00:00.000Z' });

export const apiKeySchema: z.ZodType<ApiKey> = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{10}$/, 'must be ten hexadecimal digits'),
  name: z.string().min(1).max(100),
  role: z.enum(roleNames),
  brands: z.array(z.string().min(1)).min(1).nullable(),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal digits'),
  createdAt: instant,
  expiresAt: instant.nullable(),
});

export interface KeyTerms {
  readonly name: string;
  readonly role: Role;
  readonly brands: readonly string[] | null;
  /** UTC epoch ms; null: never. */
  readonly expiresAt: number | null;
}

/** A new key as its holder sends it, `tlk_<id>_<secret>`, and what is kept of it. */
export function createApiKey(
  terms: KeyTerms,
  now: number,
): { readonly secret: string; readonly key: ApiKey } {
  const id = randomBytes(5).toString('hex');
  const secret = `tlk_${id}_${randomBytes(32).toString('base64url')}`;
  const { name, role, brands, expiresAt } = terms;
  const key = {
    id,
    name,
    role,
    brands,
    digest: hash('sha256', secret),
    createdAt: new Date(now).toISOString(),
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
  return { secret, key };
}

/** Who sends this key; null: no one that is known, or no longer. */
export function holderOf(secret: string, keys: ReadonlyMap<string, ApiKey>, now: number): Principal | null {
  const id = /^tlk_([0-9a-f]{10})_[\w-]{43}$/.exec(secret)?.[1];
  const key = id === undefined ? undefined : keys.get(id);
  if (key === undefined) return null;
  const sent = Buffer.from(hash('sha256', secret), 'hex');
  if (!timingSafeEqual(sent, Buffer.from(key.digest, 'hex'))) return null;
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= now) return null;
  const { name, role, brands } = key;
  return { name, role, brands };
}
