import { expect, it } from '@jest/globals';
import { RepeatedLines } from './repeated-lines.js';

it('writes the first hundred lines of a minute, and then how many were left out', () => {
  let now = 0;
  const log: (string | number)[] = [];
  const lines = new RepeatedLines(() => now);
  const add = (text: string): void =>
    lines.add(
      () => log.push(text),
      (left) => log.push(left),
    );
  for (let line = 0; line < 250; line++) add(`line ${line}`);
  expect(log).toHaveLength(100);
  now = 60_000;
  add('the next minute');
  add('and again');
  expect(log.slice(100)).toEqual([150, 'the next minute', 'and again']);
});
