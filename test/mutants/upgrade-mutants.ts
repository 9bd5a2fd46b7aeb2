import type { Mutant } from './mutant.js';

/** Defects that show where two versions of the program work on one journal. */
export const upgradeMutants: readonly Mutant[] = [
  {
    name: 'what is taken back is what today’s interpretation says',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/entity.ts',
        find: 'return content !== null && digestOf(encodeContent(content)) === posted.digest',
        replace: 'return content !== null && digestOf(encodeContent(content)) !== `${posted.digest}?`',
      },
    ],
  },
  {
    name: 'reinterpretation leaves pages of timelines out',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/reinterpret/differing-entities.ts',
        find: '      this.#timelines.add(fact, partition);\n',
        replace: '',
      },
    ],
  },
  {
    name: 'a page that is compared does not know what ends it',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/domain/timeline/timeline-page.ts',
        find: 'const after = hours[index + 1]?.[0] ?? null;',
        replace: 'const after = hours[index + 1]?.[1] ?? null;',
      },
    ],
  },
  {
    name: 'an act of reinterpretation changes nothing',
    foundBy: 'simulation',
    edits: [
      {
        file: 'libs/pipeline/meter/batch-fold.ts',
        find: "at.fact.type === 'entity.reinterpreted'",
        replace: "at.fact.type === 'contact.noted'",
      },
    ],
  },
  {
    name: 'an append of another version that comes late is not noticed',
    foundBy: 'libs/pipeline/meter/late-append',
    edits: [
      {
        file: 'libs/pipeline/meter/unseen-postings.ts',
        find: 'if (next >= this.#factsEnd) return;',
        replace: 'if (next >= this.#factsEnd || next >= 0) return;',
      },
    ],
  },
  {
    name: 'an append of another version is not noticed where nothing is posted',
    foundBy: 'libs/pipeline/meter/late-append',
    edits: [
      {
        file: 'libs/pipeline/meter/unseen-postings.ts',
        find: 'offsets.size === 0 ? end - 1 : Math.max(...offsets)',
        replace: 'offsets.size === 0 ? -1 : end > 0 ? Math.max(...offsets) : -1',
      },
    ],
  },
  {
    name: 'what an act of reinterpretation has posted is restored as if it were older',
    foundBy: 'libs/pipeline/meter/restore/restore.spec',
    edits: [
      {
        file: 'libs/pipeline/meter/restore/restored-store.ts',
        find: 'posted.offset >= (covered.journal[posted.partition] ?? 0)',
        replace: 'posted.offset >= Infinity && covered.from > 0',
      },
    ],
  },
];
