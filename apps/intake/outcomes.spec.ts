import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#runtime/problem.js';
import { deliveryId } from '#wire/raw.js';
import { type Harness, type HarnessOptions, heldLog, startIntake } from './intake.harness.js';

let intake: Harness;
afterEach(() => intake.close());

async function start(options: HarnessOptions = {}): Promise<Harness> {
  intake = await startIntake(options);
  return intake;
}

const json = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const ndjson = { 'content-type': 'application/x-ndjson' };
const sale = (id: string): string =>
  JSON.stringify({ specversion: '1.0', id, source: '/crm', type: 'sale.made', subject: id, data: {} });

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return problemSchema.strict().parse(await response.json());
}

describe('Outcomes', () => {
  it.each([
    ['one event', 'application/cloudevents+json', sale('1')],
    ['one event', 'application/json', sale('1')],
    ['a list', 'application/cloudevents-batch+json', `[${sale('1')}, ${sale('2')}]`],
    ['a list', 'Application/JSON', `[${sale('1')}]`],
  ])(
    'sent as %s of type %s are stored byte for byte, as outcomes, with an id of their own',
    async (_, type, body) => {
      const { post, stored } = await start();
      const response = await post('/v1/outcomes/open', body, { 'content-type': type });
      expect([response.status, await response.json()]).toMatchObject([
        202,
        { id: deliveryId('open', body, 'outcome') },
      ]);
      expect(await stored()).toMatchObject([{ connection: 'open', kind: 'outcome', body }]);
    },
  );

  it('of a batch are lines that hold one event or a list of events each', async () => {
    const { post, stored } = await start();
    const bodies = [sale('1'), `[${sale('2')},${sale('3')}]`];
    const packed = new Uint8Array(gzipSync(bodies.join('\n')));
    const response = await post('/v1/outcomes/open/batch', packed, { ...ndjson, 'content-encoding': 'gzip' });
    expect([response.status, await response.json()]).toMatchObject([
      202,
      { accepted: 2, ids: bodies.map((body) => deliveryId('open', body, 'outcome')) },
    ]);
    expect((await stored()).map(({ kind, body }) => [kind, body]).toSorted()).toEqual(
      bodies.map((body) => ['outcome', body]).toSorted(),
    );
  });

  it('are stored beside deliveries of the same connection and bytes', async () => {
    const { post, stored } = await start();
    await post('/v1/outcomes/open', sale('1'), json);
    await post('/v1/deliveries/open', sale('1'), json);
    expect((await stored()).map(({ kind }) => kind).toSorted()).toEqual(['outcome', 'platform']);
    expect(new Set((await stored()).map(({ id }) => id)).size).toBe(2);
  });

  it('are answered after the ack of the log and not before', async () => {
    const held = heldLog();
    const { post } = await start({ wrap: held.wrap });
    let answered = false;
    const answer = post('/v1/outcomes/open', sale('1'), json).then((response) => {
      answered = true;
      return response;
    });
    while (held.appends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    held.release();
    expect((await answer).status).toBe(202);
  });

  it('are accepted with the credentials of the connection only', async () => {
    const { post, stored } = await start();
    expect((await problemOf(await post('/v1/outcomes/token', sale('1'), json))).status).toBe(401);
    const accepted = await post('/v1/outcomes/token', sale('1'), { ...json, 'x-token': 'the-token' });
    expect(accepted.status).toBe(202);
    const [delivery] = await stored();
    expect(delivery?.headers).not.toHaveProperty('x-token');
  });
});

describe('Outcomes that cannot be accepted', () => {
  it.each([
    [
      '/v1/outcomes/open',
      'text/plain',
      /cloudevents\+json, application\/cloudevents-batch\+json, application\/json/,
    ],
    ['/v1/outcomes/open', undefined, /cloudevents\+json/],
    ['/v1/outcomes/open/batch', 'application/json', /x-ndjson/],
  ])('at %s with content type %p are answered with 415 and what to send', async (path, type, detail) => {
    const { post, stored } = await start();
    const body = new Uint8Array(Buffer.from(sale('1')));
    const response = await post(path, body, type === undefined ? {} : { 'content-type': type });
    expect(await problemOf(response)).toMatchObject({
      status: 415,
      field: 'header.content-type',
      detail: expect.stringMatching(detail),
    });
    expect(await stored()).toEqual([]);
  });

  it('are answered with 404, 400, 413 or 429: unknown connection, empty, too large, too many', async () => {
    const { post } = await start({ limits: { ratePerSecond: 1, rateBurst: 1 }, clock: () => 1_000_000 });
    const statuses = [];
    for (const [path, body] of [
      ['/v1/outcomes/unknown', sale('1')],
      ['/v1/outcomes/open', ''],
      ['/v1/outcomes/open', `[${sale('x'.repeat(1_000))}]`],
      ['/v1/outcomes/open', sale('1')],
      ['/v1/outcomes/open', sale('2')],
    ] as const) {
      const response = await post(path, body, json);
      if (response.status !== 202) await problemOf(response);
      statuses.push(response.status);
    }
    expect(statuses).toEqual([404, 400, 413, 202, 429]);
  });
});
