import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tenSeconds } from '#domain/posting/call.fixture.js';
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

/**
 * Two programmes with a contract each: the first has all queues but the second's own; three people are known.
 */
const plain = {
  mapping: 0,
  reason: 'none',
  thresholds: '20s',
  agents: 7,
  grade: 'junior',
  promoted: false,
  assigned: 'both',
  price: '1.00',
  amended: null,
  tiered: false,
  window: 'P1D',
  agentTime: 'split',
  state: null,
  machines: false,
  bot: null,
  holds: null,
  second: 'both',
  zone: 'Europe/Paris',
  rhythm: 'unit: month',
  limits: 'handling: P1D',
  confirmed: 0,
} as const;

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

  it('gives held work of two programmes to both, so that mapping the queue of one moves nothing of the other', async () => {
    // Without agents nothing but queues differs.
    const only = { ...plain, mapping: 5, agents: 0, second: 'none', limits: 'wait: PT20S' } as const;
    // It waits too long in a queue that is not mapped, or is the second programme's, then goes to the first.
    const call = tenSeconds(0, Date.UTC(2026, 2, 2), 'x');
    const [stay] = call.segments;
    if (stay === undefined) throw new Error('the call waited nowhere');
    const long = {
      ...stay,
      queue: 'c:q0',
      enteredAt: stay.leftAt - 25_000,
      waitMs: 25_000,
      result: 'flowOut' as const,
    };
    const contents = [{ ...call, segments: [long, { ...stay, queue: 'c:own0' }] }];
    const run = new TakeoverRun(journalOf(contents), [viewOf(only), viewOf({ ...only, second: 'both' })]);
    expect(await run.take({ do: 'batch', records: 1 })).toEqual([]);
    expect(await run.differences()).toEqual([]);
    await run.take({ do: 'apply', catalogue: 1 });
    await run.finish();
    expect(await run.differences()).toEqual([]);
  });

  it('moves a chain of many pages from programme to programme, contact by contact', async () => {
    // Two queues in turn, of which the second one moves; every fifth call was another one before.
    const contents = Array.from({ length: 300 }, (_, index) => {
      const number = index % 5 === 4 ? index - 2 : index;
      const call = tenSeconds(number, Date.UTC(2026, 2, 2) + index * 3_600_000, 'switchboard');
      const queue = `c:q${index % 2}`;
      const segments = call.segments.map((segment) => ({ ...segment, queue }));
      return { ...call, segments, legs: call.legs.map((leg) => ({ ...leg, queue })) };
    });
    const run = new TakeoverRun(journalOf(contents), [viewOf(plain), viewOf({ ...plain, mapping: 4 })]);
    expect(await run.take({ do: 'batch', records: 200 })).toEqual([]);
    await run.take({ do: 'apply', catalogue: 1 });
    await run.finish();
    expect(await run.differences()).toEqual([]);
    const { is, whole } = await run.stored();
    expect(differencesOf(is, whole)).toEqual([]);
    const lengths = [...is].flatMap(([name, text]) =>
      name.startsWith('chain|') ? (JSON.parse(String(text)) as unknown[]).length : [],
    );
    // 300 less the 60 that others took the place of: in each queue one half
    expect(lengths).toEqual([120, 120]);
  }, 60_000);
});
