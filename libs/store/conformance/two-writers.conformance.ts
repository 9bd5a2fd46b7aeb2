import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change, PartitionRef, Store } from '../store.js';
import { type Given, incrementsOf } from './given.fixture.js';

/**
 * Two clients of one partition claim, commit and drop in random order; a model says what must be stored.
 */
export function describeTwoWriters(given: () => Given): void {
  it('does what a simple model does when two writers compete', async () => {
    const { store, at, another } = given();
    const other = await another();
    let runs = 0;
    const asTheModel = fc.asyncProperty(steps(), async (steps) => {
      await run(steps, { keyspace: `${at.keyspace}-${++runs}`, partition: runs % 12 }, [store, other]);
    });
    await fc.assert(asTheModel, { numRuns: 60 });
  });
}

type Step =
  | { readonly does: 'claim'; readonly writer: 0 | 1 }
  | Commit
  | { readonly does: 'drop'; readonly writer: 0 | 1 };

interface Commit {
  readonly does: 'commit';
  readonly writer: 0 | 1;
  readonly change: Pick<Change, 'puts' | 'deletes' | 'increments'>;
  /** How many records it processed. */
  readonly records: number;
}

const KEYS = ['a', 'b', 'c', '{d}', 'e:f'];
const FIELDS = ['n', 'talkMs', 'm'];

function steps(): fc.Arbitrary<Step[]> {
  const writer = fc.constantFrom(0 as const, 1 as const);
  const key = fc.constantFrom(...KEYS);
  const change = fc.record({
    puts: fc.array(fc.tuple(key, fc.string({ maxLength: 5 })), { maxLength: 4 }),
    deletes: fc.array(key, { maxLength: 2 }),
    increments: fc
      .array(fc.tuple(key, fc.constantFrom(...FIELDS), fc.integer({ min: -2, max: 2 })), { maxLength: 6 })
      .map(incrementsOf),
  });
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ does: fc.constant('claim' as const), writer }) },
    {
      weight: 9,
      arbitrary: fc.record({
        does: fc.constant('commit' as const),
        writer,
        change,
        records: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('drop' as const), writer }) },
  );
  return fc.array(step, { minLength: 1, maxLength: 25 });
}

/** The expected content of the partition. */
class Model {
  holder: 0 | 1 | null = null;
  lastEpoch = 0;
  next: number | null = null;
  readonly states = new Map<string, string>();
  readonly sums = new Map<string, number>();

  apply(change: Change): void {
    this.next = change.next;
    for (const [key, value] of change.puts) this.states.set(key, value);
    for (const key of change.deletes) this.states.delete(key);
    for (const [key, fields] of change.increments) {
      for (const [field, delta] of fields) {
        const sum = (this.sums.get(`${key} ${field}`) ?? 0) + delta;
        if (sum === 0) this.sums.delete(`${key} ${field}`);
        else this.sums.set(`${key} ${field}`, sum);
      }
    }
  }

  drop(): void {
    this.holder = null;
    this.next = null;
    this.states.clear();
    this.sums.clear();
  }
}

/** What a writer knows of the partition: its epoch and its next offset. */
interface Belief {
  epoch: number;
  next: number;
}

async function run(
  steps: readonly Step[],
  at: PartitionRef,
  clients: readonly [Store, Store],
): Promise<void> {
  const model = new Model();
  const beliefs: [Belief, Belief] = [
    { epoch: 0, next: 0 },
    { epoch: 0, next: 0 },
  ];
  for (const step of steps) {
    const client = clients[step.writer];
    const belief = beliefs[step.writer];
    switch (step.does) {
      case 'claim':
        await expectClaim(model, at, client, belief);
        model.holder = step.writer;
        break;
      case 'commit':
        await expectCommit(model, at, client, belief, step);
        break;
      case 'drop':
        await client.drop(at.keyspace);
        model.drop();
        break;
    }
    await expectSame(model, at, clients[step.writer === 0 ? 1 : 0]);
  }
}

async function expectClaim(model: Model, at: PartitionRef, client: Store, belief: Belief): Promise<void> {
  const { epoch, next } = await client.claim(at);
  expect(next).toBe(model.next ?? 0);
  expect(epoch).toBeGreaterThan(model.lastEpoch);
  model.next = next;
  model.lastEpoch = epoch;
  Object.assign(belief, { epoch, next });
}

async function expectCommit(
  model: Model,
  at: PartitionRef,
  client: Store,
  belief: Belief,
  step: Commit,
): Promise<void> {
  const { epoch, next: expectedNext } = belief;
  const change = { ...step.change, epoch, expectedNext, next: expectedNext + step.records };
  const mayCommit = model.holder === step.writer && model.next === expectedNext;
  expect(await client.commit(at, change)).toBe(mayCommit ? 'done' : 'stale');
  if (!mayCommit) return;
  model.apply(change);
  belief.next = change.next;
}

async function expectSame(model: Model, at: PartitionRef, client: Store): Promise<void> {
  expect(await client.nexts(at.keyspace, [at.partition])).toEqual([model.next]);
  expect(await client.load(at, KEYS)).toEqual(KEYS.map((key) => model.states.get(key) ?? null));
  const { next, values } = await client.sums(at, KEYS);
  expect(next).toBe(model.next ?? 0);
  const sums = [...values].flatMap(([key, fields]) =>
    [...fields].map(([field, sum]) => [`${key} ${field}`, sum]),
  );
  expect(Object.fromEntries(sums)).toEqual(Object.fromEntries(model.sums));
}
