import type { Fact } from '#domain/fact/fact.js';
import type { Random } from '../random.js';

/** What a platform sends at once. */
export interface Delivery {
  readonly facts: readonly Fact[];
  /** Rows that cannot be read: each is refused, and its neighbours are not. */
  readonly badRows: number;
  /**
   * `late`: its connection is added to the catalogue later, and what was refused is sent through again.
   * `noConnection`, `notText`: refused as a whole, for good.
   */
  readonly kind: 'usual' | 'late' | 'noConnection' | 'notText';
}

/** Facts that count in the end: what of a delivery is not refused for good. */
export function usableFacts({ facts, kind }: Delivery): readonly Fact[] {
  return kind === 'usual' || kind === 'late' ? facts : [];
}

/** Facts in their order, a few in each delivery. */
export function deliveriesOf(facts: readonly Fact[], random: Random): Delivery[] {
  const maxFacts = random.pick([1, 1, 3, 8]);
  const deliveries: Delivery[] = [];
  for (let at = 0; at < facts.length;) {
    const size = random.integer(1, maxFacts);
    const own = facts.slice(at, at + size);
    at += size;
    const kind = random.chance(0.05) ? 'late' : 'usual';
    deliveries.push({ facts: own, badRows: random.chance(0.05) ? random.integer(1, 2) : 0, kind });
    if (!random.chance(0.04)) continue;
    deliveries.push({ facts: own, badRows: 0, kind: random.pick(['noConnection', 'notText'] as const) });
  }
  return deliveries;
}
