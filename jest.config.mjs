import { readFileSync } from 'node:fs';

const runsJest = /[/\\]jest(\.js)?$/.test(process.argv[1] ?? '');
if (runsJest && !process.execArgv.includes('--experimental-vm-modules')) {
  throw new Error(
    'Run the tests as `npm test` or `npm test -- libs/domain`: they need the pinned Node and ES modules.',
  );
}

const swc = JSON.parse(readFileSync(new URL('tools/swc.json', import.meta.url), 'utf8'));

/** What every project has. */
const common = {
  roots: ['libs', 'apps', 'test'].map((root) => `<rootDir>/${root}`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline', swcrc: false }] },
  moduleNameMapper: {
    '^#(apps|test)/(.*)\\.js$': '<rootDir>/$1/$2.ts',
    '^#([\\w-]+)/(.*)\\.js$': '<rootDir>/libs/$1/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

// CONTRIBUTING.md says which spec belongs where; every spec is in one project.
const property = '\\.property\\.spec\\.ts$';
const stack = '(\\.stack\\.spec\\.ts|/test/(?!house/).*\\.spec\\.ts)$';

/** @type {import('jest').Config} */
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testRegex: '\\.spec\\.ts$',
      testPathIgnorePatterns: [property, stack],
    },
    { ...common, displayName: 'property', testRegex: property },
    {
      ...common,
      displayName: 'stack',
      testRegex: stack,
      testPathIgnorePatterns: [property],
      // One Kafka and one Redis for all suites that ask for them; none is started where no suite does.
      globalSetup: '<rootDir>/test/stack/global-setup.ts',
      globalTeardown: '<rootDir>/test/stack/global-teardown.ts',
    },
  ],
  testTimeout: 30_000,
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.mjs'],
};
