import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { axialysOperator, delivery, genesysUserId, organisation, uuid } from './ids.js';
import { overAt, type Shift, type ShiftPart } from './shifts.js';

/**
 * What Genesys says of the agents in their shifts: presence, and on the queue the routing status, which is
 * `COMMUNICATING` in a call that Genesys did not hand out. A queue of AWS brings ten events at a time.
 */
export function agentEvents(shifts: readonly Shift[]): RecordedDelivery[] {
  const events = shifts.flatMap(eventsOf).sort((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(events.length / 10) }, (_, index) => {
    const some = events.slice(index * 10, index * 10 + 10);
    const records = some.map(({ id, body }) => {
      return { messageId: id, body: JSON.stringify(body), eventSource: 'aws:sqs', awsRegion: 'eu-west-3' };
    });
    return delivery('demo-genesys', some.at(-1)?.at ?? 0, { Records: records });
  });
}

interface AgentEvent {
  readonly at: number;
  readonly id: string;
  readonly body: object;
}

function eventsOf({ agent, parts, calls, isLogoutLost }: Shift): AgentEvent[] {
  const user = genesysUserId(agent);
  const events = parts.flatMap(({ from, to, doing }, index): AgentEvent[] => {
    const presence = presenceEvent(user, from, presences[doing]);
    if (doing !== 'QUEUE') {
      return parts[index - 1]?.doing === 'QUEUE'
        ? [presence, routingEvent(user, from, 'OFF_QUEUE')]
        : [presence];
    }
    const own = calls.filter(({ leftAt }) => leftAt >= from && leftAt < to);
    return [
      presence,
      routingEvent(user, from, 'IDLE'),
      ...own.flatMap((call) => [
        routingEvent(user, call.leftAt, call.queue.platform === 'genesys' ? 'INTERACTING' : 'COMMUNICATING'),
        ...(overAt(call) < to ? [routingEvent(user, overAt(call), 'IDLE')] : []),
      ]),
    ];
  });
  const end = parts.at(-1)?.to ?? 0;
  return isLogoutLost ? events : [...events, presenceEvent(user, end, presences.gone)];
}

type Presence = readonly [systemPresence: string, definition: string];

/** Preparation is a presence of the organisation's own; the catalogue says what it means. */
const presences: Readonly<Record<ShiftPart['doing'] | 'gone', Presence>> = {
  PREP: ['BUSY', uuid('presence|preparation')],
  QUEUE: ['ON_QUEUE', uuid('presence|on-queue')],
  BREAK: ['BREAK', uuid('presence|break')],
  TRAINING: ['TRAINING', uuid('presence|training')],
  gone: ['OFFLINE', uuid('presence|offline')],
};

function presenceEvent(user: string, at: number, [systemPresence, id]: Presence): AgentEvent {
  const presenceDefinition = { id, systemPresence };
  return agentEvent(user, at, 'presence', { source: 'PURECLOUD', presenceDefinition, modifiedDate: iso(at) });
}

function routingEvent(user: string, at: number, status: string): AgentEvent {
  const routingStatus = { userId: user, status, startTime: iso(at) };
  return agentEvent(user, at, 'routingStatus', { id: user, routingStatus });
}

function agentEvent(user: string, at: number, topic: string, eventBody: object): AgentEvent {
  const id = uuid(`${topic}|${user}|${at}`);
  const body = {
    version: '0',
    id,
    'detail-type': `v2.users.{id}.${topic}`,
    source: `aws.partner/genesys.com/cloud/${organisation}/demo`,
    detail: {
      topicName: `v2.users.${user}.${topic}`,
      version: '2',
      timestamp: iso(at + 120),
      eventBody,
    },
  };
  return { at, id, body };
}

/**
 * Pauses of the Axialys portal, numbered from zero. Agents prepare before they open it.
 */
const pauses: Readonly<Partial<Record<ShiftPart['doing'], string>>> = { BREAK: 'user0', TRAINING: 'user3' };

/** What Axialys says of the shifts of a day, in one poll: finished stretches. */
export function statusPolls(shifts: readonly Shift[]): RecordedDelivery[] {
  const byDay = Map.groupBy(shifts, ({ parts }) => Math.floor((parts[0]?.from ?? 0) / 86_400_000));
  return [...byDay.values()].map((ofDay) => {
    const at = Math.max(...ofDay.map(({ parts }) => parts.at(-1)?.to ?? 0)) + 60_000;
    const rows = ofDay.flatMap((shift) => statusRows(shift));
    return delivery('demo-axialys', at, {
      source: 'axialys.vm',
      kind: 'status_rows',
      polledAt: iso(at),
      rows,
    });
  });
}

function statusRows({ agent, parts, calls }: Shift): object[] {
  const row = (type: string, from: number, to: number, infos?: string): object => ({
    id_op: axialysOperator(agent),
    type,
    date: iso(from).replace('.000Z', '+00:00'),
    duration: (to - from) / 1000,
    ...(infos !== undefined && { infos }),
  });
  const own = calls.filter(({ queue }) => queue.platform === 'axialys');
  return [
    ...parts.flatMap(({ from, to, doing }) => {
      const pause = pauses[doing];
      return pause === undefined ? [] : [row('break', from, to, pause)];
    }),
    ...own.map((call) => row('call_in', call.leftAt, call.leftAt + call.talkMs + call.holdMs)),
  ];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
