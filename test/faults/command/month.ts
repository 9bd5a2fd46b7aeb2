import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { embeddedFigures } from '#test/faults/figures.js';
import { isBankAvailable } from '#test/journeys/anonymous-bank/bank.js';
import { foundFigures, goldenFigures } from '#test/journeys/anonymous-bank/golden.js';
import { bankAnswers, bankWork } from '#test/journeys/anonymous-bank/work.js';
import { throughProcesses } from '#test/processes/through.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { startRedis } from '#test/stack/redis/redis.js';

/** The whole real month through nine processes, against the golden figures and the embedded engine. */
export async function runMonth(brokerCounts: readonly (1 | 3)[]): Promise<boolean> {
  if (!isBankAvailable) {
    process.stderr.write('NOT RUN: the data of the real month is not beside this checkout\n');
    return false;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-month-'));
  try {
    const work = await bankWork(directory);
    const embedded = await embeddedFigures(work);
    const golden = goldenFigures();
    let allWell = say('embedded engine: golden figures', foundFigures(bankAnswers(embedded)), golden);
    for (const brokers of brokerCounts) {
      const kafka = await startKafka({ brokers, faults: true });
      const redis = await startRedis({ own: true });
      try {
        const ground = { kafka: kafka.bootstrap, replication: brokers, redis: redis.url };
        const { figures, refused, seconds } = await throughProcesses(ground, work);
        const [accepted, drained] = seconds;
        const where = `brokers: ${brokers}, ${work.deliveries.length} deliveries`;
        process.stdout.write(`${where}: accepted in ${accepted} s, all in the tally after ${drained} s\n`);
        const found = [
          say(`${where}: golden figures`, foundFigures(bankAnswers(figures)), golden),
          say(`${where}: figures and invoices of the embedded engine`, figures, embedded),
          say(`${where}: nothing refused`, refused, []),
        ];
        allWell &&= found.every(Boolean);
      } finally {
        await Promise.all([kafka.stop(), redis.stop()]);
      }
    }
    return allWell;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function say(what: string, found: unknown, wanted: unknown): boolean {
  const isSame = isDeepStrictEqual(found, wanted);
  process.stdout.write(`${what}: ${isSame ? 'ok' : 'DIFFERENT'}\n`);
  return isSame;
}
