import type { AgreedResolution, ResolutionTerms } from '#domain/contract/kpi.js';
import type { RepeatChange } from '#domain/kpi/chain-links.js';
import { verdictOf } from '#domain/kpi/resolution.js';
import type { MeasureSums } from './kpi-figure.js';
import type { ProgrammeRules } from './live-scope.js';
import { addMeasure, type AddToTally, type ResolutionMeasure } from './measure.js';
import { quarterMs } from './quarters.js';

/**
 * What became of the contacts of a span that people or machines worked on, by one definition. What is in none
 * of the three was not resolved: it was handed over, or another kind resolved it.
 */
export interface ResolutionCounts {
  readonly version: number;
  readonly parameters: ResolutionTerms;
  readonly workedOn: number;
  /** Held, and their window is over. */
  readonly settled: number;
  /** Hold so far; their window is not over. */
  readonly provisional: number;
  /** Taken back within their window. */
  readonly reversed: number;
}

/**
 * A change of what became of a contact, by each definition, in the quarter-hour in which it entered. Those
 * that hold are counted by the quarter-hour that their end lies in or at the end of, counted from that of
 * their entry: so any instant at the start of a quarter-hour says which of them are settled.
 */
export function tallyResolution(
  { contact, sign, ...gaps }: RepeatChange,
  { resolutions = [] }: ProgrammeRules,
  add: AddToTally,
): void {
  const { programme, queue, enteredAt, endedAt } = contact;
  for (const terms of resolutions) {
    const verdict = verdictOf(terms, contact, gaps);
    if (verdict === null) continue;
    const quarters = Math.ceil(endedAt / quarterMs) - Math.floor(enteredAt / quarterMs);
    const record = (measure: ResolutionMeasure): void => {
      addMeasure(add, 'programme', programme, enteredAt, measure, null, sign);
      addMeasure(add, 'queue', programme, enteredAt, measure, queue, sign);
    };
    const prefix = prefixOf(terms);
    record(`${prefix}workedOn`);
    if (verdict === 'holds') record(`${prefix}held${quarters}`);
    if (verdict === 'reversed') record(`${prefix}reversed`);
  }
}

/**
 * A measure of a quarter-hour as it is at an instant (the start of a quarter-hour): what holds is settled or
 * provisional. All others are what they are.
 */
export function measureAsOf(measure: string, quarter: number, asOf: number): string {
  if (!measure.startsWith(start)) return measure;
  const [, windowMs = '', held = ''] = heldPattern.exec(measure) ?? [];
  if (held === '') return measure;
  const isOver = quarter + Number(held) * quarterMs + Number(windowMs) <= asOf;
  return `${measure.slice(0, measure.lastIndexOf(':') + 1)}${isOver ? 'settled' : 'provisional'}`;
}

const start = 'resolution:';
const heldPattern = /^resolution:(\d+),.*:held(\d+)$/;

/** `sums`: as of the instant. Definitions of which nothing was worked on are left out. */
export function resolutionCounts(
  sums: MeasureSums,
  resolutions: readonly AgreedResolution[],
): ResolutionCounts[] {
  return resolutions.flatMap(({ version, ...parameters }): ResolutionCounts[] => {
    const sum = (part: string): number => sums.get(`${prefixOf(parameters)}${part}`) ?? 0;
    const workedOn = sum('workedOn');
    if (workedOn === 0) return [];
    const [settled, provisional, reversed] = [sum('settled'), sum('provisional'), sum('reversed')];
    return [{ version, parameters, workedOn, settled, provisional, reversed }];
  });
}

/** Measures are joined by `|` and looked up as text, so dispositions are written without `|`, `:` and `,`. */
function prefixOf({ windowMs, by, unless, resolved }: ResolutionTerms): `resolution:${string}:` {
  const declared = resolved === null ? [] : [resolved.map((each) => encodeURIComponent(each)).join('+')];
  return `${start}${[windowMs, by ?? '', unless.join('+'), ...declared].join(',')}:`;
}
