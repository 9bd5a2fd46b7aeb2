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
    print(`One hop at ${figure(perSecond)} deliveries a second`, head, [await oneHop(stack, order)]);
    await pipeline(stack, order);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const head = ['what', 'seen', 'turned away', 'p50 ms', 'p99 ms', 'max ms', 'CPU, cores'];
type Order = Omit<LoadOrder, 'url'>;

/** Bare Fastify and kafkajs in, a bare kafkajs consumer out: what one of our three hops may cost at least. */
async function oneHop(stack: Stack, order: Order): Promise<string[]> {
  const settings = stack.settings();
  const log = await emptyLog(stack, settings);
  await log.close();
  const topic = `${settings.TALLYLINE_NAMESPACE}.telephony.raw`;
  const server = new Program('fastify-kafkajs', { brokers: stack.brokers, topic });
  const { url } = await server.nextMessage<{ url: string }>();
  const reader = new Program('one-hop', { brokers: stack.brokers, topic, skipMs: order.warmupMs });
  await reader.nextMessage();
  const before = cpuUsOf(server.pid) + cpuUsOf(reader.pid);
  await loaded({ ...order, url: `${url}/deliveries` });
  const cores = (cpuUsOf(server.pid) + cpuUsOf(reader.pid) - before) / 1_000 / (order.warmupMs + order.forMs);
  reader.child.kill('SIGUSR2');
  const { count, p50, p99, max } = await reader.nextMessage<DelayResult>();
  await Promise.all([server.end(), reader.end()]);
  const figures = [figure(count), '', figure(p50), figure(p99), figure(max), figure(cores, 2)];
  return ['one hop: Fastify, kafkajs, kafkajs eachBatch', ...figures];
}

const apps: readonly AppName[] = ['intake', 'normalizer', 'meter', 'tally'];

async function pipeline(stack: Stack, order: Order): Promise<void> {
  const settings = stack.settings();
  const processes = apps.map((app) => new AppProcess(app, settings));
  try {
    const [url = ''] = await Promise.all(processes.map((each) => each.ready()));
    let before: Sample[] = [];
    const result = await loaded({ ...order, url: `${url}/v1/deliveries/demo-genesys` }, async () => {
      before = await Promise.all(processes.map(sampleOf));
    });
    const cpu = processes.map(({ child }) => cpuUsOf(child.pid ?? 0));
    await delay(1_000);
    const after = await Promise.all(processes.map(sampleOf));
    const works = after.map((sample, index) => workOf(before[index] ?? sample, sample, cpu[index] ?? NaN));
    const cores = works.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / 1_000 / order.forMs;
    const delays = delaysOf(before.at(-1)?.delays ?? [], after.at(-1)?.delays ?? []);
    const { requests, failures, p50, p99, max } = result;
    const answers = [figure(requests), figure(failures), figure(p50), figure(p99), figure(max), ''];
    print(`Delay at ${figure(order.perSecond ?? NaN)} deliveries a second`, head, [
      ['HTTP request to its answer (acks of all)', ...answers],
      ['Kafka has the delivery, to its posting in the tally', ...delays, figure(cores, 2)],
    ]);
    print(
      'Its stages',
      stageHead,
      works.map((work) => cellsOf(work, requests, order.forMs)),
    );
  } finally {
    await Promise.all(processes.map((each) => each.terminate()));
  }
}

/** What a process has done so far, by its metrics; times in seconds. */
interface Sample {
  readonly app: AppName;
  readonly cpuUs: number;
  readonly batches: number;
  readonly records: number;
  readonly appends: number;
  readonly appendSeconds: number;
  readonly commits: number;
  readonly commitSeconds: number;
  /** How many deliveries were in the tally within so many seconds. */
  readonly delays: readonly (readonly [bound: number, count: number])[];
}

async function sampleOf(process: AppProcess): Promise<Sample> {
  const samples = (name: string) => process.metrics(name);
  const sum = async (name: string) => (await samples(name)).reduce((all, { value }) => all + value, 0);
  return {
    app: process.app,
    cpuUs: cpuUsOf(process.child.pid ?? 0),
    batches: await sum('batch_records_count'),
    records: await sum('batch_records_sum'),
    appends: await sum('append_seconds_count'),
    appendSeconds: await sum('append_seconds_sum'),
    commits: await sum('commit_seconds_count'),
    commitSeconds: await sum('commit_seconds_sum'),
    delays: (await samples('end_to_end_seconds_bucket')).map(
      ({ labels: { le }, value }) => [le === '+Inf' ? Infinity : Number(le), value] as const,
    ),
  };
}

/** What was done between two samples; CPU time until `cpuUs`, when the load had ended. */
function workOf(before: Sample, after: Sample, cpuUs: number): Sample {
  return {
    ...after,
    cpuUs: cpuUs - before.cpuUs,
    batches: after.batches - before.batches,
    records: after.records - before.records,
    appends: after.appends - before.appends,
    appendSeconds: after.appendSeconds - before.appendSeconds,
    commits: after.commits - before.commits,
    commitSeconds: after.commitSeconds - before.commitSeconds,
  };
}

const stageHead = ['stage', 'CPU us/delivery', 'batches/s', 'records each', 'append ms', 'commit ms'];

function cellsOf(work: Sample, deliveries: number, forMs: number): string[] {
  const { app, cpuUs, batches, records, appends, appendSeconds, commits, commitSeconds } = work;
  return [
    app,
    figure(cpuUs / deliveries),
    figure((batches * 1_000) / forMs),
    figure(records / batches, 1),
    figure((appendSeconds * 1_000) / appends, 1),
    figure((commitSeconds * 1_000) / commits, 1),
  ];
}

function delaysOf(before: Sample['delays'], after: Sample['delays']): string[] {
  const counts = after.map(([bound, count], index) => [bound, count - (before[index]?.[1] ?? 0)] as const);
  const seen = counts.at(-1)?.[1] ?? 0;
  const at = (share: number) =>
    `<= ${figure((counts.find(([, count]) => count >= seen * share)?.[0] ?? NaN) * 1_000)}`;
  return [figure(seen), '', at(0.5), at(0.99), at(1)];
}

async function loaded(order: LoadOrder, warm: () => Promise<void> = async () => {}): Promise<LoadResult> {
  const generator = new Program('http-load', order);
  await generator.nextMessage();
  await warm();
  const result = await generator.nextMessage<LoadResult>();
  await generator.end();
  return result;
}
