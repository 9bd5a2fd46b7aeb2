import type { ContactFact } from '#domain/fact/fact.js';

/**
 * Facts of one instant are read in the order in which a platform would have produced them.
 */
const rank: Record<ContactFact['type'], number> = {
  'contact.started': 0,
  'contact.identified': 1,
  'contact.noted': 2,
  'queue.entered': 3,
  'agent.joined': 4,
  'queue.left': 5,
  'segment.summarized': 6,
  'agent.left': 7,
  'session.summarized': 7,
  'contact.ended': 8,
  'agent.wrapped': 9,
};

export function byTime(a: ContactFact, b: ContactFact): number {
  return a.at - b.at || rank[a.type] - rank[b.type] || a.revision - b.revision || byText(a.id, b.id);
}

export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
