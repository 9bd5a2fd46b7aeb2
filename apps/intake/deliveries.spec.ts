import { createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '#log/log.js';
import { problemSchema } from '#runtime/problem.js';
import { deliveryId } from '#wire/raw.js';
import { type Harness, type HarnessOptions, heldLog, hmacSecret, startIntake } from './intake.harness.js';
import { refusedRate } from './refused.controller.js';

let intake: Harness;
afterEach(() => intake.close());

async function start(options: HarnessOptions = {}): Promise<Harness> {
  intake = await startIntake(options);
  return intake;
}

const ndjson = { 'content-type': 'application/x-ndjson' };

/** A problem as RFC 9457 has it, and nothing of a framework's own error bodies. */
async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.strict().parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

describe('A delivery', () => {
  it('is stored byte for byte, whatever its content type, and answered with its id', async () => {
    const { post, stored } = await start();
    const bodies: [Buffer, Record<string, string>][] = [
      [Buffer.from('{"a": 1,\r\n "é": "\\u00e9"}'), { 'content-type': 'application/json' }],
      [Buffer.from('not json {'), { 'content-type': 'application/json' }],
      [Buffer.from('a=1&b=2'), { 'content-type': 'application/x-www-form-urlencoded' }],
      [Buffer.from('<xml/>'), { 'content-type': 'text/xml; charset="broken' }],
      [Buffer.from('no proper type'), { 'content-type': 'json' }],
      [Buffer.from([0xff, 0x00, 0xfe]), {}],
    ];
    for (const [body, headers] of bodies) {
      const response = await post('/v1/deliveries/open', new Uint8Array(body), headers);
      const id = deliveryId('open', body);
      const answer = { id, refused: `/v1/refused?delivery=${id}` };
      expect([response.status, await response.json()]).toEqual([202, answer]);
    }
    const found = await stored();
    const bytes = found.map(({ body, bodyEncoding }) => Buffer.from(body, bodyEncoding).toString('hex'));
    expect(bytes.toSorted()).toEqual(bodies.map(([body]) => body.toString('hex')).toSorted());
    expect(found.find(({ body }) => body === 'no proper type')?.headers['content-type']).toBe('json');
  });

  it('in gzip is stored unpacked', async () => {
    const { post, stored } = await start();
    const packed = new Uint8Array(gzipSync('{"call": 1}'));
    const response = await post('/v1/deliveries/open', packed, { 'content-encoding': 'gzip' });
    expect(response.status).toBe(202);
    const [delivery] = await stored();
    expect(delivery?.body).toBe('{"call": 1}');
    expect(delivery?.headers).not.toHaveProperty('content-encoding');
  });

  it('carries the time of its receipt', async () => {
    const { post, stored } = await start({ clock: () => 918_000_000_123 });
    await post('/v1/deliveries/open', '{}');
    expect((await stored())[0]?.receivedAt).toBe(918_000_000_123);
  });

  it('is answered after the ack of the log and not before', async () => {
    const held = heldLog();
    const { post, stored } = await start({ wrap: held.wrap });
    let answered = false;
    const answer = post('/v1/deliveries/open', '{}').then((response) => {
      answered = true;
      return response;
    });
    while (held.appends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([answered, await stored()]).toEqual([false, []]);
    held.release();
    expect((await answer).status).toBe(202);
    expect(await stored()).toHaveLength(1);
  });
});

describe('Deliveries that arrive together', () => {
  it('share appends, and each is answered with its own id', async () => {
    const held = heldLog();
    const { post, stored, deliveryWriter } = await start({ wrap: held.wrap });
    const bodies = Array.from({ length: 200 }, (_, index) => `{"call":${index}}`);
    const answers = bodies.map(async (body) => (await post('/v1/deliveries/open', body)).json());
    while (deliveryWriter.depth().records < 200) await new Promise((resolve) => setImmediate(resolve));
    held.release();
    expect(await Promise.all(answers)).toMatchObject(
      bodies.map((body) => ({ id: deliveryId('open', body) })),
    );
    expect((await stored()).map(({ body }) => body).toSorted()).toEqual(bodies.toSorted());
    // One that was under way, and one with all that gathered meanwhile.
    expect(held.appends).toHaveLength(2);
    expect(held.appends.reduce((sum, count) => sum + count, 0)).toBe(200);
  });
});

describe('A batch', () => {
  it('is stored as one delivery a line, with the ids they would have alone', async () => {
    const { post, stored } = await start();
    const response = await post('/v1/deliveries/open/batch', '{"a":1}\n\n{"b":2}\r\nno json\n', ndjson);
    const bodies = ['{"a":1}', '{"b":2}', 'no json'];
    expect([response.status, await response.json()]).toEqual([
      202,
      {
        accepted: 3,
        ids: bodies.map((body) => deliveryId('open', body)),
        refused: '/v1/refused?delivery={id}',
      },
    ]);
    expect((await stored()).map(({ body }) => body).toSorted()).toEqual(bodies.toSorted());
  });

  it('may be gzip and larger than a delivery may be', async () => {
    const { post, stored } = await start();
    const lines = Array.from({ length: 2_000 }, (_, index) => `{"call":${index}}`);
    const packed = new Uint8Array(gzipSync(lines.join('\n')));
    const response = await post('/v1/deliveries/open/batch', packed, {
      ...ndjson,
      'content-encoding': 'gzip',
    });
    expect(await response.json()).toMatchObject({ accepted: 2_000 });
    expect(await stored()).toHaveLength(2_000);
  });

  it.each([
    ['too long', Buffer.from(`{}\n${'x'.repeat(1_001)}\n{}`), 2, /more than 1000 bytes/],
    ['not UTF-8', Buffer.concat([Buffer.from('{}\n\n'), Buffer.from([0xc3, 0x28])]), 3, /not UTF-8/],
  ])(
    'with a line that is %s is rejected as a whole, and the answer names the line',
    async (_what, body, line, detail) => {
      const { post, stored } = await start();
      const response = await post('/v1/deliveries/open/batch', new Uint8Array(body), ndjson);
      const problem = await problemOf(response);
      expect(problem).toMatchObject({
        status: 400,
        field: `body.line[${line}]`,
        type: expect.stringMatching(/batch$/),
      });
      expect(problem.detail).toMatch(detail);
      expect(await stored()).toEqual([]);
    },
  );

  it.each(['text/plain', 'application/json', undefined])(
    'of content type %p is rejected with 415',
    async (type) => {
      const { post } = await start();
      const body = new Uint8Array(Buffer.from('{}'));
      const response = await post(
        '/v1/deliveries/open/batch',
        body,
        type === undefined ? {} : { 'content-type': type },
      );
      expect(await problemOf(response)).toMatchObject({
        status: 415,
        detail: expect.stringMatching(/x-ndjson/),
      });
    },
  );

  it('without a delivery is rejected with 400', async () => {
    const { post } = await start();
    const response = await post('/v1/deliveries/open/batch', '\n \n', ndjson);
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      type: expect.stringMatching(/empty-body$/),
    });
  });
});

describe('A sender', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['token', { 'x-token': 'the-token' }],
    ['basic', { authorization: basic('axialys:the-password') }],
  ])(
    'of connection %s is accepted with its credentials, which are not stored',
    async (connection, headers) => {
      const { post, stored } = await start();
      const response = await post(`/v1/deliveries/${connection}`, '{}', { ...headers, 'x-kept': 'yes' });
      expect(response.status).toBe(202);
      const [delivery] = await stored();
      expect(delivery?.headers).toMatchObject({ 'x-kept': 'yes' });
      for (const name of Object.keys(headers)) expect(delivery?.headers).not.toHaveProperty(name);
    },
  );

  it.each([
    ['token', {}, /'X-Token' is missing/],
    ['token', { 'x-token': 'wrong-guess' }, /'X-Token' does not hold/],
    ['basic', {}, /'authorization' is missing/],
    ['basic', { authorization: basic('axialys:wrong-guess') }, /does not hold this connection's user/],
    ['signed', {}, /'webhook-id' is missing/],
  ])('of connection %s with the headers %p is rejected with 401', async (connection, headers, detail) => {
    const { post, stored } = await start();
    const response = await post(`/v1/deliveries/${connection}`, '{}', headers);
    const problem = await problemOf(response);
    expect(problem.status).toBe(401);
    expect(problem.detail).toMatch(detail);
    expect(problem.detail).not.toMatch(/the-token|the-password|wrong-guess/);
    expect(response.headers.get('www-authenticate')).toBe(
      {
        basic: 'Basic realm="tallyline", charset="UTF-8"',
        token: 'Token realm="tallyline", header="x-token"',
        signed: 'Signature realm="tallyline", headers="webhook-id webhook-timestamp webhook-signature"',
      }[connection],
    );
    expect(await stored()).toEqual([]);
  });

  describe('that signs its requests', () => {
    const now = 1_700_000_000_000;
    const body = '{"amount": 1}';

    /** Standard Webhooks, computed here once more and apart from the code under test. */
    function signed(text: string, timestamp = now / 1000): Record<string, string> {
      const key = Buffer.from(hmacSecret.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.${text}`).digest('base64');
      return {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': `v1,${signature}`,
      };
    }

    it('is accepted, plain and packed, and the signature is not stored', async () => {
      const { post, stored } = await start({ clock: () => now });
      const packed = new Uint8Array(gzipSync(body));
      const answers = [
        await post('/v1/deliveries/signed', body, signed(body)),
        await post('/v1/deliveries/signed', packed, { ...signed(body), 'content-encoding': 'gzip' }),
        await post('/v1/deliveries/signed/batch', `${body}\n`, { ...signed(`${body}\n`), ...ndjson }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
      for (const { headers } of await stored()) {
        expect(headers).toHaveProperty('webhook-id', 'msg_1');
        expect(headers).not.toHaveProperty('webhook-signature');
      }
    });

    it('is rejected with another body, and with an old signature', async () => {
      const { post } = await start({ clock: () => now });
      const other = await post('/v1/deliveries/signed', '{"amount": 2}', signed(body));
      expect((await problemOf(other)).detail).toMatch(/'webhook-signature' does not match/);
      const old = await post('/v1/deliveries/signed', body, signed(body, now / 1000 - 301));
      expect((await problemOf(old)).detail).toMatch(/'webhook-timestamp' is more than 300 s/);
    });
  });
});

describe('A sender who fails again and again', () => {
  it.each([
    ['/v1/deliveries/token', { 'x-token': 'wrong' }, 401],
    ['/v1/deliveries/unknown', {}, 404],
  ])('is answered at %s with 429 from the 31st time in a minute on', async (path, headers, status) => {
    let now = 1_700_000_000_000;
    const { post } = await start({ clock: () => now });
    const first = await post(path, '{}', headers);
    expect([first.status, first.headers.get('ratelimit-policy'), first.headers.get('ratelimit')]).toEqual([
      status,
      '"failures";q=30;w=60',
      '"failures";r=29;t=60',
    ]);
    for (let count = 1; count < 30; count++) expect((await post(path, '{}', headers)).status).toBe(status);
    now += 20_000;
    const late = await post(path, '{}', headers);
    expect(await problemOf(late)).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(late.headers.get('retry-after')).toBe('40');
    now += 40_000;
    expect((await post(path, '{}', headers)).status).toBe(status);
  });

  it('silences no sender of the same address, of the same connection or another', async () => {
    const { post } = await start({ clock: () => 1_700_000_000_000 });
    for (let count = 0; count < 40; count++) await post('/v1/deliveries/token', '{}', { 'x-token': 'wrong' });
    const good = await post('/v1/deliveries/token', '{}', { 'x-token': 'the-token' });
    expect([good.status, (await post('/v1/deliveries/open', '{}')).status]).toEqual([202, 202]);
    expect((await post('/v1/deliveries/basic', '{}')).status).toBe(401);
  });
});

describe('A request', () => {
  it('for an unknown connection is answered with 404', async () => {
    const { post } = await start();
    const problem = await problemOf(await post('/v1/deliveries/unknown', '{}'));
    expect(problem).toMatchObject({ status: 404, type: 'urn:tallyline:problem:unknown-connection' });
  });

  it('without a body is answered with 400', async () => {
    const { post } = await start();
    expect(await problemOf(await post('/v1/deliveries/open', null))).toMatchObject({
      status: 400,
      field: 'body',
    });
    expect(await problemOf(await post('/v1/deliveries/open', ''))).toMatchObject({
      status: 400,
      field: 'body',
    });
  });

  it('that is too large by its declared length, in chunks or unpacked is answered with 413', async () => {
    const { post, stored, url } = await start();
    const declared = await post('/v1/deliveries/open', 'x'.repeat(1_001));
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let index = 0; index < 20; index++) controller.enqueue(new Uint8Array(100));
        controller.close();
      },
    });
    const request = { method: 'POST', body: chunks, duplex: 'half' } as RequestInit;
    const chunked = await fetch(`${url}/v1/deliveries/open`, request);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(10_000_000)).subarray(0));
    const unpacked = await post('/v1/deliveries/open/batch', bomb, { ...ndjson, 'content-encoding': 'gzip' });
    for (const response of [declared, chunked, unpacked]) {
      expect(await problemOf(response)).toMatchObject({ status: 413, field: 'body' });
    }
    expect((await post('/v1/deliveries/open', 'x'.repeat(1_000))).status).toBe(202);
    expect(await stored()).toHaveLength(1);
  });

  it('in an unsupported encoding is answered with 415', async () => {
    const { post } = await start();
    const response = await post('/v1/deliveries/open', '{}', { 'content-encoding': 'br' });
    expect(response.headers.get('accept-encoding')).toBe('gzip');
    expect(await problemOf(response)).toMatchObject({ status: 415, field: 'header.content-encoding' });
  });

  it('that says gzip and is not is answered with 400', async () => {
    const { post } = await start();
    const response = await post('/v1/deliveries/open', '{}', { 'content-encoding': 'gzip' });
    expect(await problemOf(response)).toMatchObject({ status: 400, field: 'header.content-encoding' });
  });

  it('above the rate of its connection is answered with 429 and the time to wait', async () => {
    const { post } = await start({ limits: { ratePerSecond: 1, rateBurst: 2 }, clock: () => 1_000_000 });
    const statuses = [];
    for (let count = 0; count < 2; count++) statuses.push((await post('/v1/deliveries/open', '{}')).status);
    expect(statuses).toEqual([202, 202]);
    const response = await post('/v1/deliveries/open', '{}');
    expect(await problemOf(response)).toMatchObject({ status: 429 });
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await post('/v1/deliveries/other', '{}')).status).toBe(202);
  });

  it('is answered with what is left to its connection', async () => {
    const { post } = await start({ limits: { ratePerSecond: 2, rateBurst: 10 }, clock: () => 1_000_000 });
    const batch = await post('/v1/deliveries/open/batch', '{}\n{}\n{}\n', ndjson);
    const limitsOf = ({ status, headers }: Response) => [
      status,
      headers.get('ratelimit-policy'),
      headers.get('ratelimit'),
    ];
    expect(limitsOf(batch)).toEqual([202, '"deliveries";q=10;w=5', '"deliveries";r=7;t=2']);
    expect(limitsOf(await post('/v1/deliveries/open', ''))).toEqual([
      400,
      '"deliveries";q=10;w=5',
      '"deliveries";r=7;t=2',
    ]);
  });

  it('about refusals above the rate of the process is answered with 429 and the time to wait', async () => {
    const { url } = await start({ clock: () => 1_000_000 });
    const ask = () => fetch(`${url}/v1/refused?delivery=${'x'.repeat(22)}`);
    const answers = await Promise.all(Array.from({ length: refusedRate.rateBurst }, ask));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const response = await ask();
    expect(await problemOf(response)).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(response.headers.get('retry-after')).toBe('1');
  });

  it('with another method is answered with 405, to another address with 404', async () => {
    const { url } = await start();
    const wrong = await fetch(`${url}/v1/deliveries/open`);
    expect(wrong.headers.get('allow')).toBe('POST');
    expect(await problemOf(wrong)).toMatchObject({ status: 405, detail: 'Use POST.' });
    expect(await problemOf(await fetch(`${url}/v1/nothing`, { method: 'POST', body: '{}' }))).toMatchObject({
      status: 404,
    });
  });

  it('that ends early stores nothing, and the server goes on', async () => {
    const { url, post, stored } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket.resume(), 'connect');
    socket.write('POST /v1/deliveries/open HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf of');
    socket.end();
    await once(socket, 'close');
    expect((await post('/v1/deliveries/open', '{}')).status).toBe(202);
    expect((await stored()).map(({ body }) => body)).toEqual(['{}']);
  });
});

describe('Intake', () => {
  it('answers 503 with the time to wait where the log does not acknowledge', async () => {
    const { post } = await start({
      wrap: () => ({ append: () => Promise.reject(new LogUnavailable('disk full')) }),
    });
    const response = await post('/v1/deliveries/open', '{}');
    expect(await problemOf(response)).toMatchObject({
      status: 503,
      type: 'urn:tallyline:problem:log-unavailable',
    });
    expect(response.headers.get('retry-after')).toBe('5');
  });

  it('answers 503 with the time to wait where refusals cannot be read from the log', async () => {
    const unavailable = () => Promise.reject(new LogUnavailable('no broker'));
    const { url } = await start({ refusalsLog: { bounds: unavailable, read: unavailable } });
    const response = await fetch(`${url}/v1/refused?delivery=${'x'.repeat(22)}`);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'log-unavailable' });
    expect(response.headers.get('retry-after')).toBe('5');
  });

  it('answers 503 above the bounds of its queue, and 202 to what was accepted before', async () => {
    const held = heldLog();
    // one connection may fill half of it
    const { post, stored, deliveryWriter } = await start({ wrap: held.wrap, queue: { queuedRecords: 6 } });
    const taken = [1, 2, 3].map((call) => post('/v1/deliveries/open', `{"call":${call}}`));
    while (deliveryWriter.depth().records < 3) await new Promise((resolve) => setImmediate(resolve));
    const late = await post('/v1/deliveries/open', '{"call":4}');
    expect(await problemOf(late)).toMatchObject({ status: 503, type: 'urn:tallyline:problem:overloaded' });
    expect(late.headers.get('retry-after')).toBe('1');
    held.release();
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await stored()).toHaveLength(3);
  });

  it('answers 500 without internal details where the log fails in an unexpected way', async () => {
    const { post, logLines } = await start({
      wrap: () => ({ append: () => Promise.reject(new TypeError('inside')) }),
    });
    const problem = await problemOf(await post('/v1/deliveries/open', '{}'));
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('inside');
    expect(logLines.join('')).toContain('inside');
  });
});

describe('Shutting intake down', () => {
  it('answers what was accepted before the server stops', async () => {
    const held = heldLog();
    const { post, stored, shutDown, url } = await start({ wrap: held.wrap });
    const taken = post('/v1/deliveries/open', '{}');
    while (held.appends.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const down = shutDown();
    held.release();
    expect((await taken).status).toBe(202);
    await down;
    expect(await stored()).toHaveLength(1);
    await expect(fetch(`${url}/v1/deliveries/open`, { method: 'POST', body: '{}' })).rejects.toThrow(
      'fetch failed',
    );
  });
});

describe('Metrics and logs of intake', () => {
  it('count deliveries by connection and answer, with all unknown connections together', async () => {
    const { post, registry } = await start();
    await post('/v1/deliveries/open', '{"a":1}');
    await post('/v1/deliveries/open/batch', '{}\n{}', ndjson);
    await post('/v1/deliveries/token', '{}');
    await post('/v1/deliveries/guess-1', '{}');
    await post('/v1/deliveries/guess-2', '{}');
    const text = await registry.metrics();
    expect(text).toContain('tallyline_intake_deliveries_total{connection="open",answer="202"} 3');
    expect(text).toContain('tallyline_intake_deliveries_total{connection="token",answer="401"} 1');
    expect(text).toContain('tallyline_intake_deliveries_total{connection="unknown",answer="404"} 2');
    expect(text).toContain('tallyline_intake_bytes_total{connection="open"} 11');
    expect(text).toContain('tallyline_intake_ack_seconds_count 2');
    expect(text).toContain('tallyline_intake_queue_records 0');
    expect(text).not.toContain('guess');
  });

  it('hold ids and no bodies', async () => {
    const { post, logLines } = await start();
    const response = await post('/v1/deliveries/open', '{"ani":"+33612345678"}');
    const { id } = (await response.json()) as { id: string };
    expect(logLines.join('')).toContain(`"delivery":"${id}"`);
    expect(logLines.join('')).not.toContain('33612345678');
  });
});
