import { existsSync, mkdtempSync } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, reap, ServerProcess } from '#test/stack/process.js';
import {
  type BrokerHandle,
  clusterId,
  commonSettings,
  type KafkaOptions,
  type KafkaStack,
  type ListenerOptions,
} from '#test/stack/kafka/cluster.js';
import { installKafka, type KafkaInstallation, logSettings } from '#test/stack/kafka/jars.js';
import { untilServing } from '#test/stack/kafka/serving.js';

/**
 * Brokers as processes of this machine's Java, each broker and controller at once, in a temporary directory.
 */
export async function startProcesses(options: KafkaOptions): Promise<KafkaStack> {
  const kafka = await installKafka();
  if (!existsSync(kafka.classes)) await archiveClasses(kafka);
  return launch(kafka, options, [`-XX:SharedArchiveFile=${kafka.classes}`]);
}

/**
 * Once for an installation: later brokers find their classes loaded and linked, which halves the cost of a
 * start.
 */
async function archiveClasses(kafka: KafkaInstallation): Promise<void> {
  const written = `${kafka.classes}.${process.pid}`;
  const { brokers, stop } = await launch(kafka, { brokers: 1 }, [`-XX:ArchiveClassesAtExit=${written}`]);
  await brokers[0]?.shutDown();
  await stop();
  await rename(written, kafka.classes);
}

async function launch(
  kafka: KafkaInstallation,
  options: KafkaOptions,
  jvm: readonly string[],
): Promise<KafkaStack> {
  const dir = mkdtempSync(join(tmpdir(), 'tallyline-kafka-'));
  const release = reap(dir);
  const listeners = Object.entries(options.listeners ?? {});
  const ports = await freePorts(options.brokers * (2 + listeners.length));
  const plan: ClusterPlan = {
    dir,
    count: options.brokers,
    ports: ports.slice(0, options.brokers),
    controllerPorts: ports.slice(options.brokers, options.brokers * 2),
    listeners: listeners.map(([name, { host = '127.0.0.1', ...listener }], index) => {
      const from = options.brokers * (2 + index);
      return { ...listener, name, host, ports: ports.slice(from, from + options.brokers) };
    }),
    settings: options.settings ?? {},
    jvm: [...jvm, ...(options.javaOptions ?? [])],
  };
  const bootstrap = plan.ports.map((port) => `127.0.0.1:${port}`);
  const brokerIds = plan.ports.map((_, index) => index + 1);
  const servers = await Promise.all(brokerIds.map((id) => prepare(kafka, plan, id)));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    release();
  };
  try {
    for (const server of servers) server.start();
    await servesOrEnds(bootstrap, servers, brokerIds);
  } catch (error) {
    await stop();
    throw error;
  }
  const brokers = servers.map((server, index) => handle(server, index + 1, bootstrap));
  const more = plan.listeners.map(({ name, host, ports: [port] }) => [name, `${host}:${port}`]);
  return { source: 'processes', bootstrap, listeners: Object.fromEntries(more), brokers, stop };
}

interface ClusterPlan {
  readonly dir: string;
  readonly count: number;
  readonly ports: readonly number[];
  readonly controllerPorts: readonly number[];
  readonly settings: Readonly<Record<string, string>>;
  readonly listeners: readonly (ListenerOptions & { name: string; host: string; ports: readonly number[] })[];
  /** Options of the Java machine. */
  readonly jvm: readonly string[];
}

/** Writes the broker's directory as a finished format would. */
async function prepare(kafka: KafkaInstallation, plan: ClusterPlan, id: number): Promise<ServerProcess> {
  const dir = join(plan.dir, `${id}`);
  const data = join(dir, 'data');
  await mkdir(data, { recursive: true });
  await copyFile(kafka.checkpoint, join(data, 'bootstrap.checkpoint'));
  const directoryId = randomBytes(16).toString('base64url');
  const meta = ['version=1', `cluster.id=${clusterId}`, `node.id=${id}`, `directory.id=${directoryId}`, ''];
  await writeFile(join(data, 'meta.properties'), meta.join('\n'));
  const settings = Object.entries({ ...brokerSettings(plan, id, data), ...plan.settings });
  await writeFile(
    join(dir, 'server.properties'),
    settings.map(([name, value]) => `${name}=${value}\n`).join(''),
  );
  const heap = plan.count === 1 ? '512m' : '320m';
  const jvm = [
    '-Xms128m',
    `-Xmx${heap}`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    ...plan.jvm,
    '-cp',
    `${kafka.jars}/*`,
    logSettings,
  ];
  return new ServerProcess({ dir, program: kafka.java, args: [...jvm, 'kafka.Kafka', 'server.properties'] });
}

function brokerSettings(plan: ClusterPlan, id: number, data: string): Record<string, string> {
  const broker = `PLAINTEXT://127.0.0.1:${plan.ports[id - 1]}`;
  const more = plan.listeners.map((each) => ({ ...each, port: each.ports[id - 1] }));
  const listening = more.map(({ name, port }) => `${name}://127.0.0.1:${port}`);
  const called = more.map(({ name, host, port }) => `${name}://${host}:${port}`);
  const protocols = more.map(({ name, protocol }) => `${name}:${protocol}`);
  const ofListeners = more.flatMap(({ name, settings }) =>
    Object.entries(settings).map(([key, value]): [string, string] => [
      `listener.name.${name.toLowerCase()}.${key}`,
      value,
    ]),
  );
  const voters = plan.controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`);
  return {
    ...commonSettings(id, plan.count),
    'controller.quorum.voters': voters.join(','),
    listeners: [broker, ...listening, `CONTROLLER://127.0.0.1:${plan.controllerPorts[id - 1]}`].join(','),
    'advertised.listeners': [broker, ...called].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...protocols].join(','),
    ...Object.fromEntries(ofListeners),
    'log.dirs': data,
    // Few threads and little memory, since the tests run on the same machine.
    'num.network.threads': '2',
    'num.io.threads': '2',
    'log.cleaner.dedupe.buffer.size': '4194304',
  };
}

function handle(server: ServerProcess, id: number, bootstrap: readonly string[]): BrokerHandle {
  const address = bootstrap[id - 1] ?? '';
  return {
    id,
    address,
    kill: () => server.end('SIGKILL'),
    shutDown: () => server.end('SIGTERM'),
    pause: () => server.pause(),
    resume: async () => server.resume(),
    start: async () => {
      server.start();
      await servesOrEnds([address], [server], [id]);
    },
  };
}

/**
 * Resolves when the brokers serve, rejects with the end of its log when one of the processes ends before
 * that.
 */
async function servesOrEnds(
  bootstrap: readonly string[],
  servers: readonly ServerProcess[],
  ids: readonly number[],
): Promise<void> {
  const done = new AbortController();
  const ended = async () => {
    while (!done.signal.aborted) {
      const dead = servers.find((server) => !server.running);
      if (dead !== undefined) throw new Error(`a broker ended at start:\n${dead.lastLines(20)}`);
      await delay(100);
    }
  };
  try {
    await Promise.race([untilServing(bootstrap, ids, done.signal), ended()]);
  } finally {
    done.abort();
  }
}
