import type { Contract } from '#domain/contract/contract.js';
import { zero, type Decimal } from '#domain/money/money.js';
import type { AllowanceOrChargeKind, Invoice } from '#domain/pricing/invoice.js';
import type { Period } from '#domain/period/period.js';

/** What is earned and not yet invoiced, piece by piece; amounts without VAT, as the contract rounds them. */
export type AccruedPart =
  /**
   * A period that is not closed, as a close at the same cut would price it, without what it would carry.
   * `open`: it lasts; `grace`, `due`: it is over.
   */
  | {
      readonly kind: 'period';
      readonly period: Period;
      readonly state: 'open' | 'grace' | 'due';
      readonly net: Decimal;
    }
  /** Of a closed period: what an adjustment at the same cut would invoice. `revision`: the last one. */
  | { readonly kind: 'difference'; readonly period: Period; readonly revision: number; readonly net: Decimal }
  /** An adjustment that was made, and whose lines the invoice of another period is to carry. */
  | {
      readonly kind: 'waiting';
      readonly period: Period;
      readonly revision: number;
      readonly net: Decimal;
      /** Id of its event. */
      readonly event: string;
      readonly carriedBy: Period;
    };

/**
 * Why an amount may still change though nothing more happens. `judgedAtEnd`: what KPIs give or take is judged
 * by the whole period, and it lasts; `settledAtEnd`: so are discounts, limits and commitments;
 * `wholePeriod`: an amount of the whole period is counted in full; `windowOpen`: resolutions that hold so far
 * and may still be taken back.
 */
export type ProvisionalReason = 'judgedAtEnd' | 'settledAtEnd' | 'wholePeriod' | 'windowOpen';

export interface ProvisionalPart {
  readonly period: Period;
  /** Clause or line of the contract. */
  readonly clause: string;
  readonly name: string;
  readonly reason: ProvisionalReason;
  readonly amount: Decimal;
  /** Whether it is in the accrued amount; of open windows it is not. */
  readonly isAccrued: boolean;
}

export function netOfParts(parts: readonly Pick<AccruedPart, 'net'>[]): Decimal {
  return parts.reduce((sum, { net }) => sum.plus(net), zero);
}

/** What of a period that lasts is provisional; nothing of one that is over. */
export function provisionalParts(
  contract: Contract,
  { period, lines, allowancesAndCharges }: Pick<Invoice, 'period' | 'lines' | 'allowancesAndCharges'>,
): ProvisionalPart[] {
  const fixed = lines.filter(({ line, version, window }) => isFixed(contract, line, version, window));
  return [
    ...fixed.map(({ line: clause, name, amount }): ProvisionalPart => {
      return { period, clause, name, reason: 'wholePeriod', amount, isAccrued: true };
    }),
    ...allowancesAndCharges.flatMap(({ clause, name, kind, amount }): ProvisionalPart[] => {
      const reason = reasonOf(kind);
      return reason === null ? [] : [{ period, clause, name, reason, amount, isAccrued: true }];
    }),
  ];
}

/** Resolutions whose window is open at the end of the period of an invoice; in no amount. */
export function openWindows({ provisional = [] }: Pick<Invoice, 'provisional'>): ProvisionalPart[] {
  return provisional.map(({ line: clause, name, period, estimate: amount }) => {
    return { period, clause, name, reason: 'windowOpen', amount, isAccrued: false };
  });
}

/** null: what is credited from earlier months stays as it is. */
function reasonOf(kind: AllowanceOrChargeKind): ProvisionalReason | null {
  switch (kind) {
    case 'bonus':
    case 'malus':
    case 'earnBack':
      return 'judgedAtEnd';
    case 'minimum':
    case 'maximum':
    case 'commitment':
    case 'discount':
    case 'rebate':
    case 'carriedForward':
      return 'settledAtEnd';
    case 'credit':
      return null;
  }
}

function isFixed({ versions }: Contract, id: string, version: number, window: string | null): boolean {
  const found = versions.find((each) => each.version === version);
  const terms = found?.windows.find((each) => each.id === window)?.terms ?? found?.terms;
  return terms?.lines.find((line) => line.id === id)?.model === 'fixed';
}
