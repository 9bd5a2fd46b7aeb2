import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKafkaLog } from '#log/kafka/kafka-log.js';
import { AppProcess } from '#test/processes/app-process.js';
import { writeEvents } from './measure/deliveries.js';
import { between, sampleOf, type Stretch } from './measure/progress.js';
import { Program } from './measure/program.js';
import { figure, perCore, print, times } from './measure/report.js';
import { partitions, type Stack, theStack } from './measure/stack.js';
import type { LoadOrder, LoadResult } from './programs/http-load.js';

export const title =
  'deliveries over HTTP until Kafka has them (acks of all), beside bare Fastify and kafkajs';

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const stack = await theStack();
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-bench-'));
  const file = join(directory, 'deliveries.ndjson');
  const { lines, bytes } = writeEvents(file, short ? 2_000 : 40_000);
  const [ours, theirs] = await Promise.all([intake(stack), fastifyAndKafkajs(stack)]);
  const rows: Row[] = [];
  try {
    for (const load of loadsOf(short)) {
      // Alternately, so that what else the machine does meets both.
      for (const server of [theirs, ours]) rows.push(await under(load, server, file, stack));
    }
  } finally {
    await Promise.all([ours.end(), theirs.end()]);
    rmSync(directory, { recursive: true, force: true });
  }
  print(`Intake, deliveries of ${figure(bytes / lines)} bytes`, head, rows.map(cellsOf));
}

interface Load {
  readonly name: string;
  readonly order: Omit<LoadOrder, 'url' | 'file'>;
}

function loadsOf(short: boolean): Load[] {
  const single = { linesPerRequest: 1, contentType: 'application/json', pipelined: 1, perSecond: null };
  const time = short ? { warmupMs: 200, forMs: 400 } : { warmupMs: 3_000, forMs: 8_000 };
  const ndjson = { ...single, ...time, contentType: 'application/x-ndjson' };
  return [
    { name: 'single, 64 connections', order: { ...single, ...time, connections: 64 } },
    { name: 'single, 1 000/s', order: { ...single, ...time, connections: 16, perSecond: 1_000 } },
    { name: 'NDJSON of 100', order: { ...ndjson, linesPerRequest: 100, connections: 8 } },
    { name: 'NDJSON of 1 000', order: { ...ndjson, linesPerRequest: 1_000, connections: 4 } },
  ];
}

interface Server {
  readonly name: string;
  readonly pid: number;
  readonly single: string;
  readonly batch: string;
  end(): Promise<unknown>;
}

async function intake(stack: Stack): Promise<Server> {
  const app = new AppProcess('intake', stack.settings());
  const url = await app.ready();
  const single = `${url}/v1/deliveries/demo-genesys`;
  const pid = app.child.pid ?? 0;
  return { name: 'Tallyline', pid, single, batch: `${single}/batch`, end: () => app.terminate() };
}

async function fastifyAndKafkajs(stack: Stack): Promise<Server> {
  const { brokers, settings } = stack;
  const topic = `${settings().TALLYLINE_NAMESPACE}.raw`;
  const log = openKafkaLog({ brokers, clientId: 'bench', replicationFactor: 1 });
  await log.createTopics([{ name: topic, partitions, retentionMs: null, compacted: false }]);
  await log.close();
  const program = new Program('fastify-kafkajs', { brokers, topic });
  const { url } = await program.nextMessage<{ url: string }>();
  const [single, batch] = [`${url}/deliveries`, `${url}/deliveries/batch`];
  return { name: 'Fastify + kafkajs', pid: program.pid, single, batch, end: () => program.end() };
}

interface Row {
  readonly load: string;
  readonly server: string;
  readonly result: LoadResult;
  readonly stretch: Stretch;
  readonly base: Stretch | null;
}

let base: Stretch | null = null;

async function under(load: Load, server: Server, file: string, stack: Stack): Promise<Row> {
  const url = load.order.linesPerRequest === 1 ? server.single : server.batch;
  const generator = new Program('http-load', { ...load.order, url, file } satisfies LoadOrder);
  await generator.nextMessage();
  const before = sampleOf([server.pid], stack, 0);
  const result = await generator.nextMessage<LoadResult>();
  const stretch = between(before, sampleOf([server.pid], stack, result.events));
  await generator.end();
  if (result.failures > 0) throw new Error(`${server.name}: ${result.failures} requests failed`);
  const row = { load: load.name, server: server.name, result, stretch, base };
  base = base === null ? stretch : null;
  return row;
}

const head = [
  'load',
  'server',
  'events/s',
  'ratio',
  'p50 ms',
  'p99 ms',
  'CPU us/event',
  'events/s per core',
  'ratio',
  'Kafka us/event',
  'generator us/request',
];

function cellsOf({ load, server, result, stretch, base: baseline }: Row): string[] {
  const ratio = (of: (stretch: Stretch) => number) =>
    baseline === null ? '1' : times(of(stretch) / of(baseline));
  return [
    load,
    server,
    figure(result.events / result.seconds),
    ratio(({ perSecond }) => perSecond),
    figure(result.p50, 1),
    figure(result.p99, 1),
    figure(stretch.cpuUs, 1),
    figure(perCore(stretch.cpuUs)),
    ratio(({ cpuUs }) => 1 / cpuUs),
    figure(stretch.kafkaUs, 1),
    figure(result.cpuUs, 1),
  ];
}
