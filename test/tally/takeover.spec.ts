import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { content, journalOf } from './drawn-journal.js';
import { editedFrom, viewOf } from './edited-catalogues.js';
import { differencesOf, type Step, TakeoverRun } from './takeover-run.js';

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('apply' as const), catalogue: fc.nat({ max: 2 }) }) },
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'takeOver' }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('batch' as const), records: fc.integer({ min: 1, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'read' }) },
  fc.constantFrom<Step>({ do: 'crash' }, { do: 'secondOwner' }, { do: 'refuse' }, { do: 'loseAnswer' }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('refuseStates' as const, 'refuseRecords' as const),
      after: fc.nat({ max: 3 }),
    }),
  },
);
const steps = fc.array(anyStep, { minLength: 10, maxLength: 40 });
/** Most of the journal is counted before another catalogue comes. */
const begun: readonly Step[] = [
  { do: 'batch', records: 9 },
  { do: 'apply', catalogue: 1 },
  { do: 'takeOver' },
];
const journal = fc
  .tuple(fc.array(content, { minLength: 4, maxLength: 16 }), fc.array(fc.nat({ max: 15 }), { maxLength: 2 }))
  .map(([contents, doubled]) => journalOf(contents, doubled));

describe('A tally that takes over catalogues', () => {
  it('never gives a wrong figure, and stores in the end what a whole count stores, chains included', async () => {
    const read = { figures: 0, recounting: 0 };
    const property = fc.asyncProperty(editedFrom(3), journal, steps, async (chosen, records, more) => {
      const run = new TakeoverRun(records, chosen.map(viewOf));
      for (const step of [...begun, ...more]) expect(await run.take(step)).toEqual([]);
      await run.finish();
      expect(await run.differences()).toEqual([]);
      const { is, whole } = await run.stored();
      expect(differencesOf(is, whole)).toEqual([]);
      read.figures += run.read.figures;
      read.recounting += run.read.recounting;
    });
    await fc.assert(property, { numRuns: 100 });
    // otherwise it would say nothing
    expect(read.figures).toBeGreaterThan(500);
    expect(read.recounting).toBeGreaterThan(50);
  }, 120_000);
});
