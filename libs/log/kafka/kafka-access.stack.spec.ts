import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';
import kafkajs from 'kafkajs';
import { readConfig } from '#runtime/config.js';
import { ClientFiles } from '#test/stack/client-files.js';
import { describeWith } from '#test/stack/describe-with.js';
import { installKafka } from '#test/stack/kafka/jars.js';
import { output } from '#test/stack/fetched/program.js';
import { ownKafka } from '#test/stack/stack.js';
import { doneWith, until } from '../log.harness.js';
import type { Log } from '../log.js';
import { openLog } from '../open-log.js';
import { openKafkaLog } from './kafka-log.js';

/**
 * One broker with a listener for each way of asking who comes, each with the certificate that it is about.
 */
const files = new ClientFiles('kafka-access');
const { authority, stranger, ca, otherCa, clientCert, clientKey } = files;
const file = (name: string, text: string): string => files.write(name, text);
const password = 'correct horse; "battery"';

const strange = stranger.issue([], { subject: 'tallyline' });
const strangeCert = file('strange.pem', strange.cert);
const strangeKey = file('strange.key', strange.key);
const passwordFile = file('password', `${password}\n`);

function keyStore(name: string, hosts: readonly string[], expired = false): Record<string, string> {
  const { cert, key } = authority.issue(hosts, { expired });
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': file(`${name}.pem`, key + cert),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ca,
  };
}

const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = file(
  'jwks.json',
  JSON.stringify({
    keys: [{ ...(await exportJWK(signer.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }],
  }),
);
const security = 'org.apache.kafka.common.security';
const quoted = password.replaceAll('"', '\\\\"');

const kafka = await ownKafka({
  brokers: 1,
  settings: {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:CN=tallyline;User:plain;User:client;User:scram256;User:scram512',
  },
  javaOptions: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${jwks}`],
  listeners: {
    TLS: { protocol: 'SSL', host: 'localhost', settings: keyStore('tls', ['localhost']) },
    MUTUAL: {
      protocol: 'SSL',
      settings: { ...keyStore('mutual', ['127.0.0.1']), 'ssl.client.auth': 'required' },
    },
    EXPIRED: { protocol: 'SSL', settings: keyStore('expired', ['127.0.0.1'], true) },
    ELSEWHERE: { protocol: 'SSL', settings: keyStore('elsewhere', ['kafka.example.com']) },
    SASL: {
      protocol: 'SASL_SSL',
      settings: {
        ...keyStore('sasl', ['127.0.0.1']),
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        'plain.sasl.jaas.config': `${security}.plain.PlainLoginModule required user_plain="${quoted}" user_limited="${quoted}";`,
        'scram-sha-256.sasl.jaas.config': `${security}.scram.ScramLoginModule required;`,
        'scram-sha-512.sasl.jaas.config': `${security}.scram.ScramLoginModule required;`,
        'oauthbearer.sasl.jaas.config': `${security}.oauthbearer.OAuthBearerLoginModule required;`,
        'oauthbearer.sasl.server.callback.handler.class': `${security}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
        'sasl.oauthbearer.jwks.endpoint.url': `file://${jwks}`,
        'sasl.oauthbearer.expected.audience': 'kafka',
      },
    },
  },
});

describeWith([kafka], (stack) => {
  const customer = { TALLYLINE_REDIS: 'redis://unused', TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32) };
  let issuer: Server;
  let tokenUrl: string;
  let tokensAsked = 0;
  const logs: Log[] = [];
  const said: string[] = [];

  /** The log at a listener, by the settings of a process. */
  function logAt(listener: string, settings: Record<string, string>): Log {
    const address = { TALLYLINE_KAFKA: stack.listeners[listener] ?? '', TALLYLINE_REPLICATION: '1' };
    const config = readConfig({}, { ...customer, ...address, ...settings });
    const log = openLog(config, { clientId: 'spec', onWarning: (message) => void said.push(message) });
    logs.push(log);
    return log;
  }

  const secured = { TALLYLINE_KAFKA_TLS: 'on', TALLYLINE_KAFKA_CA: ca };
  const asUser = (sasl: string, user: string) => ({
    ...secured,
    TALLYLINE_KAFKA_SASL: sasl,
    TALLYLINE_KAFKA_USERNAME: user,
    TALLYLINE_KAFKA_PASSWORD_FILE: passwordFile,
  });
  const byToken = (secret: string) => ({
    ...secured,
    TALLYLINE_KAFKA_SASL: 'oauthbearer',
    TALLYLINE_KAFKA_TOKEN_URL: tokenUrl,
    TALLYLINE_KAFKA_USERNAME: 'client',
    TALLYLINE_KAFKA_PASSWORD: secret,
  });

  /** Everything that the port does: each is a connection of its own of kafkajs. */
  async function roundTrip(log: Log, topic: string): Promise<void> {
    await log.createTopics([{ name: topic, partitions: 1, compacted: false, retentionMs: null }]);
    await log.append(topic, [{ key: 'k', value: 'v', partition: 0 }]);
    expect((await log.read(topic, 0, 0, 10)).map(({ value }) => value)).toEqual(['v']);
    let consumed = 0;
    const consumption = await log.consume({
      topic,
      group: topic,
      batchRecords: 10,
      handler: {
        assigned: async () => 0,
        batch: async (batch) => {
          consumed += batch.records.length;
          return doneWith(batch);
        },
        lost: () => {},
      },
    });
    await until('the record is consumed', () => consumed > 0);
    await consumption.stop();
    await log.committed(topic, topic);
  }

  beforeAll(async () => {
    issuer = createServer((request, response) => {
      tokensAsked += 1;
      const credentials = Buffer.from(`client:${encodeURIComponent(password)}`).toString('base64');
      if (request.headers.authorization !== `Basic ${credentials}`) {
        response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
        return;
      }
      const token = new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setSubject('client');
      const signed = token.setAudience('kafka').setIssuedAt().setExpirationTime('1h').sign(signer.privateKey);
      void signed.then((access_token) => response.end(JSON.stringify({ access_token, expires_in: 3600 })));
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    tokenUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`;
    const { java, jars } = await installKafka();
    const tool = [
      '-cp',
      `${jars}/*`,
      'kafka.admin.ConfigCommand',
      '--bootstrap-server',
      stack.bootstrap[0] ?? '',
    ];
    for (const bits of [256, 512]) {
      const added = ['--add-config', `SCRAM-SHA-${bits}=[iterations=4096,password=${password}]`];
      await output(java, [
        ...tool,
        '--alter',
        ...added,
        '--entity-type',
        'users',
        '--entity-name',
        `scram${bits}`,
      ]);
    }
  }, 120_000);
  afterAll(async () => {
    for (const log of logs) await log.close();
    issuer.close();
    issuer.closeAllConnections();
    await stack.stop();
    files.remove();
  });

  describe('The log on brokers that ask who comes', () => {
    it.each<[string, string, () => Record<string, string>]>([
      ['over TLS, by the name in its certificate', 'TLS', () => secured],
      [
        'with a certificate of its own',
        'MUTUAL',
        () => ({ ...secured, TALLYLINE_KAFKA_CERT: clientCert, TALLYLINE_KAFKA_CERT_KEY: clientKey }),
      ],
      ['as a user by PLAIN', 'SASL', () => asUser('plain', 'plain')],
      ['as a user by SCRAM-SHA-256', 'SASL', () => asUser('scram-sha-256', 'scram256')],
      ['as a user by SCRAM-SHA-512', 'SASL', () => asUser('scram-sha-512', 'scram512')],
      ['by a token of an identity provider', 'SASL', () => byToken(password)],
    ])('reads, writes and consumes %s', async (_, listener, settings) => {
      said.length = 0;
      const before = tokensAsked;
      await roundTrip(logAt(listener, settings()), `secured-${listener}-${logs.length}`);
      expect(said).toEqual([]);
      // Admin, producer, fetcher and consumer share one token.
      expect(tokensAsked - before).toBeLessThanOrEqual(1);
    });

    it('reads a token from a file', async () => {
      const token = new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setSubject('client');
      const signed = token.setAudience('kafka').setIssuedAt().setExpirationTime('1h').sign(signer.privateKey);
      const settings = {
        TALLYLINE_KAFKA_SASL: 'oauthbearer',
        TALLYLINE_KAFKA_TOKEN_FILE: file('token', await signed),
      };
      await roundTrip(logAt('SASL', { ...secured, ...settings }), 'secured-token-file');
      expect(said).toEqual([]);
    });

    it.each<[string, string, () => Record<string, string>, RegExp]>([
      [
        'an authority that it does not trust',
        'TLS',
        () => ({ ...secured, TALLYLINE_KAFKA_CA: otherCa }),
        /not signed by an authority that is trusted .*TALLYLINE_KAFKA_CA/,
      ],
      [
        'no authority named',
        'TLS',
        () => ({ TALLYLINE_KAFKA_TLS: 'on' }),
        /not signed by an authority that is trusted .*TALLYLINE_KAFKA_CA/,
      ],
      [
        'a certificate for another host',
        'ELSEWHERE',
        () => secured,
        /for another host \(.*127\.0\.0\.1.*TALLYLINE_KAFKA/,
      ],
      ['an expired certificate', 'EXPIRED', () => secured, /has expired .*renew it/],
      [
        'no certificate of ours',
        'MUTUAL',
        () => secured,
        /asks for a certificate of ours .*TALLYLINE_KAFKA_CERT/,
      ],
      [
        'a certificate of ours that the broker does not trust',
        'MUTUAL',
        () => ({ ...secured, TALLYLINE_KAFKA_CERT: strangeCert, TALLYLINE_KAFKA_CERT_KEY: strangeKey }),
        /does not accept our certificate of TALLYLINE_KAFKA_CERT/,
      ],
      [
        'a wrong password by PLAIN',
        'SASL',
        () => ({
          ...asUser('plain', 'plain'),
          TALLYLINE_KAFKA_PASSWORD_FILE: '',
          TALLYLINE_KAFKA_PASSWORD: 'wr0ng',
        }),
        /does not accept user or password: check TALLYLINE_KAFKA_USERNAME/,
      ],
      [
        'an unknown user by SCRAM',
        'SASL',
        () => asUser('scram-sha-512', 'nemo'),
        /does not accept user or password/,
      ],
      [
        'a wrong client secret',
        'SASL',
        () => byToken('wr0ng'),
        /401 invalid_client.*check TALLYLINE_KAFKA_TOKEN_URL/,
      ],
      [
        'a token of another issuer',
        'SASL',
        () => ({
          ...secured,
          TALLYLINE_KAFKA_SASL: 'oauthbearer',
          TALLYLINE_KAFKA_TOKEN_FILE: file('forged', 'e30.e30.e30'),
        }),
        /does not accept the token: .*TALLYLINE_KAFKA_TOKEN_URL/,
      ],
    ])(
      'says with %s what to change, once and at once, and shows no secret',
      async (_, listener, settings, text) => {
        said.length = 0;
        const answer = logAt(listener, settings()).bounds('secured');
        await expect(answer).rejects.toMatchObject({ name: 'LogUnusable', code: 'log-access' });
        const { message } = (await answer.catch((error: unknown) => error)) as Error;
        expect(message).toMatch(text);
        expect(message).not.toContain('\n');
        expect(`${message}${said.join()}`).not.toMatch(/wr0ng|horse|e30/);
        expect(said).toEqual([]);
      },
    );

    it.each([
      ['speaks no TLS, where TLS is set', () => stack.bootstrap[0], secured, /TALLYLINE_KAFKA$/],
      ['speaks TLS, where none is set', () => stack.listeners['TLS'], {}, /set TALLYLINE_KAFKA_TLS=on$/],
    ])('asks, as of a server that may come back, whether the port %s', async (_, address, settings, text) => {
      const set = { ...customer, TALLYLINE_KAFKA: address() ?? '', ...settings };
      const { engine } = readConfig({}, set);
      if (engine.kind !== 'distributed') throw new Error('no broker is named');
      const options = { brokers: engine.brokers, clientId: 'spec', access: engine.kafkaAccess };
      const log = openKafkaLog({ ...options, timeoutMs: 1_000, requestTimeoutMs: 1_000 });
      logs.push(log);
      const answer = log.bounds('secured');
      await expect(answer).rejects.toMatchObject({ code: 'log-unavailable' });
      await expect(answer).rejects.toThrow(text);
    });

    it('works with the rights that docs/settings.md lists, and names them where they lack', async () => {
      const limited = logAt('SASL', { ...asUser('plain', 'limited'), TALLYLINE_NAMESPACE: 'limited' });
      await expect(limited.bounds('t')).rejects.toThrow(/lacks a right; docs\/settings\.md lists them/);
      await grant(stack.bootstrap, 'limited');
      await roundTrip(limited, 't');
    });
  });
});

/** The rights of docs/settings.md. */
async function grant(brokers: readonly string[], user: string): Promise<void> {
  const { AclOperationTypes: can, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const rights = [
    ...[can.CREATE, can.DESCRIBE_CONFIGS, can.READ, can.WRITE].map(
      (operation) => [AclResourceTypes.TOPIC, operation] as const,
    ),
    [AclResourceTypes.GROUP, can.READ] as const,
  ];
  const acl = rights.map(([resourceType, operation]) => ({
    resourceType,
    resourceName: user,
    resourcePatternType: ResourcePatternTypes.PREFIXED,
    principal: `User:${user}`,
    host: '*',
    operation,
    permissionType: AclPermissionTypes.ALLOW,
  }));
  await admin.createAcls({ acl });
  await admin.disconnect();
}
