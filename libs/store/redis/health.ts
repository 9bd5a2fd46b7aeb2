import { Cluster, type Redis } from 'ioredis';
import type { SetupCode, SetupWarning } from '../store.js';
import { translateErrors, type Client } from './client.js';

/** What one primary reports of itself. Null: it does not report it. */
export interface ServerHealth {
  /** `host:port` */
  readonly server: string;
  readonly usedMemoryBytes: number | null;
  /** 0: no limit of its own. */
  readonly maxMemoryBytes: number | null;
  readonly maxMemoryPolicy: string | null;
  /** Keys evicted for lack of memory since it started: each may be a sum that is wrong now. */
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

/** Reads persistence and eviction back from every primary: whatever would lose or falsify figures. */
export async function checkServers(client: Client): Promise<SetupWarning[]> {
  return (await health(client)).flatMap(setupWarnings);
}

export function setupWarnings(health: ServerHealth): SetupWarning[] {
  const warnings: SetupWarning[] = [];
  const warn = (code: SetupCode, text: string, forbidsStart = false) =>
    warnings.push({ code, message: `Redis ${health.server}: ${text}`, forbidsStart });
  warnOfEviction(health, warn);
  warnOfPersistence(health, warn);
  return warnings;
}

type Warn = (code: SetupCode, text: string, forbidsStart?: boolean) => void;

function warnOfEviction({ maxMemoryPolicy, evictedKeys }: ServerHealth, warn: Warn): void {
  if (maxMemoryPolicy === null) {
    warn('eviction-policy-unknown', 'does not report its maxmemory-policy; it must be noeviction');
  } else if (maxMemoryPolicy !== 'noeviction') {
    const text = `maxmemory-policy is ${maxMemoryPolicy}, so sums would be deleted silently: set noeviction`;
    warn('eviction-policy', text, true);
  }
  if (evictedKeys !== null && evictedKeys > 0) {
    const text =
      `has evicted ${evictedKeys} keys since it started: stop the processes, delete the keys of this ` +
      'installation (redis-cli FLUSHDB if it holds no others) and start them: all is rebuilt from the log';
    warn('keys-evicted', text);
  }
}

function warnOfPersistence(health: ServerHealth, warn: Warn): void {
  const { appendOnly, appendFsync } = health;
  if (appendOnly === false) {
    const text = 'appendonly is no, so a restart loses everything and all is rebuilt from the log: set yes';
    warn('append-only-off', text);
  }
  if (appendOnly === true && appendFsync === null) {
    warn('append-fsync-unknown', 'does not report its appendfsync; it should be always');
  }
  if (appendOnly === true && appendFsync !== null && appendFsync !== 'always') {
    const lost = appendFsync === 'everysec' ? 'its last second' : 'what the system had not yet written';
    warn('append-fsync', `appendfsync is ${appendFsync}, so a crash loses ${lost}: set always`);
  }
  if (health.lastAppendOk === false) {
    warn('append-failed', 'could not write its append-only file and refuses changes: check its disk');
  }
  if (health.lastRewriteOk === false) {
    warn('rewrite-failed', 'could not rewrite its append-only file: check its disk and memory');
  }
}

async function serverHealth(server: Redis): Promise<ServerHealth> {
  const info = await translateErrors(server.info());
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
    const [, value] = (await translateErrors(answer)) as string[];
    if (value !== undefined) values.set(name, value);
  }
  return values;
}
