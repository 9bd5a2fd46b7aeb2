import type { OutcomeRecorded } from '#domain/fact/fact.js';
import type { OutcomeContent } from './outcome.js';

/**
 * What is known of a subject, from the set of its events alone. Who and where is what the last event that
 * says it says. Data have sorted keys, so that equal outcomes are equal texts.
 */
export function interpretOutcome(facts: readonly OutcomeRecorded[]): OutcomeContent {
  const sorted = [...facts].sort((a, b) => a.at - b.at || order(a.name, b.name) || order(a.id, b.id));
  const first = sorted[0];
  if (first === undefined) throw new Error('an outcome has at least one fact');
  const last = (key: 'programme' | 'queue' | 'agent' | 'contact' | 'customer'): string | null =>
    sorted.findLast((fact) => fact[key] !== null)?.[key] ?? null;
  return {
    kind: 'outcome',
    outcome: first.entity,
    connection: first.connection,
    programme: last('programme'),
    queue: last('queue'),
    agent: last('agent'),
    contact: last('contact'),
    customer: last('customer'),
    events: sorted.map(({ name, at, data }) => ({
      name,
      at,
      data: Object.fromEntries(Object.entries(data).sort(([a], [b]) => order(a, b))),
    })),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
