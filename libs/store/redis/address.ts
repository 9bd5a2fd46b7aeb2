import { isIP } from 'node:net';

/** A server's address and credentials. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly access: {
    readonly username?: string;
    readonly password?: string;
    readonly tls?: NodeTls;
  };
}

/** As Node's TLS takes it. */
interface NodeTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Name that the certificate must have, where the address is not one. */
  readonly servername?: string;
}

/** Who we are to every server, and whom we trust. Texts behind `reveal` are secrets. */
export interface RedisStoreAccess {
  readonly username: string | null;
  readonly password: { reveal(): string } | null;
  readonly tls: {
    /** PEM; null: the authorities that Node trusts. */
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: { reveal(): string } | null;
  };
  /** What an operator has to change, from the error of a first connection; null: Redis may be away. */
  readonly faultOf: (error: unknown) => string | null;
}

/** The address with what all servers share; what the address says of a user wins. */
export function withAccess(address: Address, { username, password, tls }: RedisStoreAccess): Address {
  const node: NodeTls = {
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key.reveal() }),
    // For servers that choose their certificate by the name that is asked for.
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
  };
  const access = {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.reveal() }),
    ...address.access,
  };
  return { ...address, access: address.access.tls === undefined ? access : { ...access, tls: node } };
}

/**
 * Reads `redis://host:6379`, with `rediss` for TLS, `user:password@` before the host and `/3` for the
 * database behind it. Several, separated by commas, are nodes of one cluster; one node is enough, more
 * help when that one is down.
 */
export function parseAddresses(text: string): Address[] {
  return text.split(',').map((part) => parseAddress(part.trim()));
}

/** For messages: without credentials. */
export function nameOf(address: Address): string {
  return `${address.host}:${address.port}`;
}

function parseAddress(text: string): Address {
  const url = URL.parse(text);
  const db = /^\/?(\d*)$/.exec(url?.pathname ?? '')?.[1];
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '' || db === undefined) {
    throw new RangeError(
      'an address of Redis cannot be read: write redis://[user:password@]host[:port][/database]',
    );
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(db),
    access: {
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  };
}
