import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { CatalogueFaults, requireCatalogue } from './require-catalogue.js';

describe('A catalogue that is required', () => {
  it('is loaded', () => {
    expect(requireCatalogue(join(import.meta.dirname, 'example')).tenant).toBe('horizon');
  });

  it('is missed with all that is wrong', () => {
    const directory = join(import.meta.dirname, 'no-such-directory');
    expect(() => requireCatalogue(directory)).toThrow(CatalogueFaults);
    expect(() => requireCatalogue(directory)).toThrow(
      `the catalogue has 1 fault(s):\n  ${directory}: cannot be read: there is no such directory`,
    );
  });
});
