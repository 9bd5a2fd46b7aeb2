import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from '#test/processes/app-process.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { startRedis } from '#test/stack/redis/redis.js';
import { cpuUsOf, pidListening } from './cpu.js';

/** The real Kafka and Redis that the benches of one run share. */
export interface Stack {
  readonly brokers: readonly string[];
  readonly redis: readonly string[];
  /** Settings of our processes, in a namespace of its own. */
  settings(): Settings & { readonly TALLYLINE_NAMESPACE: string };
  /** CPU time of the servers so far, us; NaN where they are not processes of this machine. */
  cpuUs(): ServersCpu;
}

export interface ServersCpu {
  readonly kafka: number;
  readonly redis: number;
}

export const demoCatalogue = join(import.meta.dirname, '../../../apps/cli/demo/catalogue');
export const partitions = 12;

let started: Promise<{ stack: Stack; stop: () => Promise<void> }> | null = null;

/** Started by the first who asks, stopped by `stopStack`. `StackUnavailable` where it cannot be had. */
export async function theStack(): Promise<Stack> {
  started ??= start();
  return (await started).stack;
}

export async function stopStack(): Promise<void> {
  const running = await started?.catch(() => null);
  started = null;
  await running?.stop();
}

async function start(): Promise<{ stack: Stack; stop: () => Promise<void> }> {
  const kafka = await startKafka({ brokers: 1 });
  const redis = await startRedis().catch(async (error: unknown) => {
    await kafka.stop();
    throw error;
  });
  const kafkaPid = pidListening(portOf(kafka.bootstrap[0] ?? ''));
  const redisPid = pidListening(portOf(redis.addresses[0] ?? ''));
  const stack: Stack = {
    brokers: kafka.bootstrap,
    redis: redis.addresses,
    settings: () => ({
      TALLYLINE_KAFKA: kafka.bootstrap.join(','),
      TALLYLINE_REDIS: redis.addresses.join(','),
      TALLYLINE_REPLICATION: '1',
      TALLYLINE_PARTITIONS: `${partitions}`,
      TALLYLINE_NAMESPACE: `bench-${randomUUID().slice(0, 8)}`,
      TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
      TALLYLINE_CATALOGUE: demoCatalogue,
      TALLYLINE_RATE_PER_SECOND: '100000000',
      TALLYLINE_LOG_LEVEL: 'info',
    }),
    cpuUs: () => ({ kafka: cpuUsOf(kafkaPid), redis: cpuUsOf(redisPid) }),
  };
  const stop = async () => void (await Promise.all([kafka.stop(), redis.stop()]));
  return { stack, stop };
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
