import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, HttpException, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger } from '../logging.js';
import { ProblemError, problemSchema } from '../problem.js';
import { noKeys } from '../access/access.fixture.js';
import { createHttpApp } from './http-app.js';

@Controller('things/:id')
class Things {
  @Get()
  get(@Param('id') id: string): object | Promise<object> {
    if (id === 'defect') throw new TypeError('a defect with a secret in it');
    if (id === 'no-log') throw Object.assign(new Error('broker at 10.0.0.7'), { code: 'log-unavailable' });
    if (id === 'no-store') throw Object.assign(new Error('no Redis'), { code: 'store-unavailable' });
    if (id === 'never') return new Promise(() => logged.push('waiting'));
    if (id === 'odd') throw new HttpException({ message: 'body of a framework' }, 418);
    if (id === 'known') {
      throw new ProblemError('too-many-requests', 'Wait.', {
        field: 'path.id',
        headers: { 'retry-after': '7' },
      });
    }
    return { id };
  }

  @Post()
  post(): object {
    return { posted: true };
  }
}

@Module({ controllers: [Things] })
class ThingsModule {}

let app: NestFastifyApplication;
let url: string;
const logged: string[] = [];

beforeAll(async () => {
  const stream = { write: (line: string) => void logged.push(line) };
  const logger = createLogger({ app: 'spec', level: 'info', form: 'json', stream });
  app = await createHttpApp({ module: ThingsModule }, logger, { access: noKeys });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

/** Head and body of what comes back for bytes that no HTTP client would send. */
async function raw(bytes: string): Promise<{ head: string; body: string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'end');
  socket.destroy();
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  return { head, body };
}

function problemIn(body: string) {
  return problemSchema.strict().parse(JSON.parse(body));
}

describe('an HTTP application', () => {
  it('answers a known route', async () => {
    const response = await fetch(`${url}/things/1?x=1`);
    expect([response.status, await response.json()]).toEqual([200, { id: '1' }]);
  });

  it.each([
    ['GET', '/nothing', 404, 'not-found'],
    ['PUT', '/things/1', 405, 'method-not-allowed'],
    ['OPTIONS', '/things/1', 405, 'method-not-allowed'],
    ['GET', '/things/defect', 500, 'internal-error'],
    ['GET', '/things/odd', 400, 'invalid-request'],
    ['GET', '/things/no-log', 503, 'log-unavailable'],
    ['GET', '/things/no-store', 503, 'store-unavailable'],
    ['GET', '/things/known', 429, 'too-many-requests'],
    ['GET', '/things/%E0%A4%A', 400, 'invalid-request'],
    ['GET', `/things/${'x'.repeat(101)}`, 414, 'uri-too-long'],
  ])('answers %s %s with problem %d', async (method, path, status, code) => {
    const response = await fetch(url + path, { method });
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problemIn(await response.text())).toMatchObject({
      status,
      code,
      type: `urn:tallyline:problem:${code}`,
    });
    expect(response.status).toBe(status);
  });

  it('names the allowed methods where the method is wrong', async () => {
    const response = await fetch(`${url}/things/1`, { method: 'DELETE' });
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('answers headers and field of a problem, and shows a defect only in the log', async () => {
    const known = await fetch(`${url}/things/known`);
    expect(known.headers.get('retry-after')).toBe('7');
    expect(problemIn(await known.text())).toMatchObject({ detail: 'Wait.', field: 'path.id' });
    const defect = await (await fetch(`${url}/things/defect`)).text();
    expect(defect).not.toContain('secret');
    expect(logged.join('')).toContain('a defect with a secret in it');
  });

  it('answers that log or store is unavailable with a time to retry, and the reason only in the log', async () => {
    const response = await fetch(`${url}/things/no-log`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('10.0.0.7');
    expect(logged.some((line) => line.includes('10.0.0.7') && !line.includes('request failed'))).toBe(true);
  });

  it('answers a request that is not HTTP with a problem', async () => {
    const { head, body } = await raw('nonsense\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n(.+\r\n)*content-type: application\/problem\+json/);
    expect(problemIn(body).status).toBe(400);
  });

  it('answers headers that are too large with a problem', async () => {
    const { head, body } = await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`);
    expect(head).toMatch(/^HTTP\/1\.1 431 /);
    expect(problemIn(body).type).toBe('urn:tallyline:problem:headers-too-large');
  });
});

describe('closing an application', () => {
  it('stops waiting for an unfinished answer at the timeout', async () => {
    const stream = { write: () => undefined };
    const logger = createLogger({ app: 'spec', level: 'silent', form: 'json', stream });
    const closing = await createHttpApp({ module: ThingsModule }, logger, {
      access: noKeys,
      closeTimeoutMs: 20,
    });
    await closing.listen(0, '127.0.0.1');
    const answer = fetch(`${await closing.getUrl()}/things/never`).catch((error: unknown) => String(error));
    while (!logged.includes('waiting')) await new Promise((resolve) => setImmediate(resolve));
    await closing.close();
    expect(await answer).toBe('TypeError: fetch failed');
  });
});
