// The dependency rule of the design: who may import whom. docs/decisions/0003 says why it is enforced.

import { testCode } from './test-code.mjs';

/** Tests are exempt from the rule: test code beside the sources, all of test/ and bench/. */
const tests = `(${testCode}|^test/|^bench/)`;
const npm = (...names) => `^node_modules/(${names.join('|').replaceAll('.', '\\.')})/`;

/**
 * Which library may import which, lowest floor first: a library names those below it, never one above.
 * Each row says all that it may import of our own code.
 */
const libraries = {
  runtime: [],
  store: [],
  domain: [],
  wire: ['domain'],
  platforms: ['domain'],
  log: [],
  'contract-text': ['domain', 'wire'],
  catalogue: ['domain', 'wire'],
  'invoice-document': ['domain', 'wire', 'contract-text'],
  pipeline: ['domain', 'wire', 'platforms', 'catalogue', 'log', 'store', 'runtime'],
};

/** The same for the rooms of the domain: what happened, what was agreed, what it measures, what it costs. */
const domainRooms = {
  money: [],
  period: [],
  activity: [],
  fact: ['activity'],
  calendar: ['period'],
  timeline: ['activity', 'fact'],
  outcome: ['fact'],
  schedule: ['activity', 'fact'],
  posting: ['activity', 'fact', 'outcome', 'schedule', 'timeline'],
  contact: ['calendar', 'fact', 'posting'],
  entity: ['contact', 'fact', 'outcome', 'posting', 'schedule', 'timeline'],
  contract: ['calendar', 'fact', 'money', 'period', 'schedule'],
  scope: ['activity', 'calendar', 'contract', 'outcome', 'posting', 'schedule', 'timeline'],
  now: ['fact', 'scope', 'timeline'],
  clock: ['activity', 'calendar', 'period', 'posting', 'schedule', 'scope'],
  kpi: ['activity', 'calendar', 'contract', 'fact', 'outcome', 'schedule', 'scope'],
  live: ['activity', 'calendar', 'contract', 'kpi', 'outcome', 'posting', 'scope', 'timeline'],
  metering: [
    'activity',
    'clock',
    'contract',
    'fact',
    'kpi',
    'outcome',
    'period',
    'posting',
    'schedule',
    'scope',
    'timeline',
  ],
  pricing: ['calendar', 'clock', 'contract', 'kpi', 'metering', 'money', 'period'],
  unbilled: [
    'activity',
    'calendar',
    'contract',
    'metering',
    'money',
    'outcome',
    'posting',
    'pricing',
    'scope',
    'timeline',
  ],
  restatement: ['calendar', 'contract', 'metering', 'money', 'period', 'pricing'],
  whatif: ['calendar', 'contract', 'kpi', 'metering', 'money', 'period', 'pricing'],
};

/** The stages of the pipeline do not know each other; they share the files beside their rooms. */
const pipelineRooms = {
  intake: [],
  normalize: [],
  meter: [],
  tally: [],
  audit: ['tally'],
  close: [],
  now: [],
  reinterpret: [],
  engine: ['intake', 'normalize', 'meter', 'tally', 'audit', 'close'],
};

const rules = [
  ...floors('libs', libraries, '(libs|apps|test)'),
  ...floors('libs/domain', domainRooms, 'libs/domain'),
  ...floors('libs/pipeline', pipelineRooms, 'libs/pipeline/[^/]+'),
  {
    name: 'beside-the-stages-no-stage',
    comment: 'What the stages share knows none of them, or one stage could reach another through it.',
    from: { path: '^libs/pipeline/[^/]+\\.ts$', pathNot: tests },
    to: { path: '^libs/pipeline/[^/]+/' },
  },
  {
    name: 'archive-below-the-meter',
    comment: 'The archive is a storage engine: it knows entities, not the stage that uses it.',
    from: { path: '^libs/pipeline/meter/archive/', pathNot: tests },
    to: { path: '^libs/pipeline/meter/(meter|store-change)\\.ts$' },
  },
  {
    name: 'charges-and-performance-below-price',
    comment: 'price.ts is the order of evaluation; what it calls does not call it.',
    from: { path: '^libs/domain/pricing/(charge|performance)/', pathNot: tests },
    to: { path: '^libs/domain/pricing/(price|example)\\.ts$' },
  },
  {
    name: 'domain-is-pure',
    comment:
      'libs/domain imports decimal.js and itself only: no Node, no zod, nothing that knows time, disk or network.',
    from: { path: '^libs/domain/', pathNot: tests },
    to: { pathNot: ['^libs/domain/', npm('decimal.js')] },
  },
  {
    name: 'wire-platforms-catalogue-packages',
    comment:
      'Translation and validation need zod (yaml, date-holidays for the catalogue; numbering plans for platforms), nothing else from npm.',
    from: { path: '^libs/(wire|platforms|catalogue|contract-text)/', pathNot: tests },
    to: { path: '^node_modules/', pathNot: npm('zod', 'yaml', 'date-holidays', 'libphonenumber-js') },
  },
  {
    name: 'no-app-to-app',
    comment: 'Apps talk over topics and share libs/pipeline. Only standalone composes the others.',
    from: { path: '^apps/([^/]+)/', pathNot: [tests, '^apps/standalone/'] },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
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
      'NestJS and its HTTP server stay in apps, libs/log/nest and libs/runtime/nest; what counts or prices is plain.',
    from: { path: '^libs/', pathNot: [tests, '^libs/log/nest/', '^libs/runtime/nest/'] },
    to: { path: npm('@nestjs', '@fastify', 'fastify', 'rxjs', 'reflect-metadata') },
  },
  {
    name: 'runtime-nest-at-the-edge',
    comment: 'Of libs, only libs/log/nest imports libs/runtime/nest; the others take what is beside it.',
    from: { path: '^libs/', pathNot: [tests, '^libs/log/nest/', '^libs/runtime/nest/'] },
    to: { path: '^libs/runtime/nest/' },
  },
  {
    name: 'decimals-only-in-domain',
    comment: 'Amounts leave the domain as strings; nothing else computes with decimals.',
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
    comment: 'A file that nothing imports and that imports nothing is left over, or not wired in yet.',
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
    comment:
      'A package that package.json does not list comes and goes with the dependencies of another package.',
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

/** One rule per room: of `within` it may import itself and the rooms that its row names. */
function floors(parent, rooms, within) {
  const names = Object.keys(rooms);
  return names.map((name, floor) => {
    const above = rooms[name].find((other) => !names.slice(0, floor).includes(other));
    if (above !== undefined)
      throw new Error(`${parent}/${name} may not import ${above}: it is no floor below`);
    const allowed = [name, ...rooms[name]].map((room) => `^${parent}/${room}/`);
    return {
      name: `floors-of-${parent.replace('/', '-')}-${name}`,
      comment: `${parent}/${name} may import ${rooms[name].join(', ') || 'nothing else of ours'}.`,
      from: { path: `^${parent}/${name}/`, pathNot: tests },
      to: { path: `^${within}/`, pathNot: allowed },
    };
  });
}

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
