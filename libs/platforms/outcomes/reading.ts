import type { z } from 'zod';
import { isPlausible, readInstant } from '../instant.js';
import type { ConnectionContext, Refusal, Warning } from '../platform.js';
import { implausibleTime, invalidField } from '../refusal.js';
import type { envelope } from './schema.js';

/** One event in its delivery, and what reading it needs. */
export interface Reading {
  readonly row: number | null;
  /** Where it stands: `` or `[3]`. */
  readonly path: string;
  /** UTC epoch ms. */
  readonly receivedAt: number;
  readonly connection: ConnectionContext;
  readonly event: z.output<typeof envelope>;
  readonly warnings: Warning[];
}

/** A date and time of the event, which must be plausible; without an offset it is local to the connection. */
export function instantOf(
  reading: Reading,
  field: string,
  text: string | null | undefined,
): number | Refusal {
  const { row, receivedAt, connection, warnings } = reading;
  const path = at(reading, field);
  const read = text === null || text === undefined ? null : readInstant(text, connection.timeZone);
  if (read === null) {
    const missing = text === null || text === undefined ? 'is missing; it ' : '';
    return invalidField(row, path, `${missing}must be an instant such as 2026-11-20T10:05:04+01:00`);
  }
  if (!isPlausible(read.at, receivedAt)) return implausibleTime(row, path);
  if (read.oddity !== null) warnings.push({ field, value: read.oddity });
  return read.at;
}

export function at({ path }: Pick<Reading, 'path'>, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
