import { isDeepStrictEqual } from 'node:util';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures, type Figures, type Work } from '#test/faults/figures.js';
import { inWords, type Schedule, scheduleOf } from '#test/faults/schedule.js';
import { attempt, brokerSettings, expectedRefusals, type Result, type Servers } from '#test/faults/trial.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { startRedis } from '#test/stack/redis/redis.js';

/** Each schedule on a line, as it ends; whether all ended well. */
export async function runSchedules(
  first: number,
  count: number,
  brokerCounts: readonly (1 | 3)[],
): Promise<boolean> {
  const schedules = Array.from({ length: count }, (_, index) => scheduleOf(first + index));
  const work = demoWork(8);
  const expected = await embeddedFigures(work);
  const failures: number[] = [];
  let passed = 0;
  for (const brokers of brokerCounts) {
    const some = schedules.filter((schedule) => schedule.brokers === brokers);
    if (some.length === 0) continue;
    await onServers(brokers, async (servers) => {
      for (const schedule of some) {
        process.stdout.write(`seed ${schedule.seed}, brokers: ${brokers}: ${inWords(schedule)} ... `);
        const verdict = await verdictOn(schedule, servers, work, expected);
        if (verdict.ok) passed += 1;
        else failures.push(schedule.seed);
        process.stdout.write(`${verdict.text}\n`);
      }
    });
  }
  const seeds = failures.length === 0 ? '' : ` (seeds ${failures.join(', ')})`;
  process.stdout.write(`${passed} schedules passed, ${failures.length} failed${seeds}\n`);
  return failures.length === 0;
}

async function onServers(brokers: 1 | 3, run: (servers: Servers) => Promise<void>): Promise<void> {
  const kafka = await startKafka({ brokers, faults: true, settings: brokerSettings });
  try {
    const redis = await startRedis({ own: true });
    try {
      await run({ kafka, redis });
    } finally {
      await redis.stop();
    }
  } finally {
    await kafka.stop();
  }
}

async function verdictOn(
  schedule: Schedule,
  servers: Servers,
  work: Work,
  expected: Figures,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const result = await attempt(schedule, servers, work);
    const wrong = differences(result, schedule, expected);
    if (wrong.length > 0) throw new Error(`differs from the undisturbed run: ${wrong.join(', ')}`);
    const [started, driven, ended] = result.seconds;
    const times = `ready after ${started} s, last fault over ${driven} s, done ${ended} s`;
    return {
      ok: true,
      text: `ok: ${result.deliveries} deliveries, ${result.restarts} restarts, ${times}`,
    };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ok: false, text: `FAILED: ${failure}` };
  }
}

function differences({ figures, refused }: Result, schedule: Schedule, wanted: Figures): string[] {
  return [
    ...(['kpis', 'live', 'invoices'] as const).filter(
      (part) => !isDeepStrictEqual(figures[part], wanted[part]),
    ),
    ...(isDeepStrictEqual(refused, expectedRefusals(schedule)) ? [] : [`refused (${refused.join('; ')})`]),
  ];
}
