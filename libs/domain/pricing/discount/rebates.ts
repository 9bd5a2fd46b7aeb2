import {
  commitmentPeriod,
  periodsBefore,
  type CommitmentPeriod,
} from '#domain/contract/commitment-period.js';
import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Discount } from '#domain/contract/discount.js';
import { zero, type Decimal } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Settlement } from '../commitment/settlement.js';
import type { Settlements } from '../commitment/settlements.js';
import { countedVolume, volumeUnit, type VolumeUnit } from '../commitment/volume.js';
import { rowsOf, sumOfMonths, vatGroupsOf, type CountedMonth } from '../counted-months.js';
import type { AllowanceOrCharge, CommitmentBalance } from '../invoice.js';
import { valueOf } from '../line-draft.js';
import { rebateOrder } from '../look-back.js';
import type { CountedAmount } from '../month-limit.js';
import type { PricedMonth, PricedMonths } from '../priced-months.js';
import { daysOf, type PeriodShare } from '../proration.js';
import { termsSegments } from '../terms-segments.js';
import type { Term } from '../trace.js';
import { vatGroupName } from '../vat.js';
import type { VatShare } from '../vat-shares.js';
import { agreedSteps, isPassed, type AgreedStep } from './agreed-steps.js';
import { discountIn, type DiscountName } from './discount-in.js';
import { discountEntry, given } from './discount-shares.js';

type Rebate = Discount & { readonly over: CommitmentSpan };

/** What a rebate comes to on all months of its commitment period up to one. */
interface SoFar {
  readonly shares: readonly VatShare[];
  readonly balance: CommitmentBalance;
}

const nothing: Settlement = { entries: [], balances: [] };

/**
 * Rebates on the turnover of several months. They count what is invoiced in the months in which they hold,
 * with the steps that are agreed in the month that settles them. At the end: in the last of these months. As
 * reached: in each of them what all so far come to, less the same of the month before, so that the months sum
 * to the rebate on all of them, to the cent.
 */
export class Rebates {
  readonly #months: PricedMonths;
  readonly #settlements: Settlements;
  readonly #order: readonly DiscountName[];
  readonly #entries = new Map<string, Settlement>();
  readonly #soFar = new Map<string, SoFar>();

  constructor(months: PricedMonths, settlements: Settlements) {
    this.#months = months;
    this.#settlements = settlements;
    this.#order = rebateOrder(months.contract);
  }

  /** All of a month, in the order in which the contract first wrote them. */
  of(month: Period): Settlement {
    const settled = this.#order.map((name) => this.#settled(month, name));
    return {
      entries: settled.flatMap(({ entries }) => entries),
      balances: settled.flatMap(({ balances }) => balances),
    };
  }

  #settled(month: Period, name: DiscountName): Settlement {
    const key = `${month} ${name.id} ${name.over ?? ''}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const clause = this.#in(name, month);
    const settled = clause === null ? nothing : this.#settle(month, clause);
    this.#entries.set(key, settled);
    return settled;
  }

  #in(name: DiscountName, month: Period): Rebate | null {
    const found = discountIn(this.#months.contract, name, month);
    return found === null || found.over === undefined ? null : { ...found, over: found.over };
  }

  #settle(month: Period, clause: Rebate): Settlement {
    const { context } = this.#months.of(month);
    const { trace, periodEnd } = context;
    const { version } = periodEnd;
    const whole = commitmentPeriod(context.contract, clause.over, month);
    const { shares, balance } = this.#upTo(month, clause, whole);
    const isLast =
      monthsOf(context.contract, whole).findLast((each) => this.#in(clause, each) !== null) === month;
    const atEnd = clause.settle !== 'asReached';
    if (atEnd && !isLast) return { entries: [], balances: [balance] };
    const earlier = this.#holding(clause, whole, month).findLast(
      (each) => this.#in(clause, each)?.settle === 'asReached',
    );
    const before = earlier === undefined ? null : this.#in(clause, earlier);
    const given = earlier === undefined || before === null ? [] : this.#upTo(earlier, before, whole).shares;
    const groups = new Map([...given, ...shares].map(({ vat }) => [vatGroupName(vat), vat]));
    const entries = [...groups].flatMap(([group, vat]): AllowanceOrCharge[] => {
      const value = amountIn(given, group)?.value ?? zero;
      const now = amountIn(shares, group) ?? zero;
      const amount = trace.apply('discount', 'difference', version, { value, less: now });
      return amount.value.isZero() ? [] : [discountEntry(clause, clause.id, vat, amount, version)];
    });
    const numbered = entries.map((entry, index) => ({ ...entry, id: `${clause.id}.${index + 1}` }));
    return { entries: entries.length > 1 ? numbered : entries, balances: [balance] };
  }

  /** Months before one in which the rebate holds. */
  #holding(name: DiscountName, { first }: CommitmentPeriod, month: Period): Period[] {
    return periodsBefore(this.#months.contract, first, month).filter((each) => this.#in(name, each) !== null);
  }

  #upTo(month: Period, clause: Rebate, whole: CommitmentPeriod): SoFar {
    const key = `${month} ${clause.id} ${clause.over}`;
    const known = this.#soFar.get(key);
    if (known !== undefined) return known;
    const priced = this.#months.of(month);
    const { context } = priced;
    const { trace, periodEnd } = context;
    const earlier = this.#holding(clause, whole, month).map((each): CountedMonth => {
      return { month: each, amounts: this.#counted(this.#months.of(each), clause) };
    });
    const own = this.#counted(priced, clause);
    const before = earlier.length === 0 ? null : sumOfMonths(context, earlier, 'discount');
    const inMonth = trace.apply('discount', 'sum', periodEnd.version, rowsOf(own));
    const base = before === null ? inMonth : trace.sum('discount', periodEnd.version, [before, inMonth]);
    const unit = clause.volumeOf === undefined ? null : volumeUnit(priced, clause.volumeOf);
    const counted =
      unit === null || clause.volumeOf === undefined
        ? { before, inMonth, soFar: base }
        : this.#volume(priced, clause.volumeOf, this.#holding(clause, whole, month));
    const steps = agreedSteps(context, clause, this.#share(clause, whole), unit);
    const groups = vatGroupsOf(context, earlier, own, 'discount');
    const { shares } = given(context, clause, steps, base, counted.soFar, unit?.unit ?? 'money', groups);
    const soFar = { shares, balance: balanceOf(priced, clause, whole, unit, counted, steps) };
    this.#soFar.set(key, soFar);
    return soFar;
  }

  #volume(priced: PricedMonth, line: string, months: readonly Period[]): Counted {
    const { trace, periodEnd } = priced.context;
    const { version } = periodEnd;
    const earlier = months.map((each): [Period, Decimal] => {
      const terms = countedVolume(this.#months.of(each), line);
      return [each, terms.reduce((sum, { value }) => sum.plus(value), zero)];
    });
    const before =
      earlier.length === 0 ? null : trace.apply('discount', 'sum', version, Object.fromEntries(earlier));
    const inMonth = trace.sum('discount', version, countedVolume(priced, line));
    return {
      before,
      inMonth,
      soFar: before === null ? inMonth : trace.sum('discount', version, [before, inMonth]),
    };
  }

  /** Days of the commitment period on which the rebate holds. */
  #share(name: DiscountName, whole: CommitmentPeriod): PeriodShare {
    const { contract } = this.#months;
    if (whole.last === null) return { days: 1, of: 1 };
    const daysIn = (months: readonly Period[]): number =>
      daysOf(
        months.flatMap((month) => termsSegments(contract, month)),
        contract.timeZone,
      );
    const months = monthsOf(contract, whole);
    const days = daysIn(months.filter((month) => this.#in(name, month) !== null));
    return { days, of: whole.days ?? daysIn(months) };
  }

  /** The amounts of a month that a rebate counts. */
  #counted({ lines, entries, context }: PricedMonth, clause: Rebate): CountedAmount[] {
    const { base } = clause;
    const { period } = context.book;
    const place = this.#order.findIndex(({ id, over }) => id === clause.id && over === clause.over);
    const settled = [
      ...this.#settlements.of(period).entries,
      ...this.#order.slice(0, place).flatMap((each) => this.#settled(period, each).entries),
    ];
    return [
      ...lines.filter(({ line }) => base === null || base.includes(line)),
      ...[...entries, ...settled].filter((entry) => base === null || base.includes(entry.clause)),
    ];
  }
}

interface Counted {
  readonly before: Term | null;
  readonly inMonth: Term;
  readonly soFar: Term;
}

/** Of a term without an end: none, since it is never over. */
function monthsOf(contract: Contract, { first, last }: CommitmentPeriod): Period[] {
  return last === null ? [] : periodsBefore(contract, first, periodsOf(contract).shift(last, 1));
}

function amountIn(shares: readonly VatShare[], group: string): Term | undefined {
  return shares.find(({ vat }) => vatGroupName(vat) === group)?.amount;
}

/** How far the turnover has come, and what is left to the next step. */
function balanceOf(
  { context }: PricedMonth,
  clause: Rebate,
  { first, last }: CommitmentPeriod,
  unit: VolumeUnit | null,
  { before, inMonth, soFar }: Counted,
  steps: readonly AgreedStep[],
): CommitmentBalance {
  const next = steps.find((step) => !isPassed(step, soFar))?.bound?.value;
  const { version } = context.periodEnd;
  const left =
    next === undefined
      ? null
      : context.trace.apply('discount', 'shortBy', version, { value: soFar, least: next });
  return {
    clause: clause.id,
    kind: 'rebate',
    over: clause.over,
    first,
    last,
    unit: unit?.unit ?? 'money',
    agreed: next === undefined ? null : zero.plus(valueOf(next)),
    before: before?.value ?? zero,
    inMonth: inMonth.value,
    left: left?.value ?? null,
    row: (left ?? soFar).row,
  };
}
