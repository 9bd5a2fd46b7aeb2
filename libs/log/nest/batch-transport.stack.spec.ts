import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  Inject,
  Module,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tap } from 'rxjs';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedKafka } from '#test/stack/stack.js';
import { openKafkaLog } from '../kafka/kafka-log.js';
import { oldestOffsets, doneWith, freshName, freshTopic, numbered, Recorder, until } from '../log.harness.js';
import type { Batch, ConsumeOptions, Log, PartitionHandler } from '../log.js';
import { openSqliteLog } from '../sqlite/sqlite-log.js';
import { VirtualTime } from '../virtual-time.harness.js';
import { type BatchStatus, BatchTransport, type Subscription } from './batch-transport.js';
import { connectBatches } from './connect-batches.js';
import { assigned, EventPattern, lost } from './event-pattern.js';

/** A controller of the topic that does what the handler says, and a module around it. */
function moduleOf(topic: string, handler: PartitionHandler, seen: number[] = []) {
  const token = Symbol('handler');

  class Counting implements NestInterceptor {
    intercept(_context: unknown, next: CallHandler) {
      return next.handle().pipe(tap(() => seen.push(1)));
    }
  }

  @Controller()
  class TopicController {
    constructor(@Inject(token) private readonly inner: PartitionHandler) {}

    @EventPattern(assigned(topic))
    assigned(@Payload() partition: number): Promise<number> {
      return this.inner.assigned(partition);
    }

    @EventPattern(topic)
    @UseInterceptors(Counting)
    batch(@Payload() batch: Batch) {
      return this.inner.batch(batch);
    }

    @EventPattern(lost(topic))
    lost(@Payload() partition: number): void {
      this.inner.lost(partition);
    }
  }
  return moduleWith([TopicController], [{ provide: token, useValue: handler }]);
}

type Controllers = (abstract new (...args: never[]) => unknown)[];

function moduleWith(controllers: Controllers, providers: { provide: symbol; useValue: unknown }[] = []) {
  @Module({})
  class SpecModule {}
  return { module: SpecModule, controllers: controllers as never[], providers };
}

async function started(module: ReturnType<typeof moduleWith>, transport: BatchTransport) {
  const app = await NestFactory.create(module, new FastifyAdapter(), { logger: false });
  connectBatches(app, transport);
  await app.startAllMicroservices();
  return app;
}

const directories: string[] = [];

const over = (open: () => Log): void => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
  });

  async function given(observer: RecordingObserver = new RecordingObserver()) {
    const log = open();
    closing.push(() => log.close());
    const topic = await freshTopic(log);
    const handler = new Recorder();
    handler.oldest = await oldestOffsets(log, topic);
    const subscription = { topic, group: freshName(), batchRecords: 10 };
    const transport = new BatchTransport({ log, subscriptions: [subscription], observer });
    const progress = (partition: number) =>
      transport
        .stages()[0]
        ?.progress()
        .find((each) => each.partition === partition);
    const start = async (seen: number[] = []) => {
      const app = await started(moduleOf(topic, handler, seen), transport);
      closing.push(() => app.close());
      return app;
    };
    return { log, topic, handler, transport, subscription, observer, progress, start };
  }

  it('passes whole batches of each partition to the controller and commits what it has processed', async () => {
    const { log, topic, handler, subscription, start, observer } = await given();
    await log.append(topic, [...numbered(0, 25, 0), ...numbered(0, 7, 1)]);
    const seen: number[] = [];
    const app = await start(seen);
    await until('all records are delivered', () => {
      return handler.received(0).length >= 25 && handler.received(1).length >= 7;
    });
    await app.close();
    expect(handler.received(0)).toEqual(numbered(0, 25, 0).map(({ value }) => value));
    expect(handler.batches.some(({ records }) => records.length > 1)).toBe(true);
    expect(handler.batches.every(({ records }) => records.length <= 10)).toBe(true);
    expect(new Set(handler.losses)).toEqual(new Set([0, 1]));
    expect(handler.faults).toEqual([]);
    const ends = (await log.bounds(topic)).map(({ end }) => end);
    expect(await log.committed(subscription.group, topic)).toEqual(ends);
    // An interceptor runs once per batch.
    expect(seen).toHaveLength(handler.batches.length);
    expect(observer.statuses).toEqual(handler.batches.map(() => 'done'));
    expect(observer.records).toBe(32);
    expect([new Set(observer.gained), new Set(observer.given)]).toEqual([new Set([0, 1]), new Set([0, 1])]);
  });

  it('stops the partition whose handler threw, with that error, and no other', async () => {
    const { log, topic, handler, progress, start, observer } = await given();
    await log.append(topic, [...numbered(0, 3, 0), ...numbered(0, 3, 1)]);
    const broken = new TypeError('the sum is negative');
    handler.decide = (batch) => {
      if (batch.partition === 0) throw broken;
      return doneWith(batch);
    };
    await start();
    await until('the partition has stopped', () => progress(0)?.stopped === true);
    expect(progress(0)?.pausedBy).toBe(broken);
    await until('the other partition is done', () => handler.received(1).length >= 3);
    expect(progress(1)).toMatchObject({ stopped: false, pausedBy: null });
    expect(observer.statuses).toContain('thrown');
  });

  it('assigns a fenced partition again, and delivers again after lost infrastructure', async () => {
    const { log, topic, handler, progress, start, observer } = await given();
    await log.append(topic, numbered(0, 3, 0));
    const answers = [
      { status: 'fenced' as const },
      { status: 'retry' as const, cause: new Error('the store is away') },
    ];
    handler.decide = (batch) => answers.shift() ?? doneWith(batch);
    await start();
    await until(
      'the partition is done',
      () => progress(0)?.next === progress(0)?.end && answers.length === 0,
    );
    expect(handler.assignments.filter((partition) => partition === 0)).toHaveLength(2);
    expect(observer.statuses.filter((status) => status !== 'done')).toEqual(['fenced', 'retry']);
  });

  it('stops a partition whose handler does not answer with a result', async () => {
    const { log, topic, handler, progress, start } = await given();
    await log.append(topic, numbered(0, 3, 0));
    handler.decide = () => undefined as never;
    await start();
    await until('the partition has stopped', () => progress(0)?.stopped === true);
    expect(progress(0)?.pausedBy?.message).toBe(
      `the handler of ${topic} answered undefined: expected a batch result`,
    );
  });
};

const inDirectory = () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-transport-'));
  directories.push(directory);
  return openSqliteLog({ directory });
};
describe('The batch transport over the embedded log', () => {
  over(inDirectory);
});

describeWith([await sharedKafka()], (brokers) => {
  const onKafka = () => openKafkaLog({ brokers, clientId: `spec-${randomUUID()}`, replicationFactor: 1 });
  describe('The batch transport over Kafka', () => {
    over(onKafka);
  });
});

describe('A batch transport that is not set up completely', () => {
  const topic = 'telephony.facts';
  const without = (log: Log = {} as Log) =>
    new BatchTransport({ log, subscriptions: [{ topic, group: 'meter' }] });

  it('does not start where a handler is missing, and names it', async () => {
    @Controller()
    class Half {
      @EventPattern(topic)
      batch(): void {}
    }
    await expect(started(moduleWith([Half]), without())).rejects.toThrow(
      /nothing handles telephony\.facts\/assigned: .*nothing handles telephony\.facts\/lost/,
    );
  });

  it('does not start where two methods handle a topic, one answers messages, or a subscription is missing', async () => {
    @Controller()
    class Odd {
      @EventPattern(topic)
      one(): void {}
      @EventPattern(topic)
      two(): void {}
      @MessagePattern(assigned(topic))
      message(): void {}
      @EventPattern(lost(topic))
      lost(): void {}
      @EventPattern('telephony.fact')
      misspelt(): void {}
    }
    const start = started(moduleWith([Odd]), without());
    await expect(start).rejects.toThrow(/several methods handle telephony\.facts:/);
    await expect(start).rejects.toThrow(/telephony\.facts\/assigned is a @MessagePattern/);
    await expect(start).rejects.toThrow(/a handler of telephony\.fact but no subscription/);
  });
});

describe('A subscription with a stored position', () => {
  it('has its partition assigned again when the store falls behind', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-transport-'));
    const time = new VirtualTime();
    const log = openSqliteLog({ directory, time });
    const topic = await freshTopic(log, { partitions: 1 });
    await log.append(topic, numbered(0, 3, 0));
    const handler = new Recorder();
    handler.oldest = [0];
    const subscription = { topic, group: freshName(), storedPosition: async () => null };
    const transport = new BatchTransport({ log, subscriptions: [subscription] });
    const app = await started(moduleOf(topic, handler), transport);
    await until('all records are delivered', () => handler.received(0).length === 3);
    await until('the store is checked', async () => {
      await time.advance(5_000);
      return handler.assignments.length >= 2;
    });
    await until('they are delivered again', () => handler.received(0).length >= 6);
    expect(handler.received(0).slice(0, 6)).toEqual(['0', '1', '2', '0', '1', '2']);
    await app.close();
    await log.close();
    rmSync(directory, { recursive: true });
  });
});

describe('A partition that is lost and assigned again immediately', () => {
  it('is not assigned before the controller has dropped it', async () => {
    const topic = 'telephony.facts';
    const calls: string[] = [];
    const gate = Promise.withResolvers<void>();
    @Controller()
    class Slow {
      @EventPattern(assigned(topic))
      assigned(): number {
        calls.push('assigned');
        return 0;
      }
      @EventPattern(topic)
      batch(): void {}
      @EventPattern(lost(topic))
      async lost(): Promise<void> {
        calls.push('dropping');
        await gate.promise;
        calls.push('dropped');
      }
    }
    const driven: PartitionHandler[] = [];
    const log = {
      consume: async ({ handler }: ConsumeOptions) => {
        driven.push(handler);
        return { progress: () => [], stop: async () => undefined };
      },
    } as unknown as Log;
    const transport = new BatchTransport({ log, subscriptions: [{ topic, group: 'meter' }] });
    const app = await started(moduleWith([Slow]), transport);

    driven[0]!.lost(7);
    const assignment = driven[0]!.assigned(7);
    expect(await driven[0]!.assigned(8)).toBe(0);
    expect(calls).toEqual(['dropping', 'assigned']);
    gate.resolve();
    expect(await assignment).toBe(0);
    expect(calls).toEqual(['dropping', 'assigned', 'dropped', 'assigned']);
    await app.close();
  });
});

class RecordingObserver {
  readonly statuses: BatchStatus[] = [];
  readonly gained: number[] = [];
  readonly given: number[] = [];
  records = 0;

  assigned(_: Subscription, partition: number): void {
    this.gained.push(partition);
  }

  lost(_: Subscription, partition: number): void {
    this.given.push(partition);
  }

  handled(_: Subscription, records: number, status: BatchStatus, tookMs: number): void {
    if (tookMs < 0) throw new Error('time ran backwards');
    this.statuses.push(status);
    this.records += records;
  }
}
