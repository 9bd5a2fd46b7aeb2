import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nowAnswerSchema } from '#apps/tally/now-answer.js';
import { noKeys } from '#runtime/access/access.fixture.js';
import { createApiKey } from '#runtime/access/api-key.js';
import { waitUntil } from '#test/journeys/wait-until.js';
import { startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeEach(async () => {
  http = await startHttp(noKeys, (text) =>
    text
      .replace(
        'connections:\n',
        'connections:\n  - { id: gen, platform: genesys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true }\n',
      )
      .replace(
        '    queues:\n',
        '    agents: [{ code: bob }, { code: carol }, { code: dan }]\n    queues:\n      - { connection: gen, native: q1, name: care }\n      - { connection: gen, native: q2, name: experts }\n',
      )
      .replace(
        'agents:\n  - { code: alice',
        'agents:\n  - { code: bob, ids: [{ connection: gen, native: bob }] }\n  - { code: carol, ids: [{ connection: gen, native: carol }] }\n  - { code: dan, ids: [{ connection: gen, native: dan }] }\n  - { code: alice',
      ),
  );
});
afterEach(async () => http.close());

/** An instant of the day on which the process asks, at 12:00:00 UTC: 13:00 in Paris. */
const at = (time: string): number => Date.parse(`2026-03-05T${time}Z`);

const event = (topic: string, contact: string, session: string, time: string, body: object): object => ({
  'detail-type': `v2.detail.events.conversation.{id}.${topic}`,
  source: 'aws.partner/genesys.com/cloud/3f1e0d2c/prod',
  detail: {
    topicName: `v2.detail.events.conversation.${contact}.${topic}`,
    version: '2',
    eventBody: {
      eventTime: at(time),
      conversationId: contact,
      participantId: session,
      sessionId: session,
      mediaType: 'VOICE',
      direction: 'INBOUND',
      ...body,
    },
  },
});
const user = (topic: string, id: string, eventBody: object): object => ({
  'detail-type': `v2.users.{id}.${topic}`,
  source: 'aws.partner/genesys.com/cloud/3f1e0d2c/prod',
  detail: { topicName: `v2.users.${id}.${topic}`, version: '2', eventBody },
});
const routing = (id: string, status: string, startTime: string): object =>
  user('routingStatus', id, { id, routingStatus: { status, startTime } });

async function send(...bodies: readonly object[]): Promise<void> {
  for (const body of bodies) {
    const response = await fetch(`${http.url}/v1/deliveries/gen`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(202);
  }
  await http.engine.drained();
}

async function now() {
  return nowAnswerSchema.strict().parse(await (await http.get('/v1/programmes/aurore/now')).json());
}

const waits = { queueId: 'q1' };
const answered = {
  queueId: 'q1',
  disconnectType: 'TRANSFER',
  acdOutcome: 'ANSWERED',
  answeredUserId: 'bob',
  connectedDurationMs: 105_000,
};

describe('GET /v1/programmes/:id/now', () => {
  it('moves when a contact waits, is offered, taken and over, not only when it ends', async () => {
    await send(
      routing('bob', 'IDLE', '2026-03-05T11:30:00.000Z'),
      event('acd.start', 'k1', 's1', '11:58:00', waits),
    );
    const bob = {
      agent: 'bob',
      state: 'AVAILABLE',
      code: 'IDLE',
      reason: null,
      since: '2026-03-05T12:30:00+01:00',
      contacts: 0,
    };
    const wait = { waiting: 1, waitingSince: '2026-03-05T12:58:00+01:00', longestWaitMs: 120_000 };
    const none = { waiting: 0, waitingSince: null, longestWaitMs: null };
    const first = await now();
    expect(first).toMatchObject({
      programme: 'aurore',
      at: '2026-03-05T13:00:00+01:00',
      ...wait,
      talking: 0,
      queues: [
        { queue: 'after-sales', ...none },
        { queue: 'care', ...wait },
        { queue: 'experts', ...none },
      ],
      agents: [bob],
    });

    await send(event('user.start', 'k1', 's2', '11:59:40', { userId: 'bob', queueId: 'q1' }));
    const own = { code: null, since: '2026-03-05T12:59:40+01:00', contacts: 1 };
    const second = await now();
    expect(second).toMatchObject({ waiting: 1, talking: 0, agents: [{ ...bob, ...own, state: 'RING' }] });
    expect(second.position).not.toBe(first.position);

    await send(event('acd.end', 'k1', 's1', '11:59:45', answered));
    expect(await now()).toMatchObject({
      ...none,
      talking: 1,
      agents: [{ ...bob, ...own, state: 'CONTACT' }],
    });

    const totals = {
      interactingDurationMs: 5_000,
      heldDurationMs: 0,
      alertingDurationMs: 5_000,
      disconnectType: 'PEER',
    };
    await send(event('user.end', 'k1', 's2', '11:59:50', { userId: 'bob', queueId: 'q1', ...totals }));
    expect(await now()).toMatchObject({ ...none, talking: 0, agents: [bob] });
  });

  it.each(['in order', 'in the reverse order'])(
    'leaves out who abandoned, logged out or was silent for half a day, and follows a contact to another queue: %s',
    async (order) => {
      const all = [
        routing('bob', 'IDLE', '2026-03-04T23:59:00.000Z'),
        routing('carol', 'IDLE', '2026-03-05T11:00:00.000Z'),
        user('presence', 'carol', {
          presenceDefinition: { id: 'off', systemPresence: 'OFFLINE' },
          modifiedDate: '2026-03-05T11:40:00.000Z',
        }),
        routing('dan', 'IDLE', '2026-03-05T00:01:00.000Z'),
        event('acd.start', 'k1', 's1', '11:50:00', waits),
        event('acd.end', 'k1', 's1', '11:51:00', {
          ...waits,
          disconnectType: 'PEER',
          acdOutcome: 'ABANDON',
          connectedDurationMs: 60_000,
        }),
        event('acd.start', 'k2', 's1', '11:57:00', waits),
        event('acd.end', 'k2', 's1', '11:58:00', {
          ...waits,
          disconnectType: 'TRANSFER',
          acdOutcome: 'FLOW_OUT',
          connectedDurationMs: 60_000,
        }),
        event('acd.start', 'k2', 's2', '11:58:00', { queueId: 'q2' }),
      ];
      await send(...(order === 'in order' ? all : all.toReversed()));
      const found = await now();
      expect(
        found.queues.map(({ queue, waiting, longestWaitMs }) => [queue, waiting, longestWaitMs]),
      ).toEqual([
        ['after-sales', 0, null],
        ['care', 0, null],
        ['experts', 1, 120_000],
      ]);
      // Bob was heard of twelve hours and a minute ago, Dan a minute less than twelve hours.
      expect(found.agents.map(({ agent, state }) => [agent, state])).toEqual([['dan', 'AVAILABLE']]);
    },
  );

  it('answers for a programme that there is not with a problem', async () => {
    expect(await (await http.get('/v1/programmes/elsewhere/now')).json()).toMatchObject({
      status: 404,
      field: 'path.id',
    });
  });
});

describe('GET /v1/programmes/:id/now/events', () => {
  it('streams what goes on, then each change, with the position as id; an open stream does not hold up the end', async () => {
    await send(routing('bob', 'IDLE', '2026-03-05T11:30:00.000Z'));
    const answer = await http.get('/v1/programmes/aurore/now/events');
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const dataOf = (text: string): unknown => JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '');
    const { value: first = '' } = await reader.read();
    const before = await now();
    expect(first).toMatch(new RegExp(`^id: ${before.position}\nevent: now\ndata: .*\n\n$`));
    expect(dataOf(first)).toEqual(before);
    await send(event('acd.start', 'k1', 's1', '11:58:00', waits));
    const { value = '' } = await reader.read();
    expect(dataOf(value)).toMatchObject({ waiting: 1 });
  });

  it('is given to one asker twenty times at once, and again once one of them is ended', async () => {
    const open = async () => http.get('/v1/programmes/aurore/now/events');
    const streams: Response[] = [];
    for (let count = 0; count < 20; count++) streams.push(await open());
    expect(streams.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    const refused = await open();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests' });
    // A question that does not stay is answered all the same.
    expect((await http.get('/v1/programmes/aurore/now')).status).toBe(200);
    await streams[7]?.body?.cancel();
    await waitUntil(async () => {
      const again = await open();
      if (again.status === 200) streams.push(again);
      return again.status === 200;
    });
    await Promise.all(streams.map(async ({ body, bodyUsed }) => (bodyUsed ? null : body?.cancel())));
  });

  it('does not know an unknown programme', async () => {
    expect((await http.get('/v1/programmes/other/now/events')).status).toBe(404);
  });
});

describe('A live answer whose key is revoked', () => {
  it('ends', async () => {
    const { secret, key } = createApiKey(
      { name: 'Ada', role: 'supervisor', brands: null, expiresAt: null },
      0,
    );
    const keys = new Map([[key.id, key]]);
    const guarded = await startHttp({ ...noKeys, keys: { keys } });
    try {
      const headers = { authorization: `Bearer ${secret}` };
      const answer = await fetch(`${guarded.url}/v1/programmes/aurore/now/events`, { headers });
      expect(answer.status).toBe(200);
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader.read()).value).toMatch(/^id: /);
      keys.delete(key.id);
      expect(await reader.read()).toEqual({ done: true, value: undefined });
    } finally {
      await guarded.close();
    }
  });
});
