import {
  commitmentPeriod,
  periodsBefore,
  type CommitmentPeriod,
} from '#domain/contract/commitment-period.js';
import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { TimeLine } from '#domain/contract/line.js';
import type { VolumeLine } from '#domain/contract/volume-line.js';
import { zero, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import { pastBook } from '../period-book.js';
import { timeInOrder } from '../charge/time-in-order.js';
import { pricingContext, type PricingContext } from '../pricing-context.js';
import { daysOf, type PeriodShare } from '../proration.js';
import { linesBySegment, type LineInSegment } from '../terms-segments.js';
import type { Term } from '../trace.js';
import { segmentsOf } from './segments-of.js';

/** Where the units of a month stand in the volume of its commitment period. */
export interface CommittedUnits {
  /** Units of the months before; null: it is the first. */
  readonly before: Term | null;
  /** How much of what is agreed for the commitment period applies. */
  readonly share: PeriodShare;
}

/**
 * Of a line whose months fill tiers, packages and included units together. Months in which the line was not
 * agreed so do not count.
 */
export function committedUnits(
  context: PricingContext,
  { line, segment }: LineInSegment<VolumeLine>,
  over: CommitmentSpan,
  month: Period,
): CommittedUnits {
  const { contract, trace } = context;
  const whole = commitmentPeriod(contract, over, month);
  const months = periodsBefore(contract, whole.first, month);
  const units = Object.fromEntries(
    months.map((each) => [each, volumeOf(context, line, over, each)] as const),
  );
  const isOver = ({ lines }: Terms): boolean =>
    lines.some((each) => each.id === line.id && 'over' in each && each.over === over);
  return {
    before: months.length === 0 ? null : trace.apply('commitment', 'sum', segment.version, units),
    share: commitmentShare(contract, whole, isOver),
  };
}

/** Days of a commitment period in which a clause holds, of all of its days. */
function commitmentShare(
  contract: Contract,
  { first, last, days }: CommitmentPeriod,
  holds: (terms: Terms) => boolean,
): PeriodShare {
  if (last === null) return { days: 1, of: 1 };
  const all = segmentsOf(contract, first, last);
  const holding = all.filter(({ inForce }) => holds(inForce.terms));
  return {
    days: daysOf(holding, contract.timeZone),
    of: days ?? daysOf(all, contract.timeZone),
  };
}

/** What a line counts in an earlier month: its units, or time as it is billed. */
function volumeOf(
  { contract, book }: PricingContext,
  { id }: VolumeLine,
  over: CommitmentSpan,
  month: Period,
): Decimal {
  const past = pastBook(book, month);
  if (past === null) throw new Error(`the sums of ${month} of ${contract.id} are not in the book`);
  const context = pricingContext(contract, past);
  const own = linesBySegment(contract, context.segments, past)
    .flat()
    .filter(({ line }) => line.id === id && 'over' in line && line.over === over);
  const times = own.filter(isTime);
  const [first] = times.length === 0 ? [] : timeInOrder(context, times, null);
  const units = own.filter((each) => !isTime(each)).flatMap(({ quantities }) => quantities);
  return units
    .flatMap(({ sums }) => sums)
    .reduce((volume, { quantity }) => volume.plus(quantity), first?.volume.value ?? zero);
}

function isTime(own: LineInSegment): own is LineInSegment<TimeLine> {
  return own.line.model === 'time';
}
