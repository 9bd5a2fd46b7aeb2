import { Secret } from './secret.js';
import { kafkaFaultOf, redisFaultOf } from './access-faults.js';
import type { ServerValuesAndAddresses, ServerVariable } from './server-settings.js';
import { FileFaults, readTls, type TlsMaterial } from './tls-files.js';
import { type TokenSource, tokenSource } from './token-source.js';

/** How Kafka is reached and who we are to it. */
export interface KafkaAccess {
  /** Null: without TLS. */
  readonly tls: TlsMaterial | null;
  /** Null: we do not say who we are. */
  readonly sasl: KafkaSasl | null;
  /** What to do about an error of a first connection that another attempt cannot mend; null: it may. */
  readonly faultOf: (error: unknown) => string | null;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: Secret;
    }
  | { readonly mechanism: 'oauthbearer'; readonly token: TokenSource };

/** As `KafkaAccess`; whether TLS is spoken is said by each address (`rediss://`). */
export interface RedisAccess {
  readonly tls: TlsMaterial;
  readonly username: string | null;
  readonly password: Secret | null;
  readonly faultOf: (error: unknown) => string | null;
}

/** Reads the files that the settings name. What is wrong with them goes to `faults`. */
export function kafkaAccessOf(values: ServerValuesAndAddresses, faults: FileFaults): KafkaAccess {
  const isTls = values.TALLYLINE_KAFKA_TLS === 'on';
  const tls = readTls(kafkaTls, values, faults);
  if (!isTls) {
    refuseUnused(
      ['TALLYLINE_KAFKA_CA', 'TALLYLINE_KAFKA_CERT', 'TALLYLINE_KAFKA_CERT_KEY'],
      values,
      'is used with TLS only: set TALLYLINE_KAFKA_TLS=on',
      faults,
    );
  }
  return { tls: isTls ? tls : null, sasl: saslOf(values, faults), faultOf: kafkaFaultOf(values) };
}

export function redisAccessOf(values: ServerValuesAndAddresses, faults: FileFaults): RedisAccess {
  const tls = readTls(redisTls, values, faults);
  const addresses = values.TALLYLINE_REDIS ?? [];
  if (!addresses.some((address) => address.startsWith('rediss:'))) {
    refuseUnused(
      ['TALLYLINE_REDIS_CA', 'TALLYLINE_REDIS_CERT', 'TALLYLINE_REDIS_CERT_KEY'],
      values,
      'is used with TLS only: write rediss:// in TALLYLINE_REDIS',
      faults,
    );
  }
  const password = passwordOf('TALLYLINE_REDIS_PASSWORD', values, faults);
  const username = values.TALLYLINE_REDIS_USERNAME ?? null;
  const isInAddress = addresses.some((address) => address.includes('@'));
  if (isInAddress && (password !== null || username !== null)) {
    const variable = password === null ? 'TALLYLINE_REDIS_USERNAME' : 'TALLYLINE_REDIS_PASSWORD';
    faults.report('contradicts-other', variable, 'TALLYLINE_REDIS has a user or password too: leave one out');
  }
  if (username !== null && password === null && !isInAddress) {
    faults.report('not-set', 'TALLYLINE_REDIS_PASSWORD', 'or _FILE: must be set where there is a user');
  }
  return { tls, username, password, faultOf: redisFaultOf(values) };
}

const kafkaTls = {
  ca: 'TALLYLINE_KAFKA_CA',
  cert: 'TALLYLINE_KAFKA_CERT',
  key: 'TALLYLINE_KAFKA_CERT_KEY',
} as const;

const redisTls = {
  ca: 'TALLYLINE_REDIS_CA',
  cert: 'TALLYLINE_REDIS_CERT',
  key: 'TALLYLINE_REDIS_CERT_KEY',
} as const;

function saslOf(values: ServerValuesAndAddresses, faults: FileFaults): KafkaSasl | null {
  const mechanism = values.TALLYLINE_KAFKA_SASL;
  const password = passwordOf('TALLYLINE_KAFKA_PASSWORD', values, faults);
  const { TALLYLINE_KAFKA_USERNAME: username } = values;
  if (mechanism === 'none') {
    refuseUnused(saslOnly, values, 'is used with SASL only: set TALLYLINE_KAFKA_SASL', faults);
    return null;
  }
  refuseReadableSecret(values, faults);
  if (mechanism === 'oauthbearer') return oauthOf(values, password, faults);
  refuseUnused(tokenOnly, values, 'is used with TALLYLINE_KAFKA_SASL=oauthbearer only', faults);
  if (username === undefined)
    faults.report('not-set', 'TALLYLINE_KAFKA_USERNAME', `${mechanism} needs a user`);
  if (password === null) {
    faults.report('not-set', 'TALLYLINE_KAFKA_PASSWORD', `or _FILE: ${mechanism} needs a password`);
  }
  return { mechanism, username: username ?? '', password: password ?? new Secret('') };
}

const tokenOnly = [
  'TALLYLINE_KAFKA_TOKEN_URL',
  'TALLYLINE_KAFKA_TOKEN_SCOPE',
  'TALLYLINE_KAFKA_TOKEN_FILE',
] as const;

const saslOnly = [
  'TALLYLINE_KAFKA_USERNAME',
  'TALLYLINE_KAFKA_PASSWORD',
  'TALLYLINE_KAFKA_PASSWORD_FILE',
  ...tokenOnly,
] as const;

function oauthOf(
  values: ServerValuesAndAddresses,
  password: Secret | null,
  faults: FileFaults,
): KafkaSasl | null {
  const {
    TALLYLINE_KAFKA_TOKEN_URL: url,
    TALLYLINE_KAFKA_TOKEN_FILE: file,
    TALLYLINE_KAFKA_TOKEN_SCOPE: scope = null,
    TALLYLINE_KAFKA_USERNAME: clientId,
  } = values;
  if ((url === undefined) === (file === undefined)) {
    const message = 'oauthbearer needs TALLYLINE_KAFKA_TOKEN_URL or TALLYLINE_KAFKA_TOKEN_FILE, one of them';
    faults.report(url === undefined ? 'not-set' : 'contradicts-other', 'TALLYLINE_KAFKA_TOKEN_URL', message);
    return null;
  }
  if (file !== undefined) {
    faults.readSecret('TALLYLINE_KAFKA_TOKEN_FILE', file);
    return { mechanism: 'oauthbearer', token: tokenSource({ file }) };
  }
  if (clientId === undefined || password === null) {
    const variable = clientId === undefined ? 'TALLYLINE_KAFKA_USERNAME' : 'TALLYLINE_KAFKA_PASSWORD';
    faults.report('not-set', variable, 'the client id and its secret are needed to fetch a token');
    return null;
  }
  const { protocol, hostname } = new URL(url ?? '');
  if (protocol === 'http:' && !isThisMachine(hostname)) {
    faults.report(
      'malformed-value',
      'TALLYLINE_KAFKA_TOKEN_URL',
      'must be https: the client secret is sent to it',
    );
  }
  return { mechanism: 'oauthbearer', token: tokenSource({ url: url ?? '', clientId, password, scope }) };
}

/** PLAIN and OAUTHBEARER send what anybody on the way could use in our place. */
function refuseReadableSecret(values: ServerValuesAndAddresses, faults: FileFaults): void {
  const { TALLYLINE_KAFKA_SASL: mechanism, TALLYLINE_KAFKA_TLS: tls, TALLYLINE_KAFKA: brokers = [] } = values;
  if (tls === 'on' || mechanism === 'scram-sha-256' || mechanism === 'scram-sha-512') return;
  if (brokers.every((broker) => isThisMachine(broker.replace(/:\d+$/, '')))) return;
  const message = `${mechanism} shows its secret to everybody on the way: set TALLYLINE_KAFKA_TLS=on`;
  faults.report('contradicts-other', 'TALLYLINE_KAFKA_SASL', message);
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function passwordOf(
  variable: 'TALLYLINE_KAFKA_PASSWORD' | 'TALLYLINE_REDIS_PASSWORD',
  values: ServerValuesAndAddresses,
  faults: FileFaults,
): Secret | null {
  const text = values[variable];
  const file = values[`${variable}_FILE`];
  if (text !== undefined && file !== undefined) {
    faults.report('contradicts-other', variable, `${variable}_FILE is set too: leave one out`);
  }
  if (text !== undefined) return new Secret(text);
  return file === undefined ? null : faults.readSecret(`${variable}_FILE`, file);
}

function refuseUnused(
  names: readonly ServerVariable[],
  values: ServerValuesAndAddresses,
  message: string,
  faults: FileFaults,
): void {
  for (const name of names) if (values[name] !== undefined) faults.report('contradicts-other', name, message);
}
