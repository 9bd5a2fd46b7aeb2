import type { HandledContact } from '#domain/kpi/repeat.js';
import type { Kpi } from './kpi.js';
import type { WorkTime } from './measure.js';
import type { ContactShare } from './share.js';
import type { Piece, Pieces } from './timeline.js';
import { workParts } from './work-time.js';

/** Takes an integer into the numerator (n) or denominator (d) of a KPI, where it belongs in time. */
export type Tell = (piece: Piece, part: 'n' | 'd', value: number) => void;

/**
 * What a contact adds to a KPI. Formulas: reference of KPIs, domain notes 1.2 and 1.3. Counts and waits belong to the
 * contact's instant; agent time is split where it was worked, so that sums over periods are the total.
 */
export function contactKpi(kpi: Kpi, share: ContactShare, pieces: Pieces, piece: Piece, tell: Tell): void {
  const count = (n: number, d: number): void => {
    tell(piece, 'n', n);
    tell(piece, 'd', d);
  };
  switch (kpi.type) {
    case 'aht':
    case 'att':
    case 'acw':
      if (share.legs.length === 0) return;
      for (const part of workParts(time(statesOf[kpi.type]), billedAlike(share), pieces, 'split')) {
        tell(part.piece, 'n', part.ms);
      }
      tell(piece, 'd', kpi.per === 'contact' ? 1 : share.legs.length);
      return;
    case 'asa':
      if (kpi.of === 'answered' ? share.outcome === 'answered' : share.stays.length > 0)
        count(share.waitMs, 1);
      return;
    case 'serviceLevel':
      serviceLevel(kpi, share, count);
      return;
    case 'abandonment':
    case 'answerRate':
      if (share.stays.length === 0 || isShort(share, kpi.shortAbandonMs)) return;
      count(bit(share.outcome === (kpi.type === 'abandonment' ? 'abandoned' : 'answered')), 1);
      return;
    case 'transfer':
      if (share.legs.length > 0) count(bit(share.legs.some(({ leg }) => leg.transferredOut)), 1);
      return;
    case 'hold':
      if (share.legs.length > 0) count(bit(share.legs.some(({ leg }) => (leg.holdMs ?? 0) > 0)), 1);
      return;
    case 'occupancy':
      for (const part of workParts(time(working), billedAlike(share), pieces, 'split')) {
        tell(part.piece, 'n', part.ms);
        tell(part.piece, 'd', part.ms);
      }
      return;
    case 'utilisation':
      tellStates(kpi.productive, 'n', share, pieces, tell);
      tellStates(kpi.paid, 'd', share, pieces, tell);
      return;
    case 'contactsPerHour':
      if (share.legs.length > 0) tell(piece, 'n', 1);
      tellStates(kpi.productive, 'd', share, pieces, tell);
      return;
    case 'fcrPerContact':
    case 'fcrPerIssue': {
      const { n, d } = unknownKpi(kpi, share);
      count(n, d);
      return;
    }
    case 'fcrDeclared': {
      const said = share.legs.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition;
      if (said !== undefined && said !== null) count(bit(kpi.resolved.includes(said)), 1);
      return;
    }
    case 'topBox':
    case 'meanScore':
    case 'nps':
    case 'fcrSurvey':
    case 'ratio':
    case 'share':
    case 'quality':
    case 'delay':
    case 'within':
      return;
  }
}

/** Resolved and eligible, of a handled contact of a known customer (domain notes 1.4); windows are inclusive. */
export function repeatKpi(
  kpi: Kpi,
  contact: HandledContact,
  gapMs: number | null,
  gapBeforeMs: number | null,
): { readonly n: number; readonly d: number } {
  if (kpi.type !== 'fcrPerContact' && kpi.type !== 'fcrPerIssue') return none;
  if (kpi.basis === 'net' && kpi.notSolvable.includes(contact.reason)) return none;
  const repeated = gapMs !== null && gapMs <= kpi.windowMs;
  if (kpi.type === 'fcrPerContact') return { n: bit(!repeated), d: 1 };
  // an issue is a chain of contacts with no gap above the window, counted at its first contact
  const first = gapBeforeMs === null || gapBeforeMs > kpi.windowMs;
  return { n: bit(first && !repeated), d: bit(first) };
}

/** Resolved and eligible, of a handled contact whose customer is not known. */
export function unknownKpi(kpi: Kpi, share: ContactShare): { readonly n: number; readonly d: number } {
  if (kpi.type !== 'fcrPerContact' && kpi.type !== 'fcrPerIssue') return none;
  if (share.content.customer !== null || share.legs.length === 0) return none;
  return kpi.unknownCustomer === 'countAsResolved' ? { n: 1, d: 1 } : none;
}

const none = { n: 0, d: 0 };

const working = ['DIAL', 'TALK', 'HOLD', 'ACW'];
const statesOf = { aht: working, att: ['TALK'], acw: ['ACW'] } as const;

/** Bare time of states: KPIs know neither increments nor caps. */
function time(states: readonly string[]): WorkTime {
  return { kind: 'time', states, capsMs: {}, increment: null, capMs: null, averageCap: null, where: null };
}

/** KPIs count the work of agents whom the catalogue does not know as well; only billing leaves it out. */
function billedAlike(share: ContactShare): ContactShare {
  if (share.legs.every(({ agent }) => agent !== null)) return share;
  return { ...share, legs: share.legs.map((work) => ({ ...work, agent: work.agent ?? nobody })) };
}

const nobody = { grade: null, site: null, country: null, skills: [], languages: [] };

function tellStates(
  states: readonly string[],
  to: 'n' | 'd',
  share: ContactShare,
  pieces: Pieces,
  tell: Tell,
): void {
  for (const part of workParts(time(states), billedAlike(share), pieces, 'split'))
    tell(part.piece, to, part.ms);
}

function serviceLevel(
  kpi: Extract<Kpi, { type: 'serviceLevel' }>,
  share: ContactShare,
  count: (n: number, d: number) => void,
): void {
  if (share.stays.length === 0) return;
  const inTime = share.waitMs <= kpi.thresholdMs;
  const met = bit(share.outcome === 'answered' && inTime);
  const abandonedInTime = share.outcome === 'abandoned' && inTime;
  switch (kpi.variant) {
    case 'SL-A':
      count(met, bit(share.outcome === 'answered'));
      return;
    case 'SL-B':
      count(met, 1);
      return;
    case 'SL-C':
      count(met, bit(!isShort(share, kpi.shortAbandonMs)));
      return;
    case 'SL-D':
      count(bit(met === 1 || abandonedInTime), 1);
      return;
    case 'SL-E':
      count(met, bit(!abandonedInTime));
      return;
  }
}

function isShort(share: ContactShare, shortAbandonMs: number | null): boolean {
  return share.outcome === 'abandoned' && shortAbandonMs !== null && share.waitMs <= shortAbandonMs;
}

function bit(condition: boolean): number {
  return condition ? 1 : 0;
}
