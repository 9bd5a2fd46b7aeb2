import { describe, expect, it } from '@jest/globals';
import { type Close, encodeClose, invoiceId, ValidCloses } from './closes.js';

interface Written {
  readonly period: string;
  readonly revision?: number;
  readonly carriedBy?: string | null;
  /** Names such as `2026-03/2`; null: as a version writes it that carries nothing. */
  readonly carries?: readonly string[] | null;
}

function named(name: string): string {
  const [period = '', revision] = name.split('/');
  return invoiceId('C1', period, Number(revision));
}

function close({ period, revision = 1, carriedBy = null, carries = [] }: Written): Close {
  return {
    contract: 'C1',
    period,
    revision,
    cut: { catalogue: 'v1', facts: [1], heads: [''], journal: [1], without: [] },
    catalogueEntry: 1,
    comparedTo: [1],
    carriedBy,
    carries: carries?.map(named) ?? null,
    invoice: invoiceId('C1', period, revision),
    digest: 'd',
    software: { code: '1', node: '26', timeZones: '2026a', holidays: '3' },
    omissions: { work: [], estimatedValues: [], refused: [], parked: [], acceptedBecause: null },
  };
}

const march = { period: '2026-03' };
const adjusted = { period: '2026-03', revision: 2, carriedBy: '2026-04' };

/** Which of the records hold, and what waits for April and May after them. */
function after(...records: readonly Written[]): { valid: boolean[]; april: string[]; may: string[] } {
  const valid = new ValidCloses();
  const taken = records.map((record) => valid.take(encodeClose(close(record), '{}')) !== null);
  return { valid: taken, april: valid.waitingFor('C1', '2026-04'), may: valid.waitingFor('C1', '2026-05') };
}

describe('an adjustment that waits for an invoice', () => {
  it('waits for that of its carrier until the carrier is closed with it', () => {
    expect(after(march, adjusted)).toEqual({ valid: [true, true], april: [named('2026-03/2')], may: [] });
    const carried = after(march, adjusted, { period: '2026-04', carries: ['2026-03/2'] });
    expect(carried).toEqual({ valid: [true, true, true], april: [], may: [] });
  });

  it('makes a close invalid that lacks it, that has it twice, or that has another one', () => {
    const april = (...carries: string[]): Written => ({ period: '2026-04', carries });
    for (const wrong of [april(), april('2026-03/2', '2026-03/2'), april('2026-03/3'), april('2026-03/1')]) {
      const { valid, april: waits } = after(march, adjusted, wrong);
      expect([valid, waits]).toEqual([[true, true, false], [named('2026-03/2')]]);
    }
    expect(after(march, april('2026-03/2')).valid).toEqual([true, false]);
  });

  it('is not valid where its carrier is closed already, and is where it names an open one', () => {
    const again = { ...adjusted, carriedBy: '2026-05' };
    const { valid, may } = after(march, { period: '2026-04' }, adjusted, again);
    expect([valid, may]).toEqual([[true, true, false, true], [named('2026-03/2')]]);
  });

  it('is left to billing where a version that carries nothing made both closes', () => {
    const old = { ...adjusted, carries: null };
    expect(after(march, old, { period: '2026-04', carries: null })).toMatchObject({ april: [], may: [] });
    expect(after(march, old).april).toEqual([named('2026-03/2')]);
  });

  it('goes to the next invoice where a version that carries nothing closed its carrier', () => {
    const { valid, may } = after(march, adjusted, { period: '2026-04', carries: null });
    expect([valid, may]).toEqual([[true, true, true], [named('2026-03/2')]]);
    const carried = after(
      march,
      adjusted,
      { period: '2026-04', carries: null },
      { period: '2026-05', carries: ['2026-03/2'] },
    );
    expect(carried).toMatchObject({ valid: [true, true, true, true], may: [] });
  });

  it('is none of a contract beside it, and a second record of a revision changes nothing', () => {
    const { valid, april } = after(march, adjusted, adjusted, march);
    expect([valid, april]).toEqual([[true, true, true, true], [named('2026-03/2')]]);
  });
});
