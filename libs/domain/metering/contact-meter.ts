import { contactMatches } from './contact-count.js';
import type { Contract } from '#domain/contract/contract.js';
import { unknownKpi } from '#domain/kpi/contact-kpi.js';
import { admitted, narrow, type ContactShare } from '#domain/scope/scoped-contact.js';
import { inOutage, kpiKey, lineKey, rateOf, type KpiSubject, type MeasuredSubject } from './metered-item.js';
import type { Sums } from './sums.js';
import { noSlot, type Piece } from '#domain/contract/terms-in-force.js';
import { workParts } from '#domain/scope/contact-time.js';

/** What a contract's part of a contact adds to a line or a measure. */
export function measureContact(
  contract: Contract,
  subject: MeasuredSubject,
  share: ContactShare,
  sums: Sums,
): void {
  if (subject.reads.time) measureTime(contract, subject, share, sums);
  const piece = subject.pieces.at(share.at);
  const measure = piece === null ? undefined : subject.definitions[piece.regime.index]?.measure;
  if (piece === null || measure === undefined) return;
  if (measure.kind === 'contacts') measureCount(contract, subject, share, piece, sums);
  if (measure.kind === 'resolved') measureUnknown(contract, subject, share, piece, sums);
}

/** The definition in force when the first work began; each part is charged by the line of its own regime. */
function measureTime(contract: Contract, subject: MeasuredSubject, share: ContactShare, sums: Sums): void {
  const began = firstPiece(subject, share);
  const own = began === null ? undefined : subject.definitions[began.regime.index];
  const definition = own ?? subject.definitions.find((each) => each !== undefined);
  if (definition?.plan == null || definition.measure.kind !== 'time') return;
  const { scope } = definition.terms;
  const scoped = narrow(contract, share, scope);
  const part = scoped === null ? null : admitted(contract, scoped, definition.measure.where);
  if (part === null) return;
  const { time } = contract.attribution;
  const home = time === 'contact' ? subject.pieces.at(share.at) : null;
  const parts = workParts(definition.plan, part, subject.pieces, time === 'contact' ? 'split' : time);
  for (const { piece: own, work, ms } of parts) {
    const piece = home === null ? own : withContact(own, home);
    const charged = subject.definitions[piece.regime.index];
    if (charged === undefined || charged.measure.kind !== 'time') continue;
    const rate = rateOf(charged, work, share.stays[0]?.queue ?? null);
    sums.add(piece.period, lineKey(subject, piece, rate), ms);
  }
}

/** Work that runs on into another month, as a part of the month in which its contact counts. */
function withContact(piece: Piece, home: Piece): Piece {
  if (piece.period === home.period) return piece;
  return piece.regime === home.regime ? { ...piece, period: home.period, slot: noSlot } : home;
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
  const definition = subject.definitions[piece.regime.index];
  if (definition === undefined || definition.measure.kind !== 'contacts') return;
  const scoped = narrow(contract, share, piece.regime.terms.scope);
  const part = scoped === null ? null : admitted(contract, scoped, definition.measure.where);
  if (part === null || !contactMatches(definition.measure, part)) return;
  const work = part.legs.find(({ agent }) => agent !== null) ?? null;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(piece.period, lineKey(subject, piece, rate), 1);
}

/** What it adds to a KPI. */
export function measureContactKpi(
  contract: Contract,
  subject: KpiSubject,
  share: ContactShare,
  sums: Sums,
): void {
  const piece = subject.pieces.at(share.at);
  if (piece === null || inOutage(subject, share.at)) return;
  const counts = subject.definitions[piece.regime.index]?.counts ?? null;
  const part = counts === null ? null : narrow(contract, share, piece.regime.terms.scope);
  if (counts === null || part === null) return;
  counts(part, subject.pieces, piece, (at, side, value) => {
    sums.add(at.period, kpiKey(subject, at, side), value);
  });
}

/** Contacts of unknown customers never repeat; some contracts take them as resolved, and pay them so. */
function measureUnknown(
  contract: Contract,
  subject: MeasuredSubject,
  share: ContactShare,
  piece: Piece,
  sums: Sums,
): void {
  const definition = subject.definitions[piece.regime.index];
  const part = narrow(contract, share, piece.regime.terms.scope);
  if (definition?.kpi == null || part === null) return;
  const { n } = unknownKpi(definition.kpi, part);
  const work = part.legs.find(({ agent }) => agent !== null);
  if (work === undefined) return;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(piece.period, lineKey(subject, piece, rate), n);
}
