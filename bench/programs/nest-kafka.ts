import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { registerCodecs } from '#log/kafka/codec.js';
import { EventPattern } from '#log/nest/event-pattern.js';
import type { ReadOrder, ReadResult } from './each-batch.js';

/**
 * The usual baseline: NestJS' own Kafka transport, an `@EventPattern` handler for each event,
 * and in it one awaited write to Redis; as the documentation of Nest shows. It counts facts by type, and
 * twice what comes twice.
 */
registerCodecs();
const order = JSON.parse(process.argv[2] ?? '{}') as ReadOrder & { readonly redis: string };
const redis = new Redis(order.redis);
let [done, began, from] = [0, 0, 0];
let cpu = process.cpuUsage();

@Controller()
class Counting {
  @EventPattern(order.topic)
  async count(@Payload() event: { type: string }): Promise<void> {
    await redis.hincrby(`${order.topic}-counts`, event.type, 1);
    done += 1;
    if (began === 0 && done >= order.records / 5) {
      began = performance.now();
      cpu = process.cpuUsage();
      from = done;
    }
    if (done === order.records) report();
  }
}

@Module({ controllers: [Counting] })
class CountingModule {}

const app = await NestFactory.createMicroservice<MicroserviceOptions>(CountingModule, {
  logger: ['error'],
  transport: Transport.KAFKA,
  options: {
    client: { brokers: [...order.brokers], clientId: 'bench' },
    consumer: { groupId: `${order.topic}-nest` },
    subscribe: { fromBeginning: true },
  },
});
await app.listen();

function report(): void {
  const { user, system } = process.cpuUsage(cpu);
  const events = done - from;
  const result: ReadResult = {
    perSecond: (events / (performance.now() - began)) * 1_000,
    cpuUs: (user + system) / events,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
