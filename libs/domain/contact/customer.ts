import type { ContactFact } from '#domain/fact/fact.js';
import { Consultations } from './consultations.js';
import type { Session } from './sessions.js';
import { countWhile } from '#domain/calendar/sorted.js';

/**
 * Who the customer is: as the contact itself says it, in the direction in which it began. What an agent
 * dialled out of a call that came in is a colleague's number or the centre's own, and so is what the
 * colleague sees: consultations name no one, and an anonymous caller stays anonymous. The customer that the
 * events themselves name outranks one that the platform identified later.
 *
 * @param sorted in order of time
 */
export function customerOf(sorted: readonly ContactFact[], sessions: readonly Session[]): string | null {
  const all = new Consultations(sessions);
  const consultations = sessions.filter((session) => all.has(session));
  const within = consultations.length === 0 ? null : new Within(consultations, sessions);
  const origin = directionOf(sorted);
  let identified: string | null = null;
  for (const fact of sorted) {
    if (fact.type === 'contact.identified') identified ??= fact.customer;
    else if ('customer' in fact && fact.customer !== null) {
      const { direction } = fact;
      if (origin !== null && direction !== 'unknown' && direction !== origin) continue;
      if (within === null || !within.has(fact)) return fact.customer;
    }
  }
  return identified;
}

/** How the contact began; null: unknown. */
function directionOf(sorted: readonly ContactFact[]): 'inbound' | 'outbound' | null {
  for (const fact of sorted) {
    if ('direction' in fact && fact.direction !== 'unknown') return fact.direction;
  }
  return null;
}

/** Facts of a consultation, or of a stay or session that began while there was one. */
class Within {
  readonly #legs: ReadonlySet<string>;
  readonly #begins = new Map<string, number>();
  /** By begin. */
  readonly #consultations: readonly Session[];
  /** The latest end of those up to each. */
  readonly #lastEnds: readonly number[];

  constructor(consultations: readonly Session[], sessions: readonly Session[]) {
    this.#legs = new Set(consultations.map(({ leg }) => leg));
    for (const { leg, from } of sessions) if (!this.#begins.has(leg)) this.#begins.set(leg, from);
    this.#consultations = consultations.toSorted((a, b) => a.from - b.from);
    let lastEnd = -Infinity;
    this.#lastEnds = this.#consultations.map(({ end }) => (lastEnd = Math.max(lastEnd, end?.at ?? Infinity)));
  }

  has(fact: ContactFact): boolean {
    const leg = 'leg' in fact ? fact.leg : null;
    if (leg !== null && this.#legs.has(leg)) return true;
    const began = leg === null ? beginOf(fact) : (this.#begins.get(leg) ?? fact.at);
    const count = countWhile(this.#consultations, ({ from }) => from <= began);
    return (this.#lastEnds[count - 1] ?? -Infinity) >= began;
  }
}

function beginOf(fact: ContactFact): number {
  if (fact.type === 'queue.left') return fact.at - (fact.waitMs ?? 0);
  return fact.type === 'segment.summarized' ? fact.enteredAt : fact.at;
}
