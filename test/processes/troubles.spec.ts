import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliver, parcelsOf } from '#test/faults/connector.js';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures } from '#test/faults/figures.js';
import { Installation } from '#test/faults/installation.js';
import type { Slot } from '#test/faults/pipeline.js';
import { until } from '#test/faults/until.js';
import { describeWith } from '#test/stack/describe-with.js';
import { ownRedisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { ownKafka } from '#test/stack/stack.js';

/** What an operator sees of the processes when the servers behind them fail, and when they shut down. */
const work = demoWork(16);
const kafka = await ownKafka({ brokers: 1, faults: true });

describeWith([kafka, await ownRedisAvailable()], (kafka) => {
  describe('Processes whose servers are unavailable', () => {
    let redis: RedisStack;
    let installation: Installation;
    const parcels = parcelsOf(work.deliveries, 60);
    const { length } = parcels;
    const one = (app: Slot['app']): Slot => installation.pipeline.one(app, 0);
    const readiness = async (app: Slot['app']) => {
      const answers = installation.pipeline.of(app).map(({ current }) => current.get('/health/ready'));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    /** Delivers until about so much of the work is left, of 1. */
    const deliverUntil = async (left: number) => {
      while (parcels.length > left * length) await deliver(one('intake'), parcels.shift()!);
    };

    beforeAll(async () => {
      redis = await startRedis({ own: true });
      const ground = { kafka: kafka.bootstrap, replication: 1, redis: redis.url } as const;
      installation = new Installation(ground, work, 'troubles', null);
    }, 60_000);
    afterAll(async () => {
      await installation[Symbol.asyncDispose]();
      await redis.stop();
      await kafka.stop();
    }, 60_000);

    it('wait for Kafka and Redis when they are started first, and say so', async () => {
      await redis.server.kill();
      await kafka.brokers[0]!.kill();
      const started = installation.pipeline.start();
      for (const { current } of installation.pipeline.slots) await current.says('waiting for Kafka');
      await kafka.brokers[0]!.start();
      for (const app of ['meter', 'tally', 'invoicer'] as const)
        await one(app).current.says('waiting for Redis');
      await redis.server.start();
      await started;
      expect(installation.pipeline.slots.map(({ starts }) => starts)).toEqual(Array(9).fill(1));
      await until(
        'all of them are ready',
        async () => {
          const all = await Promise.all((['intake', 'normalizer', 'meter', 'tally'] as const).map(readiness));
          return all.flat().every((status) => status === 200);
        },
        60_000,
      );
    }, 180_000);

    it.each([
      ['is killed', () => redis.server.kill(), () => redis.server.start()],
      ['hangs', async () => redis.server.pause(), async () => redis.server.resume()],
    ])(
      'are not ready within a minute where there is work and Redis %s, and ready again after',
      async (_, away, back) => {
        await away();
        await deliverUntil(parcels.length / length - 0.2);
        await until('the meters are not ready', async () => (await readiness('meter')).includes(503), 60_000);
        expect(await readiness('intake')).toEqual([200]);
        await back();
        await until(
          'they are ready again',
          async () => {
            const all = [...(await readiness('meter')), ...(await readiness('tally'))];
            return all.every((status) => status === 200);
          },
          60_000,
        );
        await installation.drained();
      },
      200_000,
    );

    it('answer 503 to deliveries while Kafka hangs, are not ready, and accept them afterwards', async () => {
      const [broker] = kafka.brokers;
      const { path, body } = parcels[0]!;
      const headers = { 'content-type': 'application/x-ndjson' };
      await broker!.pause();
      try {
        const answer = await fetch((await one('intake').ready()) + path, { method: 'POST', headers, body });
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([
          503,
          expect.stringMatching(/^\d+$/),
        ]);
        expect(await readiness('intake')).toEqual([503]);
      } finally {
        await broker!.resume();
      }
      await deliverUntil(parcels.length / length - 0.2);
      await until(
        'they are ready again',
        async () => {
          const all = [...(await readiness('intake')), ...(await readiness('normalizer'))];
          return [...all, ...(await readiness('meter'))].every((status) => status === 200);
        },
        60_000,
      );
      await installation.drained();
    }, 200_000);

    it('shut down in order within 20 s under load, and lose nothing', async () => {
      await deliverUntil(0.2);
      const before = installation.pipeline.slots.map(({ current }) => current);
      const asked = performance.now();
      const ends = before.map((each) => each.terminate());
      const delivered = deliverUntil(0);
      expect(await Promise.all(ends)).toEqual(Array(9).fill(0));
      expect(performance.now() - asked).toBeLessThan(20_000);
      await delivered;
      await installation.drained();
      expect(await installation.figures()).toEqual(await embeddedFigures(work));
      expect(await installation.refused()).toEqual([]);
    }, 200_000);
  });
});
