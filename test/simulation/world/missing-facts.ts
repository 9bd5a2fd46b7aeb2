import { decodeFact } from '#wire/facts.js';
import { topics } from '#wire/topics.js';
import { canonical } from '../canonical.js';
import type { MemoryLog } from '../ports/memory-log.js';
import type { Delivery } from '../workload/deliveries.js';

/** Usual facts of these deliveries that the log of facts does not hold. */
export function missingFacts(log: MemoryLog, deliveries: readonly Delivery[]): string[] {
  const held = new Set(
    log.endsNow(topics.facts.name).flatMap((_, partition) =>
      log.recordsEver(topics.facts.name, partition).map(({ value }) => {
        return canonical(decodeFact(value)?.fact ?? null);
      }),
    ),
  );
  const wanted = deliveries.flatMap(({ kind, facts }) => (kind === 'usual' ? facts : [])).map(canonical);
  return wanted.filter((text) => !held.has(text));
}
