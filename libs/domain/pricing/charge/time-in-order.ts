import type { TimeLine } from '#domain/contract/line.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import type { PricingContext } from '../pricing-context.js';
import type { BookedQuantity, LineInSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';
import { seatTime } from './seats.js';
import { billedRuns } from './time-quantities.js';
import { unitsInOrder, type BookedUnits } from './units-in-order.js';

/** Time as it is billed, each millisecond at its place in the volume after `before`. */
export function timeInOrder(
  context: PricingContext,
  segments: readonly LineInSegment<TimeLine>[],
  before: Term | null,
): BookedUnits<TimeLine>[] {
  const counted = segments.map((each) => ({ ...each, quantities: quantitiesOf(context, each) }));
  return unitsInOrder(counted, before, context.trace, (runs) => billedRuns(context, runs));
}

/** Worked time comes from the book, the time of seats from the calendar. */
export function quantitiesOf(
  { contract }: PricingContext,
  lineInSegment: LineInSegment<TimeLine>,
): readonly BookedQuantity[] {
  const measure = lineInSegment.segment.inForce.terms.measures[lineInSegment.line.measure];
  return measure?.kind === 'seats' ? seatTime(contract, lineInSegment, measure) : lineInSegment.quantities;
}

/** One price for all time needs neither its order nor its sum. */
export function isByVolume({ line, segment }: LineInSegment<TimeLine>): boolean {
  const { pricing, above } = volumeTerms(line);
  const { corridors } = segment.inForce.terms;
  const isFlat = pricing.mode === 'flat' && above === 0 && (line.minimum?.volume ?? null) === null;
  return !isFlat || corridors.some((corridor) => corridor.line === line.id);
}
