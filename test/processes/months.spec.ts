import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentMonth } from '#test/agent-month/work.js';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures, type Figures, type Work } from '#test/faults/figures.js';
import type { Ground } from '#test/faults/installation.js';
import { isBankAvailable } from '#test/journeys/anonymous-bank/bank.js';
import { foundFigures, goldenFigures } from '#test/journeys/anonymous-bank/golden.js';
import { bankAnswers, bankWork } from '#test/journeys/anonymous-bank/work.js';
import { type Through, throughProcesses } from '#test/processes/through.js';
import { describeWith } from '#test/stack/describe-with.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { ownRedisAvailable, startRedis } from '#test/stack/redis/redis.js';
import { ownKafka } from '#test/stack/stack.js';

/**
 * Whole months over HTTP through two normalizers, three meters and two tallies, twelve partitions, on one
 * broker and on three. `npm run faults -- --month` takes the whole real month through both.
 */
const kafka = await ownKafka({ brokers: 1, faults: true });
const longMs = 600_000;

describeWith([kafka, await ownRedisAvailable()], (one) => {
  for (const brokers of [1, 3] as const) {
    describe(`Nine processes, brokers: ${brokers}`, () => {
      let ground: Ground;
      let directory: string;
      const stops: (() => Promise<void>)[] = [];
      beforeAll(async () => {
        directory = mkdtempSync(join(tmpdir(), 'tallyline-months-'));
        const kafka = brokers === 1 ? one : await startKafka({ brokers, faults: true });
        const redis = await startRedis({ own: true });
        stops.push(redis.stop, kafka.stop);
        ground = { kafka: kafka.bootstrap, replication: brokers, redis: redis.url };
      }, 120_000);
      afterAll(async () => {
        for (const stop of stops) await stop();
        rmSync(directory, { recursive: true, force: true });
      }, 60_000);

      const both = async (work: Work): Promise<{ found: Through; embedded: Figures }> => {
        const found = await throughProcesses(ground, work);
        return { found, embedded: await embeddedFigures(work) };
      };

      it('give the figures and invoices of the embedded engine for an invented month, byte for byte', async () => {
        const { found, embedded } = await both(demoWork(brokers === 1 ? 4 : 8));
        expect(found).toMatchObject({ figures: embedded, refused: [] });
      }, 300_000);

      if (brokers === 1) {
        it(
          'give those of the embedded engine for a month of the timelines of 40 people',
          async () => {
            const { found, embedded } = await both(agentMonth(join(directory, 'agents'), 2025).work);
            expect(found).toMatchObject({ figures: embedded, refused: [] });
          },
          longMs,
        );
      }

      if (!isBankAvailable) return;
      if (brokers === 1) {
        it(
          'give every golden figure of the whole real month, and the invoices of the embedded engine',
          async () => {
            const { found, embedded } = await both(await bankWork(directory));
            expect(foundFigures(bankAnswers(found.figures))).toEqual(goldenFigures());
            expect(found).toMatchObject({ figures: embedded, refused: [] });
          },
          longMs,
        );
      } else {
        it(
          'give those of the embedded engine for days 1 to 3 of the real month, byte for byte',
          async () => {
            const { found, embedded } = await both(await bankWork(directory, '--days', '1-3'));
            expect(found).toMatchObject({ figures: embedded, refused: [] });
          },
          longMs,
        );
      }
    });
  }
});

if (!isBankAvailable) {
  process.stderr.write('\nNOT RUN on Kafka: the real month (its data is not beside this checkout)\n\n');
  describe('The real month on Kafka and Redis', () => {
    it('is not available, so that the invented month is used instead', () =>
      expect(isBankAvailable).toBe(false));
  });
}
