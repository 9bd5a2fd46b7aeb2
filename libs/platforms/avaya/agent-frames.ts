import { z } from 'zod';
import { loggedIn, loggedOut, sessionAxis } from '#domain/timeline/timeline.js';
import type { Fact } from '#domain/fact/fact.js';
import { agentChanged, type AgentStatement, sessionEvidence } from '../agent-facts.js';
import { compileSchema } from '../compile-schema.js';
import { factId } from '../fact-id.js';
import { count, id, mustBe, optionalCount, text } from '../field-schemas.js';
import { isPlausible, parseInstant } from '../instant.js';
import type { ConnectionContext, Normalized, Refusal } from '../platform.js';
import { implausibleTime, invalidField, invalidFields, refuseDelivery, unknownKind } from '../refusal.js';

/**
 * What Avaya's clouds and a CTI bridge push, one frame a delivery: notifications of the Experience Platform
 * (AXP) and of Infinity, and frames of a bridge to TSAPI or DMCC. Value lists of states are not published, so
 * a state is any text; the catalogue says what it means.
 */
export type FrameReader = (latestAt: number, connection: ConnectionContext) => Normalized;

/** The reader of a frame, or null where the delivery is none. */
export function agentFrameOf(json: unknown): FrameReader | null {
  if (typeof json !== 'object' || json === null) return null;
  if ('bridgeId' in json) return framed(bridgeFrame, json, readBridge);
  if ('family' in json && 'body' in json) return framed(axpFrame, json, readAxp);
  if ('event' in json && typeof json.event === 'string' && /^(Agent|Interaction|Queue)\./.test(json.event)) {
    return framed(infinityFrame, json, readInfinity);
  }
  return null;
}

/** Text, or a number that has lost nothing as one. */
const code = z.union([z.string(), z.int()], mustBe('text')).transform(String).nullish();
const instant = z.union([z.string(), z.int()], mustBe('an instant as text, or milliseconds since 1970 UTC'));

const axpFrame = compileSchema(
  z.object({
    body: z.object({ event: id, agentId: id, state: text, reasonCode: code, timestamp: instant }),
  }),
);

const infinityFrame = compileSchema(z.object({ event: id, agentId: text, reason: code, timestamp: instant }));

const bridgeFrame = compileSchema(
  z.object({
    bridgeId: id,
    seq: count,
    linkEpoch: optionalCount,
    /** The bridge's own clock: events of the switch have none. */
    receivedAt: instant,
    event: id,
    agentLoginId: text,
    /** Of a frame that answers a query of the agent's state: `ATTQueryAgentState`. */
    workMode: optionalCount,
    talkState: optionalCount,
    agentState: text,
    reasonCode: code,
    callId: code,
    ucid: text,
    deviceId: text,
  }),
);

type Read = readonly Fact[] | Refusal;

interface Context {
  readonly latestAt: number;
  readonly connection: ConnectionContext;
  readonly warnings: Normalized['warnings'][number][];
}

function framed<Frame>(
  schema: z.ZodType<Frame>,
  json: object,
  read: (frame: Frame, context: Context) => Read,
): FrameReader {
  return (latestAt, connection) => {
    const checked = schema.safeParse(json);
    if (!checked.success) return refuseDelivery(invalidFields(null, '', checked.error));
    const context: Context = { latestAt, connection, warnings: [] };
    const facts = read(checked.data, context);
    return 'code' in facts ? refuseDelivery(facts) : { facts, refusals: [], warnings: context.warnings };
  };
}

function readAxp({ body }: z.output<typeof axpFrame>, context: Context): Read {
  if (body.event !== 'AgentState') {
    return unknownKind('body.event', 'is not read yet; read is AgentState');
  }
  const statement = statementOf(body.agentId, body.timestamp, 'body.timestamp', context);
  if ('code' in statement) return statement;
  if (!body.state) return invalidField(null, 'body.state', 'is missing; it must be the state of the agent');
  return stateFacts(statement, body.state.toUpperCase(), body.reasonCode || null);
}

const infinityStates: ReadonlyMap<string, string> = new Map([
  ['Agent.LoggedIn', loggedIn],
  ['Agent.LoggedOut', loggedOut],
  ['Agent.Ready', 'READY'],
  ['Agent.NotReady', 'NOT_READY'],
]);

function readInfinity(frame: z.output<typeof infinityFrame>, context: Context): Read {
  const state = infinityStates.get(frame.event);
  if (state === undefined) {
    return unknownKind('event', `is not read yet; read are ${[...infinityStates.keys()].join(', ')}`);
  }
  if (!frame.agentId) return invalidField(null, 'agentId', 'is missing; it must be the id of the agent');
  const statement = statementOf(frame.agentId, frame.timestamp, 'timestamp', context);
  return 'code' in statement ? statement : stateFacts(statement, state, frame.reason || null);
}

type BridgeFrame = z.output<typeof bridgeFrame>;

/** Names of TSAPI and of DMCC. The switch generates only the first two reliably. */
const bridgeStates: ReadonlyMap<string, string> = new Map([
  ['LoggedOn', loggedIn],
  ['LoggedOff', loggedOut],
  ['Ready', 'AVAIL'],
  ['NotReady', 'AUX'],
  ['WorkNotReady', 'ACW'],
  ['WorkReady', 'ACD'],
  ['AgentWorkingAfterCall', 'ACW'],
]);

function readBridge(frame: BridgeFrame, context: Context): Read {
  const event = frame.event.replace(/^Agent(?=Logged|Ready|NotReady)/, '').replace(/Event$/, '');
  const whose = frame.agentLoginId ?? '';
  const statement = statementOf(whose, frame.receivedAt, 'receivedAt', context);
  if ('code' in statement) return statement;
  if (event === 'LinkDown' || event === 'LinkUp') {
    context.warnings.push({ code: 'link-interrupted', field: 'event', value: event });
    return [];
  }
  const reported = bridgeStates.get(event);
  if (reported === undefined && event !== 'AgentState') return callFacts(frame, statement);
  if (whose === '')
    return invalidField(null, 'agentLoginId', 'is missing; it must be the login of the agent');
  const reason = frame.reasonCode || '0';
  if (reported !== undefined)
    return stateFacts(statement, reported, reported === 'AUX' ? reason : null, frame.seq);
  const observed = observedState(frame);
  if (observed === null) return invalidField(null, 'workMode', 'must be a work mode from 1 to 4');
  return stateFacts(statement, observed, observed === 'AUX' ? reason : null, frame.seq, true);
}

/** `ATTWorkMode_t`; in the last two the agent is ready, and may be on a call (`talkState` 0). */
const workModes: ReadonlyMap<number, string> = new Map([
  [1, 'AUX'],
  [2, 'ACW'],
  [3, 'AVAIL'], // auto-in
  [4, 'AVAIL'], // manual-in
]);

function observedState({ workMode, talkState, agentState }: BridgeFrame): string | null {
  if (agentState === 'AG_NULL') return loggedOut;
  const mode = workModes.get(workMode ?? 0) ?? null;
  return mode === 'AVAIL' && talkState === 0 ? 'ACD' : mode;
}

/**
 * An event of a call shows that its agent is there; the call itself is reported by its history, and noted
 * here.
 */
function callFacts(frame: BridgeFrame, statement: AgentStatement): Read {
  const call = frame.ucid || frame.callId;
  if (!call) return invalidField(null, 'ucid', 'or callId is needed: without either the call is unknown');
  const { connection, at } = statement;
  const entity = `${connection}:${call}`;
  const what = `cti.${frame.event}`.slice(0, 64);
  const details = frame.deviceId ? { device: frame.deviceId } : {};
  const base = { entity, connection, at, revision: 0, what, details };
  const noteId = factId([connection, 'bridge', frame.bridgeId, frame.linkEpoch ?? '', frame.seq]);
  const note: Fact = { type: 'contact.noted', id: noteId, ...base };
  return frame.agentLoginId ? [note, sessionEvidence(statement)] : [note];
}

/** Login and logout concern the session and the state; any other state shows that the session goes on. */
function stateFacts(
  statement: AgentStatement,
  state: string,
  reason: string | null,
  sequence = 0,
  observed = false,
): Fact[] {
  const isOut = /^(LOGGED_OUT|LOGOUT|LOGGED_OFF|OFFLINE)$/.test(state);
  if (isOut || /^(LOGGED_IN|LOGIN|LOGGED_ON)$/.test(state)) {
    const session = isOut ? loggedOut : loggedIn;
    return [sessionAxis, 'state'].map((axis) =>
      agentChanged(statement, { axis, code: session, observed, sequence }),
    );
  }
  const own = { axis: 'state', code: state, reason, observed, sequence };
  return [agentChanged(statement, own), sessionEvidence(statement)];
}

function statementOf(
  native: string,
  when: string | number,
  path: string,
  { connection, latestAt }: Context,
): AgentStatement | Refusal {
  const at = typeof when === 'number' ? when : (parseInstant(when, null)?.at ?? null);
  if (at === null) return invalidField(null, path, 'must be an instant with its offset');
  if (!isPlausible(at, latestAt)) return implausibleTime(null, path);
  return { connection: connection.connection, native, at, revision: 0 };
}
