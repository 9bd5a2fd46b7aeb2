import type { Gaps, HandledContact } from './repeat-chain.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { ScopedContact, WorkLeg } from '#domain/scope/scoped-contact.js';
import type { RatingInterval, RatingIntervals } from '#domain/contract/terms-in-force.js';
import { bit, type Fraction, notCounted } from './fraction.js';
import { serviceLevels } from './service-level.js';
import { timePlan, workParts, type TimePlan } from '#domain/scope/contact-time.js';

/** Takes an integer into the numerator (n) or denominator (d) of a KPI, where it belongs in time. */
export type AddToKpi = (interval: RatingInterval, part: 'n' | 'd', value: number) => void;

/** Takes what a contact adds to a KPI; `interval` is that of the contact's instant. */
export type ContactCounter = (
  share: ScopedContact,
  intervals: RatingIntervals,
  interval: RatingInterval,
  tell: AddToKpi,
) => void;

/**
 * What contacts add to a KPI, made ready once; null: nothing. Formulas: reference of KPIs, domain notes 1.2
 * and 1.3. Counts and waits belong to the contact's instant; agent time is split where it was worked, so that
 * sums over periods are the total.
 */
export function contactCounter(kpi: Kpi): ContactCounter | null {
  switch (kpi.type) {
    case 'aht':
    case 'att':
    case 'acw':
      return averageTime(planOfStates(statesOf[kpi.type]), kpi.per === 'leg');
    case 'asa':
      return kpi.of === 'answered'
        ? counting((share) => (share.result === 'answered' ? { n: share.waitMs, d: 1 } : notCounted))
        : counting((share) => (share.stays.length > 0 ? { n: share.waitMs, d: 1 } : notCounted));
    case 'serviceLevel':
      return counting(serviceLevel(kpi));
    case 'abandonment':
      return counting(outcomeRate('abandoned', kpi.shortAbandonMs));
    case 'answerRate':
      return counting(outcomeRate('answered', kpi.shortAbandonMs));
    case 'transfer':
      return counting(handledRate(({ leg }) => leg.transferredOut));
    case 'hold':
      return counting(handledRate(({ leg }) => (leg.holdMs ?? 0) > 0));
    case 'occupancy':
      return both(timeOf(planOfStates(working), 'n'), timeOf(planOfStates(working), 'd'));
    case 'utilisation':
      return both(timeOf(planOfStates(kpi.productive), 'n'), timeOf(planOfStates(kpi.paid), 'd'));
    case 'contactsPerHour':
      return both(
        counting(({ legs }) => (legs.length > 0 ? { n: 1, d: 0 } : notCounted)),
        timeOf(planOfStates(kpi.productive), 'd'),
      );
    case 'fcrPerContact':
    case 'fcrPerIssue':
      return counting((share) => unknownKpi(kpi, share));
    case 'fcrDeclared':
      return counting(({ legs }) => {
        const said = legs.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition ?? null;
        return said === null ? notCounted : { n: bit(kpi.resolved.includes(said)), d: 1 };
      });
    case 'topBox':
    case 'meanScore':
    case 'nps':
    case 'fcrSurvey':
    case 'ratio':
    case 'share':
    case 'quality':
    case 'delay':
    case 'within':
      return null;
  }
}

/**
 * Resolved and eligible, of a handled contact of a known customer (domain notes 1.4); windows are inclusive.
 */
export function repeatKpi(kpi: Kpi, contact: HandledContact, { gapMs, gapBeforeMs, opens }: Gaps): Fraction {
  if (kpi.type !== 'fcrPerContact' && kpi.type !== 'fcrPerIssue') return notCounted;
  if (kpi.basis === 'net' && kpi.notSolvable.includes(contact.reason)) return notCounted;
  const repeated = gapMs !== null && gapMs <= kpi.windowMs;
  if (kpi.type === 'fcrPerContact') return { n: bit(!repeated), d: 1 };
  const first =
    kpi.chain === 'anchored'
      ? opens.includes(kpi.windowMs)
      : gapBeforeMs === null || gapBeforeMs > kpi.windowMs;
  return { n: bit(first && !repeated), d: bit(first) };
}

/** Resolved and eligible, of a handled contact whose customer is not known. */
export function unknownKpi(kpi: Kpi, share: ScopedContact): Fraction {
  if (kpi.type !== 'fcrPerContact' && kpi.type !== 'fcrPerIssue') return notCounted;
  if (share.content.customer !== null || share.legs.length === 0) return notCounted;
  return kpi.unknownCustomer === 'countAsResolved' ? { n: 1, d: 1 } : notCounted;
}

const working = ['DIAL', 'TALK', 'HOLD', 'ACW'];
const statesOf = { aht: working, att: ['TALK'], acw: ['ACW'] } as const;

/** Bare time of states: KPIs know neither increments nor caps. */
function planOfStates(states: readonly string[]): TimePlan {
  const bare = { capsMs: {}, increment: null, capMs: null, averageCap: null, where: null };
  return timePlan({ kind: 'time', states, ...bare });
}

function counting(count: (share: ScopedContact) => Fraction): ContactCounter {
  return (share, _, interval, tell) => {
    const { n, d } = count(share);
    if (n !== 0) tell(interval, 'n', n);
    if (d !== 0) tell(interval, 'd', d);
  };
}

function both(first: ContactCounter, second: ContactCounter): ContactCounter {
  return (share, intervals, interval, tell) => {
    first(share, intervals, interval, tell);
    second(share, intervals, interval, tell);
  };
}

function averageTime(plan: TimePlan, perLeg: boolean): ContactCounter {
  const time = timeOf(plan, 'n');
  return (share, intervals, interval, tell) => {
    if (share.legs.length === 0) return;
    time(share, intervals, interval, tell);
    tell(interval, 'd', perLeg ? share.legs.length : 1);
  };
}

function timeOf(plan: TimePlan, part: 'n' | 'd'): ContactCounter {
  return (share, intervals, _, tell) => {
    for (const { interval, ms } of workParts(plan, billedAlike(share), intervals, 'split'))
      tell(interval, part, ms);
  };
}

/** KPIs count the work of agents whom the catalogue does not know as well; only billing leaves it out. */
function billedAlike(share: ScopedContact): ScopedContact {
  if (share.legs.every(({ agent }) => agent !== null)) return share;
  return { ...share, legs: share.legs.map((work) => ({ ...work, agent: work.agent ?? nobody })) };
}

const nobody = { grade: null, site: null, country: null, skills: [], languages: [] };

function outcomeRate(
  outcome: 'answered' | 'abandoned',
  shortMs: number | null,
): (share: ScopedContact) => Fraction {
  return (share) => {
    if (share.stays.length === 0 || isShort(share, shortMs)) return notCounted;
    return { n: bit(share.result === outcome), d: 1 };
  };
}

function handledRate(holds: (work: WorkLeg) => boolean): (share: ScopedContact) => Fraction {
  return ({ legs }) => (legs.length === 0 ? notCounted : { n: bit(legs.some(holds)), d: 1 });
}

function serviceLevel(kpi: Extract<Kpi, { type: 'serviceLevel' }>): (share: ScopedContact) => Fraction {
  const { variant, thresholdMs, shortAbandonMs } = kpi;
  const levelOf = serviceLevels[variant];
  return (share) => {
    if (share.stays.length === 0) return notCounted;
    const isInTime = share.waitMs <= thresholdMs;
    const isAnswered = share.result === 'answered';
    return levelOf({
      offered: 1,
      answered: bit(isAnswered),
      answeredInTime: bit(isAnswered && isInTime),
      abandonedInTime: bit(share.result === 'abandoned' && isInTime),
      shortAbandons: bit(isShort(share, shortAbandonMs)),
    });
  };
}

function isShort(share: ScopedContact, shortAbandonMs: number | null): boolean {
  return share.result === 'abandoned' && shortAbandonMs !== null && share.waitMs <= shortAbandonMs;
}
