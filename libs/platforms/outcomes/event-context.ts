import type { z } from 'zod';
import { isPlausible, parseInstant } from '../instant.js';
import type { ConnectionContext, Refusal } from '../platform.js';
import type { Warning } from '../warning.js';
import { implausibleTime, invalidField } from '../refusal.js';
import type { envelope } from './schema.js';

/** One event of a delivery, and what reading it needs. */
export interface EventContext {
  readonly row: number | null;
  /** Path of the event in the delivery: `` or `[3]`. */
  readonly path: string;
  /** UTC epoch ms. */
  readonly latestAt: number;
  readonly connection: ConnectionContext;
  readonly event: z.output<typeof envelope>;
  readonly warnings: Warning[];
}

/** A date and time of the event, which must be plausible; without an offset it is local to the connection. */
export function readInstantField(
  reading: EventContext,
  field: string,
  text: string | null | undefined,
): number | Refusal {
  const { row, latestAt, connection, warnings } = reading;
  const path = pathOf(reading, field);
  const read = text === null || text === undefined ? null : parseInstant(text, connection.timeZone);
  if (read === null) {
    const missing = text === null || text === undefined ? 'is missing; it ' : '';
    return invalidField(row, path, `${missing}must be an instant such as 2026-11-20T10:05:04+01:00`);
  }
  if (!isPlausible(read.at, latestAt)) return implausibleTime(row, path);
  if (read.irregularity !== null) warnings.push({ code: read.irregularity, field, value: null });
  return read.at;
}

export function pathOf({ path }: Pick<EventContext, 'path'>, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
