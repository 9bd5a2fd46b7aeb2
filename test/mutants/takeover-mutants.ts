import type { Mutant } from './mutant.js';

const takeover = 'libs/pipeline/tally/takeover.ts';
const run = 'libs/pipeline/tally/takeover-run.ts';
const recount = 'libs/pipeline/tally/recount.ts';

/** Defects of how the tally takes over another catalogue. */
export const takeoverMutants: readonly Mutant[] = [
  {
    name: 'a takeover loses what a failed step had read',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: run,
        find: '    runs.delete(state);\n    state.firstSeen.forget();',
        replace: '    state.firstSeen.forget();',
      },
    ],
  },
  {
    name: 'a takeover believes a log that ends too early',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: 'libs/pipeline/own-log.ts',
        find: 'const isBeyond = position.next > end;',
        replace: 'const isBeyond = position.next > Infinity && end > 0;',
      },
    ],
  },
  {
    name: 'a takeover goes on without records that the log has lost',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/own-journal.ts',
        find: 'if (from < begin) throw',
        replace: 'if (from < 0) throw',
      },
    ],
  },
  {
    name: 'a takeover counts what no reader counted, behind a checkpoint',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: run,
        find: 'if (offset === 0) return new Map();',
        replace: 'if (offset >= 0) return new Map();',
      },
    ],
  },
  {
    name: 'a takeover after a crash counts the record again at which it was',
    foundBy: 'test/tally/takeover.spec',
    edits: [{ file: recount, find: 'offset >= sumsFrom, sums', replace: 'offset >= sumsFrom - 1, sums' }],
  },
  {
    name: 'a takeover keeps chains in memory that it has changed in the store',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: takeover,
        find: '  state.rules = deps.rulesOf(after);\n  state.chains.clear();',
        replace: '  state.rules = deps.rulesOf(after);',
      },
    ],
  },
  {
    name: 'a batch is counted while the chains of a takeover are changed',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/tally.ts',
        find: 'if (state !== undefined) await finishChains(state, takeoverDeps);',
        replace: 'if (state?.isUncertain === true) await finishChains(state, takeoverDeps);',
      },
    ],
  },
  {
    name: 'a takeover that touches nothing goes on counting under the catalogue before',
    foundBy: 'simulation',
    edits: [
      {
        file: takeover,
        find: '    state.rules = deps.rulesOf(after);\n    return false;',
        replace: '    return false;',
      },
    ],
  },
  {
    name: 'a takeover leaves out outcomes that report a programme beside a queue of another',
    foundBy: 'libs/pipeline/tally/recount.spec',
    edits: [
      {
        file: recount,
        find: 'difference.queues.size > 0 || affectsContract(difference, contract)',
        replace: 'affectsContract(difference, contract)',
      },
    ],
  },
  {
    name: 'a takeover begins after the month in which something changes',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/tally/first-seen.ts',
        find: 'month >= since',
        replace: 'month > since',
      },
    ],
  },
  {
    name: 'a batch that failed has seen everything first',
    foundBy: 'libs/pipeline/tally/interrupted-takeover.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/tally.ts',
        find: '        firstSeen.forget();\n',
        replace: '        firstSeen.keep();\n',
      },
    ],
  },
  {
    name: 'a chain that counts otherwise is left as it is where its contacts are the same',
    foundBy: 'test/tally/takeover.spec',
    edits: [
      {
        file: recount,
        find: 'const counts = reads || this.difference.liveProgrammes.has(programme);',
        replace: 'const counts = this.difference.liveProgrammes.has(programme);',
      },
    ],
  },
  {
    name: 'a takeover that parks leaves what it had recounted of the entity before',
    foundBy: 'libs/pipeline/tally/takeover-parks.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/impossible.ts',
        find: 'rules: offset < at ? after : before',
        replace: 'rules: before',
      },
    ],
  },
  {
    name: 'a takeover that parks takes nothing out of chains that it has changed',
    foundBy: 'libs/pipeline/tally/takeover-parks.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/impossible.ts',
        find: 'chainsUpTo !== null && key <= chainsUpTo',
        replace: 'chainsUpTo !== null && false',
      },
    ],
  },
  {
    name: 'a takeover parks in the store alone, and its stage counts on',
    foundBy: 'libs/pipeline/tally/takeover-parks.spec',
    edits: [
      {
        file: 'libs/pipeline/tally/takeover.ts',
        find: '  await deps.reloadParked(state.ref.partition);\n',
        replace: '',
      },
    ],
  },
];
