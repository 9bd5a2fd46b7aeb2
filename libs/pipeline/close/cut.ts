import type { Log, StoredPosition } from '#log/log.js';
import { decodeJournalState, journalKey, type JournalState } from '#pipeline/journal-state.js';
import { requireOwnLog } from '#pipeline/own-log.js';
import { lastReadKey, storedPosition } from '#pipeline/stored-position.js';
import { type Store, StoreUnusable } from '#store/store.js';
import type { Close, Cut } from '#wire/closes.js';
import { meterStage, tallyStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import type { JournalLimit } from './read-quantities.js';

/** How far the meter has come, per partition of the facts. */
export interface MeteredFacts {
  /** All below these offsets is committed: all postings of it are in the journal. */
  readonly facts: readonly number[];
  /** Heads of the hash chains of these postings. */
  readonly heads: readonly string[];
}

/**
 * A store that has followed another log for a while says of this one what is not so, until a stage looks: a cut
 * that names facts that no one has folded here would keep them from being posted for ever.
 * @throws {WrongLog} where meter or tally have read another log.
 */
export async function meteredFacts(
  log: Pick<Log, 'bounds' | 'read'>,
  store: Pick<Store, 'nexts' | 'load'>,
  partitions: number,
): Promise<MeteredFacts> {
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  const ofTally = storedPosition(store, tallyStage.keyspace);
  const counted = await Promise.all(all.map(ofTally));
  await requireOwnLog(log, tallyStage.topic, new Map(counted.entries()));
  const states = await Promise.all(all.map(async (partition) => meteredPartition(store, partition)));
  await requireOwnLog(log, meterStage.topic, new Map(states.entries()));
  return { facts: states.map(({ next }) => next), heads: states.map(({ head }) => head) };
}

/**
 * A meter that works on, or a store that is brought back, may come between the two readings. What was read
 * last is of the same moment as the state: a moment later the state of another log may have been dropped.
 */
async function meteredPartition(
  store: Pick<Store, 'nexts' | 'load'>,
  partition: number,
): Promise<JournalState & StoredPosition> {
  const { keyspace } = meterStage;
  for (let tries = 0; tries < 10; tries++) {
    const [next] = await store.nexts(keyspace, [partition]);
    const [text = null, lastRead = null] = await store.load({ keyspace, partition }, [
      journalKey,
      lastReadKey,
    ]);
    const state = decodeJournalState(text);
    if (state.next >= (next ?? 0)) return { ...state, lastRead };
  }
  throw new StoreUnusable(
    'store-damaged',
    `the state of the meter in facts partition ${partition} ends before its position: drop its keyspace ` +
      `${keyspace} to have it made again from the log`,
  );
}

/** Ends of the journal now. */
export async function journalEnds(log: Pick<Log, 'bounds'>): Promise<number[]> {
  return (await log.bounds(topics.postings.name)).map(({ end }) => end);
}

export function limitOf({ facts, heads, journal, without }: Omit<Cut, 'catalogue'>): JournalLimit {
  return { facts, journal, ...(heads !== null && { heads }), ...(without.length > 0 && { without }) };
}

/**
 * A stage has not reached the cut of the latest close: a close now would take back what was invoiced, or
 * could not be compared with the tally.
 */
export interface StageBehind {
  readonly status: 'meterBehind' | 'tallyBehind';
  /** Of the stage's topic: the first where it is behind, its offset there, and that of the latest close. */
  readonly partition: number;
  readonly offset: number;
  readonly cutOffset: number;
}

/**
 * `closes`: whatever they closed. Each of them says that the stages had come so far, so none may be behind
 * one: a store that was lost and is being made again would otherwise close too little.
 */
export function behindCloses(
  closes: readonly Pick<Close, 'cut' | 'comparedTo'>[],
  metered: readonly number[],
  tallied: readonly number[],
): StageBehind | null {
  const reached = (of: (close: Pick<Close, 'cut' | 'comparedTo'>) => readonly number[]): number[] => {
    const highest: number[] = [];
    for (const close of closes) {
      for (const [partition, offset] of of(close).entries()) {
        highest[partition] = Math.max(highest[partition] ?? 0, offset);
      }
    }
    return highest;
  };
  return (
    behind(
      'meterBehind',
      metered,
      reached(({ cut }) => cut.facts),
    ) ??
    behind(
      'tallyBehind',
      tallied,
      reached(({ comparedTo }) => comparedTo),
    )
  );
}

function behind(
  status: StageBehind['status'],
  offsets: readonly number[],
  reached: readonly number[],
): StageBehind | null {
  const partition = reached.findIndex((cutOffset, index) => (offsets[index] ?? 0) < cutOffset);
  if (partition === -1) return null;
  return { status, partition, offset: offsets[partition] ?? 0, cutOffset: reached[partition] ?? 0 };
}
