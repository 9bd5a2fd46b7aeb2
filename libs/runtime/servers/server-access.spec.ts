import { afterAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { ClientFiles } from '#test/stack/client-files.js';
import { readConfig } from '../config.js';
import { ConfigFaults } from '../config-faults.js';
import { Secret } from './secret.js';
import { TokenRefused, tokenSource } from './token-source.js';

const files = new ClientFiles('server-access');
const { authority, ca } = files;
const file = (name: string, text: string): string => files.write(name, text);
const own = authority.issue(['client']);
const expired = authority.issue(['client'], { expired: true });

const cert = file('own.pem', own.cert);
const key = file('own.key', own.key);
const passwordFile = file('password', 'hunter2 \n');
const base = {
  TALLYLINE_KAFKA: 'kafka.example.com:9093',
  TALLYLINE_REDIS: 'rediss://redis.example.com',
  TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
};
const plain = {
  TALLYLINE_KAFKA_SASL: 'plain',
  TALLYLINE_KAFKA_USERNAME: 'u',
  TALLYLINE_KAFKA_PASSWORD: 'hunter2',
};

afterAll(() => files.remove());

function accessOf(settings: Record<string, string>) {
  const { engine } = readConfig({}, { ...base, ...settings });
  if (engine.kind !== 'distributed') throw new Error('not on Kafka');
  return engine;
}

function faultsOf(settings: Record<string, string>): { text: string; codes: string[][] } {
  try {
    readConfig({}, { ...base, ...settings });
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return { text: error.message, codes: error.faults.map(({ code, variable }) => [variable, code]) };
  }
  throw new Error('no fault was found');
}

describe('The way to Kafka and Redis', () => {
  it('is without TLS and user where nothing is said', () => {
    const { kafkaAccess, redisAccess } = accessOf({});
    expect(kafkaAccess).toMatchObject({ tls: null, sasl: null });
    expect(redisAccess).toMatchObject({
      tls: { ca: null, cert: null, key: null },
      username: null,
      password: null,
    });
  });

  it('takes certificates and passwords from files, of a password all but the end of its line', () => {
    const { kafkaAccess, redisAccess } = accessOf({
      TALLYLINE_KAFKA_TLS: 'on',
      TALLYLINE_KAFKA_CA: ca,
      TALLYLINE_KAFKA_CERT: cert,
      TALLYLINE_KAFKA_CERT_KEY: key,
      TALLYLINE_REDIS_USERNAME: 'tallyline',
      TALLYLINE_REDIS_PASSWORD_FILE: passwordFile,
    });
    expect(kafkaAccess.tls).toMatchObject({ ca: authority.cert, cert: own.cert });
    expect(kafkaAccess.tls?.key?.reveal()).toBe(own.key);
    expect(redisAccess.password?.reveal()).toBe('hunter2 ');
  });

  it('shows no secret where settings are printed', () => {
    const engine = accessOf({
      ...plain,
      TALLYLINE_KAFKA_TLS: 'on',
      TALLYLINE_REDIS_PASSWORD_FILE: passwordFile,
    });
    expect(JSON.stringify(engine)).toContain('[secret]');
    expect(JSON.stringify(engine) + inspect(engine, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it.each<[string, Record<string, string>, string, string]>([
    [
      'a password with no SASL',
      { TALLYLINE_KAFKA_PASSWORD: 'hunter2' },
      'TALLYLINE_KAFKA_PASSWORD',
      'contradicts-other',
    ],
    ['an authority without TLS', { TALLYLINE_KAFKA_CA: ca }, 'TALLYLINE_KAFKA_CA', 'contradicts-other'],
    ['PLAIN without TLS over a network', plain, 'TALLYLINE_KAFKA_SASL', 'contradicts-other'],
    ['a file that is not there', { TALLYLINE_REDIS_CA: '/nowhere' }, 'TALLYLINE_REDIS_CA', 'unreadable-file'],
    ['a file without certificate', { TALLYLINE_REDIS_CA: key }, 'TALLYLINE_REDIS_CA', 'unusable-certificate'],
    [
      'a certificate without key',
      { TALLYLINE_REDIS_CERT: cert },
      'TALLYLINE_REDIS_CERT_KEY',
      'incomplete-pair',
    ],
    [
      'the key of another certificate',
      { TALLYLINE_REDIS_CERT: cert, TALLYLINE_REDIS_CERT_KEY: file('wrong.key', authority.key) },
      'TALLYLINE_REDIS_CERT_KEY',
      'unusable-certificate',
    ],
    [
      'an expired certificate of our own',
      {
        TALLYLINE_REDIS_CERT: file('old.pem', expired.cert),
        TALLYLINE_REDIS_CERT_KEY: file('old.key', expired.key),
      },
      'TALLYLINE_REDIS_CERT',
      'unusable-certificate',
    ],
    [
      'a password beside its file',
      { TALLYLINE_REDIS_PASSWORD: 'hunter2', TALLYLINE_REDIS_PASSWORD_FILE: passwordFile },
      'TALLYLINE_REDIS_PASSWORD',
      'contradicts-other',
    ],
    [
      'a user in the address and beside it',
      { TALLYLINE_REDIS: 'rediss://u:hunter2@h', TALLYLINE_REDIS_PASSWORD: 'hunter2' },
      'TALLYLINE_REDIS_PASSWORD',
      'contradicts-other',
    ],
    [
      'an empty password file',
      { TALLYLINE_REDIS_PASSWORD_FILE: file('empty', '\n') },
      'TALLYLINE_REDIS_PASSWORD_FILE',
      'not-set',
    ],
    [
      'a token address without TLS',
      {
        TALLYLINE_KAFKA_TLS: 'on',
        TALLYLINE_KAFKA_SASL: 'oauthbearer',
        TALLYLINE_KAFKA_USERNAME: 'u',
        TALLYLINE_KAFKA_PASSWORD: 'hunter2',
        TALLYLINE_KAFKA_TOKEN_URL: 'http://id.example.com/token',
      },
      'TALLYLINE_KAFKA_TOKEN_URL',
      'malformed-value',
    ],
  ])('has a fault with %s, that names the setting and no secret', (_, settings, variable, code) => {
    const { text, codes } = faultsOf(settings);
    expect(codes).toEqual([[variable, code]]);
    expect(text).not.toContain('hunter2');
  });

  it('may show a password without TLS to a broker of this machine', () => {
    expect(accessOf({ ...plain, TALLYLINE_KAFKA: '127.0.0.1:9092' }).kafkaAccess.sasl).not.toBeNull();
  });
});

describe('A source of tokens', () => {
  const answers: [status: number, body: string][] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      asked.push(`${request.headers.authorization} ${body}`);
      const [status, text] = answers.shift() ?? [500, ''];
      response.writeHead(status).end(text);
    });
  });
  let url: string;
  let nowMs = 0;
  const sourceOf = () =>
    tokenSource({ url, clientId: 'a b', password: new Secret('c:d'), scope: 'kafka' }, () => nowMs);

  it('asks as RFC 6749 has it, keeps a token until shortly before it expires, then asks again', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const token = sourceOf();
    answers.push([200, '{"access_token":"one","expires_in":100}'], [200, '{"access_token":"two"}']);
    expect(await Promise.all([token(), token()])).toEqual(['one', 'one']);
    nowMs = 69_999;
    expect(await token()).toBe('one');
    nowMs = 70_000;
    expect(await token()).toBe('two');
    const basic = Buffer.from('a%20b:c%3Ad').toString('base64');
    expect(asked[0]).toBe(`Basic ${basic} grant_type=client_credentials&scope=kafka`);
    expect(asked).toHaveLength(2);
  });

  it('takes a refusal as final and asks a provider again that is away', async () => {
    const token = sourceOf();
    answers.push([503, ''], [401, '{"error":"invalid_client"}'], [200, '{"access_token":"one"}']);
    await expect(token()).rejects.not.toBeInstanceOf(TokenRefused);
    await expect(token()).rejects.toBeInstanceOf(TokenRefused);
    expect(await token()).toBe('one');
  });

  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
});
