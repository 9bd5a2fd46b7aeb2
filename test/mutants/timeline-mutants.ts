import type { Mutant } from './mutant.js';

/** Defects in how agents' timelines are folded, read and kept. */
export const timelineMutants: readonly Mutant[] = [
  {
    name: 'a boundary at the begin of a page leaves the page before as it was',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/timelines.ts',
        find: 'afterOf(previous)?.offset !== first.offset) {',
        replace: 'afterOf(previous) === null) {',
      },
    ],
  },
  {
    name: 'a silence that is longer than a shift is billed',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/timeline/timeline.ts',
        find: '  return gap <= silenceMs ? held : unseen;\n}',
        replace: '  return held;\n}',
      },
    ],
  },
  {
    name: 'a snapshot of another state ends the one before it',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/timeline/timeline.ts',
        find: 'if (next.observed) return isSame && gap <= silenceMs ? held : unseen;',
        replace: 'if (next.observed) return gap <= silenceMs ? held : unseen;',
      },
    ],
  },
  {
    name: 'the meter keeps hours of timelines after a failure',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/meter.ts',
        find: '        timelines.clear();\n',
        replace: '',
      },
    ],
  },
  {
    name: 'of a boundary with two pages a crash leaves one unposted',
    foundBy: 'libs/pipeline/meter/timelines.property',
    edits: [
      {
        file: 'libs/pipeline/meter/batch-fold.ts',
        find: '      } else if (isFree()) {',
        replace: '      } else if (posted.length === 0 && isFree()) {',
      },
    ],
  },
  {
    name: 'what was archived comes back with its first fact only',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/archive/rehydrate.ts',
        find: 'await rehydrateEntity(state, pointer, posted)',
        replace:
          'await rehydrateEntity({ ...state, facts: state.facts.slice(0, 1), factOffsets: state.factOffsets.slice(0, 1) }, pointer, posted)',
      },
    ],
  },
];
