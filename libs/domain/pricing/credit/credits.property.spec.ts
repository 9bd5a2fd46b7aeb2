import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sampleContract } from '#domain/contract/contract.fixture.js';
import type { Contract } from '#domain/contract/contract.js';
import type { OneOffLine, Vat } from '#domain/contract/line.js';
import { plain } from '#domain/money/money.js';
import type { Invoice } from '../invoice.js';
import { lookBackPeriods } from '../look-back.js';
import { price } from '../price.js';
import { recompute } from '../trace.js';

const vats: readonly Vat[] = [
  { category: 'S', rate: '20', reason: null },
  { category: 'AE', rate: '0', reason: 'reverse charge' },
];

const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06'];

/** What a month comes to by VAT group, in cents. */
const amounts = fc.array(
  fc.tuple(fc.integer({ min: -90_000, max: 60_000 }), fc.integer({ min: -20_000, max: 40_000 })),
  { minLength: months.length, maxLength: months.length },
);

function contractOf(cents: readonly (readonly [number, number])[], hasEnd: boolean): Contract {
  const lines = cents.flatMap((pair, index) =>
    pair.map((amount, group): OneOffLine => {
      const common = { name: 'x', payIf: null, vat: vats[group] ?? null };
      const id = `L${index}-${group}`;
      return {
        ...common,
        model: 'oneOff',
        id,
        amount: (amount / 100).toFixed(2),
        day: `${months[index]}-15`,
      };
    }),
  );
  const term = { firstDay: '2026-01-01', lastDay: hasEnd ? '2026-06-30' : null };
  return sampleContract({ lines, credits: { belowZero: 'carry' } }, { term });
}

function invoiceOf(contract: Contract, period: string): Invoice {
  const none = new Map<string, number>();
  const history = lookBackPeriods(contract, period).map((past) => ({ period: past, quantities: none }));
  return price(contract, { contract: contract.id, period, quantities: none, history });
}

/**
 * A clerk's book in cents: what each month is invoiced, and the credits by month that are left, oldest first.
 */
function ledger(cents: readonly (readonly [number, number])[], hasEnd: boolean) {
  const open: [month: string, cents: number][] = [];
  return months.map((month, index) => {
    let total = (cents[index]?.[0] ?? 0) + (cents[index]?.[1] ?? 0);
    const isLast = hasEnd && index === months.length - 1;
    if (total < 0 && !isLast) {
      open.push([month, -total]);
      total = 0;
    } else {
      for (const credit of open) {
        const used = isLast ? credit[1] : Math.min(credit[1], total);
        credit[1] -= used;
        total -= used;
      }
    }
    return { net: total, left: open.filter(([, rest]) => rest > 0).map(([from, rest]) => [from, rest]) };
  });
}

describe('credits of months below zero', () => {
  it('are used once, the oldest first, to the cent', () => {
    fc.assert(
      fc.property(amounts, fc.boolean(), (cents, hasEnd) => {
        const contract = contractOf(cents, hasEnd);
        const invoices = months.map((month) => invoiceOf(contract, month));
        const found = invoices.map(({ totals, credits = [] }) => {
          const left = Map.groupBy(credits, ({ origin }) => origin);
          const rest = [...left].flatMap(([from, all]) => {
            const sum = all.reduce((whole, each) => whole + each.left.times(100).toNumber(), 0);
            return sum > 0 ? [[from, sum]] : [];
          });
          return { net: totals.net.times(100).toNumber() + 0, left: rest };
        });
        expect(found).toEqual(ledger(cents, hasEnd));
      }),
    );
  });

  it('leave every VAT group with what was supplied in it, once the contract has ended', () => {
    fc.assert(
      fc.property(amounts, (cents) => {
        const contract = contractOf(cents, true);
        const sums = [0, 0];
        for (const month of months) {
          for (const { vat, base } of invoiceOf(contract, month).vat) {
            const group = vat.category === 'S' ? 0 : 1;
            sums[group] = (sums[group] ?? 0) + base.times(100).toNumber();
          }
        }
        const supplied = [0, 1].map((group) => cents.reduce((sum, pair) => sum + (pair[group] ?? 0), 0));
        expect(sums).toEqual(supplied);
      }),
    );
  });

  it('come to the amounts that their rows say', () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...months), (cents, month) => {
        const { allowancesAndCharges, rows } = invoiceOf(contractOf(cents, true), month);
        const again = recompute(rows);
        for (const { row, amount } of allowancesAndCharges)
          expect(plain(again.get(row) ?? amount.plus(1))).toBe(plain(amount));
      }),
    );
  });
});
