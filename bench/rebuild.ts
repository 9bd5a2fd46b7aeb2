import { RedisStore } from '#store/redis/redis-store.js';
import { AppProcess } from '#test/processes/app-process.js';
import { topics } from '#wire/topics.js';
import { emptyLog, endOf, fillJournal } from './measure/journal.js';
import { type Stretch, whileWorking } from './measure/progress.js';
import { figure, perCore, print, times } from './measure/report.js';
import { type Stack, theStack } from './measure/stack.js';
import { nextsOfTally, read } from './pipeline.js';

export const title =
  'a tally from the journal alone, Redis empty, beside a kafkajs consumer that only reads it';

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const stack = await theStack();
  const settings = stack.settings();
  const log = await emptyLog(stack, settings);
  await fillJournal(log, short ? 1_000 : 150_000);
  const total = await endOf(log, topics.postings.name);
  await log.close();

  const topic = `${settings.TALLYLINE_NAMESPACE}.${topics.postings.name}`;
  const alone = await read('each-batch', { brokers: stack.brokers, topic, records: total });
  const rows = [['kafkajs eachBatch + JSON.parse', '1', ...cellsOf(alone, NaN), '1']];
  for (const tallies of short ? [1] : [1, 2]) {
    const store = await RedisStore.open({
      url: stack.redis.join(','),
      prefix: settings.TALLYLINE_NAMESPACE,
    });
    const started = performance.now();
    const processes = Array.from({ length: tallies }, () => new AppProcess('tally', settings));
    const built = await rebuilt(processes, stack, total, nextsOfTally(store));
    const seconds = (performance.now() - started) / 1_000;
    await Promise.all(processes.map((each) => each.terminate()));
    for (const keyspace of await store.keyspaces()) await store.drop(keyspace);
    await store.close();
    const ratio = times(built.perSecond / alone.perSecond);
    rows.push(['Tallyline tally', `${tallies}`, ...cellsOf(built, seconds), ratio]);
  }
  print(`Rebuild of a tally from ${figure(total)} postings`, head, rows);
}

const head = ['program', 'processes', 'postings/s', 'CPU us', 'per core', 'start to end, s', 'of eachBatch'];

async function rebuilt(
  processes: readonly AppProcess[],
  stack: Stack,
  total: number,
  done: () => Promise<number>,
): Promise<Stretch> {
  const pids = processes.map(({ child }) => child.pid ?? 0);
  return whileWorking(pids, stack, total, done);
}

function cellsOf(it: { readonly perSecond: number; readonly cpuUs: number }, seconds: number): string[] {
  return [figure(it.perSecond), figure(it.cpuUs, 2), figure(perCore(it.cpuUs)), figure(seconds, 1)];
}
