import { describe, expect, it } from '@jest/globals';
import { encodeQuantityKey, decodeQuantityKey, type QuantityKey } from './quantity-key.js';

const cells: QuantityKey[] = [
  {
    kind: 'line',
    id: 'L1',
    version: 2,
    window: 'BF26',
    bands: ['sunday', 'holiday'],
    rate: 'expert',
    since: null,
  },
  { kind: 'line', id: 'C-RETAIL.1_a', version: 1, window: null, bands: [], rate: null, since: null },
  { kind: 'line', id: 'L2', version: 1, window: null, bands: [], rate: null, since: 1_793_458_800_000 },
  { kind: 'measure', id: 'contacts', version: 1, window: null },
  { kind: 'kpi', id: 'sl', version: 3, window: 'BF26', part: 'n' },
  { kind: 'kpi', id: 'sl', version: 3, window: null, part: 'd' },
  { kind: 'forecast', id: 'F-2026-11', at: 1_793_458_800_000, value: 20_000 },
  { kind: 'forecast', id: 'F', at: 0, value: 0 },
];

describe('A quantity key', () => {
  it.each(cells)('is decoded to what was encoded: %j', (cell) => {
    expect(decodeQuantityKey(encodeQuantityKey(cell))).toEqual(cell);
  });

  it('is written as documented', () => {
    expect(cells.map(encodeQuantityKey)).toEqual([
      'line/L1/2/BF26/sunday+holiday/expert',
      'line/C-RETAIL.1_a/1/-/-/-',
      'line/L2/1/-/-/-/1793458800000',
      'measure/contacts/1/-/-/-',
      'kpi/sl/3/BF26/n/-',
      'kpi/sl/3/-/d/-',
      'forecast/F-2026-11/1793458800000/-/20000/-',
      'forecast/F/0/-/0/-',
    ]);
  });

  it.each([
    '',
    'line',
    'line/L1/x/-/-/-',
    'line/L1/-/-/-/-',
    'line/L1/1/-/-',
    'line/L1/1/-/-/-/-',
    'line/L1/1/-/-/-/x',
    'line/L1/1/-/-/-/1/2',
    'measure/contacts/1/-/-/-/1',
    'kpi/sl/1/-/-/-',
    'what/L1/1/-/-/-',
    'line/-/1/-/-/-',
  ])('is never %p', (key) => {
    expect(() => decodeQuantityKey(key)).toThrow('is not the name of a sum');
  });
});
