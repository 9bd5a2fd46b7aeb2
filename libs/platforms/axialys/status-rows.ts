import { z } from 'zod';
import { loggedIn } from '#domain/timeline/timeline.js';
import type { AgentStretch } from '#domain/fact/fact.js';
import { compileSchema } from '../compile-schema.js';
import { factId } from '../fact-id.js';
import { count, seconds, text } from '../field-schemas.js';
import { isPlausible, parseInstant } from '../instant.js';
import { type RowContext, rowKind, type RowRefusal } from '../polled-rows.js';

/**
 * What agents did, as Axialys reports it: finished stretches, without an id of their own. A login is reported
 * at logout, and pauses have zero-based codes: `user6` is "Pause 7" in the portal. The name of the agent
 * comes hours later and is not kept; a row that is polled again replaces what it said.
 */
const statusRow = compileSchema(
  z.object({
    id_op: count,
    /** `login`, `break`, `call_in`, `call_out`, `catchup` (after-call work); open for others. */
    type: z.string({ error: 'must be text, such as login or break' }).min(1).max(64),
    date: z.string({ error: 'must be a date such as 2026-11-20T12:00:31+01:00' }),
    duration: seconds,
    /** The reason of a break. */
    infos: text,
  }),
);

type StatusRow = z.output<typeof statusRow>;

export const statusRows = rowKind<StatusRow>({
  source: 'axialys.vm',
  rowsKind: 'status_rows',
  rowKind: 'status_row',
  csvColumn: 'infos',
  schema: statusRow,
  read,
});

function read(row: StatusRow, context: RowContext): AgentStretch | RowRefusal {
  const { connection, timeZone, latestAt, polledAt, warnings } = context;
  const date = parseInstant(row.date, timeZone);
  if (date === null) {
    const what = 'must be a date and time such as 2026-11-20T12:00:31+01:00';
    return { code: 'invalid-field', field: 'date', what };
  }
  if (!isPlausible(date.at, latestAt)) return { code: 'implausible-time', field: 'date', what: '' };
  const endedAt = date.at + row.duration * 1_000;
  if (!isPlausible(endedAt, latestAt)) {
    return { code: 'implausible-time', field: 'date', what: ' with its duration' };
  }
  if (date.irregularity !== null) warnings.push({ code: date.irregularity, field: 'date', value: null });
  const reason = row.infos?.trim() ?? '';
  return {
    type: 'agent.stretch',
    id: factId([connection, 'status', row.id_op, row.type, date.at]),
    entity: `${connection}:stretch/${row.id_op}-${row.type}-${date.at}`,
    connection,
    at: endedAt,
    revision: polledAt,
    agent: `${connection}:${row.id_op}`,
    code: row.type === 'login' ? loggedIn : row.type,
    reason: row.type === 'break' && reason !== '' ? reason : null,
    startedAt: date.at,
    endedAt,
  };
}
