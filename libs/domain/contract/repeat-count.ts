import type { HandledContact } from '#domain/kpi/repeat.js';
import type { Contract } from './contract.js';
import { repeatKpi } from './kpi-count.js';
import { inOutage, kpiKey, lineKey, rateOf, type Subject } from './subject.js';
import type { Sums } from './sums.js';

export interface Gaps {
  readonly gapMs: number | null;
  readonly gapBeforeMs: number | null;
}

export function readsRepeats(subject: Subject): boolean {
  for (const definition of subject.definitions) {
    const type = definition?.kpi?.type;
    if (type === 'fcrPerContact' || type === 'fcrPerIssue') return true;
  }
  return false;
}

/** Resolved and eligible contacts, in the period of the contact itself, not of the one that repeats it. */
export function measureRepeat(
  contract: Contract,
  subject: Subject,
  contact: HandledContact,
  { gapMs, gapBeforeMs }: Gaps,
  sums: Sums,
): void {
  const at = contract.attribution.contacts === 'ended' ? contact.endedAt : contact.enteredAt;
  const piece = subject.pieces.at(at);
  if (piece === null) return;
  const { queues } = piece.regime.terms.scope;
  if (queues !== null && !queues.includes(contact.queue)) return;
  if (subject.subject === 'kpi') {
    const kpi = subject.definitions[piece.regime.index]?.kpi;
    if (kpi === undefined || inOutage(subject, at)) return;
    const { n, d } = repeatKpi(kpi, contact, gapMs, gapBeforeMs);
    sums.add(piece.period, kpiKey(subject, piece, 'n'), n);
    sums.add(piece.period, kpiKey(subject, piece, 'd'), d);
    return;
  }
  const definition = subject.definitions[piece.regime.index];
  if (definition?.kpi == null) return;
  const { n } = repeatKpi(definition.kpi, contact, gapMs, gapBeforeMs);
  sums.add(piece.period, lineKey(subject, piece, rateOf(definition, null, contact.queue)), n);
}
