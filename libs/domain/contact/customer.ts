import type { ContactFact } from '#domain/fact/fact.js';
import { isConsultation, type Session } from './sessions.js';

/**
 * Who the customer is: as the contact itself says it, in the direction in which it began. What an agent
 * dialled out of a call that came in is a colleague's number or the centre's own, and so is what the
 * colleague sees: consultations name no one, and an anonymous caller stays anonymous. The customer that the
 * events themselves name outranks one that the platform identified later.
 *
 * @param sorted in order of time
 */
export function customerOf(sorted: readonly ContactFact[], sessions: readonly Session[]): string | null {
  const consultations = sessions.filter((session) => isConsultation(session, sessions));
  const origin = directionOf(sorted);
  let identified: string | null = null;
  for (const fact of sorted) {
    if (fact.type === 'contact.identified') identified ??= fact.customer;
    else if ('customer' in fact && fact.customer !== null) {
      const { direction } = fact;
      if (origin !== null && direction !== 'unknown' && direction !== origin) continue;
      if (consultations.length === 0 || !isWithin(fact, consultations, sessions)) return fact.customer;
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

/** Whether the fact is of a consultation, or of a stay or session that began while there was one. */
function isWithin(
  fact: ContactFact,
  consultations: readonly Session[],
  sessions: readonly Session[],
): boolean {
  const leg = 'leg' in fact ? fact.leg : null;
  if (leg !== null && consultations.some((session) => session.leg === leg)) return true;
  const began =
    leg === null ? beginOf(fact) : (sessions.find((session) => session.leg === leg)?.from ?? fact.at);
  return consultations.some(({ from, end }) => began >= from && began <= (end?.at ?? Infinity));
}

function beginOf(fact: ContactFact): number {
  if (fact.type === 'queue.left') return fact.at - (fact.waitMs ?? 0);
  return fact.type === 'segment.summarized' ? fact.enteredAt : fact.at;
}
