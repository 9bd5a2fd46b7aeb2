import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaOptions, KafkaStack } from '#test/stack/kafka/cluster.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { runDirectory } from '#test/stack/global-setup.js';
import { available, missing, type Needed, StackUnavailable } from '#test/stack/unavailable.js';

/**
 * Addresses of a server that is started once in a test run, by the first suite that asks. Suites keep apart
 * by the names of their topics, groups and keys. To be awaited at the top of a spec: see `describe-with.ts`.
 */
export async function sharedServer(name: ServerName): Promise<Needed<readonly string[]>> {
  const dir = runDirectory();
  if (claims(join(dir, `${name}.claim`))) startHost(dir, name);
  const host = await stateOf(dir, name);
  switch (host.state) {
    case 'serving':
      return available(host.addresses);
    case 'unavailable':
      return missing(titles[name], new StackUnavailable(host.message), []);
    case 'failed':
      throw new Error(`${name} did not start: ${host.message}`);
  }
}

/** Bootstrap addresses of the Kafka of the run, of one broker. See `sharedServer`. */
export function sharedKafka(): Promise<Needed<readonly string[]>> {
  return sharedServer('kafka');
}

/** A Kafka for one suite alone, which stops it. */
export async function ownKafka(options: KafkaOptions): Promise<Needed<KafkaStack>> {
  try {
    return available(await startKafka(options));
  } catch (error) {
    if (!(error instanceof StackUnavailable)) throw error;
    const nothing = {
      source: 'processes',
      bootstrap: [],
      listeners: {},
      brokers: [],
      stop: async () => {},
    } as const;
    return missing('Kafka', error, nothing);
  }
}

const titles = { kafka: 'Kafka', redis: 'Redis', 'redis-cluster': 'Redis Cluster' } as const;

export type ServerName = 'kafka' | 'redis' | 'redis-cluster';

/** What a host process writes once its server has started or cannot start. */
export type HostState =
  | { readonly state: 'serving'; readonly addresses: readonly string[] }
  | { readonly state: 'unavailable' | 'failed'; readonly message: string };

export function stateFile(dir: string, name: ServerName): string {
  return join(dir, `${name}.json`);
}

/** A first start on a new machine fetches Java and Kafka. */
const startTimeoutMs = 600_000;

/** True for the first process that asks. */
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
  for (const deadline = performance.now() + startTimeoutMs; performance.now() < deadline; await delay(50)) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as HostState;
  }
  const log = readFileSync(join(dir, `${name}.log`), 'utf8');
  throw new Error(`${name} did not start within ${startTimeoutMs} ms\n${log}`);
}
