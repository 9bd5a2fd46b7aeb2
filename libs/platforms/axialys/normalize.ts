import type { QueueResult, SegmentSummarized } from '#domain/fact/fact.js';
import { epochDayOf, formatDay, zoneOf } from '#domain/period/zone.js';
import { factId } from '../fact-id.js';
import { cleanText } from '../field-schemas.js';
import { codeOf } from '../identifying-text.js';
import { isPlausible, parseInstant } from '../instant.js';
import { e164Digits } from '../phone.js';
import type { Platform } from '../platform.js';
import { endedAt, normalizeRows, type RowContext, rowKind, type RowRefusal } from '../polled-rows.js';
import { statusRows } from './status-rows.js';
import { type Enumeration, meaningOf } from '../enumeration.js';
import { type CallRow, callRow } from './schema.js';

/**
 * Axialys Voice Management: the calls of the current day, polled repeatedly; each poll gives the current
 * state of a call (names and tags come hours later), so the time of the poll is the revision.
 *
 * An `id_appel` is only trusted within its local day, direction by direction: the calls of a day can only be
 * polled on that day, and nothing promises that ids are unique for longer. A call is therefore
 * `<in|out>-<id>-<day>`.
 */
export const axialys: Platform = {
  name: 'axialys',
  normalize: (delivery, connection) => normalizeRows([calls, statusRows], delivery, connection),
};

const calls = rowKind<CallRow>({
  source: 'axialys.vm',
  rowsKind: 'call_rows',
  rowKind: 'call_row',
  csvColumn: 'id_appel',
  schema: callRow,
  read,
});

function read(row: CallRow, context: RowContext): SegmentSummarized | RowRefusal {
  const date = parseInstant(row.date, context.timeZone);
  if (date === null) {
    const what = 'must be a date and time such as 2026-11-20T10:09:48+01:00';
    return { code: 'invalid-field', field: 'date', what };
  }
  if (!isPlausible(date.at, context.latestAt)) return { code: 'implausible-time', field: 'date', what: '' };
  const call = readCall(row, context);
  const missing = missingDuration(row, call);
  if (missing !== null) {
    const what = 'is missing; a call in a queue needs it in whole seconds';
    return { code: 'invalid-field', field: missing, what };
  }
  const stay = stayOf(row, call, date.at, context);
  if (!isPlausible(endedAt(stay), context.latestAt)) {
    return { code: 'implausible-time', field: 'date', what: ' with its durations' };
  }
  if (date.irregularity !== null)
    context.warnings.push({ code: date.irregularity, field: 'date', value: null });
  const side = call.outbound ? 'out' : 'in';
  const name = `${side}-${Math.abs(row.id_appel)}-${localDay(date.at, context.timeZone)}`;
  return {
    type: 'segment.summarized',
    id: factId([context.connection, 'call', name]),
    entity: `${context.connection}:${name}`,
    connection: context.connection,
    at: date.at,
    revision: context.polledAt,
    segment: '1',
    ...stay,
  };
}

type Stay = Omit<SegmentSummarized, 'type' | 'id' | 'entity' | 'connection' | 'at' | 'revision' | 'segment'>;

function stayOf(row: CallRow, call: Call, arrivedAt: number, context: RowContext): Stay {
  return {
    direction: call.outbound ? 'outbound' : 'inbound',
    media: 'voice',
    customer: customerOf(row, call, context),
    queue: call.queue,
    enteredAt: arrivedAt + (row.duration_svi ?? 0) * 1000,
    waitMs: (row.duration_wait ?? 0) * 1000,
    result: call.result,
    agent: call.agent,
    ...(call.agent === null ? noAgentTimes : agentTimesOf(row, context)),
    transferredOut: false, // reported in another list of the platform, not in the call
    disposition: tagsOf(row, context),
  };
}

interface Call {
  readonly outbound: boolean;
  readonly queue: string | null;
  readonly result: QueueResult;
  readonly agent: string | null;
}

/** An outbound call that was not answered was in no queue and was not abandoned. */
function readCall(row: CallRow, context: RowContext): Call {
  const outbound = row.id_appel < 0;
  const status = meaningOf(statuses, row.status, unknownStatus, 'status', context.warnings);
  const failedOutbound = outbound && !status.connected;
  const group = row.group_name?.trim() ?? '';
  return {
    outbound,
    result: failedOutbound ? 'unknown' : status.result,
    queue: status.ofQueue && !failedOutbound && group !== '' ? `${context.connection}:${group}` : null,
    agent: status.connected ? agentOf(row, context) : null,
  };
}

interface Status {
  readonly result: QueueResult;
  readonly ofQueue: boolean;
  readonly connected: boolean;
}

const unknownStatus: Status = { result: 'unknown', ofQueue: true, connected: false };

const statuses: Enumeration<Status> = new Map<string, Status>([
  ['ANSWER', { result: 'answered', ofQueue: true, connected: true }],
  ['ABORT', { result: 'abandoned', ofQueue: true, connected: false }], // hung up before it rang
  ['CANCEL', { result: 'abandoned', ofQueue: true, connected: false }], // hung up while it rang
  ['NOANSWER', unknownStatus], // rang unanswered; what followed is not reported
  ['SIP', { result: 'unknown', ofQueue: false, connected: false }], // an outbound call that failed
]);

/**
 * Without these a queue stay has no begin and no end; in an outbound call no customer waits, and they
 * may be missing.
 */
function missingDuration(row: CallRow, call: Call): 'duration_svi' | 'duration_wait' | null {
  if (call.queue === null || call.outbound) return null;
  if (row.duration_svi === null || row.duration_svi === undefined) return 'duration_svi';
  return row.duration_wait === null || row.duration_wait === undefined ? 'duration_wait' : null;
}

type AgentTimes = Pick<SegmentSummarized, 'talkMs' | 'holdMs' | 'acwMs'>;

const noAgentTimes: AgentTimes = { talkMs: null, holdMs: null, acwMs: null };

/**
 * Talk without hold. Whether `duration_comm` holds `duration_hold` is not documented, so the row's own sum
 * decides: `duration = svi + wait + comm`: hold is inside; `= svi + wait + comm + hold`: beside. Where
 * neither adds up it is taken as inside, which bills less, unless hold is longer than `duration_comm`.
 */
function agentTimesOf(row: CallRow, context: RowContext): AgentTimes {
  const acwMs = milliseconds(row.post_appel);
  const comm = row.duration_comm;
  const hold = row.duration_hold;
  if (comm === null || comm === undefined) return { talkMs: null, holdMs: milliseconds(hold), acwMs };
  if (hold === null || hold === undefined) return { talkMs: comm * 1000, holdMs: null, acwMs };
  const rest =
    row.duration === null || row.duration === undefined
      ? null
      : row.duration - (row.duration_svi ?? 0) - (row.duration_wait ?? 0);
  const beside = rest === comm + hold;
  const inside = rest === comm && hold <= comm;
  if (rest === null) context.warnings.push({ code: 'missing-value', field: 'duration', value: null });
  else if (!beside && !inside)
    context.warnings.push({
      code: 'inconsistent-durations',
      field: 'duration',
      value: 'parts-do-not-add-up',
    });
  const talk = beside || hold > comm ? comm : comm - hold;
  return { talkMs: talk * 1000, holdMs: hold * 1000, acwMs };
}

function agentOf(row: CallRow, context: RowContext): string | null {
  const operator = row.id_op ?? 0;
  if (operator > 0) return `${context.connection}:${operator}`;
  context.warnings.push({ code: 'missing-value', field: 'id_op', value: null });
  return null;
}

function customerOf(row: CallRow, call: Call, context: RowContext): string | null {
  const digits = e164Digits(call.outbound ? row.called_number : row.caller_number, context.country);
  return digits === null ? null : context.pseudonym(digits);
}

function tagsOf(row: CallRow, context: RowContext): string | null {
  if (row.tags === null || row.tags === undefined) return null;
  if (typeof row.tags === 'string' && row.tags.length <= 256 && cleanText.test(row.tags)) {
    return codeOf(row.tags.trim() || null, 'tags', context);
  }
  context.warnings.push({ code: 'unusable-value', field: 'tags', value: 'not-short-text' });
  return null;
}

function localDay(at: number, timeZone: string): string {
  return formatDay(epochDayOf(at + zoneOf(timeZone).offsetAt(at)));
}

function milliseconds(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : seconds * 1000;
}
