import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineAnswers } from '#test/stack/containers.js';
import type { Program } from '#test/stack/fetched/program.js';
import { reap } from '#test/stack/process.js';
import { available, missing, type Needed, StackUnavailable } from '#test/stack/unavailable.js';
import { formCluster } from './cluster.js';
import { findRedisServer } from './find.js';
import { RedisServer } from './server.js';

/** A Redis for one suite: set up as Tallyline requires, and removed when the suite or its process ends. */
export interface RedisStack {
  /** `redis://host:port` of the server, or of the three primaries. */
  readonly addresses: readonly string[];
  /** The same in one text, as the store's `url` takes it. */
  readonly url: string;
  /**
   * The processes, to be killed, paused, restored; none where TALLYLINE_REDIS names the
   * server.
   */
  readonly servers: readonly RedisServer[];
  /** The one server, or the first of three. Throws where TALLYLINE_REDIS names the server. */
  readonly server: RedisServer;
  stop(): Promise<void>;
}

/**
 * Takes the one that TALLYLINE_REDIS names; else starts one server, or a cluster of three primaries, each on
 * free ports with `appendonly yes`, `appendfsync always` and `noeviction`; else a container where an engine
 * answers. For `cluster`, `own` and `settings` (with `own`) a started server only. Throws `StackUnavailable`
 * where there is none.
 */
export async function startRedis(
  options: { cluster?: boolean; own?: boolean; settings?: readonly string[] } = {},
): Promise<RedisStack> {
  const cluster = options.cluster ?? false;
  const canShare = !cluster && options.own !== true;
  const given = givenRedis();
  if (given !== null && canShare) return stackOf(given.split(','), [], async () => {});
  const server = await findRedisServer();
  if (server.program !== null) return startProcesses(server.program, cluster, options.settings);
  if (canShare && (await engineAnswers())) {
    const { startContainer } = await import('./containers.js');
    const { address, stop } = await startContainer();
    return stackOf([address], [], stop);
  }
  throw new StackUnavailable(server.why);
}

function givenRedis(): string | null {
  const given = process.env['TALLYLINE_REDIS'] ?? '';
  return given === '' ? null : given;
}

async function startProcesses(
  program: Program,
  cluster: boolean,
  settings: readonly string[] = [],
): Promise<RedisStack> {
  const directory = await mkdtemp(join(tmpdir(), 'tallyline-redis-'));
  const release = reap(directory);
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map(async (server) => server.kill()));
    release();
  };
  try {
    for (const name of cluster ? ['1', '2', '3'] : ['1']) {
      const own = { program, directory: join(directory, name), cluster, settings };
      const server = await RedisServer.create(own);
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

/** At the top of a spec that starts a Redis: whether there is one, shared or started. */
export async function redisAvailable(): Promise<Needed<null>> {
  const server = await findRedisServer();
  if (server.program !== null || (await hasSharedRedis())) return available(null);
  return missing('Redis', new StackUnavailable(server.why), null);
}

/** The same for a Redis that the spec kills, pauses and restores, or a cluster: a process that we start. */
export async function ownRedisAvailable(): Promise<Needed<null>> {
  const server = await findRedisServer();
  if (server.program !== null) return available(null);
  const name = (await hasSharedRedis()) ? 'a Redis that they may kill' : 'Redis';
  return missing(name, new StackUnavailable(server.why), null);
}

async function hasSharedRedis(): Promise<boolean> {
  return givenRedis() !== null || engineAnswers();
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
      if (!first) throw new Error('this Redis is named by TALLYLINE_REDIS: tests cannot kill or pause it');
      return first;
    },
    stop,
  };
}
