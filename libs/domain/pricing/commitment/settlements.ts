import {
  commitmentPeriod,
  periodsBefore,
  type CommitmentPeriod,
} from '#domain/contract/commitment-period.js';
import type { AmountCommitment, Commitment, VolumeCommitment } from '#domain/contract/commitment.js';
import { zero } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { CountedMonth } from '../counted-months.js';
import { commitmentOrder } from '../look-back.js';
import type { CountedAmount } from '../month-limit.js';
import type { PricedMonth, PricedMonths } from '../priced-months.js';
import type { Term } from '../trace.js';
import { settleAmount } from './settle-amount.js';
import { settleVolume } from './settle-volume.js';
import { commitmentIn, type Settlement } from './settlement.js';
import { countedVolume } from './volume.js';

const nothing: Settlement = { entries: [], balances: [] };

/**
 * Commitments over several months, month by month. A minimum is settled in the last month of its commitment
 * period: what is missing is charged. A maximum is settled in every month: what all months together come to
 * beyond it, less what was taken off before. So the months of a period sum to what was agreed, to the cent.
 */
export class Settlements {
  readonly #months: PricedMonths;
  readonly #order: readonly Pick<Commitment, 'id' | 'over'>[];
  readonly #known = new Map<string, Settlement>();

  constructor(months: PricedMonths) {
    this.#months = months;
    this.#order = commitmentOrder(months.contract);
  }

  /** All of a month, in the order in which the contract first wrote them. */
  of(month: Period): Settlement {
    const settled = this.#order.map((commitment) => this.#settled(month, commitment));
    return {
      entries: settled.flatMap(({ entries }) => entries),
      balances: settled.flatMap(({ balances }) => balances),
    };
  }

  #settled(month: Period, { id, over }: Pick<Commitment, 'id' | 'over'>): Settlement {
    const key = `${month} ${id} ${over}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const priced = this.#months.of(month);
    const clause = clausesOf(priced).find((each) => each.id === id && each.over === over);
    const settled = clause === undefined ? nothing : this.#settle(priced, clause);
    this.#known.set(key, settled);
    return settled;
  }

  #settle(month: PricedMonth, clause: Commitment): Settlement {
    const { contract } = this.#months;
    const whole = commitmentPeriod(contract, clause.over, month.context.book.period);
    if (clause.kind === 'amount') {
      const earlier = this.#earlier(month, whole).map((past): CountedMonth => {
        return { month: past.context.book.period, amounts: this.#counted(past, clause) };
      });
      return settleAmount(month, clause, whole, earlier, this.#counted(month, clause));
    }
    return settleVolume(month, clause, whole, this.#volumeBefore(month, clause, whole)) ?? nothing;
  }

  #earlier({ context }: PricedMonth, { first }: CommitmentPeriod): PricedMonth[] {
    return periodsBefore(this.#months.contract, first, context.book.period).map((month) =>
      this.#months.of(month),
    );
  }

  #volumeBefore(month: PricedMonth, clause: VolumeCommitment, whole: CommitmentPeriod): Term | null {
    const { trace, periodEnd } = month.context;
    const earlier = this.#earlier(month, whole);
    if (earlier.length === 0) return null;
    const volumes = earlier.map((past) => {
      const terms = holdsIn(past, clause) ? countedVolume(past, clause.line) : [];
      return [past.context.book.period, terms.reduce((sum, { value }) => sum.plus(value), zero)] as const;
    });
    return trace.apply('commitment', 'sum', periodEnd.version, Object.fromEntries(volumes));
  }

  /** The amounts of a month that a commitment counts. */
  #counted(month: PricedMonth, clause: AmountCommitment): CountedAmount[] {
    if (!holdsIn(month, clause)) return [];
    const { lines, entries, context } = month;
    const { base } = clause;
    if (base !== null) return lines.filter(({ line }) => base.includes(line));
    const place = this.#order.findIndex(({ id, over }) => id === clause.id && over === clause.over);
    const settled = this.#order
      .slice(0, place)
      .flatMap((each) => this.#settled(context.book.period, each).entries);
    return [...lines, ...entries, ...settled];
  }
}

/** Commitments hold for whole months; a month outside of the contract's term has none. */
function clausesOf({ context: { segments, periodEnd } }: PricedMonth): readonly Commitment[] {
  return segments.length === 0 ? [] : (periodEnd.terms.commitments ?? []);
}

/** Of a month outside of the term it does not matter: it has no amounts. */
function holdsIn({ context: { periodEnd } }: PricedMonth, clause: Commitment): boolean {
  return commitmentIn(periodEnd.terms, clause) !== null;
}
