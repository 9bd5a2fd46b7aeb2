import { commitmentPeriod } from '#domain/contract/commitment-period.js';
import type { TimeLine } from '#domain/contract/line.js';
import { volumeTerms, type VolumeLine, type VolumeTerms } from '#domain/contract/volume-line.js';
import { quantityTerm } from '../book-terms.js';
import type { CommitmentBalance } from '../invoice.js';
import { zero } from '#domain/money/money.js';
import type { PricingContext } from '../pricing-context.js';
import { proratedUnits } from '../proration.js';
import { linesBySegment, type LineInSegment } from '../terms-segments.js';
import { timeInOrder } from '../charge/time-in-order.js';
import { asBooked, valueOf } from '../charge/unit-pricing.js';
import type { Term } from '../trace.js';
import { committedUnits } from './committed-units.js';

/** Of each line whose months fill tiers or included units together: how far the volume has come. */
export function unitBalances(context: PricingContext): CommitmentBalance[] {
  const { contract, segments, book } = context;
  return linesBySegment(contract, segments, book).flatMap((own) => {
    const committed = own.filter(isCommitted);
    const last = committed.at(-1);
    return last === undefined ? [] : balanceOf(context, committed, last);
  });
}

type CommittedLine = VolumeLine & { readonly over: NonNullable<VolumeLine['over']> };

function isCommitted(own: LineInSegment): own is LineInSegment<CommittedLine> {
  return 'over' in own.line && own.line.over !== undefined;
}

function balanceOf(
  context: PricingContext,
  all: readonly LineInSegment<CommittedLine>[],
  last: LineInSegment<CommittedLine>,
): CommitmentBalance {
  const { contract, book, trace } = context;
  const { line, segment } = last;
  const { version } = segment;
  const { before, share } = committedUnits(context, last, line.over, book.period);
  const inMonth = volumeIn(context, all, version);
  const soFar = before === null ? inMonth : trace.sum('commitment', version, [before, inMonth]);
  const terms = volumeTerms(line);
  const next = placesOf(terms)
    .map((units) =>
      terms.proration === 'none' ? units : proratedUnits(units, share, 'commitment', version, trace),
    )
    .map((units) =>
      typeof units === 'number'
        ? units * terms.perUnit
        : asBooked(units, terms.perUnit, version, trace, 'commitment'),
    )
    .find((place) => soFar.value.lt(valueOf(place)));
  const left =
    next === undefined ? null : trace.apply('commitment', 'shortBy', version, { value: soFar, least: next });
  const { first, last: end } = commitmentPeriod(contract, line.over, book.period);
  return {
    clause: line.id,
    kind: 'tiers',
    over: line.over,
    first,
    last: end,
    unit: line.model === 'time' ? 'ms' : 'units',
    agreed: next === undefined ? null : zero.plus(valueOf(next)),
    before: before?.value ?? zero,
    inMonth: inMonth.value,
    left: left?.value ?? null,
    row: (left ?? soFar).row,
  };
}

function volumeIn(
  context: PricingContext,
  all: readonly LineInSegment<CommittedLine>[],
  version: number,
): Term {
  const times = all.filter(
    (own): own is LineInSegment<CommittedLine & TimeLine> => own.line.model === 'time',
  );
  const [first] = timeInOrder(context, times, null);
  if (first !== undefined) return first.volume;
  const sums = all.flatMap(({ quantities }) => quantities.flatMap((booked) => booked.sums));
  return quantityTerm({ sums }, version, context.trace);
}

/** Where in the volume the price changes. */
function placesOf({ above, pricing }: VolumeTerms): number[] {
  const steps = 'steps' in pricing ? pricing.steps.flatMap(({ upTo }) => upTo ?? []) : [];
  return [...(above === 0 ? [] : [above]), ...steps].sort((a, b) => a - b);
}
