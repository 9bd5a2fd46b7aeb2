import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Vat } from '#domain/contract/line.js';
import { Decimal, plain } from '#domain/money/money.js';
import type { InvoiceLine } from './invoice.js';
import { CalculationTrace } from './trace.js';
import { vatGroups } from './vat.js';

interface Member {
  readonly cents: number;
  readonly category: 'S' | 'AE' | 'E';
  /** In hundredths of a percent. */
  readonly rate: number;
  readonly zeros: number;
  readonly reason: string | null;
}

const member = fc.record<Member>({
  cents: fc.integer({ min: -9_999_999, max: 9_999_999 }),
  category: fc.constantFrom('S', 'AE', 'E'),
  rate: fc.constantFrom(0, 210, 550, 1000, 2000),
  zeros: fc.nat({ max: 3 }),
  reason: fc.constantFrom(null, 'one', 'two'),
});

/** Integers only: half up on hundredths of a percent of cents, that is on 1/10 000 of a cent. */
function naive(members: readonly Member[]): Record<string, string> {
  const bases = new Map<string, bigint>();
  for (const { category, rate, cents } of members) {
    const name = `${category} ${rate}`;
    bases.set(name, (bases.get(name) ?? 0n) + BigInt(cents));
  }
  const all = [...bases].map(([name, base]) => {
    const exact = base * BigInt(name.split(' ')[1] ?? '0');
    const size = ((exact < 0n ? -exact : exact) * 2n + 10_000n) / 20_000n;
    return [name, `${base} ${exact < 0n && size > 0n ? '-' : ''}${size}`];
  });
  return Object.fromEntries(all.sort()) as Record<string, string>;
}

function figures(members: readonly Member[]): Record<string, string> {
  const lines = members.map(({ cents, category, rate, zeros, reason }, index) => {
    const vat: Vat = { category, rate: String(rate / 100), reason };
    const padded = zeros === 0 ? vat.rate : new Decimal(vat.rate).toFixed(2 + zeros);
    const amount = new Decimal(cents).div(100);
    return {
      id: `L${index}`,
      version: 1,
      row: `x${index}`,
      amount,
      vat: { ...vat, rate: padded },
    } as InvoiceLine;
  });
  const groups = vatGroups({ currency: 'EUR' }, lines, [], new CalculationTrace());
  const all = groups.map(({ vat, base, tax }) => [
    `${vat.category} ${plain(new Decimal(vat.rate).times(100))}`,
    `${plain(base.times(100))} ${plain(tax.times(100))}`,
  ]);
  return Object.fromEntries(all.sort()) as Record<string, string>;
}

describe('the VAT of an invoice', () => {
  it('is that of each category and rate, however lines are ordered, rates written and reasons given', () => {
    const inAnyOrder = fc
      .array(member, { maxLength: 12 })
      .chain((members) =>
        fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
      );
    fc.assert(
      fc.property(inAnyOrder, ([members, shuffled]) => {
        expect(figures(shuffled)).toEqual(naive(members));
        expect(figures(members)).toEqual(naive(members));
      }),
    );
  });

  it('does not change when a line is written as two of the same rate', () => {
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 8 }), fc.integer(), ([first, ...rest], at) => {
        if (first === undefined) return;
        const [one, two] = [
          { ...first, cents: at % 10_000 },
          { ...first, cents: first.cents - (at % 10_000) },
        ];
        expect(figures([one, ...rest, two])).toEqual(figures([first, ...rest]));
      }),
    );
  });
});
