import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = join(import.meta.dirname, '../../dist/apps/console/page');

describe('The page of the console', () => {
  it('is at most 60 KB compressed in all, and each file is there compressed', () => {
    const files = readdirSync(page);
    const plain = files.filter((name) => !name.endsWith('.gz'));
    expect(plain.toSorted()).toEqual(['console.css', 'console.js', 'icon.svg', 'index.html']);
    expect(files.filter((name) => name.endsWith('.gz')).toSorted()).toEqual(
      plain.map((name) => `${name}.gz`),
    );
    const bytes = plain.map((name) => statSync(join(page, `${name}.gz`)).size);
    expect(bytes.reduce((all, each) => all + each, 0)).toBeLessThan(60 * 1024);
  });

  it('names no other host', () => {
    const named = ['console.css', 'console.js', 'index.html'].flatMap((name) => {
      const text = readFileSync(join(page, name), 'utf8');
      return [...text.matchAll(/https?:\/\/[\w.]+/g)].map(([url]) => url);
    });
    // Names of XML vocabularies, which are not fetched.
    expect(named.filter((url) => url !== 'http://www.w3.org')).toEqual([]);
  });
});
