import type { AgentLeft, SessionSummarized } from '#domain/fact/fact.js';
import { codeOf } from '../identifying-text.js';
import {
  type ConnectionContext,
  type DeliveryBody,
  latestPlausible,
  type Normalized,
  type Platform,
  type Refusal,
} from '../platform.js';
import { parseBody, refuseDelivery, unknownKind } from '../refusal.js';
import { meaningOf } from '../enumeration.js';
import { maxRows, overlongIn, tooManyRows } from '../limits.js';
import { readConversationRecord } from './conversation-record.js';
import { type DeliveredItem, itemsIn, placed } from './deliveries.js';
import {
  type EventContext,
  type EventReader,
  contactOf,
  customerOf,
  prefixedId,
  noteOf,
  pickFields,
  eventReader,
} from './event-reader.js';
import { agentReaders } from './agent-events.js';
import { type Topic, prefix } from './schema.js';
import { acdOutcomes, isTransferByDisconnectType } from './enumerations.js';

/**
 * Genesys Cloud, detail events by whichever way they came (`deliveries.ts`), one fact an event, and
 * conversations of its analytics.
 *
 * The same statement has the same id by whichever path it reaches us: the parts of the platform's idempotency
 * key, without the envelope's id (fresh on each publication) and durations. Its revision is the time of
 * publication, so an event that is published again with corrected durations replaces the first, and an
 * identical copy changes nothing.
 */
export const genesys: Platform = { name: 'genesys', normalize };

function normalize(delivery: DeliveryBody, connection: ConnectionContext): Normalized {
  const parsed = parseBody(delivery.body);
  if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
  const items = itemsIn(parsed.json, [...readersByName.keys(), ...agentReaders.keys()]);
  if (items.length > maxRows) return refuseDelivery(tooManyRows('', items.length, maxRows, 'events'));
  const [only] = items;
  if (only !== undefined && items.length === 1) return readItem(only, delivery, connection);
  const read = items.map((item) => readItem(item, delivery, connection));
  return {
    facts: read.flatMap(({ facts }) => facts),
    refusals: read.flatMap(({ refusals }) => refusals),
    warnings: read.flatMap(({ warnings }) => warnings),
  };
}

function readItem(item: DeliveredItem, delivery: DeliveryBody, connection: ConnectionContext): Normalized {
  const read = normalizedItem(item, delivery, connection);
  const overlong = overlongIn(read.facts, item.row, item.path);
  return overlong === null ? read : { ...refuseDelivery(overlong), warnings: read.warnings };
}

function normalizedItem(
  item: DeliveredItem,
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  if (item.kind === 'record') return placed(item, readConversationRecord(item.json, delivery, connection));
  const name = detailType(item.json);
  const read = name === null ? undefined : (readersByName.get(name) ?? agentReaders.get(name));
  return placed(
    item,
    read === undefined
      ? refuseDelivery(unreadTopic(name))
      : read(item.json, latestPlausible(delivery, connection), connection),
  );
}

function detailType(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('detail-type' in json)) return null;
  const name = json['detail-type'];
  return typeof name === 'string' ? name : null;
}

function unreadTopic(name: string | null): Refusal {
  if (name === null) {
    return unknownKind(
      'detail-type',
      'is missing: an event in its EventBridge envelope has one, as text; one of the notification socket has ' +
        'topicName, one of a data action topic, both beside eventBody; a conversation of analytics participants',
    );
  }
  const shown = /^v2\.[A-Za-z.{}]{1,120}$/.test(name) ? `'${name}'` : 'this topic';
  const known = Object.keys(readers).join('|');
  const users = [...agentReaders.keys()].join(', ');
  return unknownKind('detail-type', `${shown} is not read yet; read are ${prefix}{${known}}, ${users}`);
}

const readers: { readonly [T in Topic]: EventReader } = {
  'customer.start': eventReader('customer.start', (r) => ({
    type: 'contact.started',
    ...r.base,
    ...contactOf(r),
  })),

  'customer.end': eventReader('customer.end', (r) => ({ type: 'contact.ended', ...r.base })),

  contact: eventReader('contact', (r) => {
    const customer = customerOf(r.event, r.connection);
    return customer === null ? noteOf('contact', r, {}) : { type: 'contact.identified', ...r.base, customer };
  }),

  'acd.start': eventReader('acd.start', (r) => ({
    type: 'queue.entered',
    ...r.base,
    segment: r.event.sessionId,
    queue: prefixedId(r, r.event.queueId),
    ...contactOf(r),
  })),

  'acd.end': eventReader('acd.end', (r) => {
    // for its warning about an unknown value; nothing is kept of it
    isTransfer(r);
    return {
      type: 'queue.left',
      ...r.base,
      segment: r.event.sessionId,
      queue: prefixedId(r, r.event.queueId),
      result: meaningOf(acdOutcomes, r.event.acdOutcome, 'unknown', 'acdOutcome', r.warnings),
      waitMs: r.event.connectedDurationMs ?? null,
      answeredBy: prefixedId(r, r.event.answeredUserId),
      ...contactOf(r),
    };
  }),

  'user.start': eventReader('user.start', (r) => ({
    type: 'agent.joined',
    ...r.base,
    leg: r.event.sessionId,
    agent: prefixedId(r, r.event.userId),
    queue: prefixedId(r, r.event.queueId),
    ...contactOf(r),
  })),

  'user.end': eventReader('user.end', sessionEndOf),

  acw: eventReader('acw', (r) => ({
    type: 'agent.wrapped',
    ...r.base,
    leg: r.event.sessionId,
    agent: prefixedId(r, r.event.userId),
    queue: prefixedId(r, r.event.queueId),
    acwMs: r.event.wrapupDurationMs ?? null,
    disposition: codeOf(r.event.wrapupCode ?? null, 'wrapupCode', { ...r.connection, warnings: r.warnings }),
  })),

  // attributes are the customer's own data: only their number is kept
  attributes: eventReader('attributes', (r) =>
    noteOf('attributes', r, { attributeCount: Object.keys(r.event.attributes ?? {}).length }),
  ),
  wrapup: eventReader('wrapup', (r) =>
    noteOf('wrapup', r, pickFields(r.event, 'queueId', 'wrapupCode', 'wrapupDurationMs')),
  ),
  'flow.start': eventReader('flow.start', (r) => noteOf('flow.start', r, pickFields(r.event, ...flowFields))),
  'flow.end': eventReader('flow.end', (r) =>
    noteOf(
      'flow.end',
      r,
      pickFields(
        r.event,
        ...flowFields,
        'disconnectType',
        'exitReason',
        'transferType',
        'connectedDurationMs',
      ),
    ),
  ),
  'flow.outcome': eventReader('flow.outcome', (r) =>
    noteOf('flow.outcome', r, pickFields(r.event, ...flowFields, ...outcomeFields)),
  ),
  // the id of the dialled contact is left out: it identifies a person
  outbound: eventReader('outbound', (r) =>
    noteOf('outbound', r, pickFields(r.event, 'outboundCampaignId', 'outboundContactListId')),
  ),
  'voicemail.start': eventReader('voicemail.start', (r) =>
    noteOf('voicemail.start', r, pickFields(r.event, 'userId', 'queueId')),
  ),
  'voicemail.end': eventReader('voicemail.end', (r) =>
    noteOf(
      'voicemail.end',
      r,
      pickFields(r.event, 'userId', 'queueId', 'disconnectType', 'voicemailDurationMs'),
    ),
  ),
};

/**
 * The platform leaves out a duration that is 0. A session that held a callback is reported as a whole: it was
 * taken, whatever was dialled meanwhile.
 */
function sessionEndOf(r: EventContext<'user.end'>): AgentLeft | SessionSummarized {
  const { event } = r;
  const talkMs = event.interactingDurationMs ?? 0;
  const callbackMs = event.callbackDurationMs ?? 0;
  const session = {
    ...r.base,
    leg: event.sessionId,
    agent: prefixedId(r, event.userId),
    queue: prefixedId(r, event.queueId),
    talkMs,
    holdMs: event.heldDurationMs ?? 0,
    dialMs: (event.dialingDurationMs ?? 0) + (event.contactingDurationMs ?? 0),
    alertMs: event.alertingDurationMs ?? 0,
    transferredOut: isTransfer(r) && talkMs > 0,
    ...contactOf(r),
  };
  if (callbackMs === 0) return { type: 'agent.left', ...session };
  const startedAt = session.at - callbackMs - session.alertMs;
  const unknown = { acwMs: null, acwEndedAt: null, disposition: null };
  return { type: 'session.summarized', ...session, startedAt, callbackMs, ...unknown };
}

/** Whether the disconnection was a transfer; warns of a value that is not known. */
function isTransfer({ event, warnings }: EventContext<'acd.end' | 'user.end'>): boolean {
  const disconnectType = event.disconnectType ?? 'UNKNOWN';
  return meaningOf(isTransferByDisconnectType, disconnectType, false, 'disconnectType', warnings);
}

const flowFields = ['flowType', 'flowId', 'flowVersion'] as const;
const outcomeFields = [
  'flowOutcomeId',
  'flowOutcomeValue',
  'flowOutcomeStartTime',
  'flowOutcomeEndTime',
] as const;

const readersByName = new Map(Object.entries(readers).map(([topic, read]) => [prefix + topic, read]));
