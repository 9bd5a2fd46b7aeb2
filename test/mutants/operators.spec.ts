import { expect, it } from '@jest/globals';
import { switchedSource } from './operators.js';

const changed = (text: string) =>
  switchedSource('libs/a.ts', text).mutants.map(({ line, from, to }) => `${line}: ${from} -> ${to}`);

it('changes operators, conditions, numbers and functions, each alone', () => {
  expect(changed('const a = b < 3;\nif (c) d(Math.min(e, f - 0) > g ? true : h);')).toEqual([
    '1: < -> <=',
    '1: 3 -> 0',
    '2: c -> !(c)',
    '2: Math.min(e, f - 0) > g -> !(Math.min(e, f - 0) > g)',
    '2: > -> >=',
    '2: min -> max',
    '2: - -> +',
    '2: 0 -> 1',
    '2: true -> false',
  ]);
});

it('leaves types, texts and names alone', () => {
  expect(changed("type A = 1 | true;\nconst b: 2 | undefined = 'x' + { 3: c };")).toEqual([]);
});

it('puts each change behind a switch of its own, numbered on from those of other files', () => {
  expect(switchedSource('a.ts', 'export const a = b?.min(c + 2) === d;', 5).text).toBe(
    'export const a = (globalThis.isPlanted(5) ? b?.min(c + 2) !== d : ' +
      "b?.[globalThis.isPlanted(6) ? 'max' : 'min']" +
      '((globalThis.isPlanted(7) ? c - 2 : c + (globalThis.isPlanted(8) ? 0 : 2))) === d);',
  );
});

it('says in which line a change stands', () => {
  const place = { file: 'a.ts', text: 'a - b - c,', from: '-', to: '+' };
  expect(switchedSource('a.ts', 'f(\n  a - b - c,\n);').mutants).toEqual([
    { ...place, id: 0, line: 2, nth: 1 },
    { ...place, id: 1, line: 2, nth: 2 },
  ]);
});
