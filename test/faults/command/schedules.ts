import { isDeepStrictEqual } from 'node:util';
import { centreFigures, closeMidway, differencesFromOracle } from '#test/faults/centre/verdict.js';
import { centreWork } from '#test/faults/centre/work.js';
import { demoWork } from '#test/faults/demo-work.js';
import { embeddedFigures } from '#test/faults/figures.js';
import { inWords, type Schedule, scheduleOf } from '#test/faults/schedule.js';
import {
  attempt,
  brokerSettings,
  expectedRefusals,
  type Result,
  type Servers,
  workFigures,
} from '#test/faults/trial.js';
import { startKafka } from '#test/stack/kafka/kafka.js';
import { startRedis } from '#test/stack/redis/redis.js';

/** Runs a schedule; where the figures differ from what they must be. */
export type Trial = (
  schedule: Schedule,
  servers: Servers,
) => Promise<{ readonly result: Result<unknown>; readonly differences: readonly string[] }>;

/** The work of a seed of its own in each schedule, against the oracle of the simulation. */
export const centreTrial: Trial = async (schedule, servers) => {
  const { work, input } = centreWork(schedule.seed);
  const result = await attempt(schedule, servers, work, {
    figures: async ({ pipeline, log }) => centreFigures(pipeline, log),
    midway: closeMidway,
  });
  return { result, differences: differencesFromOracle(result.figures, input) };
};

/** Calls of three platforms, against the embedded engine, undisturbed: byte for byte. */
export async function demoTrial(): Promise<Trial> {
  const work = demoWork(8);
  const wanted = await embeddedFigures(work);
  return async (schedule, servers) => {
    const result = await attempt(schedule, servers, work, workFigures);
    const differences = (['kpis', 'live', 'invoices'] as const).filter(
      (part) => !isDeepStrictEqual(result.figures[part], wanted[part]),
    );
    return { result, differences };
  };
}

/** Each schedule on a line, as it ends; whether all ended well. */
export async function runSchedules(
  first: number,
  count: number,
  brokerCounts: readonly (1 | 3)[],
  trial: Trial,
): Promise<boolean> {
  const schedules = Array.from({ length: count }, (_, index) => scheduleOf(first + index));
  const failures: number[] = [];
  let passed = 0;
  for (const brokers of brokerCounts) {
    const some = schedules.filter((schedule) => schedule.brokers === brokers);
    if (some.length === 0) continue;
    await onServers(brokers, async (servers) => {
      for (const schedule of some) {
        process.stdout.write(`seed ${schedule.seed}, brokers: ${brokers}: ${inWords(schedule)} ... `);
        const verdict = await verdictOn(schedule, servers, trial);
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
  trial: Trial,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const { result, differences } = await trial(schedule, servers);
    const wrong = [...differences, ...wrongRefusals(result, schedule)];
    if (wrong.length > 0)
      throw new Error(`${wrong.length} differences:\n  ${wrong.slice(0, 20).join('\n  ')}`);
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

function wrongRefusals({ refused }: Result<unknown>, schedule: Schedule): string[] {
  return isDeepStrictEqual(refused, expectedRefusals(schedule)) ? [] : [`refused (${refused.join('; ')})`];
}
