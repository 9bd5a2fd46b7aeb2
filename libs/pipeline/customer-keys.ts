import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { keyFingerprint } from '#platforms/pseudonym.js';
import { ConfigFaults } from '#runtime/config-faults.js';
import { type CustomerKeyRecord, decodeCustomerKey, encodeCustomerKey } from '#wire/customer-keys.js';
import type { Actor } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';
import { AuditTrail } from './audit-trail.js';

/**
 * Refuses to make pseudonyms under another key than the log knows: every customer who comes back would be a
 * stranger, contacts that were resolved would be paid again, and no figure would show it. The first start
 * writes the fingerprint of its key; where two processes start with two keys, the first in the log counts.
 *
 * Throws `ConfigFaults` with the code `key-differs`.
 */
export async function requireCustomerKey(log: Log, key: Uint8Array, now: () => number): Promise<void> {
  const fingerprint = keyFingerprint(key);
  let inForce = await customerKeyInForce(log);
  if (inForce === null) {
    const first = { fingerprint, replaces: null, author: 'first start', reason: '', at: now() };
    await log.append(topics.customerKeys.name, [{ key: fingerprint, value: encodeCustomerKey(first) }]);
    inForce = await customerKeyInForce(log);
  }
  if (inForce?.fingerprint === fingerprint) return;
  const since = inForce === null ? '' : ` since ${new Date(inForce.at).toISOString()} (${inForce.author})`;
  const message =
    `is not the key that made the pseudonyms in this log: its fingerprint is ${fingerprint}, the log has ` +
    `${inForce?.fingerprint}${since}. Set that key, or restore its file from a backup; only where it is lost for good, or ` +
    'is to be replaced: `tallyline customer-key rotate`, after which every customer is a new one';
  throw new ConfigFaults([{ code: 'key-differs', variable: 'TALLYLINE_CUSTOMER_KEY', message }]);
}

/** The record of the key in force; null: no process has made pseudonyms in this log yet. */
export async function customerKeyInForce(log: Log): Promise<CustomerKeyRecord | null> {
  return (await customerKeyHistory(log)).at(-1) ?? null;
}

/** The keys that were in force, oldest first. */
export async function customerKeyHistory(log: Log): Promise<CustomerKeyRecord[]> {
  const records = (await readTopicValues(log, topics.customerKeys.name)).flatMap(
    (value) => decodeCustomerKey(value) ?? [],
  );
  const history: CustomerKeyRecord[] = [];
  for (const record of records) {
    if (record.replaces === (history.at(-1)?.fingerprint ?? null)) history.push(record);
  }
  return history;
}

export interface Rotation {
  readonly key: Uint8Array;
  readonly author: string;
  readonly reason: string;
  /** For the audit trail, which has an entry of it then. */
  readonly actor?: Actor;
}

/**
 * Puts another key in force; the record of the one in force is the answer where it is this one already.
 * Processes that run with the old key must have ended: they would go on with it.
 */
export async function rotateCustomerKey(
  log: Log,
  { key, author, reason, actor }: Rotation,
  now: () => number,
): Promise<{ readonly isNew: boolean; readonly record: CustomerKeyRecord }> {
  const fingerprint = keyFingerprint(key);
  const before = await customerKeyInForce(log);
  if (before?.fingerprint === fingerprint) return { isNew: false, record: before };
  const [at, replaces] = [now(), before?.fingerprint ?? null];
  const trailEntry =
    actor === undefined
      ? undefined
      : await new AuditTrail(log).write({
          act: 'customer-key-rotated',
          actor,
          at,
          subject: `customer key ${fingerprint}`,
          reason,
          details: { fingerprint, ...(replaces !== null && { replaces }) },
        });
  const record = { fingerprint, replaces, author, reason, at, trailEntry };
  await log.append(topics.customerKeys.name, [{ key: fingerprint, value: encodeCustomerKey(record) }]);
  return { isNew: true, record };
}
