import { describe, expect, it } from '@jest/globals';
import type { Fact } from '#domain/fact/fact.js';
import { embedded } from '#test/faults/figures.js';
import { centreFiguresOf, differencesFromOracle } from './verdict.js';
import { centreWork } from './work.js';

const isOfCare = (fact: Fact): boolean =>
  ('programme' in fact && fact.programme === 'care') || ('queue' in fact && fact.queue === 'pbx:q1');
const nothing = async (): Promise<void> => undefined;

describe('The calls of the fault harness', () => {
  it.each([1, 2, 3])(
    'come to the figures of the oracle on the embedded engine, from delivery to invoice, seed %i',
    async (seed) => {
      const { work, input } = centreWork(seed);
      const { figures, refused } = await embedded(work, nothing, centreFiguresOf);
      expect(differencesFromOracle(figures, input)).toEqual([]);
      expect(refused).toEqual([]);
    },
    60_000,
  );

  it('differ from the oracle where one call, one result or one activity is missing', async () => {
    const { work, input } = centreWork(4, 40);
    const { figures } = await embedded(work, nothing, centreFiguresOf);
    const without = (type: string): number => {
      const lost = input.facts.findLast((fact) => fact.type === type && isOfCare(fact))?.entity;
      const facts = input.facts.filter(({ entity }) => entity !== lost);
      return differencesFromOracle(figures, { ...input, facts }).length;
    };
    expect(differencesFromOracle(figures, input)).toEqual([]);
    expect(without('segment.summarized')).toBeGreaterThan(0);
    expect(without('outcome.recorded')).toBeGreaterThan(0);
    expect(without('activity.recorded')).toBeGreaterThan(0);
  }, 60_000);
});
