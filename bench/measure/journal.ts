import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { requireCatalogue } from '#catalogue/load.js';
import type { Fact } from '#domain/fact/fact.js';
import { addFact, type EntityState, unknownEntity } from '#domain/entity/fold.js';
import { type Posting, postingKey } from '#domain/posting/posting.js';
import type { Log, NewRecord } from '#log/log.js';
import { openLog } from '#log/open-log.js';
import { partitionOf } from '#log/partition.js';
import { platforms } from '#platforms/platforms.js';
import type { Settings } from '#test/processes/app-process.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { encodeRaw, rawDelivery, type RawDelivery } from '#wire/raw.js';
import { topics, topicSettings } from '#wire/topics.js';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { dailyDeliveries } from './deliveries.js';
import { demoCatalogue, partitions, type Stack } from './stack.js';

/** The log of an installation that a bench fills, with all topics made. */
export async function emptyLog(stack: Stack, settings: Settings): Promise<Log> {
  const log = openLog(
    {
      engine: { kind: 'distributed', brokers: stack.brokers, replication: 1 },
      dataDirectory: '',
      namespace: settings['TALLYLINE_NAMESPACE'] ?? null,
    },
    { clientId: 'bench', onWarning: (message) => process.stderr.write(`${message}\n`) },
  );
  await log.createTopics(topicSettings(partitions));
  return log;
}

/** Puts so many deliveries into `telephony.raw`. */
export async function fillRaw(log: Log, most: number): Promise<void> {
  let filled = 0;
  for (const deliveries of dailyDeliveries(Math.ceil(most / RECORDS_OF_A_CENTRE))) {
    const records = deliveries
      .slice(0, most - filled)
      .map((delivery) => rawOf(delivery))
      .map((delivery) => ({ key: delivery.id, value: encodeRaw(delivery) }));
    await appendAll(log, topics.raw.name, records);
    filled += records.length;
  }
}

/** And so many postings into `journal.postings`: what the meter makes of deliveries. */
export async function fillJournal(log: Log, most: number): Promise<void> {
  const meter = inMemoryMeter();
  const write = journalWriter();
  let filled = 0;
  for (const deliveries of dailyDeliveries(Math.ceil(most / RECORDS_OF_A_CENTRE))) {
    const records = meter(factsOf(deliveries.map((delivery) => rawOf(delivery))))
      .slice(0, most - filled)
      .map((posting) => ({ key: postingKey(posting.content), value: write([posting], Date.now()) }));
    await appendAll(log, topics.postings.name, records);
    filled += records.length;
  }
}

/** A little less than there are, of deliveries as of postings, so that there are enough. */
const RECORDS_OF_A_CENTRE = 36_000;

function rawOf({ connection, body, headers, receivedAt, kind }: RecordedDelivery): RawDelivery {
  return rawDelivery(connection, Buffer.from(body), receivedAt, headers, kind);
}

async function appendAll(log: Log, topic: string, records: readonly NewRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 20_000) {
    await log.append(topic, records.slice(from, from + 20_000));
  }
}

function factsOf(deliveries: readonly RawDelivery[]): Fact[] {
  const { connection } = catalogueIndex(requireCatalogue(demoCatalogue));
  return deliveries.flatMap((delivery) => {
    const from = connection(delivery.connection);
    if (from === null) throw new Error(`${delivery.connection} is not in the catalogue`);
    const platform = delivery.kind === 'outcome' ? 'outcomes' : from.platform;
    const { facts } = platforms[platform].normalize(delivery, {
      connection: from.id,
      timeZone: from.timeZone,
      country: from.country,
      pseudonym: (customer) => `c-${customer}`,
      outcomes: [],
      isConnection: (id) => connection(id) !== null,
    });
    return facts;
  });
}

/** Facts to postings in their order, positions as they would have in the log. */
function inMemoryMeter(): (facts: readonly Fact[]) => Posting[] {
  const states = new Map<string, EntityState>();
  const offsets = Array.from({ length: partitions }, () => 0);
  return (facts) =>
    facts.flatMap((fact) => {
      const partition = partitionOf(fact.entity, partitions);
      const offset = offsets[partition] ?? 0;
      offsets[partition] = offset + 1;
      const { state, changes } = addFact(states.get(fact.entity) ?? unknownEntity, fact);
      states.set(fact.entity, state);
      return changes.map(({ sign, content }, index) => {
        return { position: { partition, offset, index }, sign, content };
      });
    });
}

export async function endOf(log: Log, topic: string): Promise<number> {
  return (await log.bounds(topic)).reduce((sum, { end }) => sum + end, 0);
}
