import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '#domain/fact/fact.js';
import type { Log } from '#log/log.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { operatorActs } from '#pipeline/operator-acts.js';
import { encodeFact } from '#wire/facts.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics, topicSettings } from '#wire/topics.js';
import { anyFact, expired, journal } from '../any-fact.fixture.js';
import { meter } from '../meter.js';
import { compareMeter, meterRef } from './compare-meter.js';
import { repairMeter } from './repair-meter.js';

/**
 * A running meter is compared with one that is made again, with facts expired or not; then a state of it is
 * damaged, by kind of key, found, and repaired; then it goes on.
 */
const newStore = (): MemoryStore => new MemoryStore(new MemoryData());

async function logWith(facts: readonly Fact[]): Promise<MemoryLog> {
  const log = new MemoryLog(() => 1_000_000);
  await log.createTopics(topicSettings(3));
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each), partition: 0 }));
  await log.append(topics.facts.name, records);
  return log;
}

interface Run {
  readonly batch: number;
  readonly archiveAfterMs: number;
}

async function fold(
  log: Log,
  store: MemoryStore,
  to: number,
  { batch: size, archiveAfterMs }: Run,
): Promise<void> {
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const handler = meter({ log, store, onRefused, archiveAfterMs, cachedEntities: 3 });
  for (let next = await handler.assigned(0); next < to;) {
    const records = await log.read(topics.facts.name, 0, next, Math.min(size, to - next));
    const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end: to });
    if (result.status !== 'done') throw new Error(result.status);
    next = result.next;
  }
}

/**
 * Kinds of keys that are damaged: open states, pages of the archive, hours of timelines, the journal's state.
 */
const kinds = [/^.{20}$/, /^p\d+$/, /^h.{20}$/, /^journal$/];

/** What stands in the place of a state; null: it is deleted. */
type Damage = (text: string) => string | null;
const damages: readonly Damage[] = [
  () => null,
  (text) => text.slice(0, text.length / 2),
  (text) => text.replace(/"agent\.left[^"]*"/, '"changed"'),
];

async function damage(store: MemoryStore, kind: RegExp, pick: number, how: Damage): Promise<boolean> {
  const ref = meterRef(0);
  const keys = (await store.keys(ref)).states.filter((key) => kind.test(key)).toSorted();
  const key = keys[pick % Math.max(1, keys.length)];
  if (key === undefined) return false;
  const [text = null] = await store.load(ref, [key]);
  const damaged = how(text ?? '');
  // What names its version is not read at all.
  if (key === 'journal' && damaged !== null) return false;
  const { epoch, next } = await store.claim(ref);
  const answer = await store.commit(ref, {
    epoch,
    expectedNext: next,
    next,
    guard: { key: 'damaged', value: null },
    puts: [['damaged', `${epoch}`], ...(damaged === null ? [] : [[key, damaged] as const])],
    deletes: damaged === null ? [key] : [],
    increments: new Map(),
  });
  expect(answer).toBe('done');
  return true;
}

/** Whether anything differed; it does not any more. */
async function isRepaired(log: Log, store: MemoryStore): Promise<boolean> {
  const before = await compareMeter(0, { log, store, scratch: newStore() });
  const differs = before.differences.length > 0;
  const decided = { author: 'Ops', reason: 'a damaged store', at: 5 };
  const repair = await repairMeter(0, { log, store, scratch: newStore() }, decided);
  expect(repair).toMatchObject(differs ? { status: 'repaired', left: [] } : { status: 'equal' });
  const acts = await operatorActs(log);
  expect(acts).toMatchObject(differs ? [{ act: 'meter-repaired', author: 'Ops' }] : []);
  const after = await compareMeter(0, { log, store, scratch: newStore() });
  expect(after.differences).toEqual([]);
  return differs;
}

describe('A rebuilt meter', () => {
  it('is the running one at any moment; what was damaged differs, is repaired, and the meter goes on right', async () => {
    const seen = { equal: 0, repaired: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          facts: fc.array(anyFact, { minLength: 10, maxLength: 60 }),
          share: fc.integer({ min: 2, max: 9 }).map((tenths) => tenths / 10),
          isExpired: fc.boolean(),
          batch: fc.integer({ min: 1, max: 9 }),
          archiveAfterMs: fc.constantFrom(0, 0, 500, Infinity),
          kind: fc.constantFrom(...kinds),
          pick: fc.nat(100),
          how: fc.constantFrom(...damages),
        }),
        async ({ facts, share, isExpired, kind, pick, how, ...run }) => {
          const whole = expired(await logWith(facts), () => 0);
          await fold(whole, newStore(), facts.length, { batch: 1, archiveAfterMs: Infinity });

          let begin = 0;
          const log = expired(await logWith(facts), () => begin);
          const store = newStore();
          const to = Math.ceil(share * facts.length);
          await fold(log, store, to, run);
          if (isExpired) {
            const states = await log.read(topics.states.name, 0, 0, 10_000);
            const records = states.map(({ value }) => decodeStateRecord(value));
            begin = Math.max(0, ...records.map((each) => (each?.kind === 'covered' ? each.from : 0)));
          }
          const compared = await compareMeter(0, { log, store, scratch: newStore() });
          expect(compared).toMatchObject({ offset: to, differences: [] });
          seen.equal++;

          if ((await damage(store, kind, pick, how)) && (await isRepaired(log, store))) seen.repaired++;
          await fold(log, store, facts.length, run);
          expect((await journal(log)).sort()).toEqual((await journal(whole)).sort());
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
    expect(Math.min(seen.equal, seen.repaired)).toBeGreaterThan(40);
  }, 240_000);
});
