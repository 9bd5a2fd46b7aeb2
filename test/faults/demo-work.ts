import { join } from 'node:path';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import type { Work } from '#test/faults/figures.js';

const here = import.meta.dirname.replace(/[\\/]dist[\\/]test/, '/test');

/**
 * One call in `every` of an invented month of two brands on three platforms, with the outcomes of a survey
 * tool.
 */
export function demoWork(every: number): Work {
  const period = '2026-03';
  const calls = simulate(11, period, 'Europe/Paris').filter((_, index) => index % every === 0);
  return {
    catalogue: join(here, '../../apps/cli/demo/catalogue'),
    deliveries: recordedDeliveries(calls),
    from: `${period}-01`,
    to: `${period}-31`,
    kpis: [
      ['aurore', 'queue'],
      ['aurore', 'day'],
      ['boreal', 'agent'],
      ['boreal', 'quarter-hour'],
    ],
    period,
    contracts: ['aurore-hours', 'boreal-calls'],
  };
}
