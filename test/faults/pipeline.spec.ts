import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { centreTrial } from '#test/faults/command/schedules.js';
import { inWords, scheduleOf } from '#test/faults/schedule.js';
import { brokerSettings, expectedRefusals, type Servers } from '#test/faults/trial.js';
import { describeWith } from '#test/stack/describe-with.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { ownRedisAvailable, startRedis } from '#test/stack/redis/redis.js';
import { ownKafka } from '#test/stack/stack.js';

/**
 * Schedules of faults against nine processes on a real Kafka and Redis: what comes out must be what the
 * independent oracle makes of what was sent. `npm run faults -- --schedules 100` runs more of them.
 */
const schedules = Array.from({ length: 10 }, (_, seed) => scheduleOf(seed));
const kafka = await ownKafka({ brokers: 1, faults: true, settings: brokerSettings });

describeWith([kafka, await ownRedisAvailable()], (one) => {
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
        'comes to the figures of the oracle, seed %i: %s',
        async (_seed, _words, schedule) => {
          const { result, differences } = await centreTrial(schedule, servers);
          expect(differences).toEqual([]);
          expect(result.refused).toEqual(expectedRefusals(schedule));
        },
        400_000,
      );
    });
  }
});
