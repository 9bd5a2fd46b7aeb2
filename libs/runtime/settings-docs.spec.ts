import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { documentedVariables } from './config.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');

describe('docs/settings.md', () => {
  it.each(documentedVariables())('says of $name what the code says', ({ name, meaning }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row).toContain(meaning);
  });

  it('names no variable that the code does not know', () => {
    const known = documentedVariables().map(({ name }) => name);
    const named = [...page.matchAll(/^\| `(\w+)`/gm)].map((found) => found[1]);
    expect(named).toEqual(known);
  });
});
