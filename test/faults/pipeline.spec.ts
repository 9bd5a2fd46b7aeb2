import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures, type Figures } from '#test/faults/figures.js';
import { inWords, scheduleOf } from '#test/faults/schedule.js';
import { attempt, brokerSettings, expectedRefusals, type Servers } from '#test/faults/trial.js';
import { describeWith } from '#test/stack/describe-with.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { ownRedisAvailable, startRedis } from '#test/stack/redis/redis.js';
import { ownKafka } from '#test/stack/stack.js';

/**
 * Schedules of faults against nine processes on a real Kafka and Redis: what comes out must be what the
 * embedded engine makes of the same deliveries, undisturbed. `npm run faults -- --schedules 100` runs more of
 * them.
 */
const schedules = Array.from({ length: 10 }, (_, seed) => scheduleOf(seed));
const work = demoWork(8);
const kafka = await ownKafka({ brokers: 1, faults: true, settings: brokerSettings });

describeWith([kafka, await ownRedisAvailable()], (one) => {
  let expected: Promise<Figures> | null = null;

  for (const brokers of [1, 3] as const) {
    describe(`The pipeline under faults, brokers: ${brokers}`, () => {
      let servers: Servers;
      beforeAll(async () => {
        const options = { brokers, faults: true, settings: brokerSettings };
        servers = {
          kafka: brokers === 1 ? one : await startKafka(options),
          redis: await startRedis({ own: true }),
        };
      }, 120_000);
      afterAll(async () => {
        await servers.redis.stop();
        await servers.kafka.stop();
      }, 60_000);

      const some = schedules.filter((schedule) => schedule.brokers === brokers);
      it.each(some.map((schedule) => [schedule.seed, inWords(schedule), schedule] as const))(
        'comes to the same figures, seed %i: %s',
        async (_seed, _words, schedule) => {
          const { figures, refused } = await attempt(schedule, servers, work);
          expect(figures).toEqual(await (expected ??= embeddedFigures(work)));
          expect(refused).toEqual(expectedRefusals(schedule));
        },
        400_000,
      );
    });
  }
});
