import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';

/** Licences that let us ship a package within an Apache-2.0 product, with notice at most. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-3-Clause',
  'ISC',
  '(ISC AND CC-BY-3.0)',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

it('ships packages only whose licences allow it', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const shipped = Object.entries(lock.packages).filter(([path, { dev, devOptional }]) => {
    return path !== '' && dev !== true && devOptional !== true;
  });
  expect(shipped.length).toBeGreaterThan(50);
  const others = shipped
    .filter(([, { license = 'none' }]) => !allowed.has(license))
    .map(([path, { license = 'none' }]) => `${path}: ${license}`);
  expect(others).toEqual([]);
});
