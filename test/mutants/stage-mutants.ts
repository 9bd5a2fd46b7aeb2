import type { Mutant } from './mutant.js';

/** Defects of stages and of what drives them, planted for what the simulation learned to do. */
export const stageMutants: readonly Mutant[] = [
  {
    name: 'the normalizer goes on without its facts',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/normalize/normalizer.ts',
        find: 'if (facts.length > 0) await log.append(topics.facts.name, facts);',
        replace: 'if (facts.length > 0) void log.append(topics.facts.name, facts).catch(() => undefined);',
      },
    ],
  },
  {
    name: 'a bad row refuses its neighbours',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/normalize/normalizer.ts',
        find: 'return { delivery, facts: normalized.facts, refusals: normalized.refusals };',
        replace:
          'return { delivery, facts: normalized.refusals.length > 0 ? [] : normalized.facts, refusals: normalized.refusals };',
      },
    ],
  },
  {
    name: 'a refusal that was mended stays open',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/normalize/normalizer.ts',
        find: '.filter((id) => !stillRefused.has(id))',
        replace: '.filter((id) => stillRefused.has(id))',
      },
    ],
  },
  {
    name: 'a driver that lost its partition commits what it has not done',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/log/driver.ts',
        find: '    this.#options.source.stopDelivery();\n    await this.#work;',
        replace:
          '    this.#options.source.stopDelivery();\n    this.#options.source.commit({ next: this.#at.end, lastRead: null });\n    await this.#work;',
      },
    ],
  },
  {
    name: 'a position in another log is not noticed',
    foundBy: 'libs/log/driver.spec',
    edits: [
      {
        file: 'libs/log/offset-checks.ts',
        find: 'if (offset < begin || now === null || fingerprintOf(now) === lastRead) return null;',
        replace: 'if (offset < begin || now === null || fingerprintOf(now) !== `${lastRead}?`) return null;',
      },
    ],
  },
  {
    name: 'any posting will do where the state says that its own lies',
    foundBy: 'libs/pipeline/meter/another-journal',
    edits: [
      {
        file: 'libs/pipeline/meter/archive/rehydrate.ts',
        find: 'sign === 1 && digestOf(encodeContent(content)) === digest,',
        replace: 'sign === 1 && digestOf(encodeContent(content)) !== `${digest}?`,',
      },
    ],
  },
  {
    name: 'a close takes the position of a meter that has followed another log',
    foundBy: 'test/journeys/worked-cases/closing',
    edits: [
      {
        file: 'libs/pipeline/close/cut.ts',
        find: 'await requireOwnLog(log, meterStage.topic, new Map(states.entries()));',
        replace: 'await requireOwnLog(log, meterStage.topic, new Map());',
      },
    ],
  },
];
