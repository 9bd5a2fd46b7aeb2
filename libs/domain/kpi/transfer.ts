import { shareWithAnyLeg } from './contact-counters.js';
import type { KpiModule } from './kpi-module.js';

/** Contacts transferred to another agent or queue / handled. */
export const transfer: KpiModule<'transfer'> = {
  unit: 'ratio',
  contacts: () => shareWithAnyLeg(({ leg }) => leg.transferredOut),
};
