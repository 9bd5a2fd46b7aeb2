import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { validCloses } from '#wire/closes.js';
import { topics } from '#wire/topics.js';
import type { AuditFault } from './audit-journal.js';

/** A cut at which a period was closed or adjusted. */
export interface ClosedCut {
  /** Such as `bank-talk-hour/2026-03 revision 1`. */
  readonly name: string;
  /** Per partition of the facts: everything below this offset. */
  readonly facts: readonly number[];
  /** Per partition of the facts: head of the hash chain there; null: the close does not say. */
  readonly heads: readonly string[] | null;
}

/** Of all effective closes: the first record of each revision. */
export async function closedCuts(log: Log): Promise<ClosedCut[]> {
  const byName = new Map<string, ClosedCut>();
  for (const close of validCloses(await readTopicValues(log, topics.closes.name))) {
    const { contract, period, revision, cut } = close;
    const name = `${contract}/${period} revision ${revision}`;
    if (!byName.has(name)) byName.set(name, { name, facts: cut.facts, heads: cut.heads });
  }
  return [...byName.values()];
}

/**
 * The closes whose cut holds the place of a fault: what they charged followed from other postings than lie
 * there now, if the posting is one of their contract. Where something is missing or was made to fit, the
 * place is that of the last record that is as it was posted.
 */
export function closesAffected(fault: AuditFault, cuts: readonly ClosedCut[]): ClosedCut[] {
  const place = placeOf(fault);
  if (place === null) return [];
  return cuts.filter(({ facts }) => (facts[place.partition] ?? 0) > place.offset);
}

function placeOf(fault: AuditFault): { readonly partition: number; readonly offset: number } | null {
  switch (fault.code) {
    // What it was is not known; the record that follows it breaks the chain.
    case 'unreadable':
    // Names what it affects.
    case 'head-differs':
      return null;
    case 'changed':
    case 'out-of-order':
    case 'posted-twice':
      return fault.record.position;
    case 'broken-chain': {
      const { partition } = fault.record.position;
      return { partition, offset: fault.after?.position.offset ?? 0 };
    }
  }
}
