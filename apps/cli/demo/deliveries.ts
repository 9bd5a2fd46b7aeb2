import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { outcomeDeliveries } from './outcomes.js';
import { agentEvents, statusPolls } from './timelines.js';
import type { Shift } from './shifts.js';
import type { Call, DemoQueue } from './simulate.js';
import { axialysOperator, delivery, genesysUserId, organisation, uuid } from './ids.js';

/**
 * What the platforms of the demonstration and its survey tool would have sent for these calls and shifts, as
 * received.
 */
export function recordedDeliveries(
  calls: readonly Call[],
  shifts: readonly Shift[] = [],
): RecordedDelivery[] {
  const byPlatform = (name: DemoQueue['platform']): Call[] =>
    calls.filter((call) => call.queue.platform === name);
  return [
    ...byPlatform('genesys').flatMap(genesysEvents),
    ...batches(byPlatform('avaya')).map((batch) =>
      rows('demo-avaya', 'avaya.cms', 'ech_rows', batch, avayaRow),
    ),
    ...batches(byPlatform('axialys')).map((batch) =>
      rows('demo-axialys', 'axialys.vm', 'call_rows', batch, axialysRow),
    ),
    ...outcomeDeliveries(calls),
    ...agentEvents(shifts),
    ...statusPolls(shifts),
  ].sort((a, b) => a.receivedAt - b.receivedAt);
}

/** Ids under which the demonstration's platforms know queues and agents; the catalogue names the same. */
const genesysQueueId = (name: string): string => uuid(`queue|${name}`);
const avayaSplits: Readonly<Record<string, number>> = { billing: 310 };
const avayaLogin = (agent: number): string => String(210_000 + agent);

function endOf(call: Call): number {
  return call.leftAt + call.talkMs + call.holdMs;
}

const acd = { routingPriority: 0, skillExpressionApplied: false };

/** Genesys Cloud detail events, one a delivery; after-call work comes last, in an event of its own. */
function genesysEvents(call: Call): RecordedDelivery[] {
  const queueId = genesysQueueId(call.queue.name);
  const end = endOf(call);
  const event = (suffix: string, at: number, leg: string, fields: object): RecordedDelivery =>
    genesysEvent(call, suffix, at, leg, fields);
  const events = [
    event('customer.start', call.arrivedAt, 'customer', {}),
    event('acd.start', call.queuedAt, 'acd', { queueId, ...acd }),
  ];
  const waitMs = call.leftAt - call.queuedAt;
  if (call.agent === null) {
    const abandoned = { queueId, disconnectType: 'PEER', acdOutcome: 'ABANDON', connectedDurationMs: waitMs };
    events.push(event('acd.end', call.leftAt, 'acd', abandoned));
  } else {
    const userId = genesysUserId(call.agent);
    const answered = { queueId, disconnectType: 'TRANSFER', acdOutcome: 'ANSWERED', answeredUserId: userId };
    const talk = { interactingDurationMs: call.talkMs, alertingDurationMs: 2000 };
    const held = call.holdMs > 0 ? { heldDurationMs: call.holdMs } : {};
    const work = { wrapupCode: call.disposition, wrapupDurationMs: call.acwMs };
    events.push(
      event('user.start', call.leftAt - 2000, 'user', { userId, queueId }),
      event('acd.end', call.leftAt, 'acd', { ...answered, connectedDurationMs: waitMs }),
      event('user.end', end, 'user', { userId, queueId, disconnectType: 'PEER', ...talk, ...held }),
      event('acw', end + call.acwMs, 'user', { userId, queueId, ...work }),
    );
  }
  events.push(event('customer.end', end, 'customer', { disconnectType: 'ENDPOINT' }));
  return events;
}

function genesysEvent(call: Call, suffix: string, at: number, leg: string, fields: object): RecordedDelivery {
  const conversationId = uuid(`conversation|${call.number}`);
  return delivery('demo-genesys', at, {
    version: '0',
    id: uuid(`event|${call.number}|${suffix}`),
    'detail-type': `v2.detail.events.conversation.{id}.${suffix}`,
    source: `aws.partner/genesys.com/cloud/${organisation}/demo`,
    detail: {
      topicName: `v2.detail.events.conversation.${conversationId}.${suffix}`,
      version: '2',
      timestamp: new Date(at + 120).toISOString(),
      eventBody: {
        eventTime: at,
        conversationId,
        participantId: uuid(`participant|${call.number}|${leg}`),
        sessionId: uuid(`session|${call.number}|${leg}`),
        mediaType: 'VOICE',
        direction: 'INBOUND',
        ...(call.caller !== '' && { ani: `tel:+${call.caller}` }),
        dnis: 'tel:+33180880000',
        ...fields,
      },
    },
  });
}

/** Up to 50 rows a delivery, in order of end, as a poll or a shipped file brings them. */
function batches(calls: readonly Call[]): Call[][] {
  const sorted = [...calls].sort((a, b) => endOf(a) + a.acwMs - endOf(b) - b.acwMs);
  return Array.from({ length: Math.ceil(sorted.length / 50) }, (_, index) =>
    sorted.slice(index * 50, index * 50 + 50),
  );
}

function rows(
  connection: string,
  source: string,
  kind: string,
  batch: readonly Call[],
  row: (call: Call) => object,
): RecordedDelivery {
  const at = Math.max(...batch.map((call) => endOf(call) + call.acwMs)) + 60_000;
  return delivery(connection, at, {
    source,
    kind,
    polledAt: new Date(at).toISOString(),
    rows: batch.map(row),
  });
}

function avayaRow(call: Call): object {
  const seconds = (ms: number): number => ms / 1000;
  const split = avayaSplits[call.queue.name];
  const ringMs = call.agent === null ? 0 : 2000;
  const waitMs = call.leftAt - call.queuedAt;
  return {
    acd: 1,
    callid: call.number % 65_536,
    ucid: `00001${String(call.number).padStart(5, '0')}${seconds(call.queuedAt)}`,
    segment: 1,
    segstart_utc: seconds(call.queuedAt),
    segstop_utc: seconds(endOf(call) + call.acwMs),
    duration: seconds(endOf(call) - call.queuedAt),
    disptime: seconds(waitMs),
    queuetime: seconds(waitMs - ringMs),
    ringtime: seconds(ringMs),
    talktime: seconds(call.talkMs),
    ansholdtime: seconds(call.holdMs),
    held: call.holdMs > 0 ? 1 : 0,
    acwtime: seconds(call.acwMs),
    calldisp: call.agent === null ? 3 : 2,
    split1: split,
    dispsplit: split,
    anslogin: call.agent === null ? '' : avayaLogin(call.agent),
    calling_pty: call.caller,
    transferred: 0,
    conference: 0,
    cwc1: call.disposition,
    observingcall: 0,
  };
}

function axialysRow(call: Call): object {
  const seconds = (ms: number): number => ms / 1000;
  const { queue } = call;
  return {
    id_appel: 900_000_000 + call.number,
    date: new Date(call.arrivedAt).toISOString().replace('.000Z', '+00:00'),
    service_number: '33180880000',
    caller_number: call.caller,
    group_name: queue.name,
    first_group_name: queue.name,
    id_op: call.agent === null ? null : axialysOperator(call.agent),
    op_name: null,
    tags: call.disposition,
    status: call.agent === null ? 'ABORT' : 'ANSWER',
    duration: seconds(endOf(call) - call.arrivedAt),
    duration_svi: seconds(call.queuedAt - call.arrivedAt),
    duration_wait: seconds(call.leftAt - call.queuedAt),
    duration_ring: call.agent === null ? 0 : 2,
    duration_comm: seconds(call.talkMs + call.holdMs),
    duration_hold: seconds(call.holdMs),
    post_appel: seconds(call.acwMs),
  };
}
