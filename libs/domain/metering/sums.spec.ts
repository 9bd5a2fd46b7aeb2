import { expect, it } from '@jest/globals';
import { Sums } from './sums.js';

it('leaves out what one piece of work adds and takes away again', () => {
  const sums = new Sums();
  sums.add('2026-04', 'a', 5);
  sums.add('2026-04', 'b', 1);
  sums.add('2026-05', 'a', 3);
  sums.add('2026-04', 'a', -5);
  expect(sums.quantities()).toEqual([
    { period: '2026-04', key: 'b', value: 1 },
    { period: '2026-05', key: 'a', value: 3 },
  ]);
});
