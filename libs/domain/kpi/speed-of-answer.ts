import { countContacts } from './contact-counters.js';
import { notCounted } from './fraction.js';
import type { KpiModule } from './kpi-module.js';

/** Average speed of answer: wait of the answered / answered, or wait of all / offered. */
export const asa: KpiModule<'asa'> = {
  unit: 'seconds',
  contacts: ({ of }) =>
    of === 'answered'
      ? countContacts(({ result, waitMs }) => (result === 'answered' ? { n: waitMs, d: 1 } : notCounted))
      : countContacts(({ stays, waitMs }) => (stays.length > 0 ? { n: waitMs, d: 1 } : notCounted)),
};
