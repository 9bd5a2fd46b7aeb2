import { afterEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedKafka } from '#test/stack/stack.js';
import { fingerprintOf } from '../fingerprint.js';
import { describeLogConformance } from '../log.conformance.js';
import {
  freshName,
  freshTopic,
  numbered,
  readAll,
  Recorder,
  until,
  values,
  whileConsuming,
} from '../log.harness.js';
import { LogUnavailable } from '../log.js';
import { KafkaLog, type KafkaLogOptions, openKafkaLog } from './kafka-log.js';
import type { Compression } from './options.js';

describe('The options of the log on Kafka', () => {
  it('are refused by name where they cannot work', () => {
    expect(() => openKafkaLog({ brokers: [], clientId: 'spec' })).toThrow('brokers is empty');
    const options = { brokers: ['b:9092'], clientId: 'spec', replicationFactor: 2, minInSyncReplicas: 3 };
    expect(() => openKafkaLog(options)).toThrow('minInSyncReplicas is 3');
  });
});

const kafka = await sharedKafka();

describeWith([kafka], (brokers) => {
  const options = (): KafkaLogOptions => ({
    brokers,
    clientId: `spec-${randomUUID()}`,
    replicationFactor: 1,
  });
  describeLogConformance('kafka', async () => {
    const under = {
      log: openKafkaLog(options()),
      async restart() {
        await under.log.close();
        under.log = openKafkaLog(options());
        return under.log;
      },
      dispose: () => under.log.close(),
    };
    return under;
  });
  describeKafka(options);
});

function describeKafka(options: () => KafkaLogOptions): void {
  describe('The log on Kafka', () => {
    const logs: KafkaLog[] = [];
    const open = (more: Partial<KafkaLogOptions> = {}): KafkaLog => {
      const log = new KafkaLog({ ...options(), ...more });
      logs.push(log);
      return log;
    };
    afterEach(async () => {
      await Promise.all(logs.splice(0).map((log) => log.close()));
    });

    it('stops a stage without a store where a record before its committed position is another one', async () => {
      const log = open();
      const topic = await freshTopic(log, { partitions: 1 });
      const group = freshName();
      await log.append(topic, numbered(0, 6, 0));
      const client = new Kafka({ brokers: [...options().brokers], logLevel: logLevel.NOTHING });
      const consumer = client.consumer({ groupId: group });
      await consumer.connect();
      await consumer.subscribe({ topic });
      const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
      await consumer.run({ autoCommit: false, eachBatch: async () => undefined });
      await joined;
      const metadata = fingerprintOf({ offset: 2, timestamp: 1, key: 'k', value: 'of another log' });
      await consumer.commitOffsets([{ topic, partition: 0, offset: '3', metadata }]);
      await consumer.disconnect();
      const handler = new Recorder();
      handler.begin = async (partition) => (await log.committed(group, topic))[partition] ?? 0;
      await whileConsuming(log, { topic, group }, handler, async (consumption) => {
        await until('it has stopped', () => consumption.progress()[0]!.stopped);
        expect(consumption.progress()[0]).toMatchObject({ next: 3, pausedBy: { code: 'log-replaced' } });
      });
      expect(handler.batches).toEqual([]);
    });

    it.each<Compression>(['none', 'gzip', 'lz4', 'zstd'])(
      'reads what it has stored with compression %s',
      async (compression) => {
        const log = open({ compression });
        const topic = await freshTopic(log);
        await log.append(topic, numbered(0, 500, 0));
        await log.append(topic, [{ key: 'k', value: '{"漢":"字"}'.repeat(20_000), partition: 0 }]);
        const records = values(await readAll(open(), topic, 0));
        expect(records.slice(0, 500)).toEqual(numbered(0, 500, 0).map(({ value }) => value));
        expect(records[500]).toBe('{"漢":"字"}'.repeat(20_000));
      },
    );

    it('reports a topic that has another number of replicas', async () => {
      const settings = { name: freshName(), partitions: 1, retentionMs: null, compacted: false };
      await open().createTopics([settings]);
      const [report] = await open({ replicationFactor: 3 }).createTopics([settings]);
      expect(report?.differences).toEqual([
        { setting: 'replication factor', actual: '1', expected: '3' },
        { setting: 'min.insync.replicas', actual: '1', expected: '2' },
      ]);
    });

    it('throttles fetches, so that single records come in batches', async () => {
      const log = open();
      const topic = await freshTopic(log, { partitions: 1 });
      const handler = new Recorder();
      await whileConsuming(log, { topic }, handler, async (consumption) => {
        const started = performance.now();
        for (let count = 0; count < 60; count++) await log.append(topic, numbered(count, count + 1, 0));
        await until('all is delivered', () => consumption.progress()[0]?.next === 60);
        const pauses = (performance.now() - started) / 10;
        expect(handler.batches.length).toBeLessThanOrEqual(pauses * 1.2 + 2);
      });
      expect(handler.received(0)).toEqual(numbered(0, 60, 0).map(({ value }) => value));
    });

    it('leaves out records of aborted transactions of another writer, for readers and consumers', async () => {
      const log = open();
      const topic = await freshTopic(log, { partitions: 1 });
      await inTransactions(options(), topic, ['commit', 'abort', 'commit', 'abort', 'abort']);
      await log.append(topic, numbered(5, 6, 0));
      expect(values(await readAll(log, topic, 0))).toEqual(['0', '2', '5']);
      const handler = new Recorder();
      await whileConsuming(log, { topic }, handler, async (consumption) => {
        await until('all is delivered', () => consumption.progress()[0]?.next === 11);
      });
      expect(handler.received(0)).toEqual(['0', '2', '5']);
    });

    it('reads and delivers records around those that compaction has removed', async () => {
      const log = open();
      const topic = await compactedTopic(options());
      let appended = 0;
      let firstAt: number | undefined;
      await until('some segments are closed', async () => {
        appended += (await log.append(topic, keyed(appended))).length;
        const records = await readAll(log, topic, 0);
        // kept from the first look: compaction may take the oldest away while this goes on
        firstAt ??= records[0]?.timestamp;
        return (records.at(-1)?.timestamp ?? 0) - (firstAt ?? 0) > 500;
      });
      await until(
        'they are compacted',
        async () => (await readAll(log, topic, 0)).length < appended / 2,
        60_000,
      );
      const offsets = (await readAll(log, topic, 0)).map(({ offset }) => offset);
      const [{ end } = { end: 0 }] = await log.bounds(topic);
      const handler = new StoredRecorder();
      await whileConsuming(log, { topic, batchRecords: 3 }, handler, async () => {
        await until('all is delivered', () => handler.next[0] === end);
      });
      const delivered = handler.batches.flatMap(({ records }) => records).map(({ offset }) => offset);
      expect(delivered.length).toBeLessThan(end);
      expect(delivered).toEqual(offsets.filter((offset) => delivered.includes(offset)));
      expect(delivered.at(-1)).toBe(end - 1);
    }, 90_000);

    it('rejects a record that is too large for the topic, and no other', async () => {
      const log = open();
      const topic = await freshTopic(log);
      const huge = { key: 'huge', value: randomBytes(9 * 1024 * 1024).toString('latin1'), partition: 0 };
      const small = numbered(0, 3, 0);
      const [refused, ...appended] = await Promise.allSettled([
        log.append(topic, [huge]),
        ...small.map((record) => log.append(topic, [record])),
      ]);
      expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'Error' } });
      expect(appended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      expect(values(await readAll(log, topic, 0))).toEqual(['0', '1', '2']);
    });

    it('rejects immediately what would make the queue too long', async () => {
      // The queue stands still until all five have come, however slow the machine is.
      const log = open({ queueLimit: 1_000, lingerMs: 2_000 });
      const topic = await freshTopic(log);
      const record = { key: 'k', value: 'x'.repeat(400), partition: 0 };
      const calls = await Promise.allSettled(Array.from({ length: 5 }, () => log.append(topic, [record])));
      expect(calls.map(({ status }) => status)).toEqual([
        'fulfilled',
        'fulfilled',
        'rejected',
        'rejected',
        'rejected',
      ]);
      expect(calls[2]).toMatchObject({ reason: expect.any(LogUnavailable) });
      await log.append(topic, [{ ...record, value: 'x'.repeat(5_000) }]);
      expect(await readAll(log, topic, 0)).toHaveLength(3);
    });

    it('finishes appends under way when it is closed', async () => {
      const log = open();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(0, 1, 0));
      const appended = log.append(topic, numbered(1, 2_000, 0));
      await log.close();
      expect(await appended).toHaveLength(1_999);
    });

    it('shares the partitions among the members of a group, and moves them when a member leaves', async () => {
      const [writer, one, other] = [open(), open(), open()] as const;
      const topic = await freshTopic(writer, { partitions: 4 });
      const group = freshName();
      const everywhere = (from: number, to: number) =>
        [0, 1, 2, 3].flatMap((partition) => numbered(from, to, partition));
      await writer.append(topic, everywhere(0, 10));
      const first = new StoredRecorder();
      const consumption = await one.consume({ topic, group, handler: first, batchRecords: 4 });
      await until('the first has all', () => first.batches.flatMap(({ records }) => records).length === 40);
      const second = new StoredRecorder(first.next);
      const joined = await other.consume({ topic, group, handler: second, batchRecords: 4 });
      await until(
        'each has half',
        () => consumption.progress().length === 2 && joined.progress().length === 2,
      );
      await writer.append(topic, everywhere(10, 20));
      await until('both go on', () => first.next.every((next) => next === 20));
      await consumption.stop();
      await until('the second has all', () => joined.progress().length === 4);
      await writer.append(topic, everywhere(20, 30));
      await until('the second goes on', () => first.next.every((next) => next === 30));
      await joined.stop();
      for (const partition of [0, 1, 2, 3]) {
        const delivered = [...first.received(partition), ...second.received(partition)];
        expect(delivered).toEqual(numbered(0, 30, partition).map(({ value }) => value));
      }
      expect([...first.faults, ...second.faults]).toEqual([]);
    });
  });
}

/** Transactions of one record each, numbered from 0; with the marker of its end each takes two offsets. */
async function inTransactions(
  options: KafkaLogOptions,
  topic: string,
  ends: ('commit' | 'abort')[],
): Promise<void> {
  const kafka = new Kafka({ brokers: [...options.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (const [index, end] of ends.entries()) {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ key: 'k', value: `${index}` }] });
    await transaction[end]();
  }
  await producer.disconnect();
}

/** One partition that is compacted as soon as may be. */
async function compactedTopic({ brokers }: KafkaLogOptions): Promise<string> {
  const topic = freshName();
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const config = { 'cleanup.policy': 'compact', 'segment.ms': '50', 'min.cleanable.dirty.ratio': '0.01' };
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, replicationFactor: 1, configEntries }] });
  await admin.disconnect();
  return topic;
}

function keyed(round: number): { key: string; value: string }[] {
  return Array.from({ length: 9 }, (_, index) => ({ key: `k${index % 5}`, value: `${round}/${index}` }));
}

/** Goes on where the store says, which may be shared. */
class StoredRecorder extends Recorder {
  readonly next: number[];

  constructor(next: number[] = [0, 0, 0, 0]) {
    super();
    this.next = next;
    this.begin = (partition) => next[partition] ?? 0;
    this.decide = ({ partition, records }) => {
      next[partition] = (records.at(-1)?.offset ?? 0) + 1;
      return { status: 'done', next: next[partition] };
    };
  }
}
