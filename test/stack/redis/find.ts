import { fromDebian } from '#test/stack/fetched/debian.js';
import { onPath, type Program, reasonOf } from '#test/stack/fetched/program.js';

/** The redis-server to start processes of, or why there is none. */
export type RedisServerFound =
  { readonly program: Program } | { readonly program: null; readonly why: string };

let found: Promise<RedisServerFound> | null = null;

/** From the PATH, else from Debian's packages, unpacked into the cache folder: the machine is not changed. */
export function findRedisServer(): Promise<RedisServerFound> {
  found ??= look();
  return found;
}

async function look(): Promise<RedisServerFound> {
  const installed = await onPath('redis-server');
  if (installed !== null) return { program: installed };
  try {
    const program = await fromDebian({
      name: 'redis-server',
      packages: async () => ['redis-server', 'redis-tools'],
      command: (root) => `${root}/usr/bin/redis-server`,
      check: ['--version'],
    });
    return { program };
  } catch (error) {
    const advice =
      'install redis-server; for most suites Docker is enough, or a Redis that TALLYLINE_REDIS names';
    const why = `no redis-server on the PATH, and none could be fetched (${reasonOf(error)}): ${advice}`;
    return { program: null, why };
  }
}
