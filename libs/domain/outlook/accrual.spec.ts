import { describe, expect, it } from '@jest/globals';
import { fixedLine, sampleContract, unitLine } from '#domain/contract/contract.fixture.js';
import { Decimal } from '#domain/money/money.js';
import { allowanceOrChargeKinds } from '#domain/pricing/invoice.js';
import { priced } from '#domain/pricing/pricing.fixture.js';
import { openWindows, provisionalParts } from './accrual.js';

const contract = sampleContract({
  lines: [unitLine({ id: 'calls' }), fixedLine('50.00', { id: 'desk', name: 'Desk' })],
});
const month = priced(contract, '2026-03', { 'line/calls/1/-/-/-': 10 });

describe('what is provisional of a period that lasts', () => {
  it('is each amount of the whole period, and no other line', () => {
    const parts = provisionalParts(contract, month);
    expect(parts.map(({ clause, reason, amount }) => [clause, reason, amount.toFixed(2)])).toEqual([
      ['desk', 'wholePeriod', '50.00'],
    ]);
  });

  it('is what KPIs give and take, and what is settled at the end; not what earlier months have left', () => {
    const vat = { category: 'S', rate: '20', reason: null } as const;
    const allowancesAndCharges = allowanceOrChargeKinds.map((kind) => {
      const figures = { base: null, rate: null, exact: new Decimal(1), amount: new Decimal(1) };
      return { id: kind, clause: kind, kind, name: kind, ...figures, vat, version: 1, row: 'r' };
    });
    const parts = provisionalParts(contract, { ...month, lines: [], allowancesAndCharges });
    const by = Map.groupBy(parts, ({ reason }) => reason);
    expect([...by].map(([reason, own]) => [reason, own.map(({ clause }) => clause)])).toEqual([
      ['judgedAtEnd', ['bonus', 'malus', 'earnBack']],
      ['settledAtEnd', ['minimum', 'maximum', 'commitment', 'discount', 'rebate', 'carriedForward']],
    ]);
  });

  it('is what resolutions would cost whose window is open, in no amount', () => {
    const held = { line: 'solved', name: 'Solved', period: '2026-03', count: 3, chargedIn: '2026-04' };
    expect(openWindows({ provisional: [{ ...held, estimate: new Decimal('12.60') }] })).toEqual([
      {
        period: '2026-03',
        clause: 'solved',
        name: 'Solved',
        reason: 'windowOpen',
        amount: new Decimal('12.60'),
        isAccrued: false,
      },
    ]);
    expect(openWindows(month)).toEqual([]);
  });
});
