import { shareOfHandled } from './contact-counters.js';
import type { KpiModule } from './kpi-module.js';

/** Contacts transferred to another agent or queue / handled. */
export const transfer: KpiModule<'transfer'> = {
  unit: 'ratio',
  contacts: () => shareOfHandled(({ leg }) => leg.transferredOut),
};

/** Contacts put on hold / handled. */
export const hold: KpiModule<'hold'> = {
  unit: 'ratio',
  contacts: () => shareOfHandled(({ leg }) => (leg.holdMs ?? 0) > 0),
};
