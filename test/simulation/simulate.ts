import { checkWorld, type Difference } from './check.js';
import { type Plan, planOf } from './plan.js';
import { type Alarm, World } from './world/world.js';

/** What came of a run. */
export interface Outcome {
  readonly plan: Plan;
  /** Empty: the pipeline did what the oracle says. */
  readonly faults: readonly (Difference | Alarm)[];
  readonly closes: number;
  /** Closes whose cut was no prefix of the facts: see `known-findings.ts`. */
  readonly tornCuts: number;
}

/** Runs a plan from beginning to end and compares everything with the oracle. Deterministic. */
export async function simulate(plan: Plan): Promise<Outcome> {
  const world = await World.create(plan);
  await world.run();
  if (world.alarms.length === 0) await world.settle();
  if (world.alarms.length > 0) return { plan, faults: world.alarms, closes: 0, tornCuts: 0 };
  const { differences, closes, tornCuts } = await checkWorld(world, plan.options.partitions);
  return { plan, faults: [...world.alarms, ...differences], closes, tornCuts };
}

export async function simulateSeed(seed: number): Promise<Outcome> {
  return simulate(planOf(seed));
}
