import type { ScopedContact, WorkLeg } from '#domain/scope/scoped-contact.js';
import type { AgentAttributes } from '#domain/scope/work-scope.js';
import { timePlan, type TimePlan, workParts } from '#domain/scope/contact-time.js';
import { bit, type Fraction, notCounted } from './fraction.js';
import type { ContactCounter } from './kpi-module.js';

/**
 * What KPIs over contacts are made of. Counts and waits belong to the contact's instant; agent time is split
 * where it was worked, so that sums over periods are the total.
 */
export function countContacts(count: (contact: ScopedContact) => Fraction): ContactCounter {
  return (contact, _, interval, add) => {
    const { n, d } = count(contact);
    if (n !== 0) add(interval, 'n', n);
    if (d !== 0) add(interval, 'd', d);
  };
}

/** Time of contact states (TALK, ACW, ...), into one part of the fraction. */
export function sumTime(states: readonly string[], part: 'n' | 'd'): ContactCounter {
  const plan = bareTime(states);
  return (contact, intervals, _, add, own) => {
    for (const { interval, ms } of workParts(plan, withKnownAgents(contact), intervals, 'split', own)) {
      add(interval, part, ms);
    }
  };
}

export function both(first: ContactCounter, second: ContactCounter): ContactCounter {
  return (contact, intervals, interval, add, own) => {
    first(contact, intervals, interval, add, own);
    second(contact, intervals, interval, add, own);
  };
}

/** Handled contacts of which at least one leg fits / handled contacts. */
export function shareWithAnyLeg(fits: (work: WorkLeg) => boolean): ContactCounter {
  return countContacts(({ legs }) => (legs.length === 0 ? notCounted : { n: bit(legs.some(fits)), d: 1 }));
}

export function isShortAbandon({ result, waitMs }: ScopedContact, shortAbandonMs: number | null): boolean {
  return result === 'abandoned' && shortAbandonMs !== null && waitMs <= shortAbandonMs;
}

/** States of contacts in which an agent works. */
export const workStates = ['DIAL', 'TALK', 'HOLD', 'ACW'] as const;

/** KPIs know neither increments nor caps. */
function bareTime(states: readonly string[]): TimePlan {
  const bare = { capsMs: {}, increment: null, capMs: null, averageCap: null, where: null };
  return timePlan({ kind: 'time', states, ...bare });
}

/** KPIs count the work of agents whom the catalogue does not know as well; only billing leaves it out. */
function withKnownAgents(contact: ScopedContact): ScopedContact {
  if (contact.legs.every(({ agent }) => agent !== null)) return contact;
  return { ...contact, legs: contact.legs.map((work) => ({ ...work, agent: work.agent ?? unknownAgent })) };
}

const unknownAgent: AgentAttributes = { grade: null, site: null, country: null, skills: [], languages: [] };
