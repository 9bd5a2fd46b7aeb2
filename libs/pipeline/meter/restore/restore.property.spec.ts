import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '#domain/fact/fact.js';
import { type Log, LogUnavailable, WrongLog } from '#log/log.js';
import { type Store, StoreUnavailable } from '#store/store.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { encodeFact } from '#wire/facts.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics, topicSettings } from '#wire/topics.js';
import { anyFact, expired, journal } from '../any-fact.fixture.js';
import { meter } from '../meter.js';

/**
 * The store is lost, at any moment and more than once, after facts have expired. What is expected comes from
 * a meter that loses nothing: its journal, posting by posting.
 */
let store: MemoryStore;

function newStore(): MemoryStore {
  return new MemoryStore(new MemoryData());
}

interface Loss {
  /** After so many facts. */
  readonly after: number;
  /** Share of these that have expired. */
  readonly expired: number;
  /** Calls of the ports that succeed before the process that restores the store dies; null: it does not. */
  readonly diesAfter: number | null;
}

const anyLoss: fc.Arbitrary<Loss> = fc.record({
  after: fc.integer({ min: 1, max: 80 }),
  expired: fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  diesAfter: fc.option(fc.nat(40)),
});

const anyRun = fc.record({
  facts: fc.array(anyFact, { minLength: 20, maxLength: 80 }),
  losses: fc.array(anyLoss, { minLength: 1, maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 9 }),
  archiveAfterMs: fc.constantFrom(0, 0, 100, 1_000),
  cachedEntities: fc.nat(4),
});
type Run = Omit<typeof anyRun extends fc.Arbitrary<infer R> ? R : never, 'archiveAfterMs'> & {
  readonly archiveAfterMs: number;
};

async function newLog(facts: readonly Fact[]): Promise<Log> {
  const log = new MemoryLog(() => 1_000_000);
  await log.createTopics(topicSettings(3));
  store = newStore();
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each), partition: 0 }));
  await log.append(topics.facts.name, records);
  return log;
}

/** Log and store that answer so many calls. */
function dying(log: Log, store: Store, calls: number): { log: Log; store: Store } {
  let left = calls;
  const over = <T extends object>(real: T, error: () => Error): T =>
    new Proxy(real, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) =>
          left-- > 0 ? ((await value.apply(target, args)) as unknown) : Promise.reject(error());
      },
    });
  return {
    log: over(log, () => new LogUnavailable('killed')),
    store: over(store, () => new StoreUnavailable('killed')),
  };
}

/** Folds facts up to an offset with a new process. */
async function fold(ports: { log: Log; store: Store }, to: number, run: Run): Promise<void> {
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const { batch: size, archiveAfterMs, cachedEntities } = run;
  const handler = meter({ ...ports, onRefused, archiveAfterMs, cachedEntities });
  for (let next = await handler.assigned(0); next < to;) {
    const records = await ports.log.read(topics.facts.name, 0, next, Math.min(size, to - next));
    expect(records[0]?.offset).toBe(next);
    const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end: to });
    if (result.status === 'retry') throw result.cause;
    if (result.status !== 'done') throw new Error(result.status);
    next = result.next;
  }
}

/** Up to where the states in the log suffice. */
async function coveredTo(log: Log): Promise<number> {
  const records = (await log.read(topics.states.name, 0, 0, 100_000)).map(({ value }) =>
    decodeStateRecord(value),
  );
  return records.reduce((to, each) => Math.max(to, each?.kind === 'covered' ? each.from : 0), 0);
}

async function refusedFor(what: string, folded: Promise<void>): Promise<void> {
  await expect(folded).rejects.toMatchObject({ code: 'states-incomplete' });
  await expect(folded).rejects.toThrow(what);
}

/** Whether the process died; else it came to its end. */
async function isKilled(folded: Promise<void>): Promise<boolean> {
  return folded.then(
    () => false,
    (cause: unknown) => {
      if (cause instanceof WrongLog) throw cause;
      return true;
    },
  );
}

describe('A meter that has lost its store after facts have expired', () => {
  it('posts what it would have posted with it, and refuses by name where states and facts do not suffice', async () => {
    const seen = { restored: 0, refused: 0, killed: 0 };
    await fc.assert(
      fc.asyncProperty(anyRun, async (run) => {
        const { facts } = run;
        const whole = await newLog(facts);
        await fold({ log: whole, store }, facts.length, {
          ...run,
          batch: 1,
          archiveAfterMs: Infinity,
        });
        const expected = await journal(whole);

        const kept = await newLog(facts);
        let begin = 0;
        const log = expired(kept, () => begin);
        const ports = () => ({ log, store });
        for (const { after, expired: share, diesAfter } of run.losses.toSorted((a, b) => a.after - b.after)) {
          const to = Math.min(after, facts.length);
          await fold(ports(), to, run);
          store = newStore();
          const covered = await coveredTo(log);
          begin = Math.max(begin, Math.floor(share * to));
          if (begin > covered) {
            await refusedFor(`facts ${covered} to ${begin - 1} are nowhere`, fold(ports(), to, run));
            seen.refused++;
            // A copy of the facts is restored.
            begin = covered;
          }
          if (diesAfter !== null && (await isKilled(fold(dying(log, store, diesAfter), to, run))))
            seen.killed++;
          if (begin > 0) seen.restored++;
        }
        await fold(ports(), facts.length, run);
        expect((await journal(log)).sort()).toEqual(expected.sort());
      }),
      { numRuns: 100, endOnFailure: true },
    );
    // Each of the ways was gone.
    expect(Math.min(seen.restored, seen.refused, seen.killed)).toBeGreaterThan(10);
  }, 240_000);
});
