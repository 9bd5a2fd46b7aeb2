import type { ConnectionContext, DeliveryBody, Normalized, Platform, Refusal } from '../platform.js';
import { parseBody, refused, unknownKind } from '../refusal.js';
import { meaning } from '../words.js';
import { type Reader, contactOf, customerOf, named, noted, pick, reader } from './reading.js';
import { type Topic, prefix } from './schema.js';
import { acdOutcomes, disconnects } from './words.js';

/**
 * Genesys Cloud, detail events in their EventBridge envelope: one event a delivery, one fact an event.
 *
 * The same statement has the same id on every way to us: the parts of the platform's idempotency key, without
 * the envelope's id (fresh on each publication) and durations. Its revision is the time of publication, so an
 * event that is published again with corrected durations replaces the first, and an identical copy changes
 * nothing.
 */
export const genesys: Platform = { name: 'genesys', normalize };

function normalize(delivery: DeliveryBody, connection: ConnectionContext): Normalized {
  const parsed = parseBody(delivery.body);
  if ('refusal' in parsed) return refused(parsed.refusal);
  const name = detailType(parsed.json);
  const read = name === null ? undefined : readersByName.get(name);
  if (read === undefined) return refused(unreadTopic(name));
  return read(parsed.json, delivery.receivedAt, connection);
}

function detailType(json: unknown): string | null {
  if (typeof json !== 'object' || json === null || !('detail-type' in json)) return null;
  const name = json['detail-type'];
  return typeof name === 'string' ? name : null;
}

function unreadTopic(name: string | null): Refusal {
  if (name === null) {
    return unknownKind('detail-type', 'is missing: an event in its EventBridge envelope has one, as text');
  }
  const shown = /^v2\.[A-Za-z.{}]{1,120}$/.test(name) ? `'${name}'` : 'this topic';
  const known = Object.keys(readers).join('|');
  return unknownKind('detail-type', `${shown} is not read yet; read are ${prefix}{${known}}`);
}

const readers: { readonly [T in Topic]: Reader } = {
  'customer.start': reader('customer.start', (r) => ({
    type: 'contact.started',
    ...r.base,
    ...contactOf(r),
  })),

  'customer.end': reader('customer.end', (r) => ({ type: 'contact.ended', ...r.base })),

  contact: reader('contact', (r) => {
    const customer = customerOf(r.event, r.connection);
    return customer === null ? noted('contact', r, {}) : { type: 'contact.identified', ...r.base, customer };
  }),

  'acd.start': reader('acd.start', (r) => ({
    type: 'queue.entered',
    ...r.base,
    segment: r.event.sessionId,
    queue: named(r, r.event.queueId),
    ...contactOf(r),
  })),

  'acd.end': reader('acd.end', (r) => {
    meaning(disconnects, r.event.disconnectType ?? 'UNKNOWN', false, 'disconnectType', r.warnings);
    return {
      type: 'queue.left',
      ...r.base,
      segment: r.event.sessionId,
      queue: named(r, r.event.queueId),
      result: meaning(acdOutcomes, r.event.acdOutcome, 'unknown', 'acdOutcome', r.warnings),
      waitMs: r.event.connectedDurationMs ?? null,
      answeredBy: named(r, r.event.answeredUserId),
      ...contactOf(r),
    };
  }),

  'user.start': reader('user.start', (r) => ({
    type: 'agent.joined',
    ...r.base,
    leg: r.event.sessionId,
    agent: named(r, r.event.userId),
    queue: named(r, r.event.queueId),
    ...contactOf(r),
  })),

  // the platform leaves out a duration that is 0
  'user.end': reader('user.end', (r) => {
    const talkMs = r.event.interactingDurationMs ?? 0;
    const handsOn = meaning(
      disconnects,
      r.event.disconnectType ?? 'UNKNOWN',
      false,
      'disconnectType',
      r.warnings,
    );
    return {
      type: 'agent.left',
      ...r.base,
      leg: r.event.sessionId,
      agent: named(r, r.event.userId),
      queue: named(r, r.event.queueId),
      talkMs,
      holdMs: r.event.heldDurationMs ?? 0,
      dialMs: (r.event.dialingDurationMs ?? 0) + (r.event.contactingDurationMs ?? 0),
      alertMs: r.event.alertingDurationMs ?? 0,
      transferredOut: handsOn && talkMs > 0,
      ...contactOf(r),
    };
  }),

  acw: reader('acw', (r) => ({
    type: 'agent.wrapped',
    ...r.base,
    leg: r.event.sessionId,
    agent: named(r, r.event.userId),
    queue: named(r, r.event.queueId),
    acwMs: r.event.wrapupDurationMs ?? null,
    disposition: r.event.wrapupCode ?? null,
  })),

  // attributes are the customer's own data: only that there are some
  attributes: reader('attributes', (r) =>
    noted('attributes', r, { attributeCount: Object.keys(r.event.attributes ?? {}).length }),
  ),
  wrapup: reader('wrapup', (r) =>
    noted('wrapup', r, pick(r.event, 'queueId', 'wrapupCode', 'wrapupDurationMs')),
  ),
  'flow.start': reader('flow.start', (r) => noted('flow.start', r, pick(r.event, ...flowFields))),
  'flow.end': reader('flow.end', (r) =>
    noted(
      'flow.end',
      r,
      pick(r.event, ...flowFields, 'disconnectType', 'exitReason', 'transferType', 'connectedDurationMs'),
    ),
  ),
  'flow.outcome': reader('flow.outcome', (r) =>
    noted('flow.outcome', r, pick(r.event, ...flowFields, ...outcomeFields)),
  ),
  // the id of the dialled contact stays out: it stands for a person
  outbound: reader('outbound', (r) =>
    noted('outbound', r, pick(r.event, 'outboundCampaignId', 'outboundContactListId')),
  ),
  'voicemail.start': reader('voicemail.start', (r) =>
    noted('voicemail.start', r, pick(r.event, 'userId', 'queueId')),
  ),
  'voicemail.end': reader('voicemail.end', (r) =>
    noted('voicemail.end', r, pick(r.event, 'userId', 'queueId', 'disconnectType', 'voicemailDurationMs')),
  ),
};

const flowFields = ['flowType', 'flowId', 'flowVersion'] as const;
const outcomeFields = [
  'flowOutcomeId',
  'flowOutcomeValue',
  'flowOutcomeStartTime',
  'flowOutcomeEndTime',
] as const;

const readersByName = new Map(Object.entries(readers).map(([topic, read]) => [prefix + topic, read]));
