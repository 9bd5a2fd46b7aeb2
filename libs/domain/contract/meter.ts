import type { HandledContact } from '#domain/kpi/repeat.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { Period } from '#domain/period/period.js';
import { contactMatches } from './contact-count.js';
import { contactKpi, repeatKpi, unknownKpi, type Tell } from './kpi-count.js';
import type { Contract } from './contract.js';
import { admitted, narrow, shareOf, type ContactShare, type MeterScope } from './share.js';
import {
  kpiKey,
  lineKey,
  rateOf,
  subjectsOf,
  type KpiSubject,
  type MeasuredSubject,
  type Subject,
} from './subject.js';
import { regimesOf, type Piece } from './timeline.js';
import { workParts } from './work-time.js';

/** An integer (milliseconds or a count) to add to a period's sum; `key` is written and read by key.ts. */
export interface Quantity {
  readonly period: Period;
  readonly key: string;
  readonly value: number;
}

/**
 * What one finished piece of work adds to a contract's sums. A pure function of one content: the live tally and the book
 * at close use this very function, and taking an old content back with sign -1 undoes exactly what it had added.
 */
export interface ContractMeter {
  readonly contract: Contract;
  measure(content: PostingContent): readonly Quantity[];
  /**
   * What a handled contact of a known customer adds, seen as one that may have been repeated. Gaps in milliseconds to
   * the next and from the previous contact of the same customer and reason, 0 where they overlap, null: none. The gap
   * before is needed only by resolution per issue.
   */
  measureRepeat(
    contact: HandledContact,
    gapMs: number | null,
    gapBeforeMs?: number | null,
  ): readonly Quantity[];
}

const nothing: readonly Quantity[] = [];

export function contractMeter(contract: Contract, scope: MeterScope): ContractMeter {
  const subjects = subjectsOf(contract, regimesOf(contract));
  const repeats = subjects.filter(readsRepeats);
  return {
    contract,
    measure(content) {
      const share = shareOf(contract, content, scope);
      if (share === null) return nothing;
      const sums = new Sums();
      for (const subject of subjects) measureContact(contract, subject, share, sums);
      return sums.quantities();
    },
    measureRepeat(contact, gapMs, gapBeforeMs = null) {
      if (contact.programme !== contract.programme) return nothing;
      const sums = new Sums();
      for (const subject of repeats) measureRepeat(contract, subject, contact, { gapMs, gapBeforeMs }, sums);
      return sums.quantities();
    },
  };
}

/** Gathers what goes to the same sum, so that one contact adds to each only once. */
class Sums {
  readonly #found: { piece: Piece; key: string; value: number }[] = [];

  add(piece: Piece, key: string, value: number): void {
    if (value === 0) return;
    const same = this.#found.find((other) => other.key === key && other.piece.period === piece.period);
    if (same === undefined) this.#found.push({ piece, key, value });
    else same.value += value;
  }

  quantities(): readonly Quantity[] {
    return this.#found
      .filter(({ value }) => value !== 0)
      .map(({ piece, key, value }) => ({ period: piece.period, key, value }));
  }
}

function measureContact(contract: Contract, subject: Subject, share: ContactShare, sums: Sums): void {
  const piece = subject.pieces.at(share.at);
  if (subject.subject === 'kpi') {
    measureKpi(contract, subject, share, piece, sums);
    return;
  }
  // work may begin in a regime that does not know the line and end in one that does
  const definition =
    (piece === null ? undefined : subject.definitions.get(piece.regime)) ??
    subject.definitions.values().next().value;
  if (definition === undefined) return;
  switch (definition.measure.kind) {
    case 'time':
      measureTime(contract, subject, share, sums);
      return;
    case 'contacts':
      if (piece !== null) measureCount(contract, subject, share, piece, sums);
      return;
    case 'resolved':
      if (piece !== null) measureUnknown(contract, subject, share, piece, sums);
      return;
    case 'events':
    case 'eventSum':
    case 'seats':
      return;
  }
}

/** The definition in force when the first work began; each part is charged by the line of its own regime. */
function measureTime(contract: Contract, subject: MeasuredSubject, share: ContactShare, sums: Sums): void {
  const began = firstPiece(subject, share)?.regime;
  const known = began !== undefined && subject.definitions.has(began);
  const regime = known ? began : subject.definitions.keys().next().value;
  const definition = regime === undefined ? undefined : subject.definitions.get(regime);
  if (regime === undefined || definition === undefined || definition.measure.kind !== 'time') return;
  const scoped = narrow(contract, share, regime.terms.scope);
  const part = scoped === null ? null : admitted(contract, scoped, definition.measure.where);
  if (part === null) return;
  for (const { piece, work, ms } of workParts(
    definition.measure,
    part,
    subject.pieces,
    contract.attribution.time,
  )) {
    const charged = subject.definitions.get(piece.regime);
    if (charged === undefined) continue;
    sums.add(piece, lineKey(subject, piece, rateOf(charged, work, share.stays[0]?.queue ?? null)), ms);
  }
}

function firstPiece(subject: MeasuredSubject, share: ContactShare): Piece | null {
  const leg = share.legs[0]?.leg;
  return subject.pieces.at(leg === undefined ? share.at : leg.startedAt - leg.dialMs);
}

function measureCount(
  contract: Contract,
  subject: MeasuredSubject,
  share: ContactShare,
  piece: Piece,
  sums: Sums,
): void {
  const definition = subject.definitions.get(piece.regime);
  if (definition === undefined || definition.measure.kind !== 'contacts') return;
  const scoped = narrow(contract, share, piece.regime.terms.scope);
  const part = scoped === null ? null : admitted(contract, scoped, definition.measure.where);
  if (part === null || !contactMatches(definition.measure, part)) return;
  const work = part.legs.find(({ agent }) => agent !== null) ?? null;
  sums.add(piece, lineKey(subject, piece, rateOf(definition, work, part.stays[0]?.queue ?? null)), 1);
}

function measureKpi(
  contract: Contract,
  subject: KpiSubject,
  share: ContactShare,
  piece: Piece | null,
  sums: Sums,
): void {
  if (piece === null || subject.outages.some(({ from, to }) => share.at >= from && share.at < to)) return;
  const kpi = subject.definitions.get(piece.regime);
  const part = kpi === undefined ? null : narrow(contract, share, piece.regime.terms.scope);
  if (kpi === undefined || part === null) return;
  contactKpi(kpi, part, subject.pieces, piece, tellTo(subject, sums));
}

function tellTo(subject: KpiSubject, sums: Sums): Tell {
  return (piece, part, value) => sums.add(piece, kpiKey(subject, piece, part), value);
}

/** Contacts of unknown customers never repeat; some contracts take them as resolved. */
function measureUnknown(
  contract: Contract,
  subject: MeasuredSubject,
  share: ContactShare,
  piece: Piece,
  sums: Sums,
): void {
  const definition = subject.definitions.get(piece.regime);
  const part = narrow(contract, share, piece.regime.terms.scope);
  if (definition?.kpi == null || part === null) return;
  const { n } = unknownKpi(definition.kpi, part);
  const work = part.legs[0] ?? null;
  sums.add(piece, lineKey(subject, piece, rateOf(definition, work, part.stays[0]?.queue ?? null)), n);
}

interface Gaps {
  readonly gapMs: number | null;
  readonly gapBeforeMs: number | null;
}

function readsRepeats(subject: Subject): boolean {
  for (const definition of subject.definitions.values()) {
    const type = 'type' in definition ? definition.type : definition.kpi?.type;
    if (type === 'fcrPerContact' || type === 'fcrPerIssue') return true;
  }
  return false;
}

function measureRepeat(
  contract: Contract,
  subject: Subject,
  contact: HandledContact,
  gaps: Gaps,
  sums: Sums,
): void {
  const at = contract.attribution.contacts === 'ended' ? contact.endedAt : contact.enteredAt;
  const piece = subject.pieces.at(at);
  if (piece === null) return;
  const { queues } = piece.regime.terms.scope;
  if (queues !== null && !queues.includes(contact.queue)) return;
  if (subject.subject === 'kpi') {
    if (subject.outages.some(({ from, to }) => at >= from && at < to)) return;
    const kpi = subject.definitions.get(piece.regime);
    if (kpi === undefined) return;
    const { n, d } = repeatKpi(kpi, contact, gaps.gapMs, gaps.gapBeforeMs);
    sums.add(piece, kpiKey(subject, piece, 'n'), n);
    sums.add(piece, kpiKey(subject, piece, 'd'), d);
    return;
  }
  const definition = subject.definitions.get(piece.regime);
  if (definition?.kpi == null) return;
  const { n } = repeatKpi(definition.kpi, contact, gaps.gapMs, gaps.gapBeforeMs);
  sums.add(piece, lineKey(subject, piece, rateOf(definition, null, contact.queue)), n);
}
