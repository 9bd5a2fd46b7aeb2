import type { QueueResult, SegmentSummarized } from '#domain/fact/fact.js';
import { factId } from '../fact-id.js';
import { codeOf } from '../identifying-text.js';
import { isPlausible } from '../instant.js';
import { e164Digits } from '../phone.js';
import { latestPlausible, type Platform } from '../platform.js';
import {
  endedAt,
  normalizeCsv,
  normalizeRowsIn,
  type RowContext,
  rowKind,
  type RowRefusal,
} from '../polled-rows.js';
import { parseBody, refuseDelivery } from '../refusal.js';
import { agentFrameOf } from './agent-frames.js';
import { agentRowKinds } from './agent-rows.js';
import { callOf, filled } from './call.js';
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
 *
 * A call that an agent made (`origlogin`, and no split answered it) was offered to no one: it is that
 * agent's outbound leg, whose talk is in `consulttime`.
 */
export const avaya: Platform = {
  name: 'avaya',
  normalize(delivery, connection) {
    const ofCsv = normalizeCsv([callHistory, ...agentRowKinds], delivery, connection);
    if (ofCsv !== null) return ofCsv;
    const parsed = parseBody(delivery.body);
    if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
    const { json } = parsed;
    const frame = agentFrameOf(json);
    return frame === null
      ? normalizeRowsIn(
          [callHistory, ...agentRowKinds],
          json,
          latestPlausible(delivery, connection),
          connection,
        )
      : frame(latestPlausible(delivery, connection), connection);
  },
};

const callHistory = rowKind<EchRow>({
  source: 'avaya.cms',
  rowsKind: 'ech_rows',
  rowKind: null,
  csvColumn: 'calldisp',
  schema: echRow,
  read,
});

function read(row: EchRow, context: RowContext): SegmentSummarized | RowRefusal {
  const call = callOf(row, context);
  if ('code' in call) return call;
  const { at } = call;
  const field = row.segstart_utc === null || row.segstart_utc === undefined ? 'segstart' : 'segstart_utc';
  if (!isPlausible(at, context.latestAt)) return { code: 'implausible-time', field, what: '' };
  const stay = isMadeByAgent(row) ? outboundOf(row, at, context) : stayOf(row, at, context);
  if (!isPlausible(endedAt(stay), context.latestAt)) {
    return { code: 'implausible-time', field, what: ' with its durations' };
  }
  // A supervisor listening in: neither the contact's nor the agent's work. Still a summary, so that a row
  // that turns out to be one takes back what it said before.
  const observing = row.observingcall === 1 ? ({ queue: null, agent: null, result: 'unknown' } as const) : {};
  return {
    type: 'segment.summarized',
    id: factId([context.connection, 'ech', ...call.key]),
    entity: `${context.connection}:${call.name}`,
    connection: context.connection,
    at,
    revision: context.polledAt,
    segment: [call.acd, row.callid ?? '', row.segment].join('-'),
    ...stay,
    ...observing,
  };
}

type Stay = Omit<SegmentSummarized, 'type' | 'id' | 'entity' | 'connection' | 'at' | 'revision' | 'segment'>;

function stayOf(row: EchRow, arrivedAt: number, context: RowContext): Stay {
  const disposition = dispositionOf(row, context);
  const waitMs = ((row.queuetime ?? 0) + (row.ringtime ?? 0)) * 1000;
  const agent = disposition.connected ? agentOf(row, context) : null;
  const holdTime = row.ansholdtime ?? row.onholdtime;
  return {
    ...partiesOf(row, context),
    media: 'voice',
    queue: disposition.ofQueue ? queueOf(row, context) : null,
    enteredAt: arrivedAt + vectorMs(row, context),
    waitMs,
    result: disposition.result,
    agent,
    talkMs: agent === null ? null : milliseconds(row.talktime),
    holdMs: agent === null ? null : milliseconds(holdTime),
    acwMs: agent === null ? null : milliseconds(row.acwtime),
    transferredOut: agent !== null && row.transferred === 1,
    disposition: codeOf(filled(row.cwc1 ?? row.cwcs0), 'cwc1', context),
  };
}

/** Not answered by a split, not abandoned and not sent on: the agent's own call, whomever it reached. */
function isMadeByAgent(row: EchRow): boolean {
  const ofQueue = row.calldisp === 2 || row.calldisp === 3 || row.calldisp === 4;
  return !ofQueue && filled(row.origlogin ?? row.origlogid) !== null && answeringLogin(row) === null;
}

/** `dispsplit` names the agent's split, if any: the work is of that queue, yet nothing waited in it. */
function outboundOf(row: EchRow, at: number, context: RowContext): Stay {
  const login = filled(row.origlogin ?? row.origlogid);
  const digits = e164Digits(row.dialed_num ?? row.dialednumber, context.country);
  const split = row.dispsplit ?? 0;
  return {
    direction: 'outbound',
    customer: digits === null ? null : context.pseudonym(digits),
    media: 'voice',
    queue: split > 0 ? `${context.connection}:${split}` : null,
    enteredAt: at,
    waitMs: 0,
    result: 'answered',
    agent: `${context.connection}:${login}`,
    talkMs: outboundTalkMs(row),
    holdMs: milliseconds(row.origholdtime),
    acwMs: milliseconds(row.acwtime),
    transferredOut: row.transferred === 1,
    disposition: codeOf(filled(row.cwc1 ?? row.cwcs0), 'cwc1', context),
  };
}

/** `consulttime`, or `talktime` where the release writes it there; both are parts of one segment. */
function outboundTalkMs({ consulttime, talktime, origholdtime, duration }: EchRow): number | null {
  if ((consulttime ?? null) === null) return milliseconds(talktime);
  const both = (consulttime ?? 0) + (talktime ?? 0);
  const longest = Math.max(consulttime ?? 0, talktime ?? 0);
  const room = (duration ?? both) - (origholdtime ?? 0);
  return (both <= room ? both : longest) * 1000;
}

interface Disposition {
  readonly result: QueueResult;
  readonly ofQueue: boolean;
  readonly connected: boolean;
}

function dispositionOf(row: EchRow, context: RowContext): Disposition {
  const known = dispositions.get(row.calldisp ?? -1);
  if (known !== undefined) return known;
  if (row.calldisp === 7) return answeringLogin(row) === null ? neither : connectedOnly;
  context.warnings.push({ code: 'unknown-value', field: 'calldisp', value: String(row.calldisp) });
  return { result: 'unknown', ofQueue: true, connected: false };
}

const connectedOnly: Disposition = { result: 'answered', ofQueue: false, connected: true };

/** 7, other: neither answered nor abandoned nor sent on, and of no agent. Offered to no one. */
const neither: Disposition = { result: 'unknown', ofQueue: false, connected: false };

/** `calldisp`. 5 forced busy and 6 forced disconnect say too little about the queue: a warning. */
const dispositions: ReadonlyMap<number, Disposition> = new Map([
  [1, connectedOnly],
  [2, { result: 'answered', ofQueue: true, connected: true }],
  [3, { result: 'abandoned', ofQueue: true, connected: false }],
  [4, { result: 'flowOut', ofQueue: true, connected: false }],
]);

/** Time in vectors before the queue; the three times are rounded one by one and may be a second off. */
function vectorMs(row: EchRow, context: RowContext): number {
  const waited = (row.queuetime ?? 0) + (row.ringtime ?? 0);
  const vector = (row.disptime ?? waited) - waited;
  if (vector >= 0) return vector * 1000;
  context.warnings.push({
    code: 'inconsistent-durations',
    field: 'disptime',
    value: 'less-than-queuetime-and-ringtime',
  });
  return 0;
}

/**
 * The split that disposed of the call, else the first it was queued to: a call that flowed on names no other.
 * Neither: it left the vector before any queue.
 */
function queueOf(row: EchRow, context: RowContext): string | null {
  for (const split of [row.dispsplit, row.split1, row.split2, row.split3]) {
    if ((split ?? 0) > 0) return `${context.connection}:${split}`;
  }
  if (row.calldisp === 2) context.warnings.push({ code: 'missing-value', field: 'dispsplit', value: null });
  return null;
}

function answeringLogin(row: EchRow): string | null {
  return filled(row.anslogin ?? row.anslogid);
}

function agentOf(row: EchRow, context: RowContext): string | null {
  const login = answeringLogin(row);
  if (login === null) context.warnings.push({ code: 'missing-value', field: 'anslogin', value: null });
  return login === null ? null : `${context.connection}:${login}`;
}

/**
 * A segment that an agent originated (consultation) has that agent as the caller, not a customer.
 */
function partiesOf(row: EchRow, context: RowContext): Pick<Stay, 'direction' | 'customer'> {
  if (filled(row.origlogin ?? row.origlogid) !== null) return { direction: 'unknown', customer: null };
  const digits = e164Digits(row.calling_pty ?? row.callingparty, context.country);
  return { direction: 'inbound', customer: digits === null ? null : context.pseudonym(digits) };
}

function milliseconds(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : seconds * 1000;
}
