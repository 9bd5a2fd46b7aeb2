import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import { lineDrafts } from './charge/charge-models.js';
import { serviceCredits } from './credit/service-credits.js';
import { monthDiscounts } from './discount/month-discounts.js';
import type { AllowanceOrCharge, InvoiceLine } from './invoice.js';
import { limitEntries } from './limits.js';
import type { InvoiceLineDraft } from './line-draft.js';
import { bonusMalus, type Verdict } from './performance/bonus-malus.js';
import { earnedBack, type PastPrice } from './performance/earn-back.js';
import { gated } from './performance/gate.js';
import { pastBook, type PeriodBook } from './period-book.js';
import { pricingContext, type PricingContext } from './pricing-context.js';
import { rounded } from './rounding.js';

/** A month priced by itself: all but what is settled over several months, and VAT. */
export interface PricedMonth {
  readonly context: PricingContext;
  /** What the lines are made of. */
  readonly drafts: readonly InvoiceLineDraft[];
  readonly lines: readonly InvoiceLine[];
  /** Bonus, malus, what is earned back, discounts, and the limits of the month. */
  readonly entries: readonly AllowanceOrCharge[];
  /** Malus that is taken off the invoice of the next month. */
  readonly later: readonly AllowanceOrCharge[];
  readonly verdicts: readonly Verdict[];
}

/** The priced month and those before it at the same cut, each priced once, when it is asked for. */
export class PricedMonths {
  readonly contract: Contract;
  readonly #book: PeriodBook;
  readonly #known = new Map<Period, PricedMonth>();

  constructor(contract: Contract, book: PeriodBook) {
    this.contract = contract;
    this.#book = book;
  }

  /** Throws where the book does not hold the month: no invoice is better than a wrong one. */
  of(month: Period): PricedMonth {
    const known = this.#known.get(month);
    if (known !== undefined) return known;
    const book = pastBook(this.#book, month);
    if (book === null) throw new Error(`the sums of ${month} of ${this.contract.id} are not in the book`);
    const priced = priceMonth(this.contract, book, true);
    this.#known.set(month, priced);
    return priced;
  }
}

/** `earnsBack` false: of a past period that this one looks back to, so that pricing does not recur. */
function priceMonth(contract: Contract, book: PeriodBook, earnsBack: boolean): PricedMonth {
  const context = pricingContext(contract, book);
  const payable = gated(context, lineDrafts(context));
  const performance = bonusMalus(context, payable);
  const earned = earnsBack ? earnedBack(context, (past) => pastPrice(contract, past)) : [];
  const drafts = [...performance.drafts, ...earned];
  const { version } = context.periodEnd;
  const { lines, entries } = rounded(contract, payable, drafts, version, context.trace);
  const { own, later } = serviceCredits(contract, book.period, entries);
  const discounted = monthDiscounts({ context, drafts: payable, lines, entries: own });
  const limited = limitEntries(context, lines, [...own, ...discounted]);
  return {
    context,
    drafts: payable,
    lines: lines.map(({ line }) => line),
    entries: [...[...own, ...discounted].map(({ entry }) => entry), ...limited],
    later,
    verdicts: performance.verdicts,
  };
}

/** A past month for what it took: a malus counts in its own month, wherever it is deducted. */
function pastPrice(contract: Contract, book: PeriodBook): PastPrice {
  const { entries, later, verdicts } = priceMonth(contract, book, false);
  return { entries: [...entries, ...later], verdicts };
}
