import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { trailEntry } from './period-acts.js';

/**
 * Which key makes the pseudonyms of customers from here on: its fingerprint, never the key. The first record
 * of the topic is that of the first start; a later one is a rotation, and counts only where it replaces the
 * key that was in force when it was written.
 */
export interface CustomerKeyRecord {
  /** Digest of a constant under the key: see `keyFingerprint`. */
  readonly fingerprint: string;
  /** Fingerprint of the key before; null: this is the first. */
  readonly replaces: string | null;
  readonly author: string;
  readonly reason: string;
  /** UTC epoch ms. */
  readonly at: number;
  /** Digest of the entry of the audit trail; absent: of the first start, or of a version without trail. */
  readonly trailEntry?: string | undefined;
}

export function encodeCustomerKey(record: CustomerKeyRecord): string {
  return JSON.stringify(record);
}

/** null: the record is none of these. */
export function decodeCustomerKey(value: string): CustomerKeyRecord | null {
  const parsed = customerKeyRecord.safeParse(parseJson(value));
  return parsed.success ? parsed.data : null;
}

const customerKeyRecord = z.object({
  fingerprint: z.string().min(1),
  replaces: z.string().nullable(),
  author: z.string(),
  reason: z.string(),
  at: z.int(),
  trailEntry,
});
