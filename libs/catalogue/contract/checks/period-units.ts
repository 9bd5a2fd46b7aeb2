import { commitmentSpans, type CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Contract } from '#domain/contract/contract.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { shiftMonth } from '#domain/period/period.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { fault, type Fault, type Path } from '../../fault.js';
import type { WrittenTerms } from './written-terms.js';

type Head = PeriodFrame & Pick<Contract, 'term'>;

/** What is agreed by the month or over months, in a contract that is invoiced otherwise. */
export function periodUnitFaults(terms: WrittenTerms, head: Head): Fault[] {
  const { unit } = head.period;
  if (unit === 'month') return [];
  const { lines, limits, measures, commitments = [], discounts = [], credits, bonusMalus } = terms;
  const whole = (path: Path): Fault => byMonth(path, head, 'an amount of a whole month');
  return [
    ...discounts.map((_, index) => onlyMonths(['discounts', index], head, 'discounts and rebates')),
    ...(credits === undefined ? [] : [onlyMonths(['credits'], head, 'credits that are carried')]),
    ...bonusMalus.flatMap((each, index) =>
      'deduct' in each && each.deduct !== undefined
        ? [onlyMonths(['bonusMalus', index, 'deduct'], head, 'service credits')]
        : [],
    ),
    ...lines.flatMap((line, index): Fault[] => {
      const path = ['lines', index];
      const isWhole = line.model === 'fixed' && line.proration === 'none' && line.per === undefined;
      const minimum = 'minimum' in line ? line.minimum : undefined;
      return [
        ...(isWhole ? [whole([...path, 'proration'])] : []),
        ...(minimum?.amount != null && minimum.proration === 'none'
          ? [whole([...path, 'minimum', 'proration'])]
          : []),
        ...('over' in line ? cutFaults(line.over, [...path, 'over'], head) : []),
      ];
    }),
    ...(limits?.proration === 'none' ? [whole(['limits', 'proration'])] : []),
    ...Object.entries(measures).flatMap(([id, measure]) => {
      const isByMonth = measure.kind === 'time' && measure.increment?.per === 'month';
      return isByMonth
        ? [byMonth(['measures', id, 'increment', 'per'], head, 'an increment on the month')]
        : [];
    }),
    ...commitments.flatMap(({ over }, index) => cutFaults(over, ['commitments', index, 'over'], head)),
  ];
}

function byMonth(path: Path, { period: { unit } }: Head, what: string): Fault {
  const noun = periodNouns[unit];
  const message =
    `${what} cannot be charged by the ${noun}: leave it out (then as much as days of the month are in it), or agree ` +
    `it by the ${noun} (of a fixed amount: per: period)`;
  return fault('agreed-by-month', path, message);
}

function onlyMonths(path: Path, { period: { unit } }: Head, what: string): Fault {
  const message = `${what} are for contracts that are invoiced by the month, and this one is by the ${periodNouns[unit]}: leave it out`;
  return fault('agreed-by-month', path, message);
}

/** Quarters and years whose border lies within a period of the contract. */
function cutFaults(over: CommitmentSpan | undefined, path: Path, head: Head): Fault[] {
  if (over === undefined || !cutsPeriod(over, head)) return [];
  const noun = periodNouns[head.period.unit];
  const hasBeginning = head.term.firstDay !== null;
  const allowed = commitmentSpans.filter(
    (span) => !cutsPeriod(span, head) && (hasBeginning || !span.startsWith('contract')),
  );
  const message = `${over} would end within a ${noun}, and invoices are by the ${noun}: write ${allowed.join(' or ')}`;
  return [fault('commitment-cuts-period', path, message)];
}

function cutsPeriod(over: CommitmentSpan, head: Head): boolean {
  if (over === 'term') return false;
  const month = over.startsWith('calendar') ? '2000-01' : head.term.firstDay?.slice(0, 7);
  if (month === undefined) return false;
  const { ofDay, firstDay } = periodsOf(head);
  const length = over.endsWith('Year') ? 12 : 3;
  return [0, 1, 2, 3].some((times) => {
    const border = `${shiftMonth(month, times * length)}-01`;
    return firstDay(ofDay(border)) !== border;
  });
}
