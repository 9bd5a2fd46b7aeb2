import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { editFault } from './mutant.js';
import { mutants } from './mutants.js';

const root = join(import.meta.dirname, '../..');

it.each(mutants)('the defect "$name" can still be planted', ({ edits }) => {
  const faults = edits.map((edit) => editFault(readFileSync(join(root, edit.file), 'utf8'), edit));
  expect(faults.filter((fault) => fault !== null)).toEqual([]);
});
