import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Contract, Terms, Version } from '#domain/contract/contract.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import type { PeriodFrame } from '#domain/period/contract-periods.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { isBorder } from './period-border.js';
import { unknownFaults, type ClauseNames } from './references.js';
import type { WrittenTerms } from './written-terms.js';

type Term = Contract['term'];
type WrittenLine = WrittenTerms['lines'][number];

/** Commitments over several months, and lines whose months fill tiers together. */
export function commitmentFaults(terms: WrittenTerms, names: ClauseNames, term: Term): Fault[] {
  return [
    ...terms.lines.flatMap((line, index) => lineFaults(line, terms, ['lines', index], term)),
    ...(terms.commitments ?? []).flatMap((each, index) => {
      const path = ['commitments', index];
      return [
        ...beginningFaults(each.over, [...path, 'over'], term),
        ...endFaults(each.over, [...path, 'over'], term),
        ...(each.kind === 'volume'
          ? volumeFaults(each, terms, path, names)
          : amountFaults(each, path, names)),
      ];
    }),
  ];
}

/** What the months of a contract are counted from. */
export function beginningFaults(over: CommitmentSpan, path: Path, { firstDay }: Term): Fault[] {
  if (over.startsWith('calendar')) return [];
  if (firstDay === null) {
    const message = `${over} counts from the first day of the contract: write term.firstDay`;
    return [fault('commitment-without-term', path, message)];
  }
  if (over === 'term' || firstDay.endsWith('-01')) return [];
  const message =
    `${over} would begin within a month, on ${firstDay}, and invoices are monthly: write calendarYear or ` +
    'calendarQuarter, or a first day that is the first of a month';
  return [fault('commitment-without-term', path, message)];
}

export function endFaults(over: CommitmentSpan, path: Path, { lastDay }: Term): Fault[] {
  if (over !== 'term' || lastDay !== null) return [];
  const message = 'the term has no end, so nothing would ever be settled: write term.lastDay';
  return [fault('commitment-without-term', path, message)];
}

function lineFaults(line: WrittenLine, { corridors }: WrittenTerms, path: Path, term: Term): Fault[] {
  if (!('over' in line) || line.over === undefined) return [];
  const at = [...path, 'over'];
  const { pricing, above } = volumeTerms(line);
  const { mode } = pricing;
  const faults = beginningFaults(line.over, at, term);
  if (line.model === 'time' && line.unit === 'fte') faults.push(ofOneMonth(at, line.id));
  if (mode === 'flat' && above === 0) {
    const message = 'says nothing where every unit has one price: write tiers, a package or above beside it';
    faults.push(fault('never-applies', at, message));
  }
  if (mode === 'allUnits') {
    const message =
      'would change the price of periods that are invoiced: with over, write tiers of mode graduated';
    faults.push(fault('commitment-reprices', at, message));
  }
  const isHeldByMonth =
    line.minimum?.volume != null || corridors.some((corridor) => corridor.line === line.id);
  if (isHeldByMonth) {
    const message = `'${line.id}' has a corridor or a minimum volume, held period by period: write one of the two`;
    faults.push(fault('commitment-beside-corridor', at, message));
  }
  return faults;
}

function ofOneMonth(path: Path, line: string): Fault {
  const message = `'${line}' is by FTE, which are hours of one period: over several of them write a line by the hour`;
  return fault('commitment-without-volume', path, message);
}

function volumeFaults(
  { line, minimumVolume }: Extract<Commitment, { kind: 'volume' }>,
  terms: WrittenTerms,
  path: Path,
  names: ClauseNames,
): Fault[] {
  const faults = lineVolumeFaults(line, terms, [...path, 'line'], names);
  if (faults.length > 0 || Number(minimumVolume) > 0) return faults;
  return [fault('never-applies', [...path, 'minimumVolume'], 'nothing can fall short of 0')];
}

/** A line whose volume over months is asked for, and that has none. */
export function lineVolumeFaults(
  line: string,
  { lines, measures }: WrittenTerms,
  path: Path,
  names: ClauseNames,
): Fault[] {
  const unknown = unknownFaults(line, 'line', path, names);
  const found = lines.find((each) => each.id === line);
  if (unknown.length > 0 || found === undefined) return unknown;
  if (found.model === 'time' && found.unit === 'fte') return [ofOneMonth(path, line)];
  const isCounted = 'pricing' in found || found.model === 'time';
  const measure = 'measure' in found ? measures[found.measure] : undefined;
  if (isCounted && measure?.kind !== 'seats') return [];
  const message = `'${line}' has no volume that work could fall short of: write a line by time or by the unit`;
  return [fault('commitment-without-volume', path, message)];
}

function amountFaults(
  { base, minimum, maximum }: Extract<Commitment, { kind: 'amount' }>,
  path: Path,
  names: ClauseNames,
): Fault[] {
  const faults = (base ?? []).flatMap((id, index) => {
    const at = [...path, 'base', index];
    const unknown = unknownFaults(id, 'line', at, names);
    if (base?.indexOf(id) === index) return unknown;
    return [...unknown, fault('base-repeated', at, `'${id}' is listed twice and would count twice`)];
  });
  if (minimum === null && maximum === null)
    faults.push(fault('never-applies', path, 'commits to nothing: write minimum or maximum'));
  if (minimum !== null && maximum !== null && Number(minimum) > Number(maximum)) {
    const message = `${maximum} must not be below minimum ${minimum}`;
    faults.push(fault('limits-crossed', [...path, 'maximum'], message));
  }
  return faults;
}

/** What is agreed over several months begins, changes and ends with a month. */
export function commitmentChangeFaults(
  before: Version,
  after: Version,
  frame: PeriodFrame,
  path: Path,
): Fault[] {
  if (after.from === null || isSame(committed(before.terms), committed(after.terms))) return [];
  if (isBorder(after.from, frame)) return [];
  const noun = periodNouns[frame.period.unit];
  const message = `changes what is agreed over several ${noun}s: possible at the first moment of a ${noun} only`;
  return [fault('commitment-changes-mid-month', path, message)];
}

/** Commitments, and over how many months each line fills its tiers; a calendar rule changes neither. */
export function committed({ commitments = [], lines }: Terms): unknown {
  const spans = lines.flatMap((line) =>
    'over' in line && line.over !== undefined ? [[line.id, line.over] as const] : [],
  );
  return { commitments, spans };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
