import type { Contract } from '#domain/contract/contract.js';
import { Decimal, plain, zero } from '#domain/money/money.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { UnbilledCause } from './cause.js';
import type { UnbilledRow } from './unbilled-sums.js';

export interface Estimate {
  readonly amount: string;
  readonly currency: string;
}

interface Earned {
  readonly currency: string;
  readonly scale: number;
  byTime: Decimal;
  byContact: Decimal;
}

/**
 * What the counted work of programmes earned on average: an hour by the lines that charge time, a contact by
 * those that charge contacts. Work that no line used is estimated at that; no invoice rests on it.
 */
export class AverageEarnings {
  readonly #counted: readonly UnbilledRow[];
  readonly #earned = new Map<string, Map<string, Earned>>();

  /** `counted`: of all periods whose invoices are added. */
  constructor(counted: readonly UnbilledRow[]) {
    this.#counted = counted.filter(({ cause }) => cause === null);
  }

  add(contract: Contract, { currency, scale, lines }: Invoice): void {
    const own = this.#earned.get(contract.programme) ?? new Map<string, Earned>();
    this.#earned.set(contract.programme, own);
    const earned = own.get(currency) ?? { currency, scale, byTime: zero, byContact: zero };
    own.set(currency, earned);
    for (const { line, amount } of lines) {
      const kind = kindOf(contract, line);
      if (kind === 'time') earned.byTime = earned.byTime.plus(amount);
      if (kind === 'contacts' || kind === 'resolved') earned.byContact = earned.byContact.plus(amount);
    }
  }

  /**
   * What some work is worth, an amount for each currency; empty: it has no price. `programmes`: those that it
   * belongs to or may belong to.
   */
  estimatesOf(
    { cause, at, ms, contacts }: Pick<UnbilledRow, 'cause' | 'at' | 'ms' | 'contacts'>,
    programmes: readonly string[],
  ): Estimate[] {
    if (cause === null || unpriced.has(cause) || at === loggedInSpan) return [];
    const counted = this.#counted.filter(({ programme }) => programmes.includes(programme ?? ''));
    const all = (of: 'ms' | 'contacts'): number => counted.reduce((sum, row) => sum + row[of], 0);
    const earned = programmes.flatMap((programme) => [...(this.#earned.get(programme)?.values() ?? [])]);
    return [...Map.groupBy(earned, ({ currency }) => currency)].flatMap(([currency, some]) => {
      const sum = (of: 'byTime' | 'byContact'): Decimal =>
        some.reduce((net, each) => net.plus(each[of]), zero);
      const value = share(sum('byTime'), ms, all('ms')).plus(
        share(sum('byContact'), contacts, all('contacts')),
      );
      if (value.isZero()) return [];
      const scale = Math.max(...some.map((each) => each.scale));
      return [{ currency, amount: plain(value.toDecimalPlaces(scale), scale) }];
    });
  }
}

/** No one's hours, or hours of which nothing is known. */
const unpriced: ReadonlySet<UnbilledCause> = new Set(['machine', 'unseen', 'noContract']);

/** A login holds what is done in it, which is counted or shown itself. */
const loggedInSpan = 'LOGGED_IN';

function share(net: Decimal, part: number, whole: number): Decimal {
  return whole === 0 ? zero : net.times(part).div(whole);
}

function kindOf({ versions }: Contract, id: string): string | null {
  for (const { terms, windows } of versions) {
    for (const { lines, measures } of [terms, ...windows.map((window) => window.terms)]) {
      const line = lines.find((each) => each.id === id);
      if (line !== undefined && 'measure' in line) return measures[line.measure]?.kind ?? null;
    }
  }
  return null;
}
