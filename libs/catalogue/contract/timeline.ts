import { applySet, type Json } from '#domain/contract/amend.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { fault, type Fault, type Path } from '../fault.js';
import { INSTANT_FORMS, instantMs } from '../instant.js';

export type Sets = Readonly<Record<string, Json>>;

export interface WrittenAmendment {
  readonly effective: string;
  readonly reason: string | null;
  readonly from: 'effective' | 'nextPeriod';
  readonly set: Sets;
}

export interface VersionDraft {
  readonly version: number;
  readonly from: number | null;
  readonly reason: string | null;
  /** The written terms with all amendments so far. */
  readonly raw: Json;
  /** Of the amendment's sets; empty: the terms themselves. */
  readonly path: Path;
}

interface Amendment {
  readonly index: number;
  readonly from: number;
  readonly reason: string | null;
  readonly isDeferred: boolean;
  readonly set: Sets;
}

/**
 * The versions that the amendments make, by effective instant. Of one with `from: nextPeriod` what is judged
 * by period is a version of its own, from the first moment of the next period on.
 */
export function versionDrafts(head: WrittenHead, raw: Json, faults: Fault[]): VersionDraft[] {
  const { version, timeZone, amendments } = head;
  const drafts: VersionDraft[] = [{ version, from: null, reason: null, raw, path: [] }];
  const add = ({ from, reason, index, set }: Omit<Amendment, 'isDeferred'>): void => {
    const last = drafts.at(-1);
    if (last === undefined) return;
    const path = ['amendments', index, 'set'];
    const next = amended(last.raw, set, path, faults);
    if (last.from === from) drafts[drafts.length - 1] = { ...last, raw: next, reason, path };
    else drafts.push({ version: last.version + 1, from, reason, raw: next, path });
  };
  const deferred: Omit<Amendment, 'isDeferred'>[] = [];
  const addDeferred = (until: number): void => {
    while (deferred[0] !== undefined && deferred[0].from <= until) {
      const [first] = deferred.splice(0, 1);
      if (first !== undefined) add(first);
    }
  };
  for (const amendment of datedAmendments(amendments, timeZone, faults)) {
    addDeferred(amendment.from);
    const { set, from } = amendment;
    const next = Number.isNaN(from) ? from : nextBorder(from, head);
    if (!amendment.isDeferred || next === from) {
      add(amendment);
      continue;
    }
    const terms = drafts.at(-1)?.raw ?? raw;
    const entries = Object.entries(set);
    const now = entries.filter(([path, value]) => !isJudgedByMonth(terms, path, value));
    const later = entries.filter((entry) => !now.includes(entry));
    if (now.length > 0) add({ ...amendment, set: Object.fromEntries(now) });
    if (later.length > 0) deferred.push({ ...amendment, from: next, set: Object.fromEntries(later) });
  }
  addDeferred(Infinity);
  return drafts;
}

interface WrittenHead extends PeriodFrame {
  readonly version: number;
  readonly amendments: readonly WrittenAmendment[];
}

/** The first moment of a period that is not before the instant. */
function nextBorder(instant: number, frame: PeriodFrame): number {
  const periods = periodsOf(frame);
  const { start, end } = periods.bounds(periods.at(instant));
  return start === instant ? start : end;
}

const monthly = new Set([
  'kpis',
  'bonusMalus',
  'bonus',
  'malus',
  'limits',
  'corridors',
  'commitments',
  'discounts',
  'credits',
  'waivers',
]);

/** Of a line. */
const monthlyParts = new Set(['payIf', 'guards', 'minimum', 'over']);

function isJudgedByMonth(terms: Json, written: string, value: Json): boolean {
  const applied = applySet(terms, written, value);
  if ('fault' in applied) return false;
  const [section, , part] = applied.path;
  return monthly.has(String(section)) || (section === 'lines' && monthlyParts.has(String(part)));
}

export function amended(raw: Json, set: Sets, path: Path, faults: Fault[]): Json {
  return Object.entries(set).reduce((inner, [written, value]) => {
    const applied = applySet(inner, written, value);
    if (!('fault' in applied)) return applied.value;
    faults.push(fault('unknown-clause', [...path, written], applied.fault));
    return inner;
  }, raw);
}

function datedAmendments(
  amendments: readonly WrittenAmendment[],
  timeZone: string,
  faults: Fault[],
): Amendment[] {
  const dated = amendments.map((item, index) => {
    const path = ['amendments', index, 'effective'];
    return { index, item, from: instantOf(item.effective, timeZone, path, faults) };
  });
  const sorted = dated.toSorted((a, b) => a.from - b.from);
  sorted.forEach(({ index, from, item }, place) => {
    if (sorted[place - 1]?.from !== from) return;
    const message = `${item.effective} is the instant of another amendment as well`;
    faults.push(fault('duplicate-instant', ['amendments', index, 'effective'], message));
  });
  return sorted.map(({ index, from, item: { reason, set, from: begins } }) => {
    return { index, from, reason, set, isDeferred: begins === 'nextPeriod' };
  });
}

export function instantOf(text: string, zone: string, path: Path, faults: Fault[]): number {
  const ms = instantMs(text, zone);
  if (ms !== null) return ms;
  faults.push(fault('malformed-instant', path, `'${text}' must be ${INSTANT_FORMS}`));
  return Number.NaN;
}
