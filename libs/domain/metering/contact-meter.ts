import type { Contract } from '#domain/contract/contract.js';
import type { ContactCount, WorkedBy } from '#domain/contract/measure.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import { admitContact, narrowContact, type ScopedContact } from '#domain/scope/scoped-contact.js';
import {
  type Definition,
  inOutage,
  kpiKey,
  lineKey,
  rateOf,
  type KpiItem,
  type MeasuredItem,
} from './metered-item.js';
import type { OwnTime } from '#domain/scope/own-time.js';
import type { Sums } from './sums.js';
import { unslotted, type RatingInterval } from '#domain/contract/terms-in-force.js';
import { workParts } from '#domain/scope/contact-time.js';

/**
 * What a contract's part of a contact adds to a line or a measure. `by`: whose part it is; a measure of
 * others' work is not about it.
 */
export function measureContact(
  contract: Contract,
  item: MeasuredItem,
  contact: ScopedContact,
  by: WorkedBy,
  sums: Sums,
  own: OwnTime | null = null,
): void {
  if (item.kinds.time) measureTime(contract, item, contact, by, sums, own);
  const interval = item.intervals.at(contact.at);
  const definition = interval === null ? undefined : item.definitions[interval.inForce.index];
  if (interval === null || definition?.workedBy !== by) return;
  const { measure } = definition;
  if (measure.kind === 'contacts') {
    measureCount(contract, item, { ...definition, measure }, contact, interval, sums);
  }
  if (measure.kind === 'resolved') measureUnknown(contract, item, contact, interval, sums);
}

/** By the definition in force when the first work began; each part is charged by the terms in force then. */
function measureTime(
  contract: Contract,
  item: MeasuredItem,
  contact: ScopedContact,
  by: WorkedBy,
  sums: Sums,
  own: OwnTime | null,
): void {
  const began = intervalOfFirstWork(item, contact);
  const inForce = began === null ? undefined : item.definitions[began.inForce.index];
  const definition = inForce ?? item.definitions.find((each) => each !== undefined);
  if (definition?.plan == null || definition.measure.kind !== 'time' || definition.workedBy !== by) return;
  const { scope } = definition.terms;
  const scoped = narrowContact(contract, contact, scope);
  const part = scoped === null ? null : admitContact(contract, scoped, definition.measure.where);
  if (part === null) return;
  const { time } = contract.attribution;
  const counted = time === 'contact' ? item.intervals.at(contact.at) : null;
  const split = time === 'contact' ? 'split' : time;
  const onClock = definition.measure.overlaps === 'once' ? own : null;
  for (const { interval: worked, work, ms } of workParts(
    definition.plan,
    part,
    item.intervals,
    split,
    onClock,
  )) {
    const interval = counted === null ? worked : withContact(worked, counted);
    const charged = item.definitions[interval.inForce.index];
    if (charged === undefined || charged.measure.kind !== 'time') continue;
    const rate = rateOf(charged, work, contact.stays[0]?.queue ?? null);
    sums.add(interval.period, lineKey(item, interval, rate), ms);
  }
}

/** Work that runs on into another month, as a part of the month in which its contact counts. */
function withContact(interval: RatingInterval, counted: RatingInterval): RatingInterval {
  if (interval.period === counted.period) return interval;
  return interval.inForce === counted.inForce
    ? { ...interval, period: counted.period, slot: unslotted }
    : counted;
}

function intervalOfFirstWork(item: MeasuredItem, contact: ScopedContact): RatingInterval | null {
  const leg = contact.legs[0]?.leg;
  return item.intervals.at(leg === undefined ? contact.at : leg.startedAt - leg.dialMs);
}

function measureCount(
  contract: Contract,
  item: MeasuredItem,
  definition: Definition & { readonly measure: ContactCount },
  contact: ScopedContact,
  interval: RatingInterval,
  sums: Sums,
): void {
  const scoped = narrowContact(contract, contact, interval.inForce.terms.scope);
  const part = scoped === null ? null : admitContact(contract, scoped, definition.measure.where);
  if (part === null || !isCounted(definition.measure, part)) return;
  const known = part.legs.filter(({ agent }) => agent !== null);
  // a contact on which a person worked is the person's, as a resolution is
  const work = known.find(({ agent }) => agent?.kind !== 'machine') ?? known[0] ?? null;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(interval.period, lineKey(item, interval, rate), 1);
}

/**
 * Whether a measure counts a contract's part of a contact; never one that only unknown agents have handled.
 */
function isCounted(measure: ContactCount, contact: ScopedContact): boolean {
  switch (measure.of) {
    case 'offered':
      return contact.stays.length > 0;
    case 'answered':
      return (
        contact.result === 'answered' && !onlyUnknownAgents(contact) && talkMs(contact) >= measure.minTalkMs
      );
    case 'handled':
      return contact.legs.some(({ agent }) => agent !== null) && talkMs(contact) >= measure.minTalkMs;
    case 'abandoned':
    case 'flowOut':
      return contact.result === measure.of;
  }
}

/**
 * A queue may say that a contact was answered while the agent's session is not reported: then the queue
 * counts.
 */
function onlyUnknownAgents({ legs }: ScopedContact): boolean {
  return legs.length > 0 && legs.every(({ agent }) => agent === null);
}

function talkMs({ legs }: ScopedContact): number {
  return legs.reduce((sum, { leg }) => sum + (leg.talkMs ?? 0), 0);
}

/** What a contract's part of a contact adds to a KPI. */
export function measureContactKpi(
  contract: Contract,
  item: KpiItem,
  contact: ScopedContact,
  sums: Sums,
  own: OwnTime | null = null,
): void {
  const interval = item.intervals.at(contact.at);
  if (interval === null || inOutage(item, contact.at)) return;
  const definition = item.definitions[interval.inForce.index];
  const counts = definition?.counts ?? null;
  const part = counts === null ? null : narrowContact(contract, contact, interval.inForce.terms.scope);
  if (counts === null || part === null) return;
  const add = (at: RatingInterval, side: 'n' | 'd', value: number): void =>
    sums.add(at.period, kpiKey(item, at, side), value);
  counts(part, item.intervals, interval, add, definition?.isOnClock === true ? own : null);
}

/** Contacts of unknown customers never repeat; some contracts count and pay them as resolved. */
function measureUnknown(
  contract: Contract,
  item: MeasuredItem,
  contact: ScopedContact,
  interval: RatingInterval,
  sums: Sums,
): void {
  const definition = item.definitions[interval.inForce.index];
  const part = narrowContact(contract, contact, interval.inForce.terms.scope);
  if (definition?.kpi == null || part === null) return;
  const n = kpiModule(definition.kpi).unknownCustomer?.(definition.kpi, part).n ?? 0;
  const work = part.legs.find(({ agent }) => agent !== null);
  if (work === undefined) return;
  const rate = rateOf(definition, work, part.stays[0]?.queue ?? null);
  sums.add(interval.period, lineKey(item, interval, rate), n);
}
