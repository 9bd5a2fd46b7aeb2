import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { topics } from './topics.js';

it('names for every topic a file that exists as its format', () => {
  const formats = Object.values(topics).map(({ format }) => join(import.meta.dirname, '../..', format));
  expect(formats.filter((file) => !existsSync(file))).toEqual([]);
});
