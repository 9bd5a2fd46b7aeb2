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
    for (const reference of references) {
      if (!reference.startsWith('#')) expect(existsSync(new URL(reference, docs))).toBe(true);
      else {
        const path = reference.slice(2).split('/');
        const found = path.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], published);
        expect({ reference, found }).toMatchObject({ found: expect.any(Object) as object });
      }
    }
  });
});
