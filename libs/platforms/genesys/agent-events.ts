import { z } from 'zod';
import { loggedIn, loggedOut, noState, sessionAxis } from '#domain/timeline/timeline.js';
import type { Fact } from '#domain/fact/fact.js';
import { agentChanged, type AgentStatement, sessionEvidence } from '../agent-facts.js';
import { compileSchema } from '../compile-schema.js';
import { epochMs, id, text } from '../field-schemas.js';
import { isPlausible, parseInstant } from '../instant.js';
import type { ConnectionContext, Normalized, Refusal } from '../platform.js';
import { implausibleTime, invalidField, invalidFields, refuseDelivery } from '../refusal.js';
import type { Warning } from '../warning.js';

/**
 * What Genesys Cloud says of users: presence (what the agent chose) and routing status (what the system made
 * of it) are two axes, each with the instant since when it holds. `activity` reports both at once, a full
 * snapshot each time: what has not changed has the same instant, and so is the same fact.
 */
const detail = { topicName: z.string().nullish(), timestamp: z.unknown().optional() };
const definition = z.object({ id: text, systemPresence: id });
const routingStatus = z.object({ status: id, startTime: text });

function envelope<Shape extends z.ZodRawShape>(body: Shape) {
  return compileSchema(z.object({ detail: z.object({ ...detail, eventBody: z.object(body) }) }));
}

const counters = z
  .record(z.string(), z.object({ active: z.number().nullish(), acw: z.number().nullish() }).nullish())
  .nullish()
  .catch(null);
const audited = z.object({
  property: text,
  oldValues: z.array(z.string()).nullish(),
  newValues: z.array(z.string()).nullish(),
});

const schemas = {
  activity: envelope({
    id,
    routingStatus: routingStatus.nullish(),
    presence: z.object({ presenceDefinition: definition, modifiedDate: text }).nullish(),
  }),
  presence: envelope({ presenceDefinition: definition, primary: z.boolean().nullish(), modifiedDate: text }),
  routingStatus: envelope({ id, routingStatus }),
  conversationsummary: envelope({
    userId: id,
    call: counters,
    callback: counters,
    email: counters,
    message: counters,
    chat: counters,
    socialExpression: counters,
    video: counters,
  }),
  state: envelope({ userId: id, sessionId: id, currentState: id, currentStateStart: epochMs }),
  audit: envelope({
    userId: text,
    entityId: text,
    action: text,
    timestamp: text,
    eventDate: text,
    propertyChanges: z.array(audited).nullish(),
    property: z.array(audited).nullish(),
  }),
};

/** Readers by detail-type, for those of users. */
export const agentReaders: ReadonlyMap<string, AgentReader> = new Map([
  ['v2.users.{id}.activity', reader(schemas.activity, readActivity)],
  ['v2.users.{id}.presence', reader(schemas.presence, readPresence)],
  ['v2.users.{id}.routingStatus', reader(schemas.routingStatus, readRoutingStatus)],
  ['v2.users.{id}.conversationsummary', reader(schemas.conversationsummary, readSummary)],
  ['v2.detail.events.agent.{id}.state', reader(schemas.state, readSessionState)],
  ['v2.audits.entitytype.{id}.entityid.{id}', reader(schemas.audit, readAudit)],
]);

type AgentReader = (json: unknown, latestAt: number, connection: ConnectionContext) => Normalized;

interface Reading {
  readonly connection: ConnectionContext;
  readonly latestAt: number;
  readonly topicName: string;
  /** Time of publication as text. */
  readonly publishedAt: unknown;
  readonly warnings: Warning[];
}

type Read = readonly Fact[] | Refusal;
type Body<K extends keyof typeof schemas> = z.output<(typeof schemas)[K]>['detail']['eventBody'];

interface Envelope<B> {
  readonly detail: {
    readonly topicName?: string | null | undefined;
    readonly timestamp?: unknown;
    readonly eventBody: B;
  };
}

function reader<B>(schema: z.ZodType<Envelope<B>>, read: (body: B, reading: Reading) => Read): AgentReader {
  return (json, latestAt, connection) => {
    const checked = schema.safeParse(json);
    if (!checked.success) return refuseDelivery(invalidFields(null, '', checked.error));
    const { topicName, timestamp, eventBody } = checked.data.detail;
    const warnings: Warning[] = [];
    const reading = {
      connection,
      latestAt,
      topicName: topicName ?? '',
      publishedAt: timestamp,
      warnings,
    };
    const facts = read(eventBody, reading);
    return 'code' in facts ? refuseDelivery(facts) : { facts, refusals: [], warnings };
  };
}

function readActivity(
  { id: user, routingStatus: routing, presence }: Body<'activity'>,
  reading: Reading,
): Read {
  const facts: Fact[] = [];
  if (routing) {
    const read = routingFacts(user, routing, 'routingStatus.startTime', reading);
    if ('code' in read) return read;
    facts.push(...read);
  }
  if (presence) {
    const { presenceDefinition, modifiedDate } = presence;
    const read = presenceFacts(user, presenceDefinition, modifiedDate, 'presence.modifiedDate', reading);
    if ('code' in read) return read;
    facts.push(...read);
  }
  if (facts.length === 0) return invalidField(null, at('routingStatus'), 'or presence is needed');
  return facts;
}

/** The body has no user: the topic's name says whose presence it is. */
function readPresence(body: Body<'presence'>, reading: Reading): Read {
  const user = /^v2\.users\.([^.]+)\.presence$/.exec(reading.topicName)?.[1];
  if (user === undefined) {
    return invalidField(null, 'detail.topicName', 'must be v2.users.<id of the user>.presence');
  }
  // another source's view of the presence, which is not shown to anybody
  if (body.primary === false) return [];
  return presenceFacts(user, body.presenceDefinition, body.modifiedDate, 'modifiedDate', reading);
}

function readRoutingStatus(body: Body<'routingStatus'>, reading: Reading): Read {
  return routingFacts(body.id, body.routingStatus, 'routingStatus.startTime', reading);
}

/** Counters without instants: the publication shows that the agent was at work. */
function readSummary({ userId, ...media }: Body<'conversationsummary'>, reading: Reading): Read {
  const isBusy = Object.values(media).some((counts) =>
    Object.values(counts ?? {}).some((each) => (each?.active ?? 0) > 0 || (each?.acw ?? 0) > 0),
  );
  const statement = instantOf(userId, reading.publishedAt, 'detail.timestamp', reading);
  if ('code' in statement) return statement;
  return isBusy ? [sessionEvidence(statement)] : [];
}

/**
 * Each session of an agent on a conversation has a timeline of its own; the conversation reports its work.
 */
function readSessionState(body: Body<'state'>, reading: Reading): Read {
  const { userId, sessionId, currentState, currentStateStart } = body;
  if (!isPlausible(currentStateStart, reading.latestAt))
    return implausibleTime(null, at('currentStateStart'));
  const statement = { ...whoseOf(userId, reading), at: currentStateStart };
  const code = currentState === 'TERMINATED' ? noState : currentState;
  return [agentChanged(statement, { axis: `conversation/${sessionId}`, code }), sessionEvidence(statement)];
}

/**
 * A change of presence that a user made, perhaps a supervisor: the same transition as in the other topics.
 */
function readAudit(body: Body<'audit'>, reading: Reading): Read {
  const change = [...(body.propertyChanges ?? []), ...(body.property ?? [])].find(
    ({ property }) => property?.toUpperCase() === 'PRESENCE',
  );
  const [presence] = change?.newValues ?? [];
  if (presence === undefined) return [];
  const user = body.entityId ?? /\.entityid\.([^.]+)$/.exec(reading.topicName)?.[1] ?? body.userId;
  if (!user) return invalidField(null, at('entityId'), 'is missing: whose presence was changed');
  const when = body.eventDate ?? body.timestamp ?? reading.publishedAt;
  const where = body.eventDate || body.timestamp ? at('timestamp') : 'detail.timestamp';
  const statement = instantOf(user, when, where, reading);
  if ('code' in statement) return statement;
  return presenceChange(statement, presence, null);
}

function presenceFacts(
  user: string,
  { id: definitionId, systemPresence }: z.output<typeof definition>,
  modifiedDate: string | null | undefined,
  field: string,
  reading: Reading,
): Read {
  const statement = instantOf(user, modifiedDate, at(field), reading);
  return 'code' in statement ? statement : presenceChange(statement, systemPresence, definitionId || null);
}

/** Every presence but offline shows that the agent is there; offline ends every axis. */
function presenceChange(statement: AgentStatement, word: string, reason: string | null): Fact[] {
  const presence = presenceCode(word);
  if (presence === 'OFFLINE') {
    return [sessionAxis, 'presence', 'routing'].map((axis) =>
      agentChanged(statement, { axis, code: loggedOut }),
    );
  }
  return [
    agentChanged(statement, { axis: sessionAxis, code: loggedIn, observed: true }),
    agentChanged(statement, { axis: 'presence', code: presence, reason }),
  ];
}

/** `OnQueue`, `ON_QUEUE` and `On Queue` are one word; idle is also a routing status, and another thing. */
function presenceCode(word: string): string {
  const plain = word.replaceAll(/[_\s]/g, '').toUpperCase();
  if (plain === 'ONQUEUE') return 'ON_QUEUE';
  return plain === 'IDLE' ? 'PRESENCE_IDLE' : plain;
}

function routingFacts(
  user: string,
  { status, startTime }: z.output<typeof routingStatus>,
  field: string,
  reading: Reading,
): Read {
  const statement = instantOf(user, startTime, at(field), reading);
  if ('code' in statement) return statement;
  // off queue the presence says what the agent does, or that the agent is not there
  if (status === 'OFF_QUEUE') return [agentChanged(statement, { axis: 'routing', code: noState })];
  return [agentChanged(statement, { axis: 'routing', code: status }), sessionEvidence(statement)];
}

function whoseOf(native: string, { connection, publishedAt }: Reading): Omit<AgentStatement, 'at'> {
  const published = typeof publishedAt === 'string' ? parseInstant(publishedAt, null) : null;
  return { connection: connection.connection, native, revision: published?.at ?? 0 };
}

function instantOf(native: string, when: unknown, path: string, reading: Reading): AgentStatement | Refusal {
  const read = typeof when === 'string' ? parseInstant(when, null) : null;
  if (read === null) {
    return invalidField(null, path, 'must be an instant with its offset, such as 2026-11-20T10:05:04.250Z');
  }
  if (!isPlausible(read.at, reading.latestAt)) return implausibleTime(null, path);
  return { ...whoseOf(native, reading), at: read.at };
}

function at(field: string): string {
  return `detail.eventBody.${field}`;
}
