import { Decimal } from '#domain/money/money.js';
import type { AccruedPart, ProvisionalReason } from '#domain/outlook/accrual.js';
import { zonedTime } from '#domain/period/period.js';
import type { Accrual } from './accruals.js';

/** An accrual as the CLI and the HTTP API say it: decimals as texts, instants in the contract's zone. */
export interface AccrualAnswer {
  contract: string;
  brand: string | null;
  currency: string;
  at: string;
  net: string;
  parts: AccruedPartAnswer[];
  provisional: {
    period: string;
    clause: string;
    name: string;
    reason: ProvisionalReason;
    amount: string;
    accrued: boolean;
  }[];
  notes: { code: 'other-currency'; period: string }[];
  cut: { catalogue: string; facts: number[] | null; journal: number[] };
}

export interface AccruedPartAnswer {
  kind: AccruedPart['kind'];
  period: string;
  state: 'open' | 'grace' | 'due' | null;
  revision: number | null;
  event: string | null;
  carriedBy: string | null;
  net: string;
}

/** What is accrued in all of a brand and currency; `provisional`: what of it may change by itself. */
export interface AccruedTotal {
  brand: string | null;
  currency: string;
  net: string;
  provisional: string;
}

export function accrualAnswer(accrual: Accrual): AccrualAnswer {
  const { contract, brand, at, catalogue, facts, journal, scale, net, parts, provisional } = accrual;
  return {
    contract: contract.id,
    brand,
    currency: contract.currency,
    at: zonedTime(at, contract.timeZone),
    net: net.toFixed(scale),
    parts: parts.map((part) => partAnswer(part, scale)),
    provisional: provisional.map(({ period, clause, name, reason, amount, isAccrued }) => {
      return { period, clause, name, reason, amount: amount.toFixed(scale), accrued: isAccrued };
    }),
    notes: accrual.incomparable.map((period) => ({ code: 'other-currency', period })),
    cut: { catalogue, facts: facts === null ? null : [...facts], journal: [...journal] },
  };
}

function partAnswer(part: AccruedPart, scale: number): AccruedPartAnswer {
  const { kind, period } = part;
  return {
    kind,
    period,
    state: kind === 'period' ? part.state : null,
    revision: kind === 'period' ? null : part.revision,
    event: kind === 'waiting' ? part.event : null,
    carriedBy: kind === 'waiting' ? part.carriedBy : null,
    net: part.net.toFixed(scale),
  };
}

/** By brand and currency, in this order. */
export function accruedTotals(accruals: readonly Accrual[]): AccruedTotal[] {
  const groups = Map.groupBy(accruals, ({ brand, contract: { currency } }) =>
    JSON.stringify([brand, currency]),
  );
  return [...groups.values()]
    .flatMap((members): AccruedTotal[] => {
      const [first] = members;
      if (first === undefined) return [];
      const scale = Math.max(...members.map((each) => each.scale));
      const mayChange = members.flatMap(({ provisional }) =>
        provisional.filter(({ isAccrued }) => isAccrued),
      );
      const sum = (amounts: readonly Decimal[]): string => Decimal.sum(0, ...amounts).toFixed(scale);
      return [
        {
          brand: first.brand,
          currency: first.contract.currency,
          net: sum(members.map(({ net }) => net)),
          provisional: sum(mayChange.map(({ amount }) => amount)),
        },
      ];
    })
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ brand, currency }: AccruedTotal): string {
  return `${brand ?? ''} ${currency}`;
}
