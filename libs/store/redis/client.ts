import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailable, StoreUnusable } from '../store.js';
import { type Address, nameOf } from './address.js';

export type Client = Redis | Cluster;

type NodeOptions = ReturnType<typeof nodeOptions>;

/**
 * Nothing is sent twice and nothing waits for a server that is down: a call fails immediately, and the caller
 * pauses the partition and retries. That is safe: a commit is a compare-and-set.
 */
function nodeOptions(commandTimeout: number) {
  return {
    connectTimeout: 5_000,
    commandTimeout,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 1_000),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    // The version of the protocol that all servers and proxies speak.
    protocol: 2,
  } satisfies RedisOptions;
}

/** Connects to the server, or to the cluster that the server is part of. Resolves once it can be used. */
export async function connect(
  addresses: readonly Address[],
  timeoutMs: number,
  faultOf: (error: unknown) => string | null = () => null,
): Promise<Client> {
  const node = nodeOptions(timeoutMs);
  const faults: string[] = [];
  const failures: string[] = [];
  for (const address of addresses) {
    try {
      if (await isCluster(address, node)) return await connectCluster(addresses, node);
      if (addresses.length === 1) return await connectServer(address, node);
    } catch (error) {
      if (error instanceof RangeError) throw error;
      const fault = faultOf(error);
      if (fault !== null) faults.push(`${nameOf(address)}: ${fault}`);
      failures.push(`${nameOf(address)}: ${messageOf(error)}${questionOf(address, error)}`);
      continue;
    }
    throw new RangeError(
      `${nameOf(address)} is no cluster, but ${addresses.length} addresses are given: give one`,
    );
  }
  if (faults[0] !== undefined) throw new StoreUnusable('store-access', `Redis ${faults[0]}`);
  throw new StoreUnavailable(`no Redis can be used: ${failures.join('; ')}`);
}

/** A server that wants TLS, or a certificate of ours, may close the connection without saying so. */
function questionOf({ access: { tls } }: Address, error: unknown): string {
  if (!/Connection is closed|ECONNRESET|EPIPE|before secure TLS/.test(messageOf(error))) return '';
  if (tls === undefined) return ' (if it asks for TLS, write rediss:// in TALLYLINE_REDIS)';
  return tls.cert === undefined ? ' (if it asks for a certificate of ours, set TALLYLINE_REDIS_CERT)' : '';
}

async function isCluster({ host, port, access }: Address, node: NodeOptions): Promise<boolean> {
  const client = new Redis({ ...node, ...access, host, port, lazyConnect: true, retryStrategy: () => null });
  try {
    await connectClient(client);
    return /^cluster_enabled:1\r?$/m.test(await client.info('cluster'));
  } finally {
    client.disconnect();
  }
}

async function connectServer({ host, port, db, access }: Address, node: NodeOptions): Promise<Redis> {
  const client = new Redis({ ...node, ...access, host, port, db, lazyConnect: true });
  await connectClient(client);
  return client;
}

async function connectCluster(addresses: readonly Address[], node: NodeOptions): Promise<Cluster> {
  const withDatabase = addresses.find(({ db }) => db !== 0);
  if (withDatabase) {
    throw new RangeError(
      `${nameOf(withDatabase)} is a cluster, which has no database ${withDatabase.db}: leave it out`,
    );
  }
  const { tls, ...user } = addresses[0]?.access ?? {};
  // Each node is checked against its own name.
  const { servername: _, ...trust } = tls ?? {};
  const client = new Cluster(
    addresses.map(({ host, port }) => ({ host, port })),
    {
      redisOptions: { ...node, ...user, ...(tls === undefined ? {} : { tls: trust }) },
      enableOfflineQueue: false,
      lazyConnect: true,
      // Unresolved, so that the certificate of a node is compared with its name and not with its number.
      ...(tls === undefined ? {} : { dnsLookup: (host, resolved) => resolved(null, host) }),
      slotsRefreshTimeout: 3_000,
    },
  );
  await connectClient(client);
  return client;
}

/** Resolves when the client is ready. Later it reconnects by itself; while it cannot, its calls fail. */
async function connectClient(client: Client): Promise<void> {
  let last: unknown = null;
  client.on('error', (error: unknown) => (last = error));
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw last ?? error;
  }
}

/** Awaits a reply of Redis; turns its errors into those of the port. */
export async function translateErrors<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const message = messageOf(error);
    if (CONNECTION_LOST.test(message)) throw new StoreUnavailable('Redis: the connection is lost');
    // Without the cause: ioredis attaches the whole command to the error, and the states would end up in
    // logs.
    if (message.startsWith('WRONGTYPE'))
      throw new StoreUnusable(
        'store-foreign-data',
        `Redis holds data of another program under a key of the store: ${message}`,
      );
    if (message.startsWith('NOPERM')) {
      throw new StoreUnusable(
        'store-access',
        `the user of Redis lacks a right; docs/settings.md lists them (${message})`,
      );
    }
    throw new StoreUnavailable(`Redis: ${message}`);
  }
}

/** The messages of ioredis that mean a lost connection, given the options above. */
const CONNECTION_LOST =
  /^(Connection is closed|Reached the max retries|Stream isn't writeable|Cluster isn't ready)/;

function messageOf(error: unknown): string {
  return Error.isError(error) ? error.message : String(error);
}
