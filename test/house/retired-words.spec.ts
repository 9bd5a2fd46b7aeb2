import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { retiredWords } from './retired-words.js';

const root = join(import.meta.dirname, '../..');
const folders = new Set(['apps', 'libs', 'test', 'bench', 'docs', 'tools', 'examples', 'docker']);
const list = 'test/house/retired-words.ts';

/** Paths from the root of what people read: code, settings and texts, but not recorded data. */
function texts(): string[] {
  return readdirSync(root)
    .filter((name) => folders.has(name))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .concat('README.md', 'CONTRIBUTING.md', 'CHANGELOG.md')
    .filter((file) => /\.(ts|mjs|md|json|ya?ml|lua)$/.test(file) && file !== list);
}

describe('A retired word', () => {
  const files = texts().map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n') }));

  it.each(retiredWords)('$pattern comes back nowhere', ({ pattern, instead, exceptIn = [] }) => {
    const found = files
      .filter(({ file }) => !exceptIn.includes(file))
      .flatMap(({ file, lines }) =>
        lines.flatMap((line, index) =>
          pattern.test(line) ? `${file}:${index + 1}: ${line.trim()} -> ${instead}` : [],
        ),
      );
    expect(found).toEqual([]);
  });

  it('is looked for in code and in docs', () => {
    const seen = new Set(files.map(({ file }) => file.split('/')[0]));
    expect([...seen]).toEqual(expect.arrayContaining(['apps', 'libs', 'test', 'docs', 'tools', 'README.md']));
  });
});
