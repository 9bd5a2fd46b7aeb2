import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import { elapsedSince } from '#domain/outcome/outcome-events.js';
import { bit, notCounted } from './fraction.js';
import type { KpiModule, OutcomeMention } from './kpi-module.js';

/** Mean time from the first event `from` of a subject to its first event `to`. */
export const delay: KpiModule<'delay'> = {
  unit: 'seconds',
  events({ from, to }, outcome, event) {
    const elapsedMs = isFirst(outcome, to, event) ? elapsedSince(outcome, from, event) : null;
    return elapsedMs === null ? notCounted : { n: elapsedMs, d: 1 };
  },
  mentions,
};

/** Subjects whose event `to` came at most so long after the first `from` / subjects with a `from`. */
export const within: KpiModule<'within'> = {
  unit: 'ratio',
  events({ from, to, atMostMs }, outcome, event) {
    if (!isFirst(outcome, from, event)) return notCounted;
    const reached = outcome.events.find(({ name, at }) => name === to && at >= event.at);
    return { n: bit(reached !== undefined && reached.at - event.at <= atMostMs), d: 1 };
  },
  mentions,
};

function mentions({ from, to }: { readonly from: string; readonly to: string }): OutcomeMention[] {
  return [
    { name: from, field: null, path: ['from'] },
    { name: to, field: null, path: ['to'] },
  ];
}

function isFirst({ events }: OutcomeContent, name: string, event: OutcomeEvent): boolean {
  return events.find((other) => other.name === name) === event;
}
