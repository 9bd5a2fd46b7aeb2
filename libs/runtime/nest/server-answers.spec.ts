import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { noKeys } from '../access/access.fixture.js';
import { createLogger } from '../logging.js';
import { problemSchema } from '../problem.js';
import { RateLimit } from '../rate-limit.js';
import { createHttpApp } from './http-app.js';

@Controller('things')
class Things {
  @Get()
  get(): object {
    return {};
  }

  @Post()
  post(): object {
    return {};
  }
}

@Module({ controllers: [Things] })
class ThingsModule {}

interface LogLine {
  readonly msg: string;
  readonly level: string;
  readonly requestId?: string;
  readonly status?: number;
}

const running: NestFastifyApplication[] = [];
const logged: LogLine[] = [];
let app: NestFastifyApplication;

async function start(options: Partial<Parameters<typeof createHttpApp>[2]> = {}) {
  const stream = { write: (line: string) => void logged.push(JSON.parse(line) as LogLine) };
  const logger = createLogger({ app: 'spec', level: 'debug', form: 'json', stream });
  const started = await createHttpApp({ module: ThingsModule }, logger, { access: noKeys, ...options });
  running.push(started);
  await started.listen(0, '127.0.0.1');
  return started;
}

beforeAll(async () => void (app = await start()));
afterAll(() => Promise.all(running.map((each) => each.close())));

const ask = async (path: string, headers: Record<string, string> = {}, of = app) =>
  fetch((await of.getUrl()) + path, { headers });

/** Status, headers and body of what comes back for bytes that no HTTP client would send. */
async function raw(bytes: string) {
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Headers(
    lines.map((line): [string, string] => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, body };
}

const long = 'y'.repeat(20_000);
const chunked = 'POST /things HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n';

describe('What the server of Node answers by itself', () => {
  it.each([
    ['no HTTP at all', 'nonsense\r\n\r\n', 400, 'invalid-request'],
    ['no host', 'GET /things HTTP/1.1\r\n\r\n', 400, 'invalid-request'],
    ['two hosts', 'GET /things HTTP/1.1\r\nhost: localhost\r\nHost: x\r\n\r\n', 400, 'invalid-request'],
    ['an unknown method', 'FOO /things HTTP/1.1\r\nhost: localhost\r\n\r\n', 400, 'invalid-request'],
    [
      'a method that no route has',
      'PROPFIND /things HTTP/1.1\r\nhost: localhost\r\n\r\n',
      405,
      'method-not-allowed',
    ],
    ['a tunnel', 'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost\r\n\r\n', 405, 'method-not-allowed'],
    ['a question about all', 'OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n', 404, 'not-found'],
    ['a foreign absolute address', 'GET http://x/y HTTP/1.1\r\nhost: localhost\r\n\r\n', 404, 'not-found'],
    [
      'a length that is no number',
      'POST /things HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n',
      400,
      'invalid-request',
    ],
    ['a chunk that is none', `${chunked}zz\r\n`, 400, 'invalid-request'],
    ['long extensions of a chunk', `${chunked}1;${long}\r\nx\r\n0\r\n\r\n`, 413, 'body-too-large'],
    ['a long address', `GET /things?${long} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 414, 'uri-too-long'],
    [
      'an unknown expectation',
      'POST /things HTTP/1.1\r\nhost: localhost\r\nexpect: x\r\n\r\n',
      417,
      'expectation-failed',
    ],
    [
      'long headers',
      `GET /things HTTP/1.1\r\nhost: localhost\r\nx: ${long}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['a later HTTP', 'GET /things HTTP/3.0\r\nhost: localhost\r\n\r\n', 505, 'http-version-not-supported'],
    [
      'HTTP/2 in the clear',
      'GET /things HTTP/2.0\r\nhost: localhost\r\n\r\n',
      505,
      'http-version-not-supported',
    ],
  ])('is a problem too: %s', async (_what, bytes, status, code) => {
    const answer = await raw(bytes);
    expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([
      status,
      'application/problem+json',
    ]);
    expect(problemSchema.strict().parse(JSON.parse(answer.body))).toMatchObject({ status, code });
    const id = answer.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(logged.filter(({ requestId }) => requestId === id)).toMatchObject([{ msg: 'answered', status }]);
    expect(answer.headers.has('allow')).toBe(status === 405);
  });

  it('is answered as ever for HTTP/1.0 without a host on this machine, and for an upgrade that it does not know', async () => {
    const old = await raw('GET /things HTTP/1.0\r\n\r\n');
    expect([old.status, JSON.parse(old.body)]).toMatchObject([421, { code: 'unknown-host' }]);
    const upgrade = 'connection: upgrade, close\r\nupgrade: websocket\r\n';
    expect(await raw(`GET /things HTTP/1.1\r\nhost: localhost\r\n${upgrade}\r\n`)).toMatchObject({
      status: 200,
    });
  });
});

describe('The id of a request', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  it.each([
    [{ 'x-request-id': 'edge/7:a.b_c+d=e-f@1' }, 'edge/7:a.b_c+d=e-f@1'],
    [{ traceparent: `00-${trace}-00f067aa0ba902b7-01` }, trace],
    [{ 'x-request-id': 'own', traceparent: `00-${trace}-00f067aa0ba902b7-01` }, 'own'],
  ])('is the sender’s: %p', async (headers, id) => {
    const answer = await ask('/things', headers);
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([200, id]);
  });

  it.each([
    [{}],
    [{ 'x-request-id': '' }],
    [{ 'x-request-id': 'x'.repeat(129) }],
    [{ 'x-request-id': '{"level":"error"}' }],
    [{ 'x-request-id': 'two words' }],
    [{ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
    [{ traceparent: `ff-${trace}-00f067aa0ba902b7-01` }],
    [{ traceparent: trace }],
  ])(
    'is a new one where the sender has none that can be taken: %p',
    async (headers: Record<string, string>) => {
      const answer = await ask('/things', headers);
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('is in every answer, problems included, and in the line of the log about it', async () => {
    const answers = ['/things', '/nothing', '/things/%E0%A4%A'].map(async (path, index) => {
      const { status, headers } = await ask(path, { 'x-request-id': `log-${index}` });
      return [status, headers.get('x-request-id')];
    });
    expect(await Promise.all(answers)).toEqual([
      [200, 'log-0'],
      [404, 'log-1'],
      [400, 'log-2'],
    ]);
    const lines = logged.filter(({ requestId }) => requestId?.startsWith('log-') === true);
    const shown = lines.map(({ requestId, level, status, msg }) => [requestId, level, status, msg]);
    expect(shown.toSorted()).toEqual([
      ['log-0', 'debug', 200, 'answered'],
      ['log-1', 'info', 404, 'answered'],
      ['log-2', 'info', 400, 'answered'],
    ]);
  });
});

describe('How often may be asked', () => {
  const limited = () => ({
    access: { ...noKeys, requests: new RateLimit({ ratePerSecond: 1, rateBurst: 2 }, () => 0) },
  });

  it('is said by every answer, and beyond it 429 says when to ask again', async () => {
    const few = await start(limited());
    const first = await ask('/things', {}, few);
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=2;w=2');
    expect(first.headers.get('ratelimit')).toBe('"requests";r=1;t=1');
    const unknown = await ask('/nothing', {}, few);
    expect([unknown.status, unknown.headers.get('ratelimit')]).toEqual([404, '"requests";r=0;t=2']);
    for (const path of ['/things', '/nothing']) {
      const { status, headers } = await ask(path, {}, few);
      expect([status, headers.get('retry-after'), headers.get('ratelimit')]).toEqual([
        429,
        '1',
        '"requests";r=0;t=2',
      ]);
    }
  });

  it('is counted by the address that a trusted proxy names, and by no other word of the sender', async () => {
    const behind = await start({ ...limited(), trustedProxies: ['127.0.0.1'] });
    const direct = await start(limited());
    const statuses = async (of: NestFastifyApplication) => {
      const found: number[] = [];
      for (const from of ['10.0.0.1', '10.0.0.2', '10.0.0.1', '10.0.0.2', '10.0.0.1']) {
        found.push((await ask('/things', { 'x-forwarded-for': from }, of)).status);
      }
      return found;
    };
    expect(await statuses(behind)).toEqual([200, 200, 200, 200, 429]);
    expect(await statuses(direct)).toEqual([200, 200, 429, 429, 429]);
  });
});
