/** A server's address and credentials. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly access: {
    readonly username?: string;
    readonly password?: string;
    readonly tls?: Record<string, never>;
  };
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
