import { holidayCalendar } from '#domain/calendar/holidays.js';
import type { Contract, Terms, Version, Window } from '#domain/contract/contract.js';
import { termsInForceDuring } from '#domain/contract/terms-in-force.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { dayMs, epochDayOf, zoneOf } from '#domain/period/zone.js';
import { leavesOf, type Leaf, type Leaves } from './leaves.js';

/**
 * Something that closed periods were priced by and that reads otherwise now, without an amendment. A contract
 * is never edited: what changes, changes from an instant on, and the past stays what was invoiced.
 */
export interface Edit {
  /** `currency`, `hours.price`, `calendarRules.peak`. */
  readonly path: string;
  /** As text; null: there is none. */
  readonly was: string | null;
  readonly is: string | null;
  /** `amendment`: an amendment may set it. `head`: it stays for the life of a contract. */
  readonly by: 'amendment' | 'head';
}

/** Edits of a contract since its latest close; `closed`: all of its closed periods. Empty: all is well. */
export function editsSince(before: Contract, after: Contract, closed: readonly Period[]): Edit[] {
  if (closed.length === 0) return [];
  const rhythms = rhythmEdits(before, after);
  // under another rhythm there are no such periods: nothing else can be compared
  if (rhythms.length > 0) return rhythms;
  return [
    ...headEdits(before, after, closed),
    ...versionEdits(before, after, closed),
    ...windowEdits(before, after, closed),
  ];
}

/** First period that an amendment may begin with, without changing what was invoiced. */
export function firstOpenPeriod(contract: Contract, closed: readonly Period[]): Period {
  const last = closed.toSorted().at(-1);
  if (last === undefined) throw new Error('no period is closed');
  return periodsOf(contract).shift(last, 1);
}

function rhythmEdits(before: Contract, after: Contract): Edit[] {
  const rhythmOf = ({ period }: Contract): Leaves => {
    const { graceHours: _g, disputeDays: _d, lateEvents: _l, ...rhythm } = period;
    return leavesOf(rhythm, 'period');
  };
  const [was, is] = [rhythmOf(before), rhythmOf(after)];
  return differing(was, is).map((path) => edit(path, was.get(path), is.get(path), 'head'));
}

function headEdits(before: Contract, after: Contract, closed: readonly Period[]): Edit[] {
  const keys = ['currency', 'timeZone', 'programme', 'attribution', 'rounding'] as const;
  const edits = keys.flatMap((key): Edit[] => {
    const [was, is] = [leavesOf(before[key], key), leavesOf(after[key], key)];
    return differing(was, is).map((path) => edit(path, was.get(path), is.get(path), 'head'));
  });
  if (lengthOf(before, closed) !== lengthOf(after, closed)) {
    edits.push({ path: 'term', was: termText(before), is: termText(after), by: 'head' });
  }
  for (const path of ['holidays', 'siteHolidays'] as const) {
    const [was, is] = [holidaysOf(before, path, closed), holidaysOf(after, path, closed)];
    if (was !== is) edits.push({ path, was, is, by: 'head' });
  }
  return edits;
}

/** Milliseconds of the closed periods that the contract's term covers. */
function lengthOf(contract: Contract, closed: readonly Period[]): number {
  const all = closed.flatMap((period) => termsInForceDuring(contract, period));
  return all.reduce((sum, { from, to }) => sum + to - from, 0);
}

function termText({ term }: Contract): string {
  return `${term.firstDay ?? ''}..${term.lastDay ?? ''}`;
}

/** Holidays of the brand or the site within the closed periods. */
function holidaysOf(
  contract: Contract,
  whose: 'holidays' | 'siteHolidays',
  closed: readonly Period[],
): string {
  const holidays = contract[whose];
  if (holidays === undefined) return '';
  const isHoliday = holidayCalendar(holidays);
  const zone = zoneOf(contract.timeZone);
  const days = closed.flatMap((period) => {
    const { start, end } = periodsOf(contract).bounds(period);
    const first = epochDayOf(start + zone.offsetAt(start));
    const last = epochDayOf(end - 1 + zone.offsetAt(end - 1));
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return days
    .filter((day) => isKnown(isHoliday, day))
    .map((day) => new Date(day * dayMs).toISOString().slice(0, 10))
    .join(', ');
}

/** A calendar that ends before the day has no holiday there. */
function isKnown(isHoliday: (day: number) => boolean, day: number): boolean {
  try {
    return isHoliday(day);
  } catch {
    return false;
  }
}

/** What each version that closed periods used sets, whatever was set between versions since. */
function versionEdits(before: Contract, after: Contract, closed: readonly Period[]): Edit[] {
  const used = usedVersions(before, closed);
  return before.versions.flatMap((version, index): Edit[] => {
    if (!used.has(version.version)) return [];
    const at = after.versions.findIndex(({ from }) => from === version.from);
    const same = after.versions[at];
    if (same === undefined) return [edit('amendments', versionText(version), undefined, 'amendment')];
    const was = {
      own: termsLeaves(version.terms, before, closed),
      earlier: earlierLeaves(before, index, closed),
    };
    const is = { own: termsLeaves(same.terms, after, closed), earlier: earlierLeaves(after, at, closed) };
    return changedSets(was, is).map((path) => edit(path, was.own.get(path), is.own.get(path), 'amendment'));
  });
}

function usedVersions(contract: Contract, closed: readonly Period[]): ReadonlySet<number> {
  const inForce = closed.flatMap((period) => termsInForceDuring(contract, period));
  const last = contract.versions.at(-1)?.version ?? 1;
  return new Set(inForce.length === 0 ? [last] : inForce.map(({ version }) => version));
}

function versionText({ from, reason }: Version): string {
  const day = from === null ? '' : new Date(from).toISOString();
  return reason === null ? day : `${day} (${reason})`;
}

/** The terms of one version, and of the one before it; null: it is the first. */
interface Sets {
  readonly own: Leaves;
  readonly earlier: Leaves | null;
}

function earlierLeaves(contract: Contract, index: number, closed: readonly Period[]): Leaves | null {
  const earlier = contract.versions[index - 1];
  return earlier === undefined ? null : termsLeaves(earlier.terms, contract, closed);
}

/**
 * Paths at which a version sets something else than it did. What differs because an earlier version was added
 * is that version's, and no edit of this one.
 */
function changedSets(was: Sets, is: Sets): string[] {
  return differing(was.own, is.own).filter((path) => {
    const sets = ({ own, earlier }: Sets): boolean => earlier === null || own.get(path) !== earlier.get(path);
    return sets(was) || sets(is);
  });
}

/** Calendar rules that reach into closed periods: neither changed, nor added, nor removed. */
function windowEdits(before: Contract, after: Contract, closed: readonly Period[]): Edit[] {
  const [was, is] = [windowsIn(before, closed), windowsIn(after, closed)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((id): Edit[] => {
    const [old, now] = [was.get(id), is.get(id)];
    const path = `calendarRules.${id}`;
    if (old === undefined || now === undefined || spanText(old) !== spanText(now)) {
      return [edit(path, old && spanText(old), now && spanText(now), 'amendment')];
    }
    return changedSets(setsOf(old, before, closed), setsOf(now, after, closed)).map((leaf) =>
      edit(
        `${path}.${writtenPath(leaf)}`,
        setsOf(old, before, closed).own.get(leaf),
        setsOf(now, after, closed).own.get(leaf),
        'amendment',
      ),
    );
  });
}

interface UsedWindow {
  readonly window: Window;
  readonly version: Version;
}

function windowsIn(contract: Contract, closed: readonly Period[]): Map<string, UsedWindow> {
  const bounds = closed.map((period) => periodsOf(contract).bounds(period));
  const found = contract.versions.flatMap((version) =>
    version.windows
      .filter(({ from, to }) => bounds.some(({ start, end }) => from < end && to > start))
      .map((window) => [window.id, { window, version }] as const),
  );
  return new Map(found.toReversed());
}

function spanText({ window: { from, to } }: UsedWindow): string {
  return `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
}

function setsOf({ window, version }: UsedWindow, contract: Contract, closed: readonly Period[]): Sets {
  return {
    own: termsLeaves(window.terms, contract, closed),
    earlier: termsLeaves(version.terms, contract, closed),
  };
}

/**
 * Terms without what closed periods did not use: fees of another day, waivers of another time, forecasts of
 * other periods; and without names and the versions of KPI definitions, which price nothing.
 */
function termsLeaves(terms: Terms, contract: Contract, closed: readonly Period[]): Leaves {
  const periods = periodsOf(contract);
  const bounds = closed.map((period) => periods.bounds(period));
  const touches = (from: number, to: number): boolean =>
    bounds.some(({ start, end }) => from < end && to > start);
  const used = {
    ...terms,
    lines: terms.lines.filter((line) => line.model !== 'oneOff' || closed.includes(periods.ofDay(line.day))),
    waivers: terms.waivers.filter((each) => each.kind === 'volumeAbove' || touches(each.from, each.to)),
  };
  const unused = ([path]: [string, Leaf]): boolean => {
    const last = path.slice(path.lastIndexOf('.') + 1);
    const isPeriod = periods.has(last) && !closed.includes(last);
    return isPeriod || last === 'name' || /^kpis\..*\.version$/.test(path);
  };
  return new Map([...leavesOf(used, '')].filter((entry) => !unused(entry)));
}

/**
 * Paths whose values differ. A release that knows more terms adds their usual values to contracts that an
 * earlier one recorded: a plain value under a key that the record did not have is no edit.
 */
function differing(was: Leaves, is: Leaves): string[] {
  const known = new Set([...was.keys()].map(parentOf));
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => {
    const [old, now] = [was.get(path) ?? null, is.get(path) ?? null];
    if (old === now) return false;
    const parent = parentOf(path);
    const isNewTerm = !was.has(path) && known.has(parent) && !/(^|\.)(capsMs|match|values|\d+)$/.test(parent);
    return !isNewTerm || /\.\d+$/.test(path);
  });
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function edit(path: string, was: Leaf | undefined, is: Leaf | undefined, by: Edit['by']): Edit {
  const text = (leaf: Leaf | undefined): string | null => (leaf == null ? null : String(leaf));
  return { path: writtenPath(path), was: text(was), is: text(is), by };
}

/** As amendments name it: without the section where an id says it, and prices where they are written. */
function writtenPath(path: string): string {
  return path
    .replace(/^(lines|bonusMalus|corridors|commitments|discounts|waivers|measures|kpis)\./, '')
    .replace(/\.pricing\.(price|size)$/, '.$1')
    .replace('.pricing.steps.', '.tiers.steps.');
}
