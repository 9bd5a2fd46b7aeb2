import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { meter, meterKeyspace } from '#pipeline/meter/meter.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { tally } from '#pipeline/tally/tally.js';
import { requireCatalogue } from '#catalogue/load.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { catalogueView } from '#catalogue/view.js';
import type { Fact } from '#domain/fact/fact.js';
import { Keys } from '#store/redis/keys.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { contactFacts } from '#test/meter/contacts.js';
import { Feed } from '#test/meter/feed.js';
import { ask } from '#test/stack/redis/ask.js';
import { startRedis } from '#test/stack/redis/redis.js';
import { encodeFact } from '#wire/facts.js';
import { topics } from '#wire/topics.js';
import { demoCatalogue } from './measure/stack.js';

export const title = 'Memory over 10 million facts: meter and tally in one process, a real Redis';

const partitions = 4;
const minute = 60_000;
const hour = 60 * minute;
const startsAt = Date.UTC(2026, 2, 2);
const contactsPerMinute = 50;
/** One contact in so many is revised after it was archived. */
const revisedOf = 100;

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const facts = short ? 200_000 : 10_000_000;
  const every = facts / 20;
  const redis = await startRedis({ own: true });
  const prefix = 'soak';
  const store = await RedisStore.open({ url: redis.url, prefix });
  let refused = 0;
  try {
    const feed = new Feed({ partitions, keptStates: 50_000, batchRecords: 1_000 });
    const { log } = feed;
    const onRefused = (): void => void refused++;
    const view = catalogueView(catalogueIndex(requireCatalogue(demoCatalogue)));
    await feed.handle(topics.facts.name, meter({ log, store, onRefused, archiveAfterMs: 2 * hour }));
    await feed.handle(
      topics.postings.name,
      tally({ log, store, catalogues: onlyCatalogue(view), onRefused }),
    );

    const keys = Array.from({ length: partitions }, (_, partition) =>
      new Keys(prefix).state({ keyspace: meterKeyspace, partition }),
    );
    const samples: Sample[] = [];
    process.stdout.write(
      '      facts   log hours   heap MB   RSS MB   Redis MB   of it meter   refused   us/fact\n',
    );
    let appended = 0;
    let since = process.cpuUsage();
    for (const { at, records } of seconds()) {
      feed.now = at;
      await log.append(topics.facts.name, records);
      await feed.deliver(false);
      const before = Math.floor(appended / every);
      appended += records.length;
      if (Math.floor(appended / every) === before) continue;
      const { user, system } = process.cpuUsage(since);
      const sample = await measured(appended, redis.server.port, keys);
      samples.push(sample);
      row([
        appended,
        (at - startsAt) / hour,
        sample.heap,
        sample.rss,
        sample.redis,
        sample.meter,
        refused,
        (user + system) / every,
      ]);
      since = process.cpuUsage();
      if (appended >= facts) break;
    }
    slopes(samples);
  } finally {
    await store.close();
    await redis.stop();
  }
}

/** Calls as they happen, second by second of the log's time, without an end. */
function* seconds(): Generator<{ at: number; records: { key: string; value: string }[] }> {
  const due = new Map<number, Fact[]>();
  const schedule = (second: number, fact: Fact): void => {
    const facts = due.get(second);
    if (facts === undefined) due.set(second, [fact]);
    else facts.push(fact);
  };
  let contact = 0;
  for (let second = 0; ; second++) {
    for (; contact < ((second + 1) * contactsPerMinute) / 60; contact++) {
      const facts = contactFacts(contact, startsAt + second * 1_000);
      for (const fact of facts) schedule(Math.floor((fact.at - startsAt) / 1_000), fact);
      const left = facts.find((fact) => fact.type === 'agent.left');
      if (left === undefined) throw new Error('a call without an agent');
      const revised = { ...left, revision: left.revision + 1, talkMs: (left.talkMs ?? 0) + 1_000 };
      if (contact % revisedOf === 0) schedule(second + (3 * hour) / 1_000, revised);
    }
    const facts = due.get(second) ?? [];
    due.delete(second);
    const records = facts.map((fact) => ({ key: fact.entity, value: encodeFact(fact) }));
    yield { at: startsAt + second * 1_000, records };
  }
}

/** Megabytes. */
interface Sample {
  readonly facts: number;
  readonly heap: number;
  readonly rss: number;
  readonly redis: number;
  readonly meter: number;
}

async function measured(facts: number, port: number, keys: readonly string[]): Promise<Sample> {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  const info = await ask(port, 'INFO memory');
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
  let meter = 0;
  for (const key of keys) meter += Number(await ask(port, `MEMORY USAGE ${key} SAMPLES 0`));
  const [heap, resident, redis, ofMeter] = [heapUsed, rss, used, meter].map((bytes) => bytes / 1e6);
  return { facts, heap: heap ?? NaN, rss: resident ?? NaN, redis: redis ?? NaN, meter: ofMeter ?? NaN };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function row(values: readonly number[]): void {
  const widths = [11, 12, 10, 9, 11, 14, 10, 10];
  const digits = [0, 0, 1, 0, 1, 1, 0, 1];
  const cells = values.map((value, index) => value.toFixed(digits[index]).padStart(widths[index] ?? 0));
  process.stdout.write(`${cells.join('')}\n`);
}

/** What each million of facts adds, by least squares over the second half: the first fills the caches. */
function slopes(samples: readonly Sample[]): void {
  const later = samples.slice(Math.floor(samples.length / 2));
  const middle = (of: (sample: Sample) => number): number =>
    later.reduce((sum, sample) => sum + of(sample), 0) / later.length;
  const facts = middle((sample) => sample.facts);
  const slope = (of: (sample: Sample) => number): string => {
    const mean = middle(of);
    const above = middle((sample) => (sample.facts - facts) * (of(sample) - mean));
    const perFact = above / middle((sample) => (sample.facts - facts) ** 2);
    return `${(perFact * 1e6).toFixed(2)} MB`;
  };
  process.stdout.write(
    `  per million facts, second half: heap ${slope((s) => s.heap)}, RSS ${slope((s) => s.rss)}, ` +
      `Redis ${slope((s) => s.redis)}, of it the meter ${slope((s) => s.meter)}\n`,
  );
}
