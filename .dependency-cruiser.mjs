// The dependency rule of the design: who may import whom. docs/decisions/0003 says why it is enforced.

/**
 * Tests stand outside the rule: specs, contract suites, their models and harnesses, all of test/ and bench/.
 */
const tests = '(\\.(spec|contract|model|harness)\\.ts$|^libs/(log|store)/contract/|^test/|^bench/)';
const npm = (...names) => `^node_modules/(${names.join('|').replaceAll('.', '\\.')})/`;

const rules = [
  {
    name: 'domain-is-pure',
    comment:
      'libs/domain imports decimal.js and itself only: no Node, no zod, nothing that knows time, disk or network.',
    from: { path: '^libs/domain/', pathNot: tests },
    to: { pathNot: ['^libs/domain/', npm('decimal.js')] },
  },
  ...['wire', 'platforms', 'catalogue'].map((lib) => ({
    name: `${lib}-to-domain-only`,
    comment: `Of our own code libs/${lib} may import libs/domain only.`,
    from: { path: `^libs/${lib}/`, pathNot: tests },
    to: { path: '^(libs|apps|test)/', pathNot: [`^libs/${lib}/`, '^libs/domain/'] },
  })),
  {
    name: 'wire-platforms-catalogue-packages',
    comment:
      'Translation and validation need zod (and yaml, date-holidays for the catalogue), nothing else from npm.',
    from: { path: '^libs/(wire|platforms|catalogue)/', pathNot: tests },
    to: { path: '^node_modules/', pathNot: npm('zod', 'yaml', 'date-holidays') },
  },
  {
    name: 'log-to-wire-only',
    comment: 'Of our own code libs/log may import libs/wire only; log and store never meet.',
    from: { path: '^libs/log/', pathNot: tests },
    to: { path: '^(libs|apps|test)/', pathNot: ['^libs/log/', '^libs/wire/'] },
  },
  {
    name: 'store-to-nothing',
    comment: 'libs/store imports nothing of ours; log and store never meet.',
    from: { path: '^libs/store/', pathNot: tests },
    to: { path: '^(libs|apps|test)/', pathNot: '^libs/store/' },
  },
  {
    name: 'runtime-to-nothing',
    comment: 'libs/runtime imports nothing of ours.',
    from: { path: '^libs/runtime/', pathNot: tests },
    to: { path: '^(libs|apps|test)/', pathNot: '^libs/runtime/' },
  },
  {
    name: 'no-app-to-app',
    comment: 'Apps talk over topics. Only standalone composes the others, and the cli runs standalone.',
    from: { path: '^apps/([^/]+)/', pathNot: [tests, '^apps/standalone/', '^apps/cli/'] },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'cli-to-standalone-only',
    comment: 'The cli works on what standalone composes, not on the other apps.',
    from: { path: '^apps/cli/', pathNot: tests },
    to: { path: '^apps/', pathNot: '^apps/(cli|standalone)/' },
  },
  {
    name: 'no-test-code-in-production',
    comment: 'What ships does not import what tests it.',
    from: { path: '^(libs|apps)/', pathNot: tests },
    to: { path: tests },
  },
  {
    name: 'kafkajs-only-in-log-kafka',
    comment: 'Everything else takes the Log port (#log/log.js).',
    from: { path: '^(libs|apps)/', pathNot: [tests, '^libs/log/kafka/'] },
    to: { path: npm('kafkajs') },
  },
  {
    name: 'ioredis-only-in-store-redis',
    comment: 'Everything else takes the Store port (#store/store.js).',
    from: { path: '^(libs|apps)/', pathNot: [tests, '^libs/store/redis/'] },
    to: { path: npm('ioredis') },
  },
  {
    name: 'nest-at-the-edge',
    comment:
      'NestJS and its HTTP server stay in apps, libs/log/nest and libs/runtime; what counts or prices is plain.',
    from: { path: '^libs/', pathNot: [tests, '^libs/log/nest/', '^libs/runtime/'] },
    to: { path: npm('@nestjs', '@fastify', 'fastify', 'rxjs', 'reflect-metadata') },
  },
  {
    name: 'decimals-only-in-domain',
    comment: 'Amounts leave the domain as strings; nobody else computes with decimals.',
    from: { path: '^(libs|apps)/', pathNot: [tests, '^libs/domain/'] },
    to: { path: npm('decimal.js') },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that need each other are one thing cut in the wrong place.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nobody imports and that imports nothing is left over, or not wired in yet.',
    from: { orphan: true, pathNot: [tests, '^apps/[^/]+/main\\.ts$', '^\\.', '\\.d\\.ts$', '^[^/]+\\.mjs$'] },
    to: {},
  },
  {
    name: 'not-unresolvable',
    comment: 'The imported file or package does not exist (is the .js suffix there? is it in package.json?).',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'sources-not-build',
    comment:
      'An import that ends in dist/ would slip through every rule above: see "imports" in package.json.',
    from: {},
    to: { path: '^dist/' },
  },
  {
    name: 'only-listed-packages',
    comment: 'A package that package.json does not list comes and goes with somebody else’s dependencies.',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-dev-package-in-production',
    comment: 'What ships runs without devDependencies.',
    from: { path: '^(libs|apps)/', pathNot: tests },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: '^(node_modules|dist)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      conditionNames: ['types', 'node', 'import', 'default'],
      exportsFields: ['exports'],
    },
  },
};
