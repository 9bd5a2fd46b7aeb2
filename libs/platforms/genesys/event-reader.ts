import type { ContactFact, ContactNoted, Direction, Media } from '#domain/fact/fact.js';
import { factId } from '../fact-id.js';
import { isPlausible, parseInstant } from '../instant.js';
import { e164Digits } from '../phone.js';
import type { ConnectionContext, Normalized } from '../platform.js';
import type { Warning } from '../warning.js';
import { implausibleTime, invalidField, invalidFields, refuseDelivery } from '../refusal.js';
import { meaningOf } from '../enumeration.js';
import { type Body, type Participant, type Topic, topics } from './schema.js';
import { directions, mediaTypes, notedEnumerations } from './enumerations.js';

/** One event and what reading it needs. */
export interface EventContext<T extends Topic> {
  readonly event: Body<T>;
  readonly connection: ConnectionContext;
  readonly base: Base;
  readonly warnings: Warning[];
}

interface Base {
  readonly id: string;
  readonly entity: string;
  readonly connection: string;
  readonly at: number;
  readonly revision: number;
}

export type EventReader = (json: unknown, latestAt: number, connection: ConnectionContext) => Normalized;

/** Checks the envelope and the event of a topic; `fact` then makes the fact. */
export function eventReader<T extends Topic>(
  topic: T,
  fact: (reading: EventContext<T>) => ContactFact,
): EventReader {
  const schema = topics[topic];
  return (json, latestAt, connection) => {
    const checked = schema.safeParse(json);
    if (!checked.success) return refuseDelivery(invalidFields(null, '', checked.error));
    const { source, detail } = checked.data;
    const event = detail.eventBody as Body<T>;
    if (!namesOrganisation(source)) return refuseDelivery(invalidField(null, 'source', sourceForm));
    if (!isPlausible(event.eventTime, latestAt))
      return refuseDelivery(implausibleTime(null, 'detail.eventBody.eventTime'));
    const warnings: Warning[] = [];
    const base: Base = {
      id: factIdOf(topic, event, connection.connection),
      entity: `${connection.connection}:${event.conversationId}`,
      connection: connection.connection,
      at: event.eventTime,
      revision: revisionOf(detail.timestamp, latestAt, warnings),
    };
    return { facts: [fact({ event, connection, base, warnings })], refusals: [], warnings };
  };
}

/** Another sender on the same bus of AWS is no Genesys organisation. */
function namesOrganisation(source: string): boolean {
  return /^aws\.partner\/[^/]+\/cloud\/[^/]+/.test(source);
}

const sourceForm = 'must be aws.partner/genesys.com/cloud/<organisation>/<suffix>';

/**
 * The idempotency key of genesys detail events, within the connection. Without the organisation, which only
 * EventBridge names: the event may come by the notification socket as well.
 */
function factIdOf(topic: Topic, event: Participant, connection: string): string {
  const more = event as { readonly flowOutcomeId?: string | null; readonly wrapupCode?: string | null };
  return factId([
    connection,
    topic,
    event.conversationId,
    event.participantId,
    event.sessionId ?? '',
    event.eventTime,
    more.flowOutcomeId ?? '',
    more.wrapupCode ?? '',
  ]);
}

/**
 * Time of publication; 0 where it is missing or implausible, so that any publication with a time supersedes
 * it.
 */
function revisionOf(timestamp: unknown, latestAt: number, warnings: Warning[]): number {
  if (timestamp === undefined || timestamp === null) return 0;
  const read = typeof timestamp === 'string' ? parseInstant(timestamp, null) : null;
  if (read !== null && isPlausible(read.at, latestAt)) return read.at;
  warnings.push({
    code: 'unusable-value',
    field: 'timestamp',
    value: read === null ? 'unreadable' : 'implausible',
  });
  return 0;
}

export function contactOf(reading: EventContext<SessionTopic>): {
  readonly direction: Direction;
  readonly media: Media;
  readonly customer: string | null;
} {
  const { event, connection, warnings } = reading;
  return {
    direction: meaningOf(directions, event.direction ?? 'UNKNOWN', 'unknown', 'direction', warnings),
    media: meaningOf(mediaTypes, event.mediaType, 'other', 'mediaType', warnings),
    customer: customerOf(event, connection),
  };
}

type SessionTopic = Exclude<Topic, 'attributes'>;

/**
 * Who the customer is: one rule for every event, so that all events of a conversation agree. The number
 * of the caller (inbound) or of the called party (outbound); else the first number for a callback; else the
 * first external contact of the conversation. Where the direction is unknown, the number may be the
 * centre's own and is not used.
 */
export function customerOf(event: Participant, connection: ConnectionContext): string | null {
  const party =
    event.direction === 'INBOUND' ? event.ani : event.direction === 'OUTBOUND' ? event.dnis : null;
  const digits =
    e164Digits(party, connection.country) ?? e164Digits(event.callbackNumbers?.[0], connection.country);
  if (digits !== null) return connection.pseudonym(digits);
  const contact = nonEmpty(event.conversationExternalContactIds?.[0]) ?? nonEmpty(event.externalContactId);
  return contact === null ? null : connection.pseudonym(`ext:${contact}`);
}

/** An id of the platform as ours: prefixed by the connection. */
export function prefixedId(reading: { readonly connection: ConnectionContext }, native: string): string;
export function prefixedId(
  reading: { readonly connection: ConnectionContext },
  native: string | null | undefined,
): string | null;
export function prefixedId(
  reading: { readonly connection: ConnectionContext },
  native: string | null | undefined,
): string | null {
  const id = nonEmpty(native);
  return id === null ? null : `${reading.connection.connection}:${id}`;
}

function nonEmpty(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

export function noteOf(
  what: Topic,
  reading: { readonly base: Base; readonly warnings: Warning[] },
  details: ContactNoted['details'],
): ContactNoted {
  for (const [field, value] of Object.entries(details)) {
    const words = notedEnumerations[field];
    if (words !== undefined) meaningOf(words, String(value), false, field, reading.warnings);
  }
  return { type: 'contact.noted', ...reading.base, what, details };
}

/** The named fields that are there. */
export function pickFields<Event, Key extends keyof Event & string>(
  event: Event,
  ...keys: Key[]
): ContactNoted['details'] {
  const details: Record<string, string | number | boolean> = {};
  for (const key of keys) {
    const value: unknown = event[key];
    if (typeof value === 'string' || typeof value === 'number') details[key] = value;
  }
  return details;
}
