import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#log/log.js';
import type { Pipeline } from '#test/faults/pipeline.js';
import type { Fault, TimedFault } from '#test/faults/schedule.js';
import { leaders, untilInSync } from '#test/stack/kafka/admin.js';
import type { BrokerHandle, KafkaStack } from '#test/stack/kafka/cluster.js';
import type { RedisServer } from '#test/stack/redis/server.js';
import { topics } from '#wire/topics.js';

/** All that a fault can be done to. */
export interface Scene {
  readonly pipeline: Pipeline;
  readonly kafka: KafkaStack;
  readonly redis: RedisServer;
  /** Of the pipeline, in its namespace. */
  readonly log: Log;
  /** Names of its topics on the brokers. */
  readonly brokerTopics: readonly string[];
  readonly sessionMs: number;
  /** Resolves when so many more parcels have been acknowledged, or none are left. */
  readonly moreParcels: (count: number) => Promise<void>;
  readonly deliverAllAgain: () => void;
  /** Asks for the first close, and waits for no good answer. */
  readonly askForClose: () => void;
  /** Sends it through intake. */
  readonly deliverPoison: () => Promise<void>;
}

const timeoutMs = 120_000;

/** Resolves when the fault is over and what it hit runs again. */
export async function inflict({ fault, victim }: TimedFault, scene: Scene, turns: Turns): Promise<void> {
  switch (fault.kind) {
    case 'kill': {
      if (fault.app === 'invoicer') {
        scene.askForClose();
        await delay(5 * victim);
      }
      const slot = scene.pipeline.one(fault.app, victim);
      await slot.kill();
      await slot.ready();
      return;
    }
    case 'die':
      return die(fault, victim, scene);
    case 'freeze':
      return scene.pipeline.one(fault.app, victim).freeze(scene.sessionMs * 2);
    case 'rolling restart of the brokers':
      return turns.brokers(() => rollingRestart(scene));
    case 'kill -9 of a leading broker':
      return turns.brokers(() => killLeader(scene, victim));
    case 'kill -9 of Redis':
      return turns.redis(async () => {
        await scene.redis.kill();
        await delay(30 * victim);
        await scene.redis.start();
      });
    case 'Redis restored to an earlier moment':
      return turns.redis(async () => {
        const earlier = await scene.redis.snapshot();
        await scene.moreParcels(10);
        await scene.redis.restore(earlier);
      });
    case 'Redis emptied':
      return turns.redis(async () => {
        if (victim % 2 === 0) await scene.redis.empty();
        else await scene.redis.ask('FLUSHALL');
      });
    case 'everything delivered again':
      scene.deliverAllAgain();
      return;
    case 'poison in every topic':
      return poison(victim, scene);
  }
}

/** One thing at a time is done to the brokers, and one to Redis. */
export class Turns {
  readonly #last = { brokers: Promise.resolve(), redis: Promise.resolve() };

  brokers(work: () => Promise<void>): Promise<void> {
    return (this.#last.brokers = this.#last.brokers.then(work));
  }

  redis(work: () => Promise<void>): Promise<void> {
    return (this.#last.redis = this.#last.redis.then(work));
  }
}

async function die(
  { app, at }: Extract<Fault, { kind: 'die' }>,
  victim: number,
  scene: Scene,
): Promise<void> {
  const slot = scene.pipeline.one(app, victim);
  const provoke = () => {
    if (app === 'invoicer') scene.askForClose();
    // A process that ends in order gives up its partitions at once, and the others claim them.
    if (at === 'claimed') scene.pipeline.one(app, victim + 1).current.child.kill('SIGTERM');
  };
  const late = delay(timeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`not after ${timeoutMs} ms: ${app} has died when it had ${at}`);
  });
  await Promise.race([slot.dieAt(at, provoke), late]);
  await slot.ready();
}

/** Kafka's own, without which groups have no coordinator: an operator waits for it as for the others. */
const groupsTopic = '__consumer_offsets';

async function rollingRestart({ kafka, brokerTopics }: Scene): Promise<void> {
  for (const broker of kafka.brokers) {
    await broker.shutDown();
    await broker.start();
    await untilInSync(kafka.bootstrap, [...brokerTopics, groupsTopic]);
  }
}

async function killLeader({ kafka, brokerTopics, moreParcels }: Scene, victim: number): Promise<void> {
  const led = await leaders(kafka.bootstrap, brokerTopics[victim % brokerTopics.length] ?? '');
  const id = led.get(victim % led.size);
  const broker: BrokerHandle | undefined = kafka.brokers.find((each) => each.id === id);
  if (broker === undefined) throw new Error('a partition has no leader');
  await broker.kill();
  await moreParcels(5);
  await broker.start();
  await untilInSync(kafka.bootstrap, [...brokerTopics, groupsTopic]);
}

/** Not JSON, in each topic; and through intake a delivery that no platform sends. */
async function poison(victim: number, { log, deliverPoison }: Scene): Promise<void> {
  for (const { name } of Object.values(topics)) {
    const { length } = await log.bounds(name);
    await log.append(name, [{ key: 'poison', value: `{"poison": ${victim}`, partition: victim % length }]);
  }
  await deliverPoison();
}
