import type { ContactContent, Leg, Segment } from '#domain/posting/posting.js';
import type { Contract, Terms, Version } from './contract.js';
import type { Line, TimeLine, UnitLine } from './line.js';
import type { ContactCount, WorkTime } from './measure.js';
import type { WorkScope } from '#domain/scope/work-scope.js';

/** Small whole contracts and contacts for tests: say what matters, the rest is plain. */
export const utc = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

/** An instant by the clock of Paris. */
export const paris = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Paris').epochMilliseconds;

/** Conditions that any work fits. */
export const anyWork = {
  grades: null,
  sites: null,
  countries: null,
  skills: null,
  languages: null,
  queues: null,
  dispositions: null,
} as const;

const party = { siren: null, vatId: null, countryCode: 'FR', purchaseOrder: null, accountingRef: null };

export function sampleContract(terms: Partial<Terms>, rest: Partial<Contract> = {}): Contract {
  return {
    id: 'C1',
    seller: { ...party, name: 'Centre' },
    buyer: { ...party, name: 'Marque' },
    currency: 'EUR',
    timeZone: 'Europe/Paris',
    holidays: { country: 'FR', region: null, extra: [], days: [] },
    term: { firstDay: null, lastDay: null },
    period: { unit: 'month', graceHours: 72, disputeDays: 15, lateEvents: 'nextPeriod' },
    attribution: { contacts: 'queueEntry', time: 'split' },
    rounding: { scale: 2, mode: 'halfAwayFromZero', at: 'line', displayRatio: 4 },
    programme: 'P',
    versions: [{ version: 1, from: null, reason: null, terms: sampleTerms(terms), windows: [] }],
    ...rest,
  };
}

export function sampleTerms(terms: Partial<Terms>): Terms {
  return {
    scope: { queues: null, channels: null, directions: null },
    measures: {},
    kpis: {},
    lines: [],
    bonusMalus: [],
    corridors: [],
    waivers: [],
    limits: null,
    malus: { overallCap: null, vatTreatment: 'priceReduction' },
    vat: { category: 'S', rate: '20', reason: null },
    ...terms,
  };
}

export function sampleVersion(version: number, from: number | null, terms: Partial<Terms>): Version {
  return { version, from, reason: null, terms: sampleTerms(terms), windows: [] };
}

export function timeLine(line: Partial<TimeLine> = {}): TimeLine {
  return { ...lineBase, model: 'time', measure: 'time', unit: 'hour', price: '29.50', ...priced, ...line };
}

export function unitLine(line: Partial<UnitLine> = {}): UnitLine {
  const pricing = { mode: 'flat', price: '1.00' } as const;
  return {
    ...lineBase,
    model: 'perUnit',
    measure: 'contacts',
    pricing,
    above: 0,
    proration: 'calendarDays',
    settleAfter: 'close',
    ...priced,
    ...line,
  };
}

export function fixedLine(amount: string, line: Partial<Extract<Line, { model: 'fixed' }>> = {}): Line {
  return {
    ...lineBase,
    model: 'fixed',
    amount,
    proration: 'calendarDays',
    includes: null,
    indexation: null,
    ...line,
  };
}

const lineBase = { id: 'L1', name: 'L1', vat: null, payIf: null };
const priced = { bands: [], stacking: 'highest', rates: [], indexation: null } as const;

export function workTime(states: readonly string[], measure: Partial<WorkTime> = {}): WorkTime {
  return {
    kind: 'time',
    states,
    capsMs: {},
    increment: null,
    capMs: null,
    averageCap: null,
    where: null,
    ...measure,
  };
}

export function contactCount(of: ContactCount['of'], measure: Partial<ContactCount> = {}): ContactCount {
  return { kind: 'contacts', of, minTalkMs: 0, where: null, ...measure };
}

/** A contact that waited, was answered and talked; `from` and `to` bound the talk. */
export function answeredCall(
  from: number,
  to: number,
  leg: Partial<Leg> = {},
  segment: Partial<Segment> = {},
): ContactContent {
  const waitMs = segment.waitMs ?? 0;
  return contact({
    segments: [
      { queue: 'c:q1', enteredAt: from - waitMs, leftAt: from, waitMs, result: 'answered', ...segment },
    ],
    legs: [sampleLeg(from, to, leg)],
  });
}

export function sampleLeg(from: number, to: number, leg: Partial<Leg> = {}): Leg {
  return {
    agent: 'c:a1',
    queue: 'c:q1',
    startedAt: from,
    endedAt: to,
    talkMs: to - from - (leg.holdMs ?? 0),
    holdMs: 0,
    dialMs: 0,
    acwMs: null,
    acwStartedAt: null,
    disposition: null,
    transferredOut: false,
    ...leg,
  };
}

export function abandonedCall(at: number, waitMs: number): ContactContent {
  return contact({
    segments: [{ queue: 'c:q1', enteredAt: at, leftAt: at + waitMs, waitMs, result: 'abandoned' }],
  });
}

export function contact(content: Partial<ContactContent>): ContactContent {
  return {
    kind: 'contact',
    contact: 'c:1',
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer: null,
    segments: [],
    legs: [],
    missed: [],
    ...content,
  };
}

/**
 * Queues c:q1 and c:q2 belong to programme P as `q1`, `q2`; agents c:a1 (junior) and c:a2 (expert, de) are
 * known.
 */
export const sampleScope: WorkScope = {
  assignmentOf: (queue) => (/^c:q[12]$/.test(queue) ? { programme: 'P', queue: queue.slice(2) } : null),
  agent: (agent) => {
    const common = { site: 'Lille', country: 'FR', skills: [] };
    if (agent === 'c:a1') return { ...common, grade: 'junior', languages: ['fr'] };
    return agent === 'c:a2' ? { ...common, grade: 'expert', languages: ['fr', 'de'] } : null;
  },
};
