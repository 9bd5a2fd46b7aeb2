import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaOptions, KafkaStack } from '#test/stack/kafka/cluster.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { runDirectory } from '#test/stack/global-setup.js';
import { StackUnavailable, withoutStack } from '#test/stack/unavailable.js';

/**
 * Addresses of a server that is started once in a test run, by the first suite that asks. Suites keep apart
 * by the names of their topics, groups and keys. To be awaited at the top of a spec:
 *
 * ```
 * const redis = await sharedServer('redis');
 * if (redis !== null) describe(...)
 * ```
 *
 * Null: it cannot be had on this machine; that has been said loudly, and is a failure where the stack is
 * required.
 */
export async function sharedServer(name: ServerName): Promise<readonly string[] | null> {
  const dir = runDirectory();
  if (claims(join(dir, `${name}.claim`))) startHost(dir, name);
  const host = await stateOf(dir, name);
  switch (host.state) {
    case 'serving':
      return host.addresses;
    case 'unavailable':
      return withoutStack(new StackUnavailable(host.message));
    case 'failed':
      throw new Error(`${name} did not start: ${host.message}`);
  }
}

/** Bootstrap addresses of the Kafka of the run, of one broker. See `sharedServer`. */
export function sharedKafka(): Promise<readonly string[] | null> {
  return sharedServer('kafka');
}

/** A Kafka for one suite alone, which stops it. Null: see `sharedServer`. */
export async function ownKafka(options: KafkaOptions): Promise<KafkaStack | null> {
  try {
    return await startKafka(options);
  } catch (error) {
    if (error instanceof StackUnavailable) return withoutStack(error);
    throw error;
  }
}

export type ServerName = 'kafka' | 'redis' | 'redis-cluster';

/** What a host process writes when it has come to an end with starting. */
export type HostState =
  | { readonly state: 'serving'; readonly addresses: readonly string[] }
  | { readonly state: 'unavailable' | 'failed'; readonly message: string };

export function stateFile(dir: string, name: ServerName): string {
  return join(dir, `${name}.json`);
}

const patienceMs = 240_000;

/** True for the first who asks. */
function claims(file: string): boolean {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

/** A process of its own, since a jest worker may end before the others are done. */
function startHost(dir: string, name: ServerName): void {
  const script = join(
    import.meta.dirname.replace(/[\\/](?:dist[\\/])?test[\\/]stack$/, ''),
    'dist/test/stack/main.js',
  );
  if (!existsSync(script)) throw new Error(`${script} is missing: run npm run build`);
  const log = openSync(join(dir, `${name}.log`), 'a');
  const options = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
  const host = spawn(process.execPath, [...options, script, '--host', dir, name], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  closeSync(log);
  host.unref();
}

async function stateOf(dir: string, name: ServerName): Promise<HostState> {
  const file = stateFile(dir, name);
  for (const deadline = performance.now() + patienceMs; performance.now() < deadline; await delay(50)) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HostState;
  }
  const log = readFileSync(join(dir, `${name}.log`), 'utf8');
  throw new Error(`${name} did not start within ${patienceMs} ms\n${log}`);
}
