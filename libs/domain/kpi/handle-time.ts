import { sumTime, workStates } from './contact-counters.js';
import type { ContactCounter, KpiModule } from './kpi-module.js';

/** Average handle time: (dialling + talk + hold + after-call work) / handled. */
export const aht: KpiModule<'aht'> = {
  unit: 'seconds',
  whatIf: 'handleTime',
  contacts: ({ per }) => averageTime(workStates, per),
};

/** Average talk time: talk / handled. */
export const att: KpiModule<'att'> = {
  unit: 'seconds',
  whatIf: 'handleTime',
  contacts: ({ per }) => averageTime(['TALK'], per),
};

/** Average after-call work: after-call work / handled. */
export const acw: KpiModule<'acw'> = {
  unit: 'seconds',
  whatIf: 'handleTime',
  contacts: ({ per }) => averageTime(['ACW'], per),
};

function averageTime(states: readonly string[], per: 'contact' | 'leg'): ContactCounter {
  const time = sumTime(states, 'n');
  return (contact, intervals, interval, add, own) => {
    if (contact.legs.length === 0) return;
    time(contact, intervals, interval, add, own);
    add(interval, 'd', per === 'leg' ? contact.legs.length : 1);
  };
}
