import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { waitUntil } from '#test/journeys/wait-until.js';
import { Authority, type Certified } from '#test/stack/certificates.js';
import { noKeys } from '../access/access.fixture.js';
import { createLogger } from '../logging.js';
import { HttpCertificate } from '../servers/http-certificate.js';
import { createHttpApp } from './http-app.js';
import { addressOf } from './http-server.js';

@Controller('things')
class Things {
  @Get()
  get(): object {
    return { secure: true };
  }
}

@Module({ controllers: [Things] })
class ThingsModule {}

const authority = new Authority();
const logged: { readonly msg: string; readonly reason?: string }[] = [];
let directory: string;
let files: { readonly cert: string; readonly key: string };
let app: NestFastifyApplication;

function write({ cert, key }: Certified): void {
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-https-'));
  files = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  write(authority.issue(['127.0.0.1']));
  const stream = { write: (line: string) => void logged.push(JSON.parse(line) as (typeof logged)[number]) };
  const logger = createLogger({ app: 'spec', level: 'info', form: 'json', stream });
  const certificate = new HttpCertificate(files);
  app = await createHttpApp({ module: ThingsModule }, logger, {
    access: noKeys,
    certificate,
    renewalCheckMs: 10,
  });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true });
});

async function get(path: string): Promise<readonly [status: number | undefined, body: unknown]> {
  const asked = request((await addressOf(app)) + path, { ca: authority.cert }).end();
  const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { statusCode?: number }];
  const chunks = await Array.fromAsync(answer);
  return [answer.statusCode, JSON.parse(Buffer.concat(chunks).toString())];
}

const port = async (): Promise<number> => Number(new URL(await app.getUrl()).port);

async function shown(): Promise<string> {
  const socket: TLSSocket = connectTls({ host: '127.0.0.1', port: await port(), ca: authority.cert });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

it('Over HTTPS everything is answered as over HTTP, problems too', async () => {
  expect(await get('/things')).toEqual([200, { secure: true }]);
  expect(await get('/elsewhere')).toEqual([404, expect.objectContaining({ code: 'not-found' })]);
  expect(await addressOf(app)).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
});

it('Nothing is answered without TLS', async () => {
  const socket = connect(await port(), '127.0.0.1');
  socket.end('GET /things HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n').on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(socket, 'close');
  expect(Buffer.concat(chunks).toString()).not.toContain('secure');
});

it('A renewed certificate counts without a restart, and one that cannot be used leaves the one before', async () => {
  const before = await shown();
  write(authority.issue(['127.0.0.1']));
  await waitUntil(async () => (await shown()) !== before);
  const renewed = await shown();
  write({ ...authority.issue(['127.0.0.1']), key: 'no key' });
  await waitUntil(() => logged.some(({ msg }) => msg === 'the renewed certificate cannot be used'));
  expect(await shown()).toBe(renewed);
  const text = JSON.stringify(logged);
  expect(text).toContain('TALLYLINE_HTTP_CERT_KEY');
  expect(text).not.toContain('PRIVATE KEY');
  expect(await get('/things')).toEqual([200, { secure: true }]);
});

it('Files that do not belong together are refused at the start, with the variable', () => {
  writeFileSync(files.key, authority.issue(['127.0.0.1']).key);
  expect(() => new HttpCertificate(files)).toThrow(/TALLYLINE_HTTP_CERT_KEY: .*belongs to the certificate/);
  rmSync(files.cert);
  expect(() => new HttpCertificate(files)).toThrow(/TALLYLINE_HTTP_CERT: .*cannot be read \(ENOENT\)/);
});
