import { deliver, parcelsOf } from '#test/faults/connector.js';
import type { Figures, Work } from '#test/faults/figures.js';
import { type Ground, Installation } from '#test/faults/installation.js';

export interface Through {
  readonly figures: Figures;
  readonly refused: readonly string[];
  /** From the first request to the last answer, and to the last sum. */
  readonly seconds: readonly [number, number];
}

const deliveriesAtOnce = 500;
const connectors = 4;

/** All of the work over HTTP through nine processes, undisturbed, and what they make of it. */
export async function throughProcesses(ground: Ground, work: Work): Promise<Through> {
  await using installation = new Installation(ground, work, 'month', null);
  const { pipeline } = installation;
  await pipeline.start();
  const parcels = parcelsOf(work.deliveries, deliveriesAtOnce);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  await Promise.all(
    Array.from({ length: connectors }, async () => {
      for (let next = parcels.shift(); next !== undefined; next = parcels.shift()) {
        await deliver(pipeline.one('intake', 0), next);
      }
    }),
  );
  const acceptedAt = seconds();
  await installation.drained();
  const drainedAt = seconds();
  const ends = pipeline.slots.filter(({ starts }) => starts > 1);
  if (ends.length > 0)
    throw new Error(`started again, undisturbed: ${ends.map(({ app }) => app).join(', ')}`);
  return {
    figures: await installation.figures(),
    refused: await installation.refused(),
    seconds: [acceptedAt, drainedAt],
  };
}
