import { describe, expect, it } from '@jest/globals';
import { applySet, type Json } from './amend.js';

const terms: Json = {
  scope: { programme: 'P' },
  kpis: { sl: { threshold: '20s' } },
  lines: [
    { id: 'L1', price: '29.50' },
    { id: 'L2', tiers: { steps: [{ upTo: 100, price: '2' }, { price: '1' }] } },
  ],
};

function set(path: string, value: Json): Json {
  const applied = applySet(terms, path, value);
  if ('fault' in applied) throw new Error(applied.fault);
  return applied.value;
}

describe('A change of terms', () => {
  it('names a line, KPI or clause by its id, whatever section it is in', () => {
    expect(set('L1.price', '30.00')).toMatchObject({ lines: [{ id: 'L1', price: '30.00' }, { id: 'L2' }] });
    expect(set('sl.threshold', '30s')).toMatchObject({ kpis: { sl: { threshold: '30s' } } });
    expect(set('L2.tiers.steps.0.price', '1.90')).toMatchObject({
      lines: [{}, { tiers: { steps: [{ upTo: 100, price: '1.90' }, {}] } }],
    });
  });

  it('names a section, also one that is not there yet', () => {
    expect(set('limits.monthlyMax', '22000.00')).toMatchObject({ limits: { monthlyMax: '22000.00' } });
    expect(set('lines', [])).toMatchObject({ lines: [], kpis: { sl: {} } });
    expect(set('lines.L1.price', '1.00')).toMatchObject({ lines: [{ price: '1.00' }, {}] });
  });

  it('leaves the terms it changes as they were', () => {
    const before = JSON.stringify(terms);
    set('L1.price', '30.00');
    expect(JSON.stringify(terms)).toBe(before);
  });

  it.each([
    ['L9.price', "there is no section or id 'L9'"],
    ['', "there is no section or id ''"],
    ['0.price', "there is no section or id '0'"],
    ['L2.bands.0.price', "there is no 'bands' in L2.bands.0.price"],
    ['L2.tiers.steps.7.price', "there is no '7' in L2.tiers.steps.7.price"],
    ['constructor', "there is no section or id 'constructor'"],
  ])('has a fault where its path is %p', (path, fault) => {
    expect(applySet(terms, path, 1)).toEqual({ fault: expect.stringContaining(fault) });
  });
});
