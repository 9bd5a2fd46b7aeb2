import { both, countContacts, sumTime, workStates } from './contact-counters.js';
import { notCounted } from './fraction.js';
import type { KpiModule } from './kpi-module.js';

/** (Work on contacts + busy states) / (the same + idle states). */
export const occupancy: KpiModule<'occupancy'> = {
  unit: 'ratio',
  contacts: () => both(sumTime(workStates, 'n'), sumTime(workStates, 'd')),
  activities({ busy, idle }, state) {
    if (busy?.includes(state) === true) return { n: true, d: true };
    return { n: false, d: idle.includes(state) };
  },
};

/** Productive states / paid states. */
export const utilisation: KpiModule<'utilisation'> = {
  unit: 'ratio',
  contacts: ({ productive, paid }) => both(sumTime(productive, 'n'), sumTime(paid, 'd')),
  activities: ({ productive, paid }, state) => ({ n: productive.includes(state), d: paid.includes(state) }),
};

/** Handled contacts / hours of productive states. */
export const contactsPerHour: KpiModule<'contactsPerHour'> = {
  unit: 'perHour',
  contacts: ({ productive }) =>
    both(
      countContacts(({ legs }) => (legs.length > 0 ? { n: 1, d: 0 } : notCounted)),
      sumTime(productive, 'd'),
    ),
  activities: ({ productive }, state) => ({ n: false, d: productive.includes(state) }),
};
