import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { topics } from './topics.js';

it('the table of topics names an existing file as the format of each topic', () => {
  const formats = Object.values(topics).map(({ format }) => join(import.meta.dirname, '../..', format));
  expect(formats.filter((file) => !existsSync(file))).toEqual([]);
});
