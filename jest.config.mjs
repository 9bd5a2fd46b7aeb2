import { existsSync, readFileSync } from 'node:fs';

const runsJest = /[/\\]jest(\.js)?$/.test(process.argv[1] ?? '');
if (runsJest && !process.execArgv.includes('--experimental-vm-modules')) {
  throw new Error(
    'Run the tests as `npm test` or `npm test -- libs/domain`: they need the pinned Node and ES modules.',
  );
}

const swc = JSON.parse(readFileSync(new URL('tools/swc.json', import.meta.url), 'utf8'));

/** @type {import('jest').Config} */
export default {
  roots: ['libs', 'apps', 'test'].filter((root) => existsSync(root)).map((root) => `<rootDir>/${root}`),
  testMatch: ['**/*.spec.ts'],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline', swcrc: false }] },
  moduleNameMapper: {
    '^#(apps|test)/(.*)\\.js$': '<rootDir>/$1/$2.ts',
    '^#([\\w-]+)/(.*)\\.js$': '<rootDir>/libs/$1/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // One Kafka and one Redis for all suites that ask for them; none is started where no suite does.
  globalSetup: '<rootDir>/test/stack/global-setup.ts',
  globalTeardown: '<rootDir>/test/stack/global-teardown.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.mjs'],
};
