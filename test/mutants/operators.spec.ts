import { expect, it } from '@jest/globals';
import { operatorMutants } from './operators.js';

const changed = (text: string) =>
  operatorMutants('/root', '/root/libs/a.ts', text).map(({ line, from, to }) => `${line}: ${from} -> ${to}`);

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

it('leaves types and texts alone', () => {
  expect(changed("type A = 1 | true;\nconst b: 2 | undefined = 'x' + c;")).toEqual([]);
});

it('gives the whole file with the change', () => {
  expect(operatorMutants('/root', '/root/a.ts', 'export const a = b + c;').map(({ text }) => text)).toEqual([
    'export const a = b - c;',
  ]);
});
