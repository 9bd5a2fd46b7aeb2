import type { ContactFact, Direction, Media, QueueResult, SessionSummarized } from '#domain/fact/fact.js';
import { codeOf } from '../identifying-text.js';
import { meaningOf } from '../enumeration.js';
import { factId } from '../fact-id.js';
import { isPlausible, parseInstant } from '../instant.js';
import { maxSessions, tooManyRows } from '../limits.js';
import { e164Digits } from '../phone.js';
import { type ConnectionContext, type DeliveryBody, latestPlausible, type Normalized } from '../platform.js';
import { implausibleTime, invalidField, invalidFields, refuseDelivery } from '../refusal.js';
import type { Warning } from '../warning.js';
import { directions, isTransferByDisconnectType, mediaTypes } from './enumerations.js';
import {
  conversationRecord,
  type ConversationRecord,
  type RecordedParticipant,
  type RecordedSegment,
  type RecordedSession,
} from './record-schema.js';

/**
 * The facts of a conversation's record. A queue stay has the name of its session, as in events, and an
 * agent's session stands for the events of its leg: what came by events counts once, and the record prevails.
 * Of two records of one conversation the one received later prevails.
 *
 * Times come from the metrics of a session (`tTalkComplete`), which real records show to differ from the
 * lengths of its segments; where it has none, from its segments.
 */
export function readConversationRecord(
  json: unknown,
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  const checked = conversationRecord.safeParse(json);
  if (!checked.success) return refuseDelivery(invalidFields(null, '', checked.error));
  const record = checked.data;
  const start = instantOf(record.conversationStart);
  if (start === null)
    return refuseDelivery(invalidField(null, 'conversationStart', 'must be an instant with its offset'));
  if (!isPlausible(start, latestPlausible(delivery, connection)))
    return refuseDelivery(implausibleTime(null, 'conversationStart'));
  const sessions = record.participants.reduce((sum, each) => sum + (each.sessions?.length ?? 0), 0);
  if (sessions > maxSessions)
    return refuseDelivery(tooManyRows('participants', sessions, maxSessions, 'sessions'));
  const warnings: Warning[] = [];
  const reading: RecordContext = { record, start, receivedAt: delivery.receivedAt, connection, warnings };
  const facts = record.participants.flatMap((participant) =>
    (participant.sessions ?? []).flatMap((session) => factsOf(reading, participant, session)),
  );
  const late = facts.find((fact) => !isPlausible(fact.at, latestPlausible(delivery, connection)));
  if (late !== undefined)
    return refuseDelivery(implausibleTime(null, 'participants', ' with the end of a session'));
  if (facts.length > 0) return { facts, refusals: [], warnings };
  const noted = { type: 'contact.noted', what: 'conversation', details: {} } as const;
  return { facts: [{ ...noted, ...baseOf(reading, ['noted'], start) }], refusals: [], warnings };
}

interface RecordContext {
  readonly record: ConversationRecord;
  readonly start: number;
  readonly receivedAt: number;
  readonly connection: ConnectionContext;
  readonly warnings: Warning[];
}

function baseOf(reading: RecordContext, key: readonly string[], at: number) {
  const { connection, record, receivedAt } = reading;
  return {
    id: factId([connection.connection, 'record', record.conversationId, ...key]),
    entity: `${connection.connection}:${record.conversationId}`,
    connection: connection.connection,
    at,
    revision: receivedAt,
  };
}

function factsOf(
  reading: RecordContext,
  participant: RecordedParticipant,
  session: RecordedSession,
): ContactFact[] {
  switch (participant.purpose ?? '') {
    case 'customer':
    case 'external': {
      const own = partyOf(reading, participant, session);
      const base = baseOf(reading, [session.sessionId, 'started'], reading.start);
      return [{ type: 'contact.started', ...base, ...own }];
    }
    case 'acd':
      return stayOf(reading, participant, session);
    case 'agent':
    case 'user':
      return sessionOf(reading, participant, session);
    default:
      return [];
  }
}

interface Party {
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
}

/** As in events: who calls in, or is called. */
function partyOf(
  { connection, warnings }: RecordContext,
  participant: RecordedParticipant,
  session: RecordedSession,
): Party {
  const direction = meaningOf(directions, upper(session.direction), 'unknown', 'direction', warnings);
  const media = meaningOf(mediaTypes, upper(session.mediaType), 'other', 'mediaType', warnings);
  const party = direction === 'inbound' ? session.ani : direction === 'outbound' ? session.dnis : null;
  const digits =
    e164Digits(party, connection.country) ?? e164Digits(session.callbackNumbers?.[0], connection.country);
  const contact = participant.externalContactId ?? '';
  const customer =
    digits !== null
      ? connection.pseudonym(digits)
      : contact === ''
        ? null
        : connection.pseudonym(`ext:${contact}`);
  return { direction, media, customer };
}

/** Words of events are in capitals with underscores, those of records in lower camel case. */
function upper(word: string | null | undefined): string | null {
  return word === null || word === undefined
    ? null
    : word.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
}

function stayOf(
  reading: RecordContext,
  participant: RecordedParticipant,
  session: RecordedSession,
): ContactFact[] {
  const spans = spansOf(session);
  const queueId = (session.segments ?? []).find((segment) => (segment.queueId ?? '') !== '')?.queueId;
  const entered = spans[0]?.from;
  if (queueId === null || queueId === undefined || entered === undefined) return [];
  const queue = `${reading.connection.connection}:${queueId}`;
  const own = { segment: session.sessionId, queue, ...partyOf(reading, participant, session) };
  const enteredFact: ContactFact = {
    type: 'queue.entered',
    ...baseOf(reading, [session.sessionId, 'entered'], entered),
    ...own,
  };
  const left = endOf(spans);
  if (left === null) return [enteredFact];
  const waitMs = metricOf(session, 'tAcd') ?? left - entered;
  const leftFact = { result: resultOf(session), waitMs, answeredBy: null };
  const base = baseOf(reading, [session.sessionId, 'left'], left);
  return [enteredFact, { type: 'queue.left', ...base, ...own, ...leftFact }];
}

function resultOf(session: RecordedSession): QueueResult {
  if (metricOf(session, 'tAbandon') !== null) return 'abandoned';
  if (metricOf(session, 'tFlowOut') !== null) return 'flowOut';
  return session.segments?.at(-1)?.disconnectType === 'transfer' ? 'answered' : 'unknown';
}

/** Supervisors who listen, coach or break in have sessions too: no work of the contact. */
function sessionOf(
  reading: RecordContext,
  participant: RecordedParticipant,
  session: RecordedSession,
): ContactFact[] {
  const { userId } = participant;
  const isSupervision = (session.monitoredParticipantId ?? session.coachedParticipantId ?? '') !== '';
  if (userId === null || userId === undefined || userId === '' || isSupervision) return [];
  const spans = spansOf(session);
  const work = spans.filter(({ type }) => type !== 'wrapup');
  const begin = work[0]?.from;
  const end = endOf(work);
  if (begin === undefined || end === null || endOf(spans) === null) return [];
  const times = timesOf(session, spans, work, end);
  warnOfHandleTime(reading, session, times);
  const wrap = spans.findLast(({ type }) => type === 'wrapup');
  const queueId = (session.segments ?? []).find((segment) => (segment.queueId ?? '') !== '')?.queueId;
  return [
    {
      type: 'session.summarized',
      ...baseOf(reading, [session.sessionId, 'session'], end),
      leg: session.sessionId,
      agent: `${reading.connection.connection}:${userId}`,
      queue: queueId === null || queueId === undefined ? null : `${reading.connection.connection}:${queueId}`,
      startedAt: begin,
      ...times,
      transferredOut: times.talkMs > 0 && isTransfer(reading, work.at(-1)?.segment),
      acwEndedAt: times.acwMs === null ? null : (wrap?.to ?? end + times.acwMs),
      disposition: codeOf(wrap?.segment.wrapUpCode ?? null, 'wrapUpCode', {
        ...reading.connection,
        warnings: reading.warnings,
      }),
      ...partyOf(reading, participant, session),
    },
  ];
}

type Times = Pick<SessionSummarized, 'talkMs' | 'holdMs' | 'dialMs' | 'alertMs' | 'callbackMs' | 'acwMs'>;

function timesOf(
  session: RecordedSession,
  spans: readonly Span[],
  work: readonly Span[],
  end: number,
): Times {
  const lengthOf = (...types: string[]): number =>
    spans.reduce((sum, { type, from, to }) => sum + (types.includes(type) ? (to ?? from) - from : 0), 0);
  const wraps = spans.some(({ type }) => type === 'wrapup');
  const taken = work.find(({ type }) => type !== 'alert');
  return {
    talkMs: metricOf(session, 'tTalkComplete') ?? metricOf(session, 'tTalk') ?? lengthOf('interact'),
    holdMs: metricOf(session, 'tHeldComplete') ?? metricOf(session, 'tHeld') ?? lengthOf('hold'),
    dialMs:
      (metricOf(session, 'tDialing') ?? lengthOf('dialing')) +
      (metricOf(session, 'tContacting') ?? lengthOf('contacting')),
    alertMs: lengthOf('alert'),
    callbackMs: session.mediaType === 'callback' && taken !== undefined ? end - taken.from : 0,
    acwMs: metricOf(session, 'tAcw') ?? (wraps ? lengthOf('wrapup') : null),
  };
}

/** The platform's own sum, where it differs from the parts by more than rounding. */
function warnOfHandleTime({ warnings }: RecordContext, session: RecordedSession, times: Times): void {
  const handle = metricOf(session, 'tHandle');
  const parts = times.talkMs + times.holdMs + times.dialMs + (times.acwMs ?? 0);
  if (handle === null || Math.abs(handle - parts) <= 5_000) return;
  warnings.push({ code: 'inconsistent-durations', field: 'tHandle', value: 'parts-do-not-add-up' });
}

function isTransfer({ warnings }: RecordContext, segment: RecordedSegment | undefined): boolean {
  const word = upper(segment?.disconnectType) ?? 'UNKNOWN';
  return meaningOf(isTransferByDisconnectType, word, false, 'disconnectType', warnings);
}

/** Sum of a metric of the session; null: it has none. */
function metricOf(session: RecordedSession, name: string): number | null {
  const values = (session.metrics ?? []).flatMap((metric) =>
    metric.name === name && typeof metric.value === 'number' ? [metric.value] : [],
  );
  return values.length === 0 ? null : Math.max(0, Math.round(values.reduce((sum, value) => sum + value, 0)));
}

interface Span {
  readonly type: string;
  readonly from: number;
  /** null: it lasts. */
  readonly to: number | null;
  readonly segment: RecordedSegment;
}

/** The segments of a session in order of time; one whose begin cannot be read is left out. */
function spansOf({ segments }: RecordedSession): Span[] {
  return (segments ?? [])
    .flatMap((segment) => {
      const from = instantOf(segment.segmentStart);
      const type = segment.segmentType ?? '';
      return from === null ? [] : [{ type, from, to: instantOf(segment.segmentEnd), segment }];
    })
    .toSorted((a, b) => a.from - b.from || (a.to ?? Infinity) - (b.to ?? Infinity));
}

/** null: one of them lasts, or there is none. */
function endOf(spans: readonly Span[]): number | null {
  if (spans.length === 0) return null;
  return spans.reduce<number | null>(
    (end, { to }) => (end === null || to === null ? null : Math.max(end, to)),
    0,
  );
}

function instantOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (parseInstant(text, null)?.at ?? null);
}
