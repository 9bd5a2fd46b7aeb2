import { shareWithAnyLeg } from './contact-counters.js';
import type { KpiModule } from './kpi-module.js';

/**
 * Contacts with hold time / handled. A leg whose hold time is unknown (`holdMs` null: Axialys reports none)
 * counts as not held, so the value is too low where the platform does not report hold.
 */
export const hold: KpiModule<'hold'> = {
  unit: 'ratio',
  contacts: () => shareWithAnyLeg(({ leg }) => (leg.holdMs ?? 0) > 0),
};
