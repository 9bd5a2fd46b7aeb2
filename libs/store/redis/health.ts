import { Cluster, type Redis } from 'ioredis';
import type { Finding } from '../store.js';
import { answered, type Client } from './client.js';

/** What one primary says of itself. Null: it does not tell. */
export interface ServerHealth {
  /** `host:port` */
  readonly server: string;
  readonly usedMemoryBytes: number | null;
  /** 0: no limit of its own. */
  readonly maxMemoryBytes: number | null;
  readonly maxMemoryPolicy: string | null;
  /** Keys thrown away for want of memory since it started: each of them may be a sum that is wrong now. */
  readonly evictedKeys: number | null;
  readonly appendOnly: boolean | null;
  /** `always`, `everysec` or `no` */
  readonly appendFsync: string | null;
  /** False: the last write to the append-only file failed, and Redis refuses to write until one succeeds. */
  readonly lastAppendOk: boolean | null;
  readonly lastRewriteOk: boolean | null;
}

export async function health(client: Client): Promise<ServerHealth[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client];
  return Promise.all(servers.map(serverHealth));
}

/** Persistence and eviction, read back from every primary: what of it would lose or falsify figures. */
export async function checkServers(client: Client): Promise<Finding[]> {
  return (await health(client)).flatMap(findings);
}

export function findings(of: ServerHealth): Finding[] {
  const found: Finding[] = [];
  const say = (weight: Finding['weight'], text: string) =>
    found.push({ weight, text: `Redis ${of.server}: ${text}` });

  if (of.maxMemoryPolicy === null) say('warn', 'does not tell its maxmemory-policy; it must be noeviction');
  else if (of.maxMemoryPolicy !== 'noeviction') {
    say(
      'refuse',
      `maxmemory-policy is ${of.maxMemoryPolicy}, sums would be thrown away silently: set noeviction`,
    );
  }
  if (of.evictedKeys !== null && of.evictedKeys > 0) {
    say(
      'warn',
      `has thrown away ${of.evictedKeys} keys since it started: drop the spaces it held and rebuild them`,
    );
  }
  if (of.appendOnly === false) {
    say('warn', 'appendonly is no, so a restart loses all and everything is rebuilt from the log: set yes');
  }
  if (of.appendOnly === true && of.appendFsync === null) {
    say('warn', 'does not tell its appendfsync; it should be always');
  }
  if (of.appendOnly === true && of.appendFsync !== null && of.appendFsync !== 'always') {
    const lost = of.appendFsync === 'everysec' ? 'its last second' : 'what the system had not written yet';
    say('warn', `appendfsync is ${of.appendFsync}, so a crash takes it back by ${lost}: set always`);
  }
  if (of.lastAppendOk === false) {
    say('warn', 'could not write its append-only file and refuses changes: look at its disk');
  }
  if (of.lastRewriteOk === false)
    say('warn', 'could not rewrite its append-only file: look at its disk and memory');
  return found;
}

async function serverHealth(server: Redis): Promise<ServerHealth> {
  const info = await answered(server.info());
  const config = await configOf(server);
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
  const count = (name: string) => (field(name) === null ? null : Number(field(name)));
  const isOk = (name: string) => (field(name) === null ? null : field(name) === 'ok');
  return {
    server: `${server.options.host}:${server.options.port}`,
    usedMemoryBytes: count('used_memory'),
    maxMemoryBytes: count('maxmemory'),
    maxMemoryPolicy: config.get('maxmemory-policy') ?? field('maxmemory_policy'),
    evictedKeys: count('evicted_keys'),
    appendOnly: count('aof_enabled') === null ? null : count('aof_enabled') === 1,
    appendFsync: config.get('appendfsync') ?? null,
    lastAppendOk: isOk('aof_last_write_status'),
    lastRewriteOk: isOk('aof_last_bgrewrite_status'),
  };
}

/** Empty where the server does not let its configuration be read, as hosted ones do. */
async function configOf(server: Redis): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const name of ['maxmemory-policy', 'appendfsync']) {
    const answer = server.config('GET', name).catch((error: unknown) => {
      if (Error.isError(error) && error.name === 'ReplyError') return [];
      throw error;
    });
    const [, value] = (await answered(answer)) as string[];
    if (value !== undefined) values.set(name, value);
  }
  return values;
}
