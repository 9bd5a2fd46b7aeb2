import { hash } from 'node:crypto';
import type { LogRecord } from './log.js';

/**
 * The fingerprint of a record, `<offset>.<timestamp>.<16 letters of SHA-256 of key and value>`. A position
 * keeps that of the last record read before it, and so says which log it is in: offsets alone are the same in
 * a topic that was recreated, in another data directory and in a restored copy.
 */
export function fingerprintOf({ offset, timestamp, key, value }: LogRecord): string {
  const digest = hash('sha256', `${key.length}:${key}${value}`, 'base64url').slice(0, 16);
  return `${offset}.${timestamp}.${digest}`;
}

/** The offset in a fingerprint; null: it is none. */
export function fingerprintOffset(fingerprint: string): number | null {
  const match = /^(\d{1,16})\.\d{1,16}\.[\w-]{16}$/.exec(fingerprint);
  return match === null ? null : Number(match[1]);
}
