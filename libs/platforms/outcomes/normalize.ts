import { z } from 'zod';
import type { Fact, OutcomeRecorded } from '#domain/fact/fact.js';
import { activityRecorded, type OutcomeDefinition, outcomeFields } from '#domain/outcome/fields.js';
import { compileSchema } from '../compile-schema.js';
import { factId } from '../fact-id.js';
import {
  type ConnectionContext,
  type DeliveryBody,
  latestPlausible,
  type Normalized,
  type Platform,
  type Refusal,
} from '../platform.js';
import { maxRows, overlongIn, tooManyRows } from '../limits.js';
import type { Warning } from '../warning.js';
import { invalidField, invalidFields, parseBody, refuseDelivery, unknownKind } from '../refusal.js';
import { activityFactOf } from './activity.js';
import { dataOf } from './event-data.js';
import { customerOf, prefixedId, subjectOf } from './identifiers.js';
import { pathOf, readInstantField, type EventContext } from './event-context.js';
import { envelope, formatOf, assignmentFields } from './schema.js';

/**
 * Business events: CloudEvents 1.0 in JSON, one event or a list of them, each read by itself. The type of an
 * event is its name (`sale.made`); its subject says what it is about, so that a sale and its cancellation
 * belong together. An event is one statement by its source, id and name; a higher `revision` of it replaces
 * what it said.
 */
export const outcomes: Platform = {
  name: 'outcomes',
  normalize(delivery, connection) {
    const parsed = parseBody(delivery.body);
    if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
    const { json } = parsed;
    if (!Array.isArray(json)) return readAll([{ json, row: null, path: '' }], delivery, connection);
    if (json.length === 0) return refuseDelivery(unknownKind('', 'the list holds no event'));
    if (json.length > maxRows) return refuseDelivery(tooManyRows('', json.length, maxRows, 'events'));
    const rows = json.map((each: unknown, index) => ({ json: each, row: index, path: `[${index}]` }));
    return readAll(rows, delivery, connection);
  },
};

interface EventAtPath {
  readonly json: unknown;
  readonly row: number | null;
  readonly path: string;
}

function readAll(
  events: readonly EventAtPath[],
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  const facts: Fact[] = [];
  const refusals: Refusal[] = [];
  const warnings: Warning[] = [];
  for (const each of events) {
    const own: Warning[] = [];
    const read = readOne(each, latestPlausible(delivery, connection), connection, own);
    if ('path' in read) {
      refusals.push(read);
      continue;
    }
    const overlong = overlongIn([read], each.row, each.path);
    if (overlong !== null) {
      refusals.push(overlong);
      continue;
    }
    facts.push(read);
    warnings.push(...own);
  }
  return { facts, refusals, warnings };
}

function readOne(
  { json, row, path }: EventAtPath,
  latestAt: number,
  connection: ConnectionContext,
  warnings: Warning[],
): Fact | Refusal {
  const head = heading.safeParse(json);
  if (!head.success) {
    const form = "must be a CloudEvents 1.0 event: an object with specversion '1.0' and its name as type";
    return { ...unknownKind(path, `${path === '' ? 'the delivery' : path} ${form}`), row };
  }
  const checked = envelope.safeParse(json);
  if (!checked.success) return invalidFields(row, path, checked.error);
  const reading: EventContext = { row, path, latestAt, connection, event: checked.data, warnings };
  const { datacontenttype } = checked.data;
  if (datacontenttype !== null && datacontenttype !== undefined && !jsonType.test(datacontenttype)) {
    return invalidField(row, pathOf(reading, 'datacontenttype'), 'must be application/json, or be left out');
  }
  const beyond = beyondLimits(reading, head.data.type);
  if (beyond !== null) return beyond;
  return head.data.type === activityRecorded ? activityFactOf(reading) : readOutcome(reading, head.data.type);
}

/** The refusal of an event that its sender may not report; null: it may. */
function beyondLimits(reading: EventContext, name: string): Refusal | null {
  const { row, connection, event } = reading;
  const { outcomes: names = null, programmes = null } = connection.mayReport ?? {};
  const refusal = (field: string, what: string, allowed: readonly string[]): Refusal => {
    const path = pathOf(reading, field);
    const fix = 'correct it, or widen mayReport of the connection in the catalogue and re-drive';
    return { row, code: 'not-permitted', path, message: `${path} ${what} ${allowed.join(', ')}: ${fix}` };
  };
  if (names !== null && !names.includes(name)) return refusal('type', 'of this sender is one of', names);
  if (programmes === null) return null;
  const { programme } = assignmentFields.safeParse(event.data).data ?? {};
  if (programme && programmes.includes(programme)) return null;
  return refusal('data.programme', 'has to be there, and of this sender is one of', programmes);
}

const heading = compileSchema(z.object({ specversion: z.literal('1.0'), type: z.string() }));
const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

function readOutcome(reading: EventContext, name: string): OutcomeRecorded | Refusal {
  const { row, event, connection, warnings } = reading;
  const definitions = connection.outcomes ?? noDefinitions;
  const format = formatOf(name, definitions);
  if (format === undefined) return { ...unknownKind(pathOf(reading, 'type'), namesText(definitions)), row };
  const at = readInstantField(reading, 'time', event.time);
  if (typeof at !== 'number') return at;
  const subject = subjectOf(event.subject, connection);
  if (subject === null) {
    const what = 'is missing; it must be an id as text of 1 to 256 characters: what the event is about';
    return invalidField(row, pathOf(reading, 'subject'), what);
  }
  const where = assignmentFields.safeParse(event.data);
  if (!where.success) return invalidFields(row, pathOf(reading, 'data'), where.error);
  const fields = format.schema.safeParse(event.data);
  if (!fields.success) return invalidFields(row, pathOf(reading, 'data'), fields.error);
  const { programme, queue, agent, contact, customer } = where.data;
  if (!programme && !queue) warnings.push({ code: 'missing-value', field: 'data.programme', value: null });
  return {
    type: 'outcome.recorded',
    id: factId([connection.connection, 'outcome', event.source, event.id, name]),
    entity: `${connection.connection}:outcome/${subject}`,
    connection: connection.connection,
    at,
    revision: event.revision ?? 0,
    name,
    programme: programme || null,
    queue: prefixedId(queue, connection),
    agent: prefixedId(agent, connection),
    contact: prefixedId(contact, connection),
    customer: customerOf(customer, connection),
    data: dataOf(event.data, format.fields, fields.data, connection.country, warnings),
  };
}

const noDefinitions: readonly OutcomeDefinition[] = [];

function namesText(definitions: readonly OutcomeDefinition[]): string {
  const names = [...outcomeFields(definitions).keys(), activityRecorded].join(', ');
  return `type must be one of ${names}; define further ones in the catalogue under outcomes, then re-drive`;
}
