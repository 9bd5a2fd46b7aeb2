import { afterAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '#runtime/config.js';
import { ClientFiles } from '#test/stack/client-files.js';
import { describeWith } from '#test/stack/describe-with.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { openStore } from '../open-store.js';
import { describeStoreConformance } from '../store.conformance.js';
import type { Store } from '../store.js';

/** Servers that take TLS and users of an access control list only. */
const files = new ClientFiles('redis-access');
const { authority, ca, otherCa, clientCert, clientKey } = files;
const file = (name: string, text: string): string => files.write(name, text);
const password = 'correct-horse-battery';

const passwordFile = file('password', password);

/** The rights of docs/settings.md. */
const rights =
  '~{spec:* resetchannels -@all +@read +@write +@scripting +@transaction +@connection +info +cluster +config|get +time';

function serverSettings(name: string, hosts: readonly string[], expired = false, mutual = false): string[] {
  const { cert, key } = authority.issue(hosts, { expired });
  return [
    'tls-port PORT',
    `tls-cert-file ${file(`${name}.pem`, cert)}`,
    `tls-key-file ${file(`${name}.key`, key)}`,
    `tls-ca-cert-file ${ca}`,
    `tls-auth-clients ${mutual ? 'yes' : 'no'}`,
    // From 1.3 on a client may have sent its first command before it learns that its certificate is asked
    // for.
    ...(name === 'mutual-1.2' ? ['tls-protocols TLSv1.2'] : []),
    `user default on >another ~* +@all`,
    `user tallyline on >${password} ${rights}`,
    `user poor on >${password} ~{spec:* -@all +@connection +info`,
  ];
}

const stores: Store[] = [];
const servers = new Map<string, Promise<RedisStack>>();

function serverOf(name: 'plain' | 'mutual' | 'mutual-1.2' | 'expired' | 'elsewhere'): Promise<RedisStack> {
  const started =
    servers.get(name) ??
    startRedis({
      own: true,
      settings: serverSettings(
        name,
        [name === 'elsewhere' ? 'redis.example.com' : '127.0.0.1'],
        name === 'expired',
        name.startsWith('mutual'),
      ),
    });
  servers.set(name, started);
  return started;
}

async function storeAt(
  name: Parameters<typeof serverOf>[0],
  settings: Record<string, string>,
): Promise<Store> {
  const { server } = await serverOf(name);
  const config = readConfig(
    {},
    {
      TALLYLINE_KAFKA: 'unused:9092',
      TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      TALLYLINE_NAMESPACE: 'spec',
      TALLYLINE_REDIS: `rediss://127.0.0.1:${server.busPort}`,
      TALLYLINE_REDIS_CA: ca,
      ...settings,
    },
  );
  const { store } = await openStore(config);
  stores.push(store);
  return store;
}

const asUser = { TALLYLINE_REDIS_USERNAME: 'tallyline', TALLYLINE_REDIS_PASSWORD_FILE: passwordFile };
const withCertificate = { TALLYLINE_REDIS_CERT: clientCert, TALLYLINE_REDIS_CERT_KEY: clientKey };

describeWith([await ownRedisAvailable()], () => {
  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const stack of await Promise.all(servers.values())) await stack.stop();
    files.remove();
  });

  describeStoreConformance(
    'The store in Redis over mutual TLS, as a user with the rights of docs/settings.md',
    async () => {
      const open = () => storeAt('mutual', { ...asUser, ...withCertificate });
      return {
        store: await open(),
        another: open,
        restart: async () => {
          await (await serverOf('mutual')).server.restart();
          return open();
        },
        dispose: async () => {
          const last = await open();
          for (const keyspace of await last.keyspaces()) await last.drop(keyspace);
          for (const store of stores.splice(0)) await store.close();
        },
      };
    },
  );

  describe('The store in a Redis that asks who comes', () => {
    it.each<[string, Parameters<typeof serverOf>[0], Record<string, string>, RegExp]>([
      [
        'an authority that it does not trust',
        'plain',
        { ...asUser, TALLYLINE_REDIS_CA: otherCa },
        /not signed by an authority that is trusted .*TALLYLINE_REDIS_CA/,
      ],
      [
        'a certificate for another host',
        'elsewhere',
        asUser,
        /for another host \(.*127\.0\.0\.1.*TALLYLINE_REDIS/,
      ],
      ['an expired certificate', 'expired', asUser, /has expired .*renew it/],
      [
        'no certificate of ours',
        'mutual-1.2',
        asUser,
        /asks for a certificate of ours .*TALLYLINE_REDIS_CERT/,
      ],
      [
        'a wrong password',
        'plain',
        { TALLYLINE_REDIS_USERNAME: 'tallyline', TALLYLINE_REDIS_PASSWORD: 'wr0ng' },
        /does not accept user or password: check TALLYLINE_REDIS_USERNAME/,
      ],
      ['no password', 'plain', {}, /asks for a password: set TALLYLINE_REDIS_PASSWORD_FILE/],
      [
        'too few rights',
        'plain',
        { ...asUser, TALLYLINE_REDIS_USERNAME: 'poor' },
        /lacks a right; docs\/settings\.md lists them/,
      ],
    ])('says with %s what to change, in one line and without a secret', async (_, name, settings, text) => {
      const answer = storeAt(name, settings).then((store) =>
        store.claim({ keyspace: 'meter', partition: 0 }),
      );
      await expect(answer).rejects.toMatchObject({ name: 'StoreUnusable', code: 'store-access' });
      const { message } = (await answer.catch((error: unknown) => error)) as Error;
      expect(message).toMatch(text);
      expect(message).not.toMatch(/\n|wr0ng|horse/);
    });
  });
});
