import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import type { Contact, Doing, Part, Person, Platform, Session } from './centre.js';

/** What the platforms send of the work of people. */
export function deliveriesOf(people: readonly Person[]): RecordedDelivery[] {
  const sessions = people.flatMap((person) => person.sessions);
  const of = (platform: Platform) => sessions.filter((session) => session.platform === platform);
  return [
    ...of('gen').flatMap(genesysOf),
    ...of('ava').flatMap(avayaOf),
    ...of('axi').flatMap(axialysOf),
  ].toSorted((a, b) => a.receivedAt - b.receivedAt);
}

/** 20 October, 09:00 to 12:00 UTC: what the agent trace said then was never shipped. */
export function isLost(platform: Platform, at: number): boolean {
  return platform === 'ava' && at >= Date.UTC(2025, 9, 20, 9) / 1000 && at < Date.UTC(2025, 9, 20, 12) / 1000;
}

/** 14 October, 08:00 to 14:00 UTC: what Genesys said then arrived on the day after. */
const outageFrom = Date.UTC(2025, 9, 14, 8);
const outageTo = Date.UTC(2025, 9, 14, 14);
const arrivedAt = Date.UTC(2025, 9, 15, 11);

function delivery(connection: Platform, at: number, body: object): RecordedDelivery {
  const ms = at * 1000;
  const isLate = connection === 'gen' && ms >= outageFrom && ms < outageTo;
  const headers = { 'content-type': 'application/json' };
  return { connection, receivedAt: isLate ? arrivedAt : ms + 400, headers, body: JSON.stringify(body) };
}

const iso = (at: number): string => new Date(at * 1000).toISOString();
const native = (queueOf: Contact['queueOf']): string => queueOf ?? 'nowhere';

/* Genesys Cloud: presence and routing status are two axes, conversations a third thing. */

const presences: Readonly<Partial<Record<Doing, readonly [system: string, definition: string]>>> = {
  PREP: ['BREAK', 'presence-preparation'],
  TRAINING: ['TRAINING', 'presence-training'],
  MEETING: ['MEETING', 'presence-meeting'],
  BREAK: ['BREAK', 'presence-break'],
  LUNCH: ['MEAL', 'presence-meal'],
  OTHER: ['AVAILABLE', 'presence-available'],
};
const onQueue = ['ON_QUEUE', 'presence-on-queue'] as const;
const organisation = '3f1e0d2c-0000-4000-a000-000000000000';

function genesysOf({ native: user, parts, contacts, isLogoutLost }: Session): RecordedDelivery[] {
  const event = (topic: string, of: string, at: number, eventBody: object): RecordedDelivery =>
    delivery('gen', at, {
      version: '0',
      'detail-type': topic,
      source: `aws.partner/genesys.com/cloud/${organisation}/prod`,
      detail: { topicName: topic.replace('{id}', of), version: '2', timestamp: iso(at), eventBody },
    });
  const presence = (at: number, [systemPresence, id]: readonly [string, string]) =>
    event('v2.users.{id}.presence', user, at, {
      presenceDefinition: { id, systemPresence },
      modifiedDate: iso(at),
    });
  const routing = (at: number, status: string) =>
    event('v2.users.{id}.routingStatus', user, at, {
      id: user,
      routingStatus: { status, startTime: iso(at) },
    });

  const isOnQueue = (part: Part | undefined) => part?.doing === 'AVAILABLE' || part?.doing === 'BUSY';
  const states = parts.flatMap((part, index): RecordedDelivery[] => {
    const before = parts[index - 1];
    const { from, doing } = part;
    if (isOnQueue(part)) {
      const status = routing(from, doing === 'BUSY' ? 'INTERACTING' : 'IDLE');
      return isOnQueue(before) ? [status] : [presence(from, onQueue), status];
    }
    const shown = presence(from, presences[doing] ?? onQueue);
    return isOnQueue(before) ? [shown, routing(from, 'OFF_QUEUE')] : [shown];
  });
  const end = parts.at(-1)?.to ?? 0;
  const logout = isLogoutLost ? [] : [presence(end, ['OFFLINE', 'presence-offline'])];
  const conversations = contacts.flatMap((contact): RecordedDelivery[] => {
    const conversationId = `c0000000-0000-4000-a000-${String(contact.number).padStart(12, '0')}`;
    const queueId = native(contact.queueOf);
    const answeredAt = contact.from;
    const endedAt = contact.from + contact.talk + contact.hold;
    const of = (suffix: string, at: number, who: string, fields: object) =>
      event(`v2.detail.events.conversation.{id}.${suffix}`, conversationId, at, {
        eventTime: at * 1000,
        conversationId,
        participantId: `${who}-participant`,
        sessionId: `${who}-session`,
        mediaType: contact.media,
        direction: 'INBOUND',
        queueId,
        ...fields,
      });
    const acw = { userId: user, wrapupCode: 'done', wrapupDurationMs: contact.acw * 1000 };
    return [
      of('acd.start', answeredAt - 20, 'acd', {}),
      of('acd.end', answeredAt, 'acd', {
        disconnectType: 'TRANSFER',
        acdOutcome: 'ANSWERED',
        answeredUserId: user,
        connectedDurationMs: 20_000,
      }),
      of('user.end', endedAt, 'user', {
        userId: user,
        disconnectType: 'PEER',
        interactingDurationMs: contact.talk * 1000,
        ...(contact.hold > 0 && { heldDurationMs: contact.hold * 1000 }),
      }),
      of('acw', endedAt + contact.acw, 'user', acw),
    ];
  });
  return [...states, ...logout, ...conversations];
}

/* Avaya CMS: rows of logins, of the agent trace and of the call history, a shipment a session. */

const workModes: Readonly<Record<Doing, readonly [mode: string, reason?: number]>> = {
  AVAILABLE: ['AVAIL'],
  BUSY: ['ACD'],
  PREP: ['AUX', 3],
  TRAINING: ['AUX', 4],
  MEETING: ['AUX', 5],
  BREAK: ['AUX', 1],
  LUNCH: ['AUX', 2],
  OTHER: ['AUX', 0],
  UNMAPPED: ['AUX', 7],
};
const splits = { bank: 310, shop: 320, nowhere: 999 };

function avayaOf({ native: logid, parts, contacts, isLogoutLost }: Session): RecordedDelivery[] {
  const end = parts.at(-1)?.to ?? 0;
  const begin = parts[0]?.from ?? 0;
  const ship = (kind: string, at: number, rows: readonly object[]) =>
    delivery('ava', at, { source: 'avaya.cms', kind, polledAt: iso(at), rows });
  const trace = parts
    .filter(({ from }) => !isLost('ava', from))
    .map(({ from, doing }) => {
      const [workmode, auxreason] = workModes[doing];
      return { acd: 1, logid, time_utc: from, workmode, ...(auxreason !== undefined && { auxreason }) };
    });
  const calls = contacts.map(({ number, from, talk, hold, acw, queueOf }) => ({
    acd: 1,
    callid: number % 65_536,
    ucid: `00001${String(number).padStart(5, '0')}${from}`,
    segment: 1,
    segstart_utc: from - 12,
    segstop_utc: from + talk + hold + acw,
    duration: 12 + talk + hold,
    disptime: 12,
    queuetime: 10,
    ringtime: 2,
    talktime: talk,
    ansholdtime: hold,
    held: hold > 0 ? 1 : 0,
    acwtime: acw,
    calldisp: 2,
    split1: splits[native(queueOf) as keyof typeof splits],
    dispsplit: splits[native(queueOf) as keyof typeof splits],
    anslogin: logid,
    transferred: 0,
    conference: 0,
    observingcall: 0,
  }));
  const session = { acd: 1, logid, login_utc: begin };
  return [
    ship('agent_login_rows', begin + 30, [session]),
    ship('agent_trace_rows', end + 100, trace),
    ...(calls.length > 0 ? [ship('ech_rows', end + 200, calls)] : []),
    ...(isLogoutLost ? [] : [ship('agent_login_rows', end + 300, [{ ...session, logout_utc: end }])]),
  ];
}

/* Axialys: finished stretches, a login at logout; calls as polled. */

const pauses: Readonly<Partial<Record<Doing, string>>> = {
  PREP: 'user6',
  TRAINING: 'user3',
  MEETING: 'user4',
  BREAK: 'user0',
  LUNCH: 'user1',
  UNMAPPED: 'user8',
};

function axialysOf({ native: operator, parts, contacts, isLogoutLost }: Session): RecordedDelivery[] {
  const end = parts.at(-1)?.to ?? 0;
  const begin = parts[0]?.from ?? 0;
  const poll = (kind: string, at: number, rows: readonly object[]) =>
    delivery('axi', at, { source: 'axialys.vm', kind, polledAt: iso(at), rows });
  const row = (type: string, from: number, to: number, infos?: string) => ({
    id_op: Number(operator),
    type,
    date: iso(from).replace('.000Z', '+00:00'),
    duration: to - from,
    ...(infos !== undefined && { infos }),
  });
  const rows = parts.flatMap(({ from, to, doing }): object[] => {
    const pause = pauses[doing];
    if (pause !== undefined) return [row('break', from, to, pause)];
    return [];
  });
  const work = contacts.flatMap(({ from, talk, hold, acw }) => {
    const over = from + talk + hold;
    return [row('call_in', from, over), ...(acw > 0 ? [row('catchup', over, over + acw)] : [])];
  });
  const calls = contacts.map(({ number, from, talk, hold, acw, queueOf }) => ({
    id_appel: number,
    date: iso(from - 25).replace('.000Z', '+00:00'),
    service_number: '33180880000',
    caller_number: '',
    group_name: native(queueOf),
    first_group_name: native(queueOf),
    id_op: Number(operator),
    op_name: null,
    tags: null,
    status: 'ANSWER',
    duration: 25 + talk + hold,
    duration_svi: 5,
    duration_wait: 20,
    duration_ring: 2,
    duration_comm: talk + hold,
    duration_hold: hold,
    post_appel: acw,
  }));
  return [
    poll('call_rows', end + 60, calls),
    poll('status_rows', end + 120, [...rows, ...work, ...(isLogoutLost ? [] : [row('login', begin, end)])]),
  ];
}
