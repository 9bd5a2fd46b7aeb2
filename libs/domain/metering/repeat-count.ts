import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { RepeatGaps } from '#domain/kpi/repeat-chain.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import { notCounted } from '#domain/kpi/fraction.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Worker } from '#domain/scope/scoped-contact.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import { inOutage, kpiKey, lineKey, rateOf, type MeteredItem } from './metered-item.js';
import type { Sums } from './sums.js';

export function readsRepeats({ definitions }: MeteredItem): boolean {
  return definitions.some((each) => each?.kpi != null && 'repeats' in kpiModule(each.kpi));
}

/** Windows (ms) by which the items must know where anchored issues begin. */
export function issueWindows(items: readonly MeteredItem[]): readonly number[] {
  const windows = items.flatMap(({ definitions }) =>
    definitions.flatMap((each) => {
      if (each?.kpi == null) return [];
      return kpiModule(each.kpi).issueWindowMs?.(each.kpi) ?? [];
    }),
  );
  return [...new Set(windows)];
}

/**
 * Resolved and eligible contacts, in the period of the contact itself, not of the one that repeats it. A
 * contact is of the queue in which it was answered first, so that of two contracts for a part of the queues
 * each, one pays it. What only unknown agents have handled counts for KPIs and is never billed.
 */
export function measureRepeat(
  contract: Contract,
  item: MeteredItem,
  contact: HandledContact,
  gaps: RepeatGaps,
  scope: WorkScope,
  sums: Sums,
): void {
  const at = instantOf(contract, contact);
  const interval = item.intervals.at(at);
  if (interval === null || !admits(interval.inForce.terms.scope, contact)) return;
  if (item.kind === 'kpi') {
    const kpi = item.definitions[interval.inForce.index]?.kpi;
    if (kpi === undefined || inOutage(item, at)) return;
    const { n, d } = kpiModule(kpi).repeats?.(kpi, contact, gaps) ?? notCounted;
    sums.add(interval.period, kpiKey(item, interval, 'n'), n);
    sums.add(interval.period, kpiKey(item, interval, 'd'), d);
    return;
  }
  const definition = item.definitions[interval.inForce.index];
  if (definition?.kpi == null) return;
  const { n } = kpiModule(definition.kpi).repeats?.(definition.kpi, contact, gaps) ?? notCounted;
  const worker = n === 0 ? null : workerOf(contact, interval.inForce.terms.scope, scope);
  if (worker === null) return;
  sums.add(interval.period, lineKey(item, interval, rateOf(definition, worker, contact.queue)), n);
}

function instantOf({ attribution }: Contract, contact: HandledContact): number {
  switch (attribution.contacts) {
    case 'queueEntry':
      return contact.enteredAt;
    case 'connected':
      return contact.connectedAt;
    case 'ended':
      return contact.lastAt;
  }
}

function admits(
  { queues, channels, directions }: Scope,
  { queue, media, direction }: HandledContact,
): boolean {
  if (channels !== null && !channels.includes(media)) return false;
  if (directions !== null && !directions.includes(direction)) return false;
  return queues === null || queues.includes(queue);
}

/** The worker whose rate is charged: the first known agent who worked on it in scope; null: none. */
function workerOf({ legs, connectedAt }: HandledContact, { queues }: Scope, scope: WorkScope): Worker | null {
  for (const { agent: id, queue, disposition } of legs) {
    if (queues !== null && !queues.includes(queue)) continue;
    const agent = scope.agent(id, connectedAt);
    if (agent !== null) return { agent, queue, disposition };
  }
  return null;
}
