import { describe, expect, it } from '@jest/globals';
import { fixedLine, sampleContract } from '#domain/contract/contract.fixture.js';
import type { KpiBonusMalus } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import { plain } from '#domain/money/money.js';
import type { Invoice } from '../invoice.js';
import { net, priced } from '../pricing.fixture.js';

/** Lines of 100.00 and an agreed credit of 150.00: 50.00 below zero. */
const invoiceOf = (clause: Partial<KpiBonusMalus>, rate: string, terms: Partial<Terms> = {}): Invoice => {
  const contract = sampleContract({
    kpis: { quality: { type: 'quality', field: 'score', version: 1, minSample: 0, onNoData: 'neutral' } },
    lines: [fixedLine('100.00', { id: 'F' }), fixedLine('-150.00', { id: 'G' })],
    bonusMalus: [
      {
        kind: 'kpi',
        id: 'B',
        name: 'B',
        kpi: 'quality',
        base: ['F'],
        shapes: [{ shape: 'step', points: [{ op: 'gte', value: '0', rate }] }],
        cap: { bonus: null, malus: null },
        during: null,
        ...clause,
      },
    ],
    ...terms,
  });
  return priced(contract, '2026-04', { 'kpi/quality/1/-/n/-': 80_000, 'kpi/quality/1/-/d/-': 1 });
};
const month = (...terms: Parameters<typeof invoiceOf>): string => net(invoiceOf(...terms));

describe('bonus and malus of a month that agreed credits bring below zero', () => {
  const malus = { overallCap: '0.02', vatTreatment: 'priceReduction' } as const;

  it('are nothing where a cap over all of them is a share of lines below zero, never of the other sign', () => {
    // 2 % of -50.00 leave no room: -50.00, not the 1.00 more that a cap of -1.00 would charge for a malus
    expect(month({ unit: 'amount' }, '-10', { malus })).toBe('-50.00');
    expect(month({ unit: 'amount' }, '10', { bonus: { overallCap: '0.02' } })).toBe('-50.00');
    // of F alone it is 2.00
    expect(month({ unit: 'amount' }, '-10', { malus: { ...malus, base: ['F'] } })).toBe('-52.00');
  });

  it('are nothing where the cap of their clause is a share of lines below zero', () => {
    const cap = { bonus: '0.05', malus: '0.05' };
    expect(month({ unit: 'amount', base: ['F', 'G'], cap }, '-10')).toBe('-50.00');
    expect(month({ unit: 'amount', base: ['F', 'G'], cap }, '10')).toBe('-50.00');
    expect(month({ unit: 'amount', base: ['F'], cap }, '-10')).toBe('-55.00');
  });

  it('are nothing as a rate of lines below zero', () => {
    expect(month({ base: ['F', 'G'] }, '-0.10')).toBe('-50.00');
    expect(month({ base: ['F', 'G'] }, '0.10')).toBe('-50.00');
    expect(month({ base: ['F'] }, '-0.10')).toBe('-60.00');
  });

  it('have the VAT of what is charged, not that of a line of nothing', () => {
    const vat = { category: 'S', rate: '10', reason: null } as const;
    const lines = [fixedLine('0.00', { id: 'F' }), fixedLine('-150.00', { id: 'G', vat })];
    const clause = { unit: 'amount', base: ['F', 'G'] } as const;
    const groups = invoiceOf(clause, '-4', { lines }).vat.map((group) => [
      group.vat.rate,
      plain(group.base, 2),
    ]);
    expect(groups).toEqual([
      ['20', '0.00'],
      ['10', '-154.00'],
    ]);
  });
});
