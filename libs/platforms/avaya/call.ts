import { parseInstant } from '../instant.js';
import type { RowContext, RowRefusal } from '../polled-rows.js';
import type { EchRow } from './schema.js';

/** Which call a row is about, and when its segment began. */
export interface EchCall {
  /** UTC epoch ms. */
  readonly at: number;
  readonly acd: number;
  /** Id of the contact within the connection. */
  readonly name: string;
  /** What makes it this row and no other: several rows of one UCID are several legs of one contact. */
  readonly key: readonly (string | number)[];
}

/**
 * The key of call history is (acd, ucid, callid, segment, begin): one UCID may have several rows of one
 * segment with different call ids, a VRU port that answers and the agent after it, and a call id is used
 * again within hours. The contact is the UCID, or where the switch gives none, the call id together with its
 * begin.
 */
export function callOf(row: EchRow, context: RowContext): EchCall | RowRefusal {
  const at = beginOf(row, context);
  if (typeof at !== 'number') return at;
  const acd = row.acd ?? row.acdnum ?? null;
  if (acd === null) return missing('acd', 'is missing; it must be the number of the ACD');
  const ucid = filled(row.ucid);
  const callid = row.callid ?? null;
  const key = [acd, callid ?? '', row.segment ?? '', at];
  if (ucid !== null && !/^0+$/.test(ucid)) return { at, acd, name: ucid, key: ['ucid', ucid, ...key] };
  if (callid === null)
    return missing('callid', 'is needed where ucid is empty: without either the call cannot be identified');
  return { at, acd, name: `${acd}-${callid}-${at / 1000}`, key: ['callid', ...key] };
}

function missing(field: string, what: string): RowRefusal {
  return { code: 'invalid-field', field, what };
}

/** By UTC where the row has it: the local twin is ambiguous for an hour in autumn. */
function beginOf(row: EchRow, context: RowContext): number | RowRefusal {
  const field = hasValue(row.segstart_utc) ? 'segstart_utc' : 'segstart';
  const begin = row[field];
  if (begin === null || begin === undefined)
    return missing('segstart_utc', `is missing; it must be ${beginForm}`);
  if (typeof begin === 'number') return begin * 1000;
  const read = parseInstant(begin.trim(), field === 'segstart_utc' ? 'UTC' : context.timeZone);
  if (read === null) return missing(field, `must be ${beginForm}`);
  if (read.irregularity !== null) context.warnings.push({ code: read.irregularity, field, value: null });
  return read.at;
}

const beginForm =
  'a whole number of seconds since 1970-01-01 UTC, or a date and time such as 2026-03-04 08:55:31';

function hasValue(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Text without blanks around; null where there is none. */
export function filled(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
