import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { ownerIsAlive } from '#test/stack/global-setup.js';
import { startRedis } from '#test/stack/redis/redis.js';
import { type HostState, type ServerName, stateFile } from '#test/stack/stack.js';
import { StackUnavailable } from '#test/stack/unavailable.js';

const usage = `npm run stack -- [--brokers 1|3] [--cluster] [--only kafka|redis]

Starts Kafka and Redis for work by hand, the same as the tests use, prints their addresses and stays until Ctrl-C.
Their data are deleted when they stop.
  --brokers 3   three brokers instead of one
  --cluster     Redis in cluster mode, three primaries
  --only NAME   one of the two
`;

interface Server {
  readonly addresses: readonly string[];
  stop(): Promise<void>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    brokers: { type: 'string', default: '1' },
    cluster: { type: 'boolean', default: false },
    only: { type: 'string' },
    host: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(usage);
else if (values.host !== undefined) await host(values.host, positionals[0] as ServerName);
else await serveByHand();

async function serveByHand(): Promise<void> {
  const wanted = (['kafka', 'redis'] as const).filter(
    (name) => values.only === undefined || values.only === name,
  );
  if (wanted.length === 0 || !['1', '3'].includes(values.brokers)) {
    process.stderr.write(usage);
    process.exit(2);
  }
  const names = wanted.map((name) => (name === 'redis' && values.cluster ? 'redis-cluster' : name));
  const brokers = values.brokers === '3' ? 3 : 1;
  const servers: Server[] = [];
  for (const name of names) {
    process.stderr.write(`starting ${name} ...\n`);
    try {
      servers.push(await start(name, brokers));
    } catch (error) {
      process.stderr.write(`${error instanceof StackUnavailable ? error.message : String(error)}\n`);
      await Promise.all(servers.map((server) => server.stop()));
      process.exit(1);
    }
  }
  servers.forEach(({ addresses }, index) => {
    const variable = names[index] === 'kafka' ? 'TALLYLINE_KAFKA' : 'TALLYLINE_REDIS';
    process.stdout.write(`${variable}=${addresses.join(',')}\n`);
  });
  process.stderr.write('Ctrl-C stops them.\n');
  await untilStopped(() => true);
  await Promise.all(servers.map((server) => server.stop()));
}

/** Serves one test run: see stack.ts. */
async function host(dir: string, name: ServerName): Promise<void> {
  writeFileSync(`${dir}/${name}.host`, `${process.pid}`);
  let server: Server | null = null;
  try {
    server = await start(name, 1);
    report(dir, name, { state: 'serving', addresses: server.addresses });
  } catch (error) {
    const state = error instanceof StackUnavailable ? 'unavailable' : 'failed';
    report(dir, name, { state, message: error instanceof Error ? error.message : String(error) });
    return;
  }
  await untilStopped(() => ownerIsAlive(dir));
  await server.stop();
  if (!ownerIsAlive(dir)) rmSync(dir, { recursive: true, force: true });
}

function report(dir: string, name: ServerName, state: HostState): void {
  const file = stateFile(dir, name);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

async function start(name: ServerName, brokers: 1 | 3): Promise<Server> {
  switch (name) {
    case 'kafka': {
      const { bootstrap, stop } = await startKafka({ brokers });
      return { addresses: bootstrap, stop };
    }
    case 'redis':
    case 'redis-cluster':
      return startRedis({ cluster: name === 'redis-cluster' });
  }
}

/** Resolves on a signal to stop, or once `goesOn` is false. */
function untilStopped(goesOn: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watch = setInterval(() => goesOn() || end(), 500);
    const end = () => {
      clearInterval(watch);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  });
}
