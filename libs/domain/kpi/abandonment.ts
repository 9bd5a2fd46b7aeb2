import { countContacts, isShortAbandon } from './contact-counters.js';
import { bit, notCounted } from './fraction.js';
import type { ContactCounter, KpiModule } from './kpi-module.js';

/** Abandoned / offered; short abandons are left out of both. */
export const abandonment: KpiModule<'abandonment'> = {
  unit: 'ratio',
  contacts: ({ shortAbandonMs }) => shareOfOffered('abandoned', shortAbandonMs),
};

/** Answered / offered; short abandons are left out. */
export const answerRate: KpiModule<'answerRate'> = {
  unit: 'ratio',
  contacts: ({ shortAbandonMs }) => shareOfOffered('answered', shortAbandonMs),
};

function shareOfOffered(result: 'answered' | 'abandoned', shortAbandonMs: number | null): ContactCounter {
  return countContacts((contact) => {
    if (contact.stays.length === 0 || isShortAbandon(contact, shortAbandonMs)) return notCounted;
    return { n: bit(contact.result === result), d: 1 };
  });
}
