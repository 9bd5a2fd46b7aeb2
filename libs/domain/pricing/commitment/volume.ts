import type { TimeLine } from '#domain/contract/line.js';
import { timeUnitMs } from '#domain/contract/volume-line.js';
import { isByVolume, timeInOrder } from '../charge/time-in-order.js';
import { quantityTerm } from '../book-terms.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import { linesBySegment, type LineInSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';

/** The work of a month as far as it is priced. */
export interface MonthWork {
  readonly context: PricingContext;
  readonly drafts: readonly InvoiceLineDraft[];
}

/** In what the volume of a line is counted, and how much of it one priced unit is. */
export interface VolumeUnit {
  readonly unit: 'ms' | 'units';
  readonly per: number;
}

/** null: the month has no such line. */
export function volumeUnit(
  { context: { periodEnd } }: Pick<MonthWork, 'context'>,
  id: string,
): VolumeUnit | null {
  const line = periodEnd.terms.lines.find((candidate) => candidate.id === id);
  if (line === undefined) return null;
  return line.model === 'time' ? { unit: 'ms', per: timeUnitMs(line) } : { unit: 'units', per: 1 };
}

/** What counts of a line in a month: all of its units, or its time as it is billed. */
export function countedVolume({ context, drafts }: MonthWork, id: string): Term[] {
  const { contract, segments, book, trace } = context;
  const own = linesBySegment(contract, segments, book)
    .flat()
    .filter(({ line }) => line.id === id);
  const units = own
    .filter(({ line }) => 'pricing' in line)
    .flatMap(({ quantities, segment }) =>
      quantities.map((booked) => quantityTerm(booked, segment.version, trace)),
    );
  const times = own.filter(isTime);
  if (times.some(isByVolume)) {
    const [first] = timeInOrder(context, times, null);
    return first === undefined ? units : [first.volume, ...units];
  }
  const work = drafts.filter(({ line, part }) => line.id === id && line.model === 'time' && part === 'work');
  return [...work.map(({ quantity }) => quantity), ...units];
}

function isTime(own: LineInSegment): own is LineInSegment<TimeLine> {
  return own.line.model === 'time';
}
