import type { QueueResult, SegmentSummarized } from '#domain/fact/fact.js';
import { factId } from '../fact-id.js';
import { isPlausible } from '../instant.js';
import { e164Digits } from '../phone.js';
import type { Platform } from '../platform.js';
import { type RowContext, type RowRefusal, type RowFormat, endedAt, normalizeRows } from '../polled-rows.js';
import { type EchRow, echRow } from './schema.js';

/**
 * Avaya CMS external call history: rows of finished segments; a row polled again with later
 * after-call work is a higher revision of the same fact.
 *
 * A call arrives at `segstart_utc`, runs through vectors, waits in the queue, rings and is disposed of
 * (answered, abandoned) `disptime` seconds after its arrival. Time in vectors comes before the queue and is
 * no wait:
 *
 *     arrival ── vector ── entered ── queuetime + ringtime ── answered ── talk, hold ── after-call work
 */
export const avaya: Platform = {
  name: 'avaya',
  normalize: (delivery, connection) => normalizeRows(format, delivery, connection),
};

const format: RowFormat<EchRow> = {
  source: 'avaya.cms',
  rowsKind: 'ech_rows',
  rowKind: null,
  unsupportedKinds: [],
  schema: echRow,
  read,
};

function read(row: EchRow, context: RowContext): SegmentSummarized | RowRefusal {
  const at = row.segstart_utc * 1000;
  if (!isPlausible(at, context.receivedAt))
    return { code: 'implausible-time', field: 'segstart_utc', what: '' };
  const call = callOf(row);
  if (call === null) {
    const what = 'is needed where ucid is empty: without either the call cannot be identified';
    return { code: 'invalid-field', field: 'callid', what };
  }
  const base = {
    id: factId([context.connection, 'ech', ...call.identity, row.acd, row.segment]),
    entity: `${context.connection}:${call.name}`,
    connection: context.connection,
    at,
    revision: context.polledAt,
  };
  const segment = `${row.acd}-${row.segment}`;
  const stay = stayOf(row, at, context);
  if (!isPlausible(endedAt(stay), context.receivedAt)) {
    return { code: 'implausible-time', field: 'segstart_utc', what: ' with its durations' };
  }
  // A supervisor listening in: neither the contact's nor the agent's work. Still a summary, so that a row
  // that turns out to be one takes back what it said before.
  const observing = row.observingcall === 1 ? ({ queue: null, agent: null, result: 'unknown' } as const) : {};
  return { type: 'segment.summarized', ...base, segment, ...stay, ...observing };
}

type Stay = Omit<SegmentSummarized, 'type' | 'id' | 'entity' | 'connection' | 'at' | 'revision' | 'segment'>;

function stayOf(row: EchRow, arrivedAt: number, context: RowContext): Stay {
  const disposition = dispositionOf(row, context);
  const waitMs = (row.queuetime + row.ringtime) * 1000;
  const agent = disposition.connected ? agentOf(row, context) : null;
  return {
    ...partiesOf(row, context),
    media: 'voice',
    queue: disposition.ofQueue ? queueOf(row, context) : null,
    enteredAt: arrivedAt + vectorMs(row, context),
    waitMs,
    result: disposition.result,
    agent,
    talkMs: agent === null ? null : milliseconds(row.talktime),
    holdMs: agent === null ? null : milliseconds(row.ansholdtime),
    acwMs: agent === null ? null : milliseconds(row.acwtime),
    transferredOut: agent !== null && row.transferred === 1,
    disposition: filled(row.cwc1),
  };
}

interface Disposition {
  readonly result: QueueResult;
  readonly ofQueue: boolean;
  readonly connected: boolean;
}

function dispositionOf(row: EchRow, context: RowContext): Disposition {
  const known = dispositions.get(row.calldisp);
  if (known !== undefined) return known;
  context.warnings.push({ code: 'unknown-value', field: 'calldisp', value: String(row.calldisp) });
  return { result: 'unknown', ofQueue: true, connected: false };
}

/** `calldisp`. 5 forced busy, 6 forced disconnect and 7 other say too little about the queue: a warning. */
const dispositions: ReadonlyMap<number, Disposition> = new Map([
  [1, { result: 'answered', ofQueue: false, connected: true }],
  [2, { result: 'answered', ofQueue: true, connected: true }],
  [3, { result: 'abandoned', ofQueue: true, connected: false }],
  [4, { result: 'flowOut', ofQueue: true, connected: false }],
]);

/** Time in vectors before the queue; the three times are rounded one by one and may be a second off. */
function vectorMs(row: EchRow, context: RowContext): number {
  const vector = row.disptime - row.queuetime - row.ringtime;
  if (vector >= 0) return vector * 1000;
  context.warnings.push({
    code: 'inconsistent-durations',
    field: 'disptime',
    value: 'less-than-queuetime-and-ringtime',
  });
  return 0;
}

/** The split that disposed of the call; 0 or none: the call left the vector before any queue. */
function queueOf(row: EchRow, context: RowContext): string | null {
  const split = row.dispsplit ?? 0;
  if (split > 0) return `${context.connection}:${split}`;
  if (row.calldisp === 2) context.warnings.push({ code: 'missing-value', field: 'dispsplit', value: null });
  return null;
}

function agentOf(row: EchRow, context: RowContext): string | null {
  const login = filled(row.anslogin);
  if (login === null) context.warnings.push({ code: 'missing-value', field: 'anslogin', value: null });
  return login === null ? null : `${context.connection}:${login}`;
}

/**
 * A segment that an agent originated (consultation, outbound) has that agent as the caller, not a customer.
 */
function partiesOf(row: EchRow, context: RowContext): Pick<Stay, 'direction' | 'customer'> {
  if (filled(row.origlogin) !== null) return { direction: 'unknown', customer: null };
  const digits = e164Digits(row.calling_pty, context.country);
  return { direction: 'inbound', customer: digits === null ? null : context.pseudonym(digits) };
}

interface Call {
  readonly name: string;
  readonly identity: readonly (string | number)[];
}

/** The UCID, or where the switch gives none, the call id, which is only unique together with its begin. */
function callOf(row: EchRow): Call | null {
  const ucid = filled(row.ucid);
  if (ucid !== null && !/^0+$/.test(ucid)) return { name: ucid, identity: ['ucid', ucid] };
  if (row.callid === null || row.callid === undefined) return null;
  const name = `${row.acd}-${row.callid}-${row.segstart_utc}`;
  return { name, identity: ['callid', row.callid, row.segstart_utc] };
}

function milliseconds(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : seconds * 1000;
}

function filled(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
