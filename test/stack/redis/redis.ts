import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineAnswers } from '#test/stack/containers.js';
import { reap } from '#test/stack/process.js';
import { StackUnavailable, withoutStack } from '#test/stack/unavailable.js';
import { formCluster } from './cluster.js';
import { findRedis } from './find.js';
import { RedisServer } from './server.js';

/** A Redis of one's own: set up as Tallyline wants it, and gone when its suite or its process ends. */
export interface RedisStack {
  /** `redis://host:port` of the server, or of the three primaries. */
  readonly addresses: readonly string[];
  /** The same in one text, as the store's `url` takes it. */
  readonly url: string;
  /**
   * The processes, to be killed, paused, restored; none where the Redis is somebody else's (TALLYLINE_REDIS).
   */
  readonly servers: readonly RedisServer[];
  /** The one server, or the first of three. Throws where there is none to be handled. */
  readonly server: RedisServer;
  stop(): Promise<void>;
}

/**
 * Starts one server, or a cluster of three primaries, each on free ports with `appendonly yes`, `appendfsync
 * always` and `noeviction`; or takes the one that TALLYLINE_REDIS names, or a container where an engine
 * answers (neither for `cluster`, nor where it is to be `own`). `StackUnavailable` where there is none.
 */
export async function startRedis(options: { cluster?: boolean; own?: boolean } = {}): Promise<RedisStack> {
  const cluster = options.cluster ?? false;
  const { given, command, missing } = await findRedis();
  if (given !== null && !cluster && !options.own) return stackOf(given.split(','), [], async () => {});
  if (!cluster && !options.own && (await engineAnswers())) {
    const { startContainer } = await import('./containers.js');
    const { address, stop } = await startContainer();
    return stackOf([address], [], stop);
  }
  if (command === null) throw new StackUnavailable(missing);

  const directory = await mkdtemp(join(tmpdir(), 'tallyline-redis-'));
  const release = reap(directory);
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map(async (server) => server.kill()));
    release();
  };
  try {
    for (const name of cluster ? ['1', '2', '3'] : ['1']) {
      const server = await RedisServer.create({ command, directory: join(directory, name), cluster });
      servers.push(server);
      await server.start();
    }
    if (cluster) await formCluster(servers);
  } catch (error) {
    await stop();
    throw error;
  }
  return stackOf(
    servers.map(({ port }) => `redis://127.0.0.1:${port}`),
    servers,
    stop,
  );
}

/**
 * For the top of a spec that starts its own: whether there is a Redis at all, and whether one can be started
 * to be killed. Where not, that is said loudly, or is a failure, as `withoutStack` has it.
 */
export async function redisAtHand(): Promise<{ readonly any: boolean; readonly own: boolean }> {
  const { given, command, missing } = await findRedis();
  if (command === null) withoutStack(new StackUnavailable(missing));
  const any = given !== null || command !== null || (await engineAnswers());
  return { any, own: command !== null };
}

function stackOf(
  addresses: readonly string[],
  servers: readonly RedisServer[],
  stop: () => Promise<void>,
): RedisStack {
  return {
    addresses,
    url: addresses.join(','),
    servers,
    get server() {
      const [first] = servers;
      if (!first) throw new Error('this Redis was given by TALLYLINE_REDIS and cannot be handled');
      return first;
    },
    stop,
  };
}
