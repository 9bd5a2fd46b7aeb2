import { Decimal, zero } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Settlements } from '../commitment/settlements.js';
import type { Rebates } from '../discount/rebates.js';
import type { AllowanceOrCharge, CreditBalance, InvoiceLine } from '../invoice.js';
import { carryStart } from '../look-back.js';
import type { PricedMonth, PricedMonths } from '../priced-months.js';
import type { Term } from '../trace.js';
import { byVatGroup, vatShares } from '../vat-shares.js';
import { creditEntry, creditsClause, type Credit } from './credit.js';
import { isLastMonth } from './service-credits.js';

/** What credits do to a month, and what is left of them after it. */
interface SettledCredits {
  readonly entries: readonly AllowanceOrCharge[];
  readonly balances: readonly CreditBalance[];
  readonly left: readonly Credit[];
}

const none: SettledCredits = { entries: [], balances: [], left: [] };

/**
 * What is taken off later invoices, month by month: service credits of the month before, then the rest of
 * months whose total was below zero, the oldest first. Every credit keeps the VAT of what it comes from and
 * is used once: what one month uses of it is not there for the next.
 */
export class Credits {
  readonly #months: PricedMonths;
  readonly #settlements: Settlements;
  readonly #rebates: Rebates;
  readonly #start: Period | null;

  constructor(months: PricedMonths, settlements: Settlements, rebates: Rebates) {
    this.#months = months;
    this.#settlements = settlements;
    this.#rebates = rebates;
    this.#start = carryStart(months.contract);
  }

  of(month: Period): Pick<SettledCredits, 'entries' | 'balances'> {
    const earned = this.#earned(month);
    if (this.#start === null || month < this.#start) return earned;
    let carried = none;
    const periods = periodsOf(this.#months.contract);
    for (let each = this.#start; each <= month; each = periods.shift(each, 1)) {
      carried = this.#carried(each, carried.left);
    }
    return {
      entries: [...earned.entries, ...carried.entries],
      balances: [...earned.balances, ...carried.balances],
    };
  }

  /** Service credits: what the month before put off is taken off, and what this one puts off is shown. */
  #earned(month: Period): SettledCredits {
    const { contract } = this.#months;
    const defers = contract.versions.some(({ terms }) =>
      terms.bonusMalus.some((each) => each.kind !== 'earnBack' && each.deduct !== undefined),
    );
    if (!defers) return none;
    const { context, later } = this.#months.of(month);
    const { trace, periodEnd } = context;
    const origin = periodsOf(contract).shift(month, -1);
    const taken = this.#months.of(origin).later.map((malus): AllowanceOrCharge => {
      const id = `${malus.id}.${origin}`;
      const value = { [`${malus.id} ${origin}`]: malus.amount };
      const amount = trace.apply('credit', 'sum', periodEnd.version, value);
      const name = `${malus.name}, ${origin}`;
      return creditEntry(
        { id, clause: malus.clause, name, origin, vat: malus.vat },
        amount,
        periodEnd.version,
      );
    });
    const balance = (
      { clause, vat, amount }: AllowanceOrCharge,
      from: Period,
      used: boolean,
    ): CreditBalance => {
      const arisen = amount.negated();
      const parts = { usedBefore: zero, used: used ? arisen : zero, left: used ? zero : arisen };
      return { clause, origin: from, vat, arisen, ...parts, remainder: 'carried' };
    };
    return {
      entries: taken,
      balances: [
        ...taken.map((entry) => balance(entry, origin, true)),
        ...later.map((entry) => balance(entry, month, false)),
      ],
      left: [],
    };
  }

  #carried(month: Period, earlier: readonly Credit[]): SettledCredits {
    const priced = this.#months.of(month);
    const { context } = priced;
    const amounts = this.#amounts(priced);
    const { contract, trace, periodEnd, segments } = context;
    const credits = segments.length === 0 ? undefined : periodEnd.terms.credits;
    const isLast = isLastMonth(contract, month);
    const lapses = isLast && credits?.atEnd === 'lapse';
    const carries = credits?.belowZero === 'carry' && (!isLast || lapses);
    const total = trace.apply('credit', 'sum', periodEnd.version, rowsOf(amounts));
    const remainder = lapses ? 'lapses' : 'carried';
    if (carries && total.value.isNegative() && !total.value.isZero()) {
      const { entries, arisen } = restOf(priced, amounts, total);
      const left = [...earlier, ...arisen];
      return { entries, left, balances: left.map((credit) => balanceOf(credit, zero, remainder)) };
    }
    return usedIn(priced, total, earlier, carries, remainder);
  }

  /** All that a month comes to before credits of months below zero. */
  #amounts({ context, lines, entries }: PricedMonth): (InvoiceLine | AllowanceOrCharge)[] {
    const { period } = context.book;
    const settled = [...this.#settlements.of(period).entries, ...this.#rebates.of(period).entries];
    return [...lines, ...entries, ...settled, ...this.#earned(period).entries];
  }
}

type Amount = InvoiceLine | AllowanceOrCharge;

function rowsOf(amounts: readonly Amount[]): Record<string, Term> {
  return Object.fromEntries(amounts.map(({ id, amount, row }) => [id, { row, value: amount }]));
}

/** What brings a month below zero up to it, from the VAT groups that are below zero, in proportion. */
function restOf(
  { context }: PricedMonth,
  amounts: readonly Amount[],
  total: Term,
): { readonly entries: AllowanceOrCharge[]; readonly arisen: Credit[] } {
  const { trace, periodEnd, book } = context;
  const { version } = periodEnd;
  const groups = byVatGroup(amounts).flatMap((members) => {
    const sum = members.reduce((all, { amount }) => all.plus(amount), zero);
    if (!sum.isNegative() || sum.isZero()) return [];
    const below = (): Term => {
      const of = trace.apply('credit', 'sum', version, rowsOf(members));
      return trace.apply('credit', 'shortBy', version, { value: of, least: 0 });
    };
    return [{ vat: members[0].vat, sum: below }];
  });
  const rest = trace.apply('credit', 'shortBy', version, { value: total, least: 0 });
  const shares = vatShares(context, 'credit', rest, version, groups, periodEnd.terms.vat);
  const entries = shares.map(({ vat, amount }, index): AllowanceOrCharge => {
    const id = shares.length === 1 ? 'credits' : `credits.${index + 1}`;
    const entry = creditEntry({ id, clause: creditsClause, name: carriedName, vat }, amount, version);
    return { ...entry, kind: 'carriedForward' };
  });
  const arisen = shares.map(({ vat, amount: { value } }): Credit => {
    return { origin: book.period, vat, arisen: value, left: value };
  });
  return { entries, arisen };
}

/** What the program calls it. */
const carriedName = 'Carried to the next invoice';

/**
 * The oldest credit first, as far as the total goes; where nothing is carried on, all of them: the month is a
 * credit note then if it comes below zero.
 */
function usedIn(
  { context }: PricedMonth,
  total: Term,
  credits: readonly Credit[],
  carries: boolean,
  remainder: CreditBalance['remainder'],
): SettledCredits {
  const { trace, periodEnd } = context;
  const { version } = periodEnd;
  const entries: AllowanceOrCharge[] = [];
  const balances: CreditBalance[] = [];
  const left: Credit[] = [];
  let open = total;
  for (const credit of credits) {
    const { origin, vat } = credit;
    const whole = trace.apply('credit', 'sum', version, { [origin]: credit.left });
    const used = carries ? trace.apply('credit', 'atMost', version, { value: whole, most: open }) : whole;
    const rest = credit.left.minus(used.value);
    balances.push(balanceOf({ ...credit, left: rest }, used.value, carries ? remainder : 'carried'));
    if (rest.gt(0)) left.push({ ...credit, left: rest });
    if (used.value.isZero()) continue;
    const amount = trace.apply('credit', 'difference', version, { value: '0', less: used });
    const same = entries.filter((entry) => entry.origin === origin).length;
    const id = `credits.${origin}${same === 0 ? '' : `.${same + 1}`}`;
    const name = `Credit of ${origin}`;
    entries.push(creditEntry({ id, clause: creditsClause, name, origin, vat }, amount, version));
    open = trace.apply('credit', 'difference', version, { value: open, less: used });
  }
  return { entries, balances, left: left.filter(() => carries) };
}

/** `used`: in this month, already taken from `left`. */
function balanceOf(
  { origin, vat, arisen, left }: Credit,
  used: Decimal,
  remainder: CreditBalance['remainder'],
): CreditBalance {
  const usedBefore = arisen.minus(left).minus(used);
  return { clause: creditsClause, origin, vat, arisen, usedBefore, used, left, remainder };
}
