import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import type { Fact } from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';
import { parseJson } from './parse-json.js';
import { instantOf, isoInstant, recordedTime } from './recorded-time.js';

/**
 * A fact as CloudEvents 1.0, structured: what every fact has is in the envelope, what its type adds is in
 * `data`.
 * `recordedAt` (UTC epoch ms) is when the log took the delivery; it is no part of the fact, and only measures
 * how long things take.
 */
export function encodeFact(fact: Fact, recordedAt: number | null = null): string {
  const { id, entity, connection, at, type, ...data } = fact;
  const text = JSON.stringify;
  return (
    `{"specversion":"1.0","id":${text(id)},"source":${text(`/connections/${connection}`)},` +
    `"type":"tallyline.${type}.v1","subject":${text(entity)},"time":"${isoInstant(at)}"` +
    `${recordedTime(recordedAt)},"data":${text(data)}}`
  );
}

/** null: the record is not a known fact (unreadable). */
export function decodeFact(value: string): { fact: Fact; recordedAt: number | null } | null {
  const event = parseJson(value);
  if (!isEnvelope(event)) return null;
  const { id, source, subject, time, recordedtime, data } = event;
  const at = Date.parse(time);
  const type = factTypes.get(event.type);
  if (type === undefined || !source.startsWith('/connections/') || Number.isNaN(at)) return null;
  data['id'] = id;
  data['entity'] = subject;
  data['connection'] = source.slice('/connections/'.length);
  data['at'] = at;
  data['type'] = type;
  const fact = factSchema.safeParse(data);
  return fact.success ? { fact: fact.data, recordedAt: instantOf(recordedtime) } : null;
}

/** The type of a fact by the type of its event. */
const factTypes: ReadonlyMap<string, string> = new Map(
  Object.keys(factFields).map((type) => [`tallyline.${type}.v1`, type]),
);

interface Envelope {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly recordedtime?: string;
  /** Checked by the schema. */
  readonly data: Record<string, unknown>;
}

/** Written by hand, because it runs for every fact and a schema would copy the event. */
function isEnvelope(event: unknown): event is Envelope {
  if (typeof event !== 'object' || event === null) return false;
  const { specversion, id, source, type, subject, time, recordedtime, data } = event as Record<
    string,
    unknown
  >;
  return (
    specversion === '1.0' &&
    typeof id === 'string' &&
    typeof source === 'string' &&
    typeof type === 'string' &&
    typeof subject === 'string' &&
    typeof time === 'string' &&
    (recordedtime === undefined || typeof recordedtime === 'string') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  );
}

const ms = z.int().nonnegative();
const common = {
  id: z.string().min(1),
  entity: z.string().min(1),
  connection: z.string().min(1),
  at: z.int(),
  revision: z.int(),
};
const customer = z.string().nullable();
const direction = z.enum(['inbound', 'outbound', 'unknown']);
const media = z.enum(['voice', 'callback', 'chat', 'email', 'message', 'other']);
const result = z.enum(['answered', 'abandoned', 'flowOut', 'unknown']);
const assignment = { programme: z.string().nullable(), queue: z.string().nullable() };
const party = { direction, media, customer };

/** Says of every type of fact which fields it has; the compiler checks it against the domain's types. */
const factSchema: z.ZodType<Fact> = z.compile(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('contact.started'), ...common, ...party }),
    z.object({ type: z.literal('contact.identified'), ...common, customer: z.string() }),
    z.object({
      type: z.literal('queue.entered'),
      ...common,
      ...party,
      segment: z.string(),
      queue: z.string(),
    }),
    z.object({
      type: z.literal('queue.left'),
      ...common,
      ...party,
      segment: z.string(),
      queue: z.string().nullable(),
      result,
      waitMs: ms.nullable(),
      answeredBy: z.string().nullable(),
    }),
    z.object({
      type: z.literal('agent.joined'),
      ...common,
      ...party,
      leg: z.string(),
      agent: z.string(),
      queue: z.string().nullable(),
    }),
    z.object({
      type: z.literal('agent.left'),
      ...common,
      ...party,
      leg: z.string(),
      agent: z.string(),
      queue: z.string().nullable(),
      talkMs: ms.nullable(),
      holdMs: ms.nullable(),
      dialMs: ms,
      alertMs: ms,
      transferredOut: z.boolean(),
    }),
    z.object({
      type: z.literal('agent.wrapped'),
      ...common,
      leg: z.string(),
      agent: z.string(),
      queue: z.string().nullable(),
      acwMs: ms.nullable(),
      disposition: z.string().nullable(),
    }),
    z.object({
      type: z.literal('segment.summarized'),
      ...common,
      ...party,
      segment: z.string(),
      queue: z.string().nullable(),
      enteredAt: z.int(),
      waitMs: ms,
      result,
      agent: z.string().nullable(),
      talkMs: ms.nullable(),
      holdMs: ms.nullable(),
      acwMs: ms.nullable(),
      transferredOut: z.boolean(),
      disposition: z.string().nullable(),
    }),
    z.object({
      type: z.literal('outcome.recorded'),
      ...common,
      ...assignment,
      name: z.string().min(1),
      agent: z.string().nullable(),
      contact: z.string().nullable(),
      customer,
      data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
    z.object({
      type: z.literal('activity.recorded'),
      ...common,
      ...assignment,
      agent: z.string(),
      state: z.enum(activityStates),
      startedAt: z.int(),
      endedAt: z.int(),
    }),
    z.object({ type: z.literal('contact.ended'), ...common }),
    z.object({
      type: z.literal('contact.noted'),
      ...common,
      what: z.string(),
      details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ]),
);
