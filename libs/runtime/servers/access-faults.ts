import type { ServerValuesAndAddresses } from './server-settings.js';
import { TokenRefused } from './token-source.js';

/**
 * What an operator has to change where a server cannot be connected to, by the errors of Node's TLS, of
 * kafkajs and of Redis. One line that names the setting; null: the server is away, and may come back.
 */
type FaultOf = (error: unknown) => string | null;

export function kafkaFaultOf(values: ServerValuesAndAddresses): FaultOf {
  const sasl = values.TALLYLINE_KAFKA_SASL;
  const names: ServerNames = {
    server: 'the broker',
    addresses: 'TALLYLINE_KAFKA',
    ca: 'TALLYLINE_KAFKA_CA',
    cert: 'TALLYLINE_KAFKA_CERT',
    hasCert: values.TALLYLINE_KAFKA_CERT !== undefined,
    withoutTls: 'set TALLYLINE_KAFKA_TLS=off',
  };
  return (error) => {
    for (const each of chainOf(error)) {
      const fault =
        each instanceof TokenRefused ? tokenFault(each) : (tlsFault(each, names) ?? saslFault(each, sasl));
      if (fault !== null) return fault;
    }
    return null;
  };
}

export function redisFaultOf(values: ServerValuesAndAddresses): FaultOf {
  const names: ServerNames = {
    server: 'Redis',
    addresses: 'TALLYLINE_REDIS',
    ca: 'TALLYLINE_REDIS_CA',
    cert: 'TALLYLINE_REDIS_CERT',
    hasCert: values.TALLYLINE_REDIS_CERT !== undefined,
    withoutTls: 'write redis:// there',
  };
  return (error) => {
    for (const each of chainOf(error)) {
      const fault = tlsFault(each, names) ?? redisUserFault(each);
      if (fault !== null) return fault;
    }
    return null;
  };
}

interface ServerNames {
  readonly server: string;
  readonly addresses: string;
  readonly ca: string;
  readonly cert: string;
  readonly hasCert: boolean;
  readonly withoutTls: string;
}

function tlsFault(error: Error, names: ServerNames): string | null {
  const { server, addresses, ca, cert, hasCert, withoutTls } = names;
  const code = codeOf(error);
  if (untrusted.has(code)) {
    return `the certificate of ${server} is not signed by an authority that is trusted (${code}): name its authority in ${ca}`;
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return (
        `the certificate of ${server} is for another host (${hostOf(error)}): use a name of its certificate in ` +
        `${addresses} and where servers name each other, or have it made for this one`
      );
    case 'CERT_HAS_EXPIRED':
      return `the certificate of ${server}, or its authority's in ${ca}, has expired (${code}): renew it`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate of ${server}, or its authority's in ${ca}, is not valid yet (${code}): check the clocks`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `${server} does not speak TLS on this port: name its TLS port in ${addresses}, or ${withoutTls}`;
  }
  if (!/^ERR_SSL_.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/.test(code)) return null;
  return hasCert
    ? `${server} does not accept our certificate of ${cert} (${code}): have it signed by an authority that it trusts`
    : `${server} asks for a certificate of ours (${code}): name it in ${cert} and ${cert}_KEY`;
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

function saslFault(error: Error, mechanism: string): string | null {
  if (error.message.endsWith(' mechanism is not supported by the server')) {
    return `the broker does not take ${mechanism} on this port: check TALLYLINE_KAFKA_SASL and the port in TALLYLINE_KAFKA`;
  }
  const isRefused =
    error.name === 'KafkaJSSASLAuthenticationError' || typeOf(error) === 'SASL_AUTHENTICATION_FAILED';
  if (!isRefused) return null;
  return mechanism === 'oauthbearer'
    ? 'the broker does not accept the token: check audience and issuer of TALLYLINE_KAFKA_TOKEN_URL or _TOKEN_FILE'
    : 'the broker does not accept user or password: check TALLYLINE_KAFKA_USERNAME, and TALLYLINE_KAFKA_PASSWORD or its file';
}

function tokenFault(error: TokenRefused): string {
  return `${error.message}: check TALLYLINE_KAFKA_TOKEN_URL, TALLYLINE_KAFKA_USERNAME, and TALLYLINE_KAFKA_PASSWORD or its file`;
}

function redisUserFault({ message }: Error): string | null {
  switch (/^[A-Z]+/.exec(message)?.[0]) {
    case 'WRONGPASS':
      return 'Redis does not accept user or password: check TALLYLINE_REDIS_USERNAME, and TALLYLINE_REDIS_PASSWORD or its file';
    case 'NOAUTH':
      return 'Redis asks for a password: set TALLYLINE_REDIS_PASSWORD_FILE, and TALLYLINE_REDIS_USERNAME for a user of its own';
    case 'NOPERM':
      return `the user of TALLYLINE_REDIS_USERNAME lacks a right; docs/settings.md lists them (${message})`;
    case undefined:
    default:
      return null;
  }
}

/** `Host: localhost. is not in the cert's altnames: DNS:other.example` */
function hostOf(error: Error): string {
  return (/altnames: (.*)$/.exec(error.message)?.[1] ?? error.message).replace(/: $/, '');
}

/** The error, what caused it, and what Kafka and Redis clients wrap. */
function chainOf(error: unknown): Error[] {
  const found: Error[] = [];
  const pending: unknown[] = [error];
  while (pending.length > 0 && found.length < 20) {
    const each = pending.shift();
    if (!Error.isError(each)) continue;
    found.push(each);
    pending.push(each.cause);
    for (const name of ['lastNodeError', 'originalError'] as const) {
      pending.push((each as unknown as Record<string, unknown>)[name]);
    }
  }
  return found;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function typeOf(error: Error): string {
  return 'type' in error && typeof error.type === 'string' ? error.type : '';
}
