import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { explains, explanations } from './explained.js';
import { editFault } from './mutant.js';
import { mutants } from './mutants.js';
import { switchedSource } from './operators.js';

const root = join(import.meta.dirname, '../..');

it.each(mutants)('the defect "$name" can still be planted', ({ edits }) => {
  const faults = edits.map((edit) => editFault(readFileSync(join(root, edit.file), 'utf8'), edit));
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
});

it('explains changes that can still be made, each of them one', () => {
  const counts = explanations.map((explanation) => {
    const { file, line, from, to } = explanation;
    const { mutants: changes } = switchedSource(file, readFileSync(join(root, file), 'utf8'));
    const count = changes.filter((change) => explains(explanation, change)).length;
    return `${file}: ${line} (${from} -> ${to}): ${count}`;
  });
  expect(counts.filter((count) => !count.endsWith(': 1'))).toEqual([]);
});
