import { contactMatches } from './contact-count.js';
import type { Contract } from '#domain/contract/contract.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import { admitContact, narrowContact, type ScopedContact } from '#domain/scope/scoped-contact.js';
import { inOutage, kpiKey, lineKey, rateOf, type KpiItem, type MeasuredItem } from './metered-item.js';
import type { Sums } from './sums.js';
import { unslotted, type RatingInterval } from '#domain/contract/terms-in-force.js';
import { workParts } from '#domain/scope/contact-time.js';

/** What a contract's part of a contact adds to a line or a measure. */
export function measureContact(
  contract: Contract,
  subject: MeasuredItem,
  share: ScopedContact,
  sums: Sums,
): void {
  if (subject.kinds.time) measureTime(contract, subject, share, sums);
  const interval = subject.intervals.at(share.at);
  const measure = interval === null ? undefined : subject.definitions[interval.inForce.index]?.measure;
  if (interval === null || measure === undefined) return;
  if (measure.kind === 'contacts') measureCount(contract, subject, share, interval, sums);
  if (measure.kind === 'resolved') measureUnknown(contract, subject, share, interval, sums);
}

/** The definition in force when the first work began; each part is charged by the line of its own inForce. */
function measureTime(contract: Contract, subject: MeasuredItem, share: ScopedContact, sums: Sums): void {
  const began = firstPiece(subject, share);
  const own = began === null ? undefined : subject.definitions[began.inForce.index];
  const definition = own ?? subject.definitions.find((each) => each !== undefined);
  if (definition?.plan == null || definition.measure.kind !== 'time') return;
  const { scope } = definition.terms;
  const scoped = narrowContact(contract, share, scope);
  const part = scoped === null ? null : admitContact(contract, scoped, definition.measure.where);
  if (part === null) return;
  const { time } = contract.attribution;
  const home = time === 'contact' ? subject.intervals.at(share.at) : null;
  const parts = workParts(definition.plan, part, subject.intervals, time === 'contact' ? 'split' : time);
  for (const { interval: own, work, ms } of parts) {
    const interval = home === null ? own : withContact(own, home);
    const charged = subject.definitions[interval.inForce.index];
    if (charged === undefined || charged.measure.kind !== 'time') continue;
    const rate = rateOf(charged, work, share.stays[0]?.queue ?? null);
    sums.add(interval.period, lineKey(subject, interval, rate), ms);
  }
}

/** Work that runs on into another month, as a part of the month in which its contact counts. */
function withContact(interval: RatingInterval, home: RatingInterval): RatingInterval {
  if (interval.period === home.period) return interval;
  return interval.inForce === home.inForce ? { ...interval, period: home.period, slot: unslotted } : home;
}

function firstPiece(subject: MeasuredItem, share: ScopedContact): RatingInterval | null {
  const leg = share.legs[0]?.leg;
  return subject.intervals.at(leg === undefined ? share.at : leg.startedAt - leg.dialMs);
}

function measureCount(
  contract: Contract,
  subject: MeasuredItem,
  share: ScopedContact,
  interval: RatingInterval,
  sums: Sums,
): void {
  const definition = subject.definitions[interval.inForce.index];
  if (definition === undefined || definition.measure.kind !== 'contacts') return;
  const scoped = narrowContact(contract, share, interval.inForce.terms.scope);
  const part = scoped === null ? null : admitContact(contract, scoped, definition.measure.where);
  if (part === null || !contactMatches(definition.measure, part)) return;
  const work = part.legs.find(({ agent }) => agent !== null) ?? null;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(interval.period, lineKey(subject, interval, rate), 1);
}

/** What it adds to a KPI. */
export function measureContactKpi(
  contract: Contract,
  subject: KpiItem,
  share: ScopedContact,
  sums: Sums,
): void {
  const interval = subject.intervals.at(share.at);
  if (interval === null || inOutage(subject, share.at)) return;
  const counts = subject.definitions[interval.inForce.index]?.counts ?? null;
  const part = counts === null ? null : narrowContact(contract, share, interval.inForce.terms.scope);
  if (counts === null || part === null) return;
  counts(part, subject.intervals, interval, (at, side, value) => {
    sums.add(at.period, kpiKey(subject, at, side), value);
  });
}

/** Contacts of unknown customers never repeat; some contracts take them as resolved, and pay them so. */
function measureUnknown(
  contract: Contract,
  subject: MeasuredItem,
  share: ScopedContact,
  interval: RatingInterval,
  sums: Sums,
): void {
  const definition = subject.definitions[interval.inForce.index];
  const part = narrowContact(contract, share, interval.inForce.terms.scope);
  if (definition?.kpi == null || part === null) return;
  const n = kpiModule(definition.kpi).unknownCustomer?.(definition.kpi, part).n ?? 0;
  const work = part.legs.find(({ agent }) => agent !== null);
  if (work === undefined) return;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(interval.period, lineKey(subject, interval, rate), n);
}
