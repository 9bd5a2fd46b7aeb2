import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AppName, AppProcess } from '#test/processes/app-process.js';
import { cpuUsOf } from './measure/cpu.js';
import { writeEvents } from './measure/deliveries.js';
import { emptyLog } from './measure/journal.js';
import { Program } from './measure/program.js';
import { figure, print } from './measure/report.js';
import { type Stack, theStack } from './measure/stack.js';
import type { LoadOrder, LoadResult } from './programs/http-load.js';
import type { DelayResult } from './programs/one-hop.js';

export const title =
  'from receipt to tally at 1 000 deliveries a second, beside one hop of Fastify and kafkajs';

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const stack = await theStack();
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-bench-'));
  const file = join(directory, 'deliveries.ndjson');
  const perSecond = short ? 200 : 1_000;
  const times = short ? { warmupMs: 500, forMs: 1_000 } : { warmupMs: 5_000, forMs: 20_000 };
  writeEvents(file, short ? 2_000 : 30_000);
  const single = { linesPerRequest: 1, contentType: 'application/json', connections: 16, pipelined: 1 };
  const order = { ...single, ...times, perSecond, file };
  try {
    const hop = await oneHop(stack, order);
    const whole = await pipeline(stack, order);
    print(`Delay at ${figure(perSecond)} deliveries a second`, head, [hop, ...whole]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const head = ['what', 'seen', 'turned away', 'p50 ms', 'p99 ms', 'most ms', 'CPU, cores'];
type Order = Omit<LoadOrder, 'url'>;

/** Bare Fastify and kafkajs in, a bare kafkajs consumer out: what one of our three hops may cost at least. */
async function oneHop(stack: Stack, order: Order): Promise<string[]> {
  const settings = stack.settings();
  const log = await emptyLog(stack, settings);
  await log.close();
  const topic = `${settings.TALLYLINE_NAMESPACE}.telephony.raw`;
  const server = new Program('fastify-kafkajs', { brokers: stack.brokers, topic });
  const { url } = await server.told<{ url: string }>();
  const reader = new Program('one-hop', { brokers: stack.brokers, topic, skipMs: order.warmupMs });
  await reader.told();
  const before = cpuUsOf(server.pid) + cpuUsOf(reader.pid);
  await loaded({ ...order, url: `${url}/deliveries` });
  const cores = (cpuUsOf(server.pid) + cpuUsOf(reader.pid) - before) / 1_000 / (order.warmupMs + order.forMs);
  reader.child.kill('SIGUSR2');
  const { count, p50, p99, most } = await reader.told<DelayResult>();
  await Promise.all([server.end(), reader.end()]);
  const figures = [figure(count), '', figure(p50), figure(p99), figure(most), figure(cores, 2)];
  return ['one hop: Fastify, kafkajs, kafkajs eachBatch', ...figures];
}

const apps: readonly AppName[] = ['intake', 'normalizer', 'meter', 'tally'];

async function pipeline(stack: Stack, order: Order): Promise<string[][]> {
  const settings = stack.settings();
  const processes = apps.map((app) => new AppProcess(app, settings));
  try {
    const [url = ''] = await Promise.all(processes.map((each) => each.ready()));
    const tally = processes.at(-1);
    if (tally === undefined) throw new Error('there is no tally');
    const pids = processes.map(({ child }) => child.pid ?? 0);
    const cpu = () => pids.reduce((sum, pid) => sum + cpuUsOf(pid), 0);
    let [begun, buckets] = [0, new Map<number, number>()];
    const result = await loaded({ ...order, url: `${url}/v1/deliveries/demo-genesys` }, async () => {
      begun = cpu();
      buckets = await bucketsOf(tally);
    });
    const cores = (cpu() - begun) / 1_000 / order.forMs;
    await delay(1_000);
    const after = await bucketsOf(tally);
    const counts = [...after].map(([bound, count]) => [bound, count - (buckets.get(bound) ?? 0)] as const);
    const seen = counts.at(-1)?.[1] ?? 0;
    const at = (share: number) =>
      `<= ${figure((counts.find(([, count]) => count >= seen * share)?.[0] ?? NaN) * 1_000)}`;
    return [
      [
        'HTTP request to its answer (acks of all)',
        figure(result.requests),
        figure(result.failures),
        figure(result.p50),
        figure(result.p99),
        figure(result.most),
        '',
      ],
      [
        'Kafka has the delivery, to its posting in the tally',
        figure(seen),
        '',
        at(0.5),
        at(0.99),
        at(1),
        figure(cores, 2),
      ],
    ];
  } finally {
    await Promise.all(processes.map((each) => each.terminate()));
  }
}

/** The delay by its histogram: upper bound in seconds, and how many were within. */
async function bucketsOf(tally: AppProcess): Promise<Map<number, number>> {
  const samples = await tally.metrics('end_to_end_seconds_bucket');
  const bound = (le: string | undefined) => (le === '+Inf' ? Infinity : Number(le));
  return new Map(samples.map(({ labels, value }) => [bound(labels['le']), value]));
}

async function loaded(order: LoadOrder, warm: () => Promise<void> = async () => {}): Promise<LoadResult> {
  const generator = new Program('http-load', order);
  await generator.told();
  await warm();
  const result = await generator.told<LoadResult>();
  await generator.end();
  return result;
}
