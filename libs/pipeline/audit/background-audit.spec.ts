import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Log } from '#log/log.js';
import type { SumsAudit } from './audit-sums.js';
import { BackgroundAudit, type BackgroundAuditDeps } from './background-audit.js';
import { TalliedJournal } from './tallied-journal.harness.js';

let journal: TalliedJournal;
/** Lowest offset of the journal that was read. */
let readFrom: number;
let log: Log;
beforeEach(async () => {
  journal = await TalliedJournal.open(null);
  await journal.post(300);
  await journal.tallyUp();
  readFrom = Infinity;
  log = new Proxy(journal.log, {
    get(target, name) {
      if (name === 'read') {
        return async (...asked: Parameters<Log['read']>) => {
          readFrom = Math.min(readFrom, asked[2]);
          return target.read(...asked);
        };
      }
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
});
afterEach(async () => journal.close());

/** Runs an audit until `isEnough` of its rounds, and stops it; answers the rounds. */
async function rounds(
  isEnough: (rounds: readonly SumsAudit[]) => boolean,
  deps: Partial<BackgroundAuditDeps> = {},
): Promise<{ rounds: SumsAudit[]; states: ReturnType<BackgroundAudit['states']>; errors: Error[] }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done: SumsAudit[] = [];
  const errors: Error[] = [];
  const audit = new BackgroundAudit({
    sums: { ...journal.sums, log },
    partitions: () => [0],
    directory: join(journal.directory, 'audit'),
    share: 1,
    restMs: 0,
    onRound: (round) => {
      done.push(round);
      if (isEnough(done)) resolve();
    },
    onError: (_, error) => {
      errors.push(error);
      resolve();
    },
    ...deps,
  });
  audit.start();
  await promise;
  await audit.stop();
  return { rounds: done, states: audit.states(), errors };
}

const one = (done: readonly SumsAudit[]): boolean => done.length > 0;

describe('The audit of sums in the background', () => {
  it('goes on with its count after a restart, and reads the journal from there only', async () => {
    await rounds(one);
    expect(readFrom).toBe(0);
    await journal.post(20);
    await journal.tallyUp();
    readFrom = Infinity;
    const again = await rounds(one);
    expect(again.rounds[0]).toMatchObject({ offset: 320, differing: 0 });
    expect(readFrom).toBe(300);
  });

  it('counts from the first record before it says that something differs', async () => {
    await rounds(one);
    readFrom = Infinity;
    await journal.damage({ increments: new Map([['queue|x', new Map([['0|offered', 5]])]]) });
    const { rounds: found, states } = await rounds(one);
    expect(readFrom).toBe(0);
    expect(found[0]).toMatchObject({ differing: 1, byKind: { queue: 1 } });
    expect(states).toMatchObject([{ partition: 0, progress: 1, differing: { queue: 1 } }]);
  });

  it('knows after a restart what its last round has found, before it has ended another one', async () => {
    await journal.damage({ increments: new Map([['queue|x', new Map([['0|offered', 5]])]]) });
    const { states } = await rounds(one);
    const audit = new BackgroundAudit({
      sums: { ...journal.sums, log },
      partitions: () => [0],
      directory: join(journal.directory, 'audit'),
      share: 1,
      onRound: () => expect('a round').toBe('none'),
      onError: (_, error) => expect(error).toBeUndefined(),
    });
    const { promise: reading, resolve: read } = Promise.withResolvers<void>();
    const { store } = journal;
    const keys = store.keys.bind(store);
    // Stops it at the first thing that it compares.
    store.keys = async (at) => {
      read();
      await stopped;
      return keys(at);
    };
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
    audit.start();
    await reading;
    expect(audit.states()[0]).toMatchObject({ differing: { queue: 1 }, completedAt: states[0]?.completedAt });
    const ending = audit.stop();
    stop();
    await ending;
  });

  it('leaves a partition that its process no longer owns', async () => {
    let owned: readonly number[] = [0];
    const deps: Partial<BackgroundAuditDeps> = {
      partitions: () => owned,
      sums: {
        ...journal.sums,
        log: new Proxy(log, {
          get: (target, name) => {
            // Lost while it is counted.
            if (name === 'read') owned = [1];
            return Reflect.get(target, name) as unknown;
          },
        }),
      },
    };
    const { rounds: done, states, errors } = await rounds(one, deps);
    expect(errors).toEqual([]);
    expect(done.map(({ partition }) => partition)).toEqual([1]);
    expect(states.map(({ partition }) => partition)).toEqual([1]);
  });
});
