import { gauge, type Registry } from './metrics.js';

/** Periods that are due and not closed. `read`: how many, by what they wait for. */
export function scheduleMetrics(registry: Registry, read: () => ReadonlyMap<string, number>): void {
  gauge(
    registry,
    'tallyline_periods_overdue',
    'Periods that are due and not closed, by what they wait for; those that an operator holds are none of them.',
    ['cause'],
    () => [...read()].map(([cause, value]) => ({ labels: { cause }, value })),
  );
}
