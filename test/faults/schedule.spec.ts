import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { everyFault, inWords, nameOf, scheduleOf } from '#test/faults/schedule.js';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

describe('A schedule of faults', () => {
  it('is the same for the same seed, and differs for different seeds', () => {
    expect(scheduleOf(7)).toEqual(scheduleOf(7));
    const different = new Set(Array.from({ length: 200 }, (_, seed) => inWords(scheduleOf(seed))));
    expect(different.size).toBe(200);
  });

  it('begins its faults in order and while there is input left', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { faults } = scheduleOf(seed);
        const times = faults.map(({ after }) => after);
        expect(faults).toHaveLength(3);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times.every((after) => after > 0 && after < 0.75)).toBe(true);
      }),
    );
  });

  it('has three brokers where a fault hits one', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const schedule = scheduleOf(seed);
        const hitsBroker = schedule.faults.some(({ fault }) => /brokers?$/.test(fault.kind));
        expect(schedule.brokers).toBe(hitsBroker ? 3 : 1);
      }),
    );
  });

  it('goes through every fault within as many seeds as CI runs', () => {
    const dealt = Array.from({ length: 10 }, (_, seed) => scheduleOf(seed)).flatMap(({ faults }) => faults);
    const missing = everyFault.filter((each) => !dealt.some(({ fault }) => nameOf(fault) === nameOf(each)));
    expect(missing).toEqual([]);
  });
});
