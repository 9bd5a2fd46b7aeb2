import { setTimeout as delay } from 'node:timers/promises';
import { cpuUsOf } from './cpu.js';
import type { ServersCpu, Stack } from './stack.js';

/** What processes did in a stretch of time. CPU in us per event. */
export interface Stretch {
  readonly events: number;
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly kafkaUs: number;
  readonly redisUs: number;
}

/**
 * Watches processes that have just been started until they have dealt with `total` events. The first fifth is
 * left out: starting, and code that is not compiled yet.
 */
export async function whileWorking(
  pids: readonly number[],
  stack: Stack,
  total: number,
  done: () => Promise<number>,
  stallTimeoutMs = 120_000,
): Promise<Stretch> {
  const start = sampleOf(pids, stack, 0);
  let first = start;
  for (const deadline = performance.now() + stallTimeoutMs; ; await delay(50)) {
    const sample = sampleOf(pids, stack, await done());
    if (sample.done >= total) return between(first, sample);
    if (first === start && sample.done >= total / 5) first = sample;
    if (performance.now() > deadline) {
      throw new Error(`only ${sample.done} of ${total} events are done after ${stallTimeoutMs} ms`);
    }
  }
}

export interface Sample extends ServersCpu {
  readonly at: number;
  readonly done: number;
  readonly cpu: number;
}

export function sampleOf(pids: readonly number[], stack: Stack, done: number): Sample {
  const cpu = pids.reduce((sum, pid) => sum + cpuUsOf(pid), 0);
  return { at: performance.now(), done, cpu, ...stack.cpuUs() };
}

export function between(first: Sample, last: Sample): Stretch {
  const events = last.done - first.done;
  return {
    events,
    perSecond: (events / (last.at - first.at)) * 1_000,
    cpuUs: (last.cpu - first.cpu) / events,
    kafkaUs: (last.kafka - first.kafka) / events,
    redisUs: (last.redis - first.redis) / events,
  };
}
