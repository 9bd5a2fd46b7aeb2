import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** A call as Axialys reports it; whole seconds. Hold lies beside talk. */
export interface Call {
  /** UTC epoch ms: entry into the queue. */
  readonly at: number;
  readonly waitS?: number;
  readonly talkS: number;
  readonly holdS?: number;
  readonly acwS?: number;
  readonly queue?: string;
  /** Number of the agent, from 1. */
  readonly agent?: number;
  /** Number of the customer; left out: withheld. */
  readonly customer?: string;
  /** They waited and reached no one; no agent had the call. */
  readonly isAbandoned?: boolean;
}

/** An instant by the clock of Paris, `2026-03-10T09:00`. */
export const paris = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Paris').epochMilliseconds;

const rowsAtOnce = 100;

/** The calls as a shipper polls them, a hundred a delivery. Ids follow from `from` on. */
export function calls(work: readonly Call[], from = 1): RecordedDelivery[] {
  return chunks(work.map((call, index) => ({ call, id: from + index }))).map((some) => {
    const receivedAt = Math.max(...some.map(({ call }) => endOf(call))) + 60_000;
    const polledAt = new Date(receivedAt).toISOString();
    const rows = some.map(({ call, id }) => rowOf(call, id));
    const body = JSON.stringify({ source: 'axialys.vm', kind: 'call_rows', polledAt, rows });
    return { connection: 'voice', receivedAt, headers: { 'content-type': 'application/json' }, body };
  });
}

function rowOf(
  {
    at,
    waitS = 0,
    talkS,
    holdS = 0,
    acwS = 0,
    queue = 'orders',
    agent = 1,
    customer,
    isAbandoned = false,
  }: Call,
  id: number,
) {
  return {
    id_appel: id,
    date: new Date(at).toISOString(),
    caller_number: customer ?? '',
    group_name: queue,
    id_op: isAbandoned ? null : agent,
    status: isAbandoned ? 'ABORT' : 'ANSWER',
    duration: waitS + talkS + holdS,
    duration_svi: 0,
    duration_wait: waitS,
    duration_comm: talkS,
    duration_hold: holdS,
    post_appel: acwS,
    tags: '',
  };
}

function endOf({ at, waitS = 0, talkS, holdS = 0, acwS = 0 }: Call): number {
  return at + (waitS + talkS + holdS + acwS) * 1000;
}

/**
 * Work laid out evenly on days `from` to `to` (both included) of nine hours from 09:00, each agent one
 * piece after another, so that no agent does two things at once. `make` says what piece it is; `slotS` is the
 * most that one takes.
 */
export function laidOut<T>(
  count: number,
  { from, to, slotS }: { readonly from: string; readonly to: string; readonly slotS: number },
  make: (place: { readonly index: number; readonly at: number; readonly agent: number }) => T,
): T[] {
  const days = daysBetween(from, to).map((day) => paris(`${day}T09:00`));
  const agents = Math.ceil(count / (days.length * Math.floor((9 * 3_600) / slotS)));
  const slotsADay = Math.ceil(count / (days.length * agents));
  if (agents > 200)
    throw new Error(`${count} pieces of ${slotS} s need ${agents} agents; the centre has 200`);
  return Array.from({ length: count }, (_, index) => {
    const slot = Math.floor(index / agents);
    const start = days[Math.floor(slot / slotsADay)] ?? 0;
    return make({ index, at: start + (slot % slotsADay) * slotS * 1000, agent: (index % agents) + 1 });
  });
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  let day = Temporal.PlainDate.from(from);
  const last = Temporal.PlainDate.from(to);
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) days.push(day.toString());
  return days;
}

/** So much in so many whole parts that differ by one at most. */
export function parts(total: number, count: number): (index: number) => number {
  const [each, more] = [Math.floor(total / count), total % count];
  return (index) => each + (index < more ? 1 : 0);
}

/** Customers of made-up numbers that no subscriber has (ARCEP keeps 06 39 98 for fiction). */
export function customer(index: number): string {
  return `+336399${String(80_000 + index).padStart(5, '0')}`;
}

/** What happened, as the CRM reports it. */
export interface BusinessEvent {
  readonly type: string;
  /** What it is about; a stretch of an agent's day has none. */
  readonly subject?: string;
  readonly at: number;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly revision?: number;
}

/** CloudEvents in lists of a hundred, all of the programme care. Ids follow from `from` on. */
export function outcomes(occurred: readonly BusinessEvent[], from = 1): RecordedDelivery[] {
  const events = occurred.map(({ type, subject, at, data, revision }, index) => ({
    at,
    event: {
      specversion: '1.0',
      id: String(from + index),
      source: '/crm',
      type,
      ...(subject !== undefined && { subject }),
      time: new Date(at).toISOString(),
      ...(revision !== undefined && { revision }),
      data: { programme: 'care', ...data },
    },
  }));
  return chunks(events).map((some) => ({
    connection: 'crm',
    kind: 'outcome',
    receivedAt: Math.max(...some.map(({ at }) => at)) + 60_000,
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(some.map(({ event }) => event)),
  }));
}

/** A stretch of an agent's day, as a planner reports it. */
export function stretch(agent: number, state: string, startedAt: number, endedAt: number): BusinessEvent {
  const iso = (at: number): string => new Date(at).toISOString();
  const data = { agent: `voice:${agent}`, state, startedAt: iso(startedAt), endedAt: iso(endedAt) };
  return { type: 'activity.recorded', at: endedAt, data };
}

function chunks<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / rowsAtOnce) }, (_, index) =>
    items.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
}

/**
 * E-mails that an agent answered, as Genesys reports them: queued, handed out a minute later, answered in
 * five.
 */
export function mails(
  handled: readonly { readonly id: number; readonly at: number; readonly agent: number }[],
): RecordedDelivery[] {
  return handled.flatMap(({ id, at, agent }) => {
    const user = { userId: String(agent), queueId: 'mailbox' };
    const won = { queueId: 'mailbox', acdOutcome: 'ANSWERED', answeredUserId: String(agent) };
    const minute = 60_000;
    return [
      mailEvent(id, 'acd.start', 'acd', at, { queueId: 'mailbox' }),
      mailEvent(id, 'user.start', 'user', at + minute, user),
      mailEvent(id, 'acd.end', 'acd', at + minute, {
        ...won,
        disconnectType: 'TRANSFER',
        connectedDurationMs: minute,
      }),
      mailEvent(id, 'user.end', 'user', at + 6 * minute, {
        ...user,
        disconnectType: 'CLIENT',
        interactingDurationMs: 5 * minute,
      }),
    ];
  });
}

function mailEvent(id: number, topic: string, leg: string, at: number, fields: object): RecordedDelivery {
  const body = JSON.stringify({
    'detail-type': `v2.detail.events.conversation.{id}.${topic}`,
    source: 'aws.partner/genesys.com/cloud/3f1e0d2c-4b5a-4697-8878-695a4b3c0001/atelier',
    detail: {
      timestamp: new Date(at + 200).toISOString(),
      eventBody: {
        eventTime: at,
        conversationId: `mail-${id}`,
        participantId: `mail-${id}-${leg}`,
        sessionId: `mail-${id}-${leg}`,
        mediaType: 'EMAIL',
        direction: 'INBOUND',
        ...fields,
      },
    },
  });
  return { connection: 'mail', receivedAt: at + 300, headers: { 'content-type': 'application/json' }, body };
}
