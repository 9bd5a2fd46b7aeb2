import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { asyncApiDocument } from './async-api.js';

const docs = new URL('../../docs/', import.meta.url);

describe('docs/asyncapi.json', () => {
  const published = JSON.parse(readFileSync(new URL('asyncapi.json', docs), 'utf8')) as unknown;

  it('is what the code generates (run npm run schemas)', () => {
    expect(published).toEqual(asyncApiDocument());
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(published).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to = '']) => to);
    expect(references.length).toBeGreaterThan(3);
    const isThere = (reference: string): boolean => {
      if (!reference.startsWith('#')) return existsSync(new URL(reference, docs));
      const path = reference.slice(2).split('/');
      const found = path.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], published);
      return typeof found === 'object';
    };
    expect(references.filter((reference) => !isThere(reference))).toEqual([]);
  });
});
