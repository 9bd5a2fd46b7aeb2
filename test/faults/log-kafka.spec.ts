import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Socket } from 'node:net';
import { type Consumer, Kafka } from 'kafkajs';
import { freshName, until } from '#log/log.harness.js';
import { KafkaLog, type KafkaLogInternals } from '#log/kafka/kafka-log.js';
import { type Consumption, LogUnavailable, type PartitionProgress } from '#log/log.js';
import {
  append,
  keysOf,
  lostOf,
  wrongPositionsOf,
  Stage,
  tenForEach,
  Writers,
} from '#test/faults/acknowledged.js';
import { KafkaFaults } from '#test/faults/kafka-faults.js';
import { describeWith } from '#test/stack/describe-with.js';
import { deleteBelow, recreateTopic } from '#test/stack/kafka/admin.js';
import { ownKafka } from '#test/stack/stack.js';

const PARTITIONS = 6;
const LONG_MS = 300_000;

const kafka = await ownKafka({ brokers: 3, faults: true });

const consumers: Consumer[] = [];
const { consumer } = Kafka.prototype;
Kafka.prototype.consumer = function (this: Kafka, options) {
  const made = consumer.call(this, options);
  consumers.push(made);
  return made;
};

describe('A Kafka that cannot be reached', () => {
  it.each([
    ['refuses', false],
    ['hangs', true],
  ])('makes calls fail as unavailable within their timeout where it %s', async (_, accepts) => {
    await using server = await silentServer();
    const broker = accepts ? `127.0.0.1:${server.port}` : '127.0.0.1:1';
    const timeouts = { timeoutMs: 1_500, appendTimeoutMs: 1_500, requestTimeoutMs: 500 };
    const log = new KafkaLog({ brokers: [broker], clientId: 'faults', ...timeouts });
    const started = performance.now();
    await expect(log.append('topic', [{ key: 'k', value: 'v' }])).rejects.toBeInstanceOf(LogUnavailable);
    await expect(log.bounds('topic')).rejects.toBeInstanceOf(LogUnavailable);
    expect(performance.now() - started).toBeLessThan(10_000);
    await log.close();
  });
});

/** Accepts connections and never answers. */
async function silentServer(): Promise<{ readonly port: number } & AsyncDisposable> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

describeWith([kafka], (kafka) => {
  const faults = new KafkaFaults(kafka);
  describe('The log on three brokers', () => {
    afterEach(() => faults.closeLogs(), LONG_MS);
    afterAll(() => kafka.stop(), LONG_MS);
    describeAppending(faults);
    describeConsuming(faults);
    describeAlarms(faults);
  });
});

function describeAppending(faults: KafkaFaults): void {
  it(
    'keeps all it acknowledged, at the positions it returned, when leader after leader is killed',
    async () => {
      const log = faults.openLog();
      const topic = await faults.freshTopic(log, PARTITIONS);
      const writers = new Writers(log, topic, PARTITIONS, 3);
      for (const partition of [0, 1, 2]) {
        await untilMore(writers, 500);
        const leader = await faults.leaderOf(topic, partition);
        await leader.kill();
        await untilMore(writers, 2_000);
        await faults.bringBack(leader, topic);
      }
      await writers.stop();
      expect(writers.failures).toEqual([]);
      expect(await lostOf(log, topic, writers.acknowledged)).toEqual([]);
      expect(await wrongPositionsOf(log, topic, writers.acknowledged)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'continues while a broker hangs, and after it resumes',
    async () => {
      const log = faults.openLog();
      const topic = await faults.freshTopic(log, PARTITIONS);
      const writers = new Writers(log, topic, PARTITIONS, 3);
      await untilMore(writers, 500);
      const leader = await faults.leaderOf(topic, 0);
      await leader.pause();
      await untilMore(writers, 2_000);
      await leader.resume();
      await faults.untilInSync(topic);
      await untilMore(writers, 500);
      await writers.stop();
      expect(writers.failures).toEqual([]);
      expect(await lostOf(log, topic, writers.acknowledged)).toEqual([]);
      expect(await wrongPositionsOf(log, topic, writers.acknowledged)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'loses nothing with a leader that hangs and dies while an append is under way',
    async () => {
      expect(await lostWithALeader(faults)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'would lose acknowledged records there, if it believed every send of kafkajs that resolves',
    async () => {
      expect(await lostWithALeader(faults, { checkAnswers: false })).not.toEqual([]);
    },
    LONG_MS,
  );
}

/**
 * Acknowledged records that are nowhere, after a leader hung with an append under way and was killed then.
 */
async function lostWithALeader(faults: KafkaFaults, internals?: KafkaLogInternals): Promise<string[]> {
  const log = faults.openLog({ requestTimeoutMs: 15_000 }, internals);
  const topic = await faults.freshTopic(log, PARTITIONS);
  const before = await append(log, topic, tenForEach(PARTITIONS, 'before'));
  const leader = await faults.leaderOf(topic, 0);
  const led = await faults.leaders(topic);
  const elsewhere = [...led.keys()].find((partition) => led.get(partition) !== leader.id) ?? 0;
  const end =
    Math.max(...before.filter(({ partition }) => partition === elsewhere).map(({ offset }) => offset)) + 1;
  await leader.pause();
  const appended = append(log, topic, tenForEach(PARTITIONS, 'during'));
  await until(
    'the other leaders have their part',
    async () => (await log.read(topic, elsewhere, end, 1)).length > 0,
    60_000,
  );
  await leader.kill();
  const acknowledged = [...before, ...(await appended)];
  await faults.bringBack(leader, topic);
  return lostOf(log, topic, acknowledged);
}

function describeConsuming(faults: KafkaFaults): void {
  it(
    'delivers everything in order through a killed leader, a broker that hangs and a rolling restart',
    async () => {
      const log = faults.openLog();
      const topic = await faults.freshTopic(log, PARTITIONS);
      const stage = new Stage();
      const consumption = await log.consume({ topic, group: freshName(), handler: stage, batchRecords: 200 });
      const writers = new Writers(log, topic, PARTITIONS, 1);
      const progresses = async () => {
        const { length } = writers.acknowledged;
        await untilMore(writers, 300);
        await until('what was written before is delivered', () => stage.count >= length, 90_000);
      };
      await progresses();
      const killed = await faults.leaderOf(topic, 0);
      await killed.kill();
      await progresses();
      await faults.bringBack(killed, topic);
      const hanging = await faults.leaderOf(topic, 1);
      await hanging.pause();
      await progresses();
      await hanging.resume();
      await faults.untilInSync(topic);
      for (const broker of faults.stack.brokers) {
        await broker.shutDown();
        await progresses();
        await faults.bringBack(broker, topic);
      }
      await writers.stop();
      const keys = await keysOf(log, topic);
      await until('everything is delivered', () => stage.count >= keys.flat().length, 90_000);
      await consumption.stop();
      expect(stage.faults).toEqual([]);
      expect(stage.processed).toEqual(keys);
      expect(await lostOf(log, topic, writers.acknowledged)).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'replaces a consumer that falls silent without an error',
    async () => {
      const troubles: string[] = [];
      const log = faults.openLog({ onWarning: (message) => troubles.push(message) });
      const topic = await faults.freshTopic(log, 1);
      const stage = new Stage();
      const consumption = await log.consume({ topic, group: freshName(), handler: stage, batchRecords: 10 });
      await append(log, topic, tenForEach(1, 'before'));
      await until('it is delivered', () => stage.count === 10, 60_000);
      silence(topic);
      await append(log, topic, tenForEach(1, 'after'));
      await until('the rest is delivered', () => stage.count === 20, 60_000);
      await consumption.stop();
      expect(stage.faults).toEqual([]);
      expect(troubles).toContainEqual(expect.stringContaining('it got no records of partition 0 from 10 on'));
    },
    LONG_MS,
  );
}

/** Pauses the newest consumer of kafkajs without the log: what kafkajs does by itself, once in many runs. */
function silence(topic: string): void {
  const newest = consumers.at(-1);
  if (newest === undefined) throw new Error('kafkajs has made no consumer');
  newest.pause([{ topic, partitions: [0] }]);
}

/** A topic whose ten records a stage has, and goes on waiting for more. */
async function tenDelivered(faults: KafkaFaults) {
  const log = faults.openLog();
  const topic = await faults.freshTopic(log, 1);
  const stage = new Stage();
  await append(log, topic, tenForEach(1, 'old'));
  const consumption = await log.consume({ topic, group: freshName(), handler: stage, batchRecords: 10 });
  await until('the old is delivered', () => stage.count === 10, 60_000);
  return { topic, stage, consumption };
}

function describeAlarms(faults: KafkaFaults): void {
  it(
    'stops a partition whose topic was recreated, and delivers nothing of the new one',
    async () => {
      const { topic, stage, consumption } = await tenDelivered(faults);
      await recreateTopic(faults.stack.bootstrap, topic, 1);
      await append(faults.openLog(), topic, tenForEach(1, 'new').slice(0, 5));
      await until('the partition is stopped', () => only(consumption)?.stopped === true, 90_000);
      expect(only(consumption)?.pausedBy?.message).toContain('cannot continue at 10, the log ends at 5');
      expect(stage.count).toBe(10);
      await consumption.stop();
    },
    LONG_MS,
  );

  it(
    'stops a partition whose topic was recreated and has grown beyond its position, and says what to do',
    async () => {
      const { topic, stage, consumption } = await tenDelivered(faults);
      silence(topic);
      await recreateTopic(faults.stack.bootstrap, topic, 1);
      const another = faults.openLog();
      for (const name of ['new', 'newer']) await append(another, topic, tenForEach(1, name));
      await until('the partition is stopped', () => only(consumption)?.stopped === true, 90_000);
      expect(only(consumption)?.pausedBy).toMatchObject({ name: 'WrongLog', code: 'log-replaced' });
      expect(only(consumption)?.pausedBy?.message).toMatch(
        /this is another log .* The topic was recreated, .* Connect the log that was read before/,
      );
      expect(stage.count).toBe(10);
      await consumption.stop();
    },
    LONG_MS,
  );

  it(
    'stops a partition whose next records were deleted',
    async () => {
      const log = faults.openLog();
      const topic = await faults.freshTopic(log, 1);
      const stage = new Stage();
      const consumption = await log.consume({ topic, group: freshName(), handler: stage, batchRecords: 10 });
      await append(log, topic, tenForEach(1, 'taken'));
      await until('they are delivered', () => stage.count === 10, 60_000);
      silence(topic);
      await append(log, topic, tenForEach(1, 'deleted'));
      await append(log, topic, tenForEach(1, 'left'));
      await deleteBelow(faults.stack.bootstrap, topic, 20);
      await until('the partition is stopped', () => only(consumption)?.stopped === true, 90_000);
      expect(only(consumption)?.pausedBy?.message).toContain('cannot continue at 10, the log begins at 20');
      expect(await log.read(topic, 0, 0, 1)).toMatchObject([{ offset: 20, key: 'left-0' }]);
      expect(stage.count).toBe(10);
      await consumption.stop();
    },
    LONG_MS,
  );
}

function only(consumption: Consumption): PartitionProgress | undefined {
  return consumption.progress()[0];
}

async function untilMore(writers: Writers, records: number): Promise<void> {
  const before = writers.acknowledged.length;
  await until(
    `${records} more are acknowledged`,
    () => writers.acknowledged.length >= before + records,
    120_000,
  );
}
