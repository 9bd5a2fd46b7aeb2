import type { Log } from '#log/log.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { type AppName, AppProcess, type Settings } from '#test/processes/app-process.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { emptyLog, endOf, fillJournal, fillRaw } from './measure/journal.js';
import { type Stretch, whileWorking } from './measure/progress.js';
import { Program } from './measure/program.js';
import { figure, perCore, print, times } from './measure/report.js';
import { partitions, type Stack, theStack } from './measure/stack.js';
import type { ReadOrder, ReadResult } from './programs/each-batch.js';

export const title =
  'deliveries to facts to postings to tally, beside kafkajs alone and beside the stock Kafka transport of NestJS';

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const stack = await theStack();
  const settings = stack.settings();
  const log = await emptyLog(stack, settings);
  const url = stack.redis.join(',');
  const store = await RedisStore.open({ url, prefix: settings.TALLYLINE_NAMESPACE });
  try {
    await fillRaw(log, short ? 1_000 : 120_000);
    await fillJournal(log, short ? 1_000 : 150_000);
    const bench: Bench = { stack, settings, log, store, short };
    const journal = await endOf(log, topics.postings.name);
    const tally = await stage('tally', 'postings', topics.postings.name, bench, journal, nextsOfTally(store));
    const raw = await endOf(log, topics.raw.name);
    const normalizer = await stage('normalizer', 'deliveries', topics.raw.name, bench, raw, (app) =>
      doneByMetrics(app, raw),
    );
    const facts = await endOf(log, topics.facts.name);
    const meter = await stage('meter', 'facts', topics.facts.name, bench, facts, () =>
      sumOf(store.nexts(meterStage.keyspace, allPartitions)),
    );
    const rows = [...normalizer, ...meter, ...tally];
    print('Stages, each alone on its full topic, one process', head, rows);
  } finally {
    await Promise.all([log.close(), store.close()]);
  }
}

interface Bench {
  readonly stack: Stack;
  readonly settings: Settings & { readonly TALLYLINE_NAMESPACE: string };
  readonly log: Log;
  readonly store: RedisStore;
  readonly short: boolean;
}

const allPartitions = Array.from({ length: partitions }, (_, index) => index);

async function sumOf(values: Promise<(number | null)[]>): Promise<number> {
  return (await values).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

export function nextsOfTally(store: RedisStore): () => Promise<number> {
  return async () => {
    const keyspace = (await store.keyspaces()).find((name) => name.startsWith('tally-'));
    return keyspace === undefined ? 0 : sumOf(store.nexts(keyspace, allPartitions));
  };
}

/** The normalizer has no state of its own to look at. */
async function doneByMetrics(app: AppProcess, total: number): Promise<number> {
  const lags = await app.metrics('lag_records');
  return lags.length < partitions ? 0 : total - lags.reduce((sum, { value }) => sum + value, 0);
}

/** One of our processes and the two baselines on the same topic, as rows. */
async function stage(
  app: AppName,
  events: string,
  topic: string,
  { stack, settings, short }: Bench,
  total: number,
  done: (app: AppProcess) => Promise<number>,
): Promise<string[][]> {
  const outside = `${settings.TALLYLINE_NAMESPACE}.${topic}`;
  const alone = await read('each-batch', { brokers: stack.brokers, topic: outside, records: total });
  const process = new AppProcess(app, settings);
  const ours = await whileWorking([process.child.pid ?? 0], stack, total, () => done(process));
  await process.terminate();
  const records = Math.min(total, short ? 200 : 4_000);
  const redis = stack.redis[0] ?? '';
  const nest = await read('nest-kafka', { brokers: stack.brokers, topic: outside, records, redis });
  return [
    ['kafkajs eachBatch + JSON.parse', events, ...cellsOf(alone, null, null)],
    ['NestJS transport, awaited write', events, ...cellsOf(nest, alone, null)],
    [`Tallyline ${app}`, events, ...cellsOf(ours, alone, nest)],
  ];
}

export async function read(program: string, order: ReadOrder & { redis?: string }): Promise<ReadResult> {
  const reading = new Program(program, order);
  const result = await reading.nextMessage<ReadResult>();
  await reading.end();
  return result;
}

const head = [
  'program',
  'events',
  'events/s',
  'CPU us/event',
  'events/s per core',
  'of eachBatch',
  'of NestJS',
  'NestJS, by CPU',
  'Kafka us/event',
  'Redis us/event',
  'per core with both',
];

function cellsOf(
  it: (ReadResult & Partial<Stretch>) | Stretch,
  alone: ReadResult | null,
  nest: ReadResult | null,
): string[] {
  const { kafkaUs = NaN, redisUs = NaN } = it;
  return [
    figure(it.perSecond),
    figure(it.cpuUs, 2),
    figure(perCore(it.cpuUs)),
    alone === null ? '1' : times(alone.cpuUs / it.cpuUs),
    nest === null ? '-' : times(it.perSecond / nest.perSecond),
    nest === null ? '-' : times(nest.cpuUs / it.cpuUs),
    figure(kafkaUs, 2),
    figure(redisUs, 2),
    figure(perCore(it.cpuUs + kafkaUs + redisUs)),
  ];
}
