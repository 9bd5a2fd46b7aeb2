import type { Contract, Terms, Version } from '#domain/contract/contract.js';
import { discountSteps, thresholdOf, type Discount, type DiscountStep } from '#domain/contract/discount.js';
import { Decimal } from '#domain/money/money.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { fault, type Fault, type Path } from '../../fault.js';
import { suggestion } from '../../nearest.js';
import { beginningFaults, endFaults, lineVolumeFaults } from './commitments.js';
import { foreignPeriodFaults, isBorder } from './period-border.js';
import { ratioFaults } from './plausible.js';
import type { ClauseNames } from './references.js';
import type { WrittenTerms } from './written-terms.js';

/** What the head of a contract says of its months. */
interface DiscountHead extends PeriodFrame {
  readonly term: Contract['term'];
}

/** Discounts that name nothing, say nothing, or say two things. */
export function discountFaults(terms: WrittenTerms, names: ClauseNames, head: DiscountHead): Fault[] {
  return (terms.discounts ?? []).flatMap((discount, index) => {
    const path = ['discounts', index];
    return [
      ...formFaults(discount, path),
      ...stepFaults(discount, path),
      ...baseFaults(discount, index, terms, path),
      ...volumeFaults(discount, terms, path, names),
      ...spanFaults(discount, path, head.term),
      ...betweenFaults(discount, path, head),
    ];
  });
}

/** One of rate, amount and steps; of a step one of rate and amount, above or from on. */
function formFaults(discount: Discount, path: Path): Fault[] {
  const { rate, amount, steps } = discount;
  const given = [rate, amount, steps].filter((each) => each !== undefined).length;
  const faults: Fault[] = [];
  if (given !== 1) {
    const message = `has ${given} of rate, amount and steps; allowed is one of them`;
    faults.push(fault(given === 0 ? 'missing' : 'not-one-of-several', path, message));
  }
  if (steps !== undefined && thresholdOf(discount) !== null) {
    const message = 'stands beside steps, which say it themselves: write it in the step';
    faults.push(
      fault('not-one-of-several', [...path, discount.above === undefined ? 'atLeast' : 'above'], message),
    );
  }
  return [
    ...faults,
    ...(steps ?? []).flatMap((step, index) => {
      const count = [step.rate, step.amount].filter((each) => each !== undefined).length;
      if (count === 1) return [];
      const message = `has ${count} of rate and amount; allowed is one of them`;
      return [fault(count === 0 ? 'missing' : 'not-one-of-several', [...path, 'steps', index], message)];
    }),
    ...placed(discount, path).flatMap(([{ above, atLeast }, at]) =>
      above === undefined || atLeast === undefined
        ? []
        : [fault('not-one-of-several', [...at, 'atLeast'], 'stands beside above; allowed is one of them')],
    ),
  ];
}

/** Each step with the place where it is written. */
function placed(discount: Discount, path: Path): [DiscountStep, Path][] {
  return discountSteps(discount).map((step, index) => [
    step,
    discount.steps === undefined ? path : [...path, 'steps', index],
  ]);
}

function stepFaults(discount: Discount, path: Path): Fault[] {
  const all = placed(discount, path);
  const isExcess = discount.appliesTo === 'excess';
  const hasThreshold = all.some(([step]) => thresholdOf(step) !== null);
  const faults = all.flatMap(([step, at], index): Fault[] => [
    ...ratioFaults(step.rate ?? null, 1, [...at, 'rate']),
    ...nothingFaults(step, at, isExcess && all.length > 1),
    ...(isExcess && step.amount !== undefined
      ? [
          fault(
            'never-applies',
            [...path, 'appliesTo'],
            'excess is for rates: an amount is not part of what lies above a step; write appliesTo: all',
          ),
        ]
      : []),
    ...orderFaults(all[index - 1]?.[0], step, at, isExcess),
  ]);
  if (isExcess && !hasThreshold) {
    const message = 'has no effect without a step to exceed: write above or atLeast';
    faults.push(fault('never-applies', [...path, 'appliesTo'], message));
  }
  if (discount.proration === 'none' && !hasThreshold && all.every(([{ amount }]) => amount === undefined)) {
    const message = 'has no effect: a rate without steps follows its base';
    faults.push(fault('never-applies', [...path, 'proration'], message));
  }
  return faults;
}

function nothingFaults({ rate, amount }: DiscountStep, at: Path, mayBeNothing: boolean): Fault[] {
  const value = rate ?? amount;
  if (value === undefined || Number(value) > 0 || mayBeNothing) return [];
  const key = rate === undefined ? 'amount' : 'rate';
  return [fault('never-applies', [...at, key], 'gives nothing: leave it out')];
}

function orderFaults(
  before: DiscountStep | undefined,
  step: DiscountStep,
  at: Path,
  isExcess: boolean,
): Fault[] {
  if (before === undefined) return [];
  const threshold = thresholdOf(step);
  if (threshold === null)
    return [fault('missing', at, 'has no above or atLeast: only the first step holds from the beginning')];
  const low = new Decimal(thresholdOf(before) ?? '0');
  if (low.gte(threshold)) {
    const message = `${threshold} must be above ${low.toFixed()}, the step before it`;
    return [fault('tiers-not-ascending', at, message)];
  }
  if (isExcess) return [];
  for (const key of ['rate', 'amount'] as const) {
    const [was, is] = [before[key], step[key]];
    if (was === undefined || is === undefined || new Decimal(is).gt(was)) continue;
    const message =
      `${is} is not more than ${was}, the step before it: all would cost more for turning over more; ` +
      'write rising steps, or rates with appliesTo: excess';
    return [fault('step-unreachable', [...at, key], message)];
  }
  return [];
}

/** Lines, bonus and malus, and discounts that are taken off before this one. */
function baseFaults({ base, over }: Discount, place: number, terms: WrittenTerms, path: Path): Fault[] {
  const before = (terms.discounts ?? []).filter(
    (other, index) =>
      (other.over === undefined && over !== undefined) ||
      (index < place && (other.over === undefined) === (over === undefined)),
  );
  const allowed = [
    ...terms.lines.flatMap((line) => (line.model === 'gate' ? [] : [line.id])),
    ...terms.bonusMalus.map(({ id }) => id),
    ...before.map(({ id }) => id),
  ];
  return (base ?? []).flatMap((id, index) => {
    const at = [...path, 'base', index];
    if (base?.indexOf(id) !== index)
      return [fault('base-repeated', at, `'${id}' is listed twice and would count twice`)];
    if (allowed.includes(id)) return [];
    const isLater = terms.discounts?.some((other) => other.id === id) ?? false;
    const what = isLater
      ? `'${id}' is not taken off before this one`
      : `there is no line, bonus, malus or discount '${id}'${suggestion(id, allowed)}`;
    return [fault('unknown-line', at, `${what} (allowed: ${allowed.join(', ')})`)];
  });
}

function volumeFaults(discount: Discount, terms: WrittenTerms, path: Path, names: ClauseNames): Fault[] {
  const { volumeOf, appliesTo } = discount;
  if (volumeOf === undefined) return [];
  const at = [...path, 'volumeOf'];
  const faults = lineVolumeFaults(volumeOf, terms, at, names);
  if (discountSteps(discount).every((step) => thresholdOf(step) === null)) {
    const message = 'has no effect without a step to pass: write above or atLeast';
    faults.push(fault('never-applies', at, message));
  }
  if (appliesTo === 'excess') {
    const message =
      'excess is for steps in money: for units above a volume write tiers on the line, or appliesTo: all';
    faults.push(fault('never-applies', [...path, 'appliesTo'], message));
  }
  return faults;
}

function spanFaults({ over, settle }: Discount, path: Path, term: Contract['term']): Fault[] {
  if (over !== undefined) {
    const at = [...path, 'over'];
    return [...beginningFaults(over, at, term), ...(settle === 'asReached' ? [] : endFaults(over, at, term))];
  }
  if (settle === undefined) return [];
  const message = 'has no effect in a discount of the month: write over, or leave it out';
  return [fault('never-applies', [...path, 'settle'], message)];
}

function betweenFaults({ from, to }: Discount, path: Path, head: DiscountHead): Fault[] {
  const foreign = (['from', 'to'] as const).flatMap((key) => {
    const name = { from, to }[key];
    return name === undefined ? [] : foreignPeriodFaults(name, head, [...path, key]);
  });
  if (foreign.length > 0) return foreign;
  const { firstDay, lastDay } = head.term;
  const periods = periodsOf(head);
  if (from !== undefined && to !== undefined && from > to)
    return [fault('interval-not-ascending', [...path, 'to'], `${to} must not be before from ${from}`)];
  if (to !== undefined && firstDay !== null && to < periods.ofDay(firstDay))
    return [fault('outside-term', [...path, 'to'], `${to} is before the contract: it never holds`)];
  if (from !== undefined && lastDay !== null && from > periods.ofDay(lastDay))
    return [fault('outside-term', [...path, 'from'], `${from} is after the contract: it never holds`)];
  return [];
}

/** Discounts and credits begin, change and end with a month. */
export function discountChangeFaults(
  before: Version,
  after: Version,
  frame: PeriodFrame,
  path: Path,
): Fault[] {
  const isSame = JSON.stringify(ofMonths(before.terms)) === JSON.stringify(ofMonths(after.terms));
  if (after.from === null || isSame || isBorder(after.from, frame)) return [];
  const message =
    'changes discounts or credits, which are of whole months: write the first moment of a month, or ' +
    'from: nextPeriod';
  return [fault('discount-changes-mid-month', path, message)];
}

/** What holds for whole months, to compare. */
export function ofMonths({ discounts = [], credits }: Terms): unknown {
  return { discounts, credits: credits ?? null };
}
