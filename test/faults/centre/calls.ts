import { borders } from '#test/simulation/workload/workload.js';
import type { Fact, QueueResult } from '#domain/fact/fact.js';
import { careWindowMs, shopWindowMs } from '#test/simulation/centre.js';
import type { Random } from '#test/simulation/random.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';

/** What senders say, and what the oracle is to take it for. */
export interface CentreInput {
  readonly deliveries: readonly RecordedDelivery[];
  /**
   * Every version of every statement. Written from the documents of the platform, not from the normalizer.
   */
  readonly facts: readonly Fact[];
}

/** The platform of the calls, and the system that sends outcomes and activities. */
export const [callsConnection, outcomesConnection] = ['pbx', 'crm'];

/** What a poll of the platform says of a call. Times in whole seconds, as the platform reports them. */
interface CallVersion {
  readonly caller: string | null;
  readonly queue: string;
  readonly result: Extract<QueueResult, 'answered' | 'abandoned' | 'unknown'>;
  readonly waitSeconds: number;
  /** By number, as in `pbx:a1`. */
  readonly agent: number;
  readonly talkSeconds: number;
  readonly holdSeconds: number;
  readonly acwSeconds: number | null;
  readonly tag: string | null;
}

interface Call {
  readonly number: number;
  readonly arrivedAt: number;
  readonly versions: readonly CallVersion[];
}

const queues = ['q1', 'q1', 'q2', 'q3', 'q3', 'q9'];
const agents = [1, 2, 3, 9];
/** Beginning of the polls, after all that is polled. */
const firstPoll = Date.parse('2026-05-04T06:00:00Z');

/**
 * Calls around the borders of months, days, versions and summer time, repeated exactly at the end of a window
 * or a millisecond beside it, reported up to three times with another customer, queue, agent or length; and
 * sales that are cancelled, surveys, preparation.
 */
export function centreInput(random: Random, size: number): CentreInput {
  const calls: Call[] = [];
  for (let number = 1; number <= size; number++) calls.push(callOf(number, calls, random));
  const reports = [
    ...calls.flatMap(reportsOf),
    ...Array.from({ length: size / 4 }, (_, index) => outcomesOf(index, random)).flat(),
    ...Array.from({ length: size / 8 }, (_, index) => activitiesOf(index, random)).flat(),
  ];
  return {
    deliveries: reports.map(({ delivery }) => delivery),
    facts: reports.map(({ fact }) => fact),
  };
}

interface Report {
  readonly delivery: RecordedDelivery;
  readonly fact: Fact;
}

function instant(random: Random): number {
  return random.pick(borders) + random.pick([0, -1, 1, -5_000, random.integer(-7_200_000, 7_200_000)]);
}

function callOf(number: number, before: readonly Call[], random: Random): Call {
  const earlier = before.length > 0 && random.chance(0.6) ? random.pick(before) : null;
  const arrivedAt = earlier === null ? instant(random) : repeatOf(earlier, random);
  const first = earlier?.versions.at(-1);
  const version: CallVersion = {
    caller: first === undefined ? callerOf(random) : first.caller,
    queue: first !== undefined && random.chance(0.7) ? first.queue : random.pick(queues),
    result: random.pick(['answered', 'answered', 'answered', 'answered', 'abandoned', 'unknown']),
    waitSeconds: random.pick([0, 4, 5, 6, 12, 20, 21, 35, 90]),
    agent: random.pick(agents),
    talkSeconds: random.pick([0, 4, 5, 61, 200, 3_000]),
    holdSeconds: random.pick([0, 0, 7]),
    acwSeconds: random.pick([null, 0, 30, 50, 4_000]),
    tag: random.pick([null, 'sold', 'asked']),
  };
  const versions = [version];
  while (versions.length < 3 && random.chance(0.4))
    versions.push(revised(versions.at(-1) ?? version, random));
  return { number, arrivedAt, versions };
}

function repeatOf({ arrivedAt, versions }: Call, random: Random): number {
  const last = versions.at(-1);
  const lasted = (last?.waitSeconds ?? 0) + (last?.talkSeconds ?? 0) + (last?.holdSeconds ?? 0);
  const endedAt = arrivedAt + 1_000 * lasted;
  const window = last?.queue === 'q3' ? shopWindowMs : careWindowMs;
  return random.weighted([
    [4, endedAt + window],
    [4, endedAt + window + 1],
    [1, endedAt + window - 1],
    [1, endedAt],
    [2, arrivedAt],
    [3, endedAt + random.integer(0, 2 * window)],
  ]);
}

/** French mobile numbers, so that every part of the way knows them as customers. */
function callerOf(random: Random): string | null {
  return random.chance(0.2) ? null : `+336123456${String(random.integer(10, 39))}`;
}

function revised(version: CallVersion, random: Random): CallVersion {
  return {
    ...version,
    ...random.pick<Partial<CallVersion>>([
      { caller: callerOf(random) },
      { queue: random.pick(queues) },
      { result: random.pick(['answered', 'abandoned']) },
      { agent: random.pick(agents) },
      { talkSeconds: version.talkSeconds + 1 },
      { acwSeconds: random.pick([null, 10]), tag: random.pick(['sold', 'asked']) },
    ]),
  };
}

const statuses = { answered: 'ANSWER', abandoned: 'ABORT', unknown: 'NOANSWER' } as const;

function reportsOf({ number, arrivedAt, versions }: Call): Report[] {
  return versions.map((version, index): Report => {
    const polledAt = firstPoll + 60_000 * index;
    const { caller, queue, result, waitSeconds, agent, talkSeconds, holdSeconds, acwSeconds, tag } = version;
    const isAnswered = result === 'answered';
    const commSeconds = isAnswered ? talkSeconds + holdSeconds : 0;
    const row = {
      id_appel: number,
      date: new Date(arrivedAt).toISOString(),
      caller_number: caller,
      group_name: queue,
      id_op: isAnswered ? agent : null,
      tags: tag,
      status: statuses[result],
      duration: waitSeconds + commSeconds,
      duration_svi: 0,
      duration_wait: waitSeconds,
      duration_comm: commSeconds,
      duration_hold: isAnswered ? holdSeconds : 0,
      post_appel: acwSeconds,
    };
    const body = { source: 'axialys.vm', kind: 'call_row', polledAt: new Date(polledAt).toISOString(), row };
    const entity = `${callsConnection}:${number}`;
    return {
      delivery: deliveryOf(callsConnection, body, polledAt),
      fact: {
        type: 'segment.summarized',
        id: entity,
        entity,
        connection: callsConnection,
        at: arrivedAt,
        revision: polledAt,
        segment: '1',
        direction: 'inbound',
        media: 'voice',
        customer: caller,
        queue: `${callsConnection}:${queue}`,
        enteredAt: arrivedAt,
        waitMs: waitSeconds * 1_000,
        result,
        agent: isAnswered ? `${callsConnection}:a${agent}` : null,
        talkMs: isAnswered ? talkSeconds * 1_000 : null,
        holdMs: isAnswered ? holdSeconds * 1_000 : null,
        acwMs: isAnswered && acwSeconds !== null ? acwSeconds * 1_000 : null,
        transferredOut: false,
        disposition: tag,
      },
    };
  });
}

/** A lead, its sale, the end of it, and an answer; some of them revised. */
function outcomesOf(index: number, random: Random): Report[] {
  const subject = `order-${index}`;
  const start = instant(random);
  const queue = random.pick([null, 'q1', 'q9']);
  const programme = random.pick(['care', 'care', null]);
  return ['lead.worked', 'sale.made', 'sale.cancelled', 'survey.answered'].flatMap((name) => {
    if (random.chance(0.4)) return [];
    const at = start + random.pick([0, 1, 3_600_000, 30 * 3_600_000]);
    const revisions = random.chance(0.3) ? [0, 1] : [0];
    return revisions.map((revision): Report => {
      const moved = at + revision * random.pick([0, 3_600_000]);
      const answer = name === 'survey.answered' ? { question: 'csat', score: random.integer(1, 5) } : {};
      const event = {
        specversion: '1.0',
        id: `${name}-${index}`,
        source: '/crm',
        type: name,
        subject,
        time: new Date(moved).toISOString(),
        revision,
        data: {
          ...(programme !== null && { programme }),
          ...(queue !== null && { queue: `${callsConnection}:${queue}` }),
          ...answer,
        },
      };
      const entity = `${outcomesConnection}:outcome/${subject}`;
      return {
        delivery: { ...deliveryOf(outcomesConnection, event, firstPoll), kind: 'outcome' },
        fact: {
          type: 'outcome.recorded',
          id: `${entity}/${name}`,
          entity,
          connection: outcomesConnection,
          at: moved,
          revision,
          name,
          programme,
          queue: queue === null ? null : `${callsConnection}:${queue}`,
          agent: null,
          contact: null,
          customer: null,
          data: answer,
        },
      };
    });
  });
}

function activitiesOf(index: number, random: Random): Report[] {
  const agent = random.pick(agents);
  const state = random.pick(['PREP', 'PREP', 'BREAK'] as const);
  const startedAt = instant(random);
  const programme = random.pick(['care', 'shop'] as const);
  const revisions = random.chance(0.3) ? [0, 1] : [0];
  return revisions.map((revision): Report => {
    const endedAt = startedAt + random.pick([1, 900_000, 3_600_000, 90_000_000]);
    const event = {
      specversion: '1.0',
      id: `activity-${index}`,
      source: '/planner',
      type: 'activity.recorded',
      subject: `agent-${agent}`,
      time: new Date(endedAt).toISOString(),
      revision,
      data: {
        agent: `${callsConnection}:${agent}`,
        state,
        startedAt: new Date(startedAt).toISOString(),
        endedAt: new Date(endedAt).toISOString(),
        programme,
      },
    };
    const entity = `${outcomesConnection}:activity/${index}`;
    return {
      delivery: { ...deliveryOf(outcomesConnection, event, firstPoll), kind: 'outcome' },
      fact: {
        type: 'activity.recorded',
        id: entity,
        entity,
        connection: outcomesConnection,
        at: endedAt,
        revision,
        agent: `${callsConnection}:a${agent}`,
        state,
        startedAt,
        endedAt,
        queue: null,
        programme,
      },
    };
  });
}

function deliveryOf(connection: string, body: object, receivedAt: number): RecordedDelivery {
  const headers = { 'content-type': 'application/json' };
  return { connection, receivedAt, headers, body: JSON.stringify(body) };
}
