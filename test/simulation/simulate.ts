import { checkWorld } from './check.js';
import type { CloseCounts } from './check-invoices.js';
import type { Difference } from './difference.js';
import { type Plan, planOf } from './plan.js';
import type { Alarm } from './world/site.js';
import { World } from './world/world.js';

/** What came of a run. */
export interface Outcome {
  readonly plan: Plan;
  /** Empty: the pipeline did what the oracle says. */
  readonly faults: readonly (Difference | Alarm)[];
  readonly closes: CloseCounts;
}

const none: CloseCounts = { closes: 0, underWay: 0 };

/** Runs a plan from beginning to end and compares everything with the oracle. Deterministic. */
export async function simulate(plan: Plan): Promise<Outcome> {
  const world = await World.create(plan);
  await world.run();
  const { alarms } = world.site;
  if (alarms.length === 0) await world.finish();
  if (alarms.length > 0) return { plan, faults: alarms, closes: none };
  try {
    const { differences, closes } = await checkWorld(world);
    return { plan, faults: [...alarms, ...differences], closes };
  } catch (error) {
    // The product may notice first that it is wrong.
    const message = Error.isError(error) ? (error.stack ?? error.message) : String(error);
    return { plan, faults: [{ code: 'close-failed', message }], closes: none };
  }
}

export async function simulateSeed(seed: number): Promise<Outcome> {
  return simulate(planOf(seed));
}
