import { readJournalState, encodeJournalState, journalKey } from '#pipeline/journal-state.js';
import { appendAct } from '#pipeline/operator-acts.js';
import { parkingIncrements, readMarks } from '#pipeline/parking.js';
import type { Change, Claim } from '#store/store.js';
import type { Authored } from '#wire/operator-acts.js';
import { encodeState } from '#wire/states.js';
import { FactCodec } from '#wire/fact-codec.js';
import { topics } from '#wire/topics.js';
import { encodeArchivePointer, entityKeyOf } from '../archive/archive-pointer.js';
import { encodeIndex, indexKey, pageKey } from '../archive/archive-queue.js';
import { HashedPages, pageOf, pagesToSplit } from '../archive/hashed-pages.js';
import { stateText } from '../entity.js';
import {
  Comparing,
  compareMeter,
  type MeterComparison,
  type RebuildDeps,
  type StateDifference,
} from './compare-meter.js';
import type { StoredEntity } from './stored-entities.js';

export type MeterRepair =
  | { readonly status: 'equal'; readonly comparison: MeterComparison }
  /** So much differs that the store is lost rather than damaged. */
  | { readonly status: 'too-many'; readonly comparison: MeterComparison }
  /** The meter claimed the partition back each time. */
  | { readonly status: 'unfinished'; readonly comparison: MeterComparison }
  | {
      readonly status: 'repaired';
      /** Before. */
      readonly comparison: MeterComparison;
      readonly offset: number;
      /** What differs still: entities of which facts, states and journal know nothing. */
      readonly left: readonly StateDifference[];
    };

const maxRepaired = 2_000;
const maxTries = 50;

/** State that says who repaired last. */
const repairedKey = 'repaired';

/**
 * Puts what was rebuilt in the place of what differs, in one commit under a claim: the running meter's batch
 * under way is stale then, and it goes on behind the repair. What is set right of an archived entity is kept
 * in `meter.states` first. Who decided it is in the log before anything is changed.
 */
export async function repairMeter(
  partition: number,
  deps: RebuildDeps,
  decided: Authored,
): Promise<MeterRepair> {
  const comparison = await compareMeter(partition, deps);
  const { differences } = comparison;
  if (differences.length === 0) return { status: 'equal', comparison };
  if (differences.length > maxRepaired) return { status: 'too-many', comparison };
  const named = differences.slice(0, 100);
  await appendAct(deps.log, {
    act: 'meter-repaired',
    ...decided,
    partition,
    differing: differences.length,
    differences: named,
  });
  const names = differences.filter(({ kind }) => kind === 'entity').map(({ name }) => name);
  const comparing = new Comparing(partition, deps);
  for (let tries = 0; tries < maxTries; tries++) {
    const claim = await deps.store.claim(comparing.ref);
    await comparing.rebuildTo(claim.next);
    const change = await correction(names, comparing, claim, deps, decided);
    if ((await deps.store.commit(comparing.ref, change)) === 'stale') continue;
    const left = (await compareMeter(partition, deps)).differences;
    return { status: 'repaired', comparison, offset: claim.next, left };
  }
  return { status: 'unfinished', comparison };
}

/** What sets the store right at the offset of the claim, up to which the partition is rebuilt. */
async function correction(
  names: readonly string[],
  comparing: Comparing,
  { epoch, next }: Claim,
  deps: RebuildDeps,
  decided: Authored,
): Promise<Change> {
  const { store, scratch } = deps;
  const { ref } = comparing;
  const entities = await correctEntities(names, comparing, deps);
  const [hours, storedHours] = [await comparing.rebuilt.hours(), await comparing.stored.hours()];
  const [journal, before] = [await readJournalState(scratch, ref), await readJournalState(store, ref)];
  const isHeadRight = journal.next === before.next && journal.head === before.head;
  const [parked, storedParked] = [await readMarks(scratch, ref), await readMarks(store, ref)];
  const [repaired = null] = await store.load(ref, [repairedKey]);
  const increments = new Map<string, Map<string, number>>();
  for (const [sign, all] of [
    [1, parked],
    [-1, storedParked],
  ] as const) {
    for (const [key, fields] of parkingIncrements(all)) {
      const sums = increments.get(key) ?? new Map<string, number>();
      for (const [field, sum] of fields) sums.set(field, (sums.get(field) ?? 0) + sign * sum);
      increments.set(key, sums);
    }
  }
  return {
    epoch,
    expectedNext: next,
    next,
    guard: { key: repairedKey, value: repaired },
    puts: [
      ...entities.puts,
      ...[...hours].filter(([key, text]) => storedHours.get(key) !== text),
      ...(isHeadRight ? [] : [[journalKey, encodeJournalState(journal)] as const]),
      [repairedKey, JSON.stringify({ ...decided, next, epoch })],
    ],
    deletes: [...entities.deletes, ...[...storedHours.keys()].filter((key) => !hours.has(key))],
    increments,
  };
}

/** Queued entities are open, all others archived: their states are kept before. */
async function correctEntities(
  names: readonly string[],
  { ref, rebuilt: own, stored: live }: Comparing,
  { log, store }: RebuildDeps,
): Promise<{ puts: [string, string][]; deletes: string[] }> {
  const queue = await live.queue();
  const queued = await live.queuedKeys(queue);
  const [rebuilt, stored] = [await own.of(names), await live.of(names)];
  const right = names.flatMap((name) => rebuilt.get(name) ?? []);
  const toArchive = right.filter(({ state }) => !queued.has(entityKeyOf(state.entity)));
  const numbers = new Set(
    right.map(({ state }) => pageOf(entityKeyOf(state.entity), queue.archiveSize.pages)),
  );
  for (const page of pagesToSplit(queue.archiveSize, toArchive.length)) numbers.add(page);
  const read = [...numbers];
  const texts = await store.load(ref, read.map(pageKey));
  const pages = new HashedPages(
    queue.archiveSize,
    new Map(read.map((page, index) => [page, texts[index] ?? ''])),
  );
  for (const { state } of right) {
    const pointer = stored.get(state.entity)?.pointer ?? null;
    if (pointer !== null) pages.remove(entityKeyOf(state.entity), pointer);
  }
  const places = await keep(toArchive, ref.partition, log);
  for (const [index, { state }] of toArchive.entries()) {
    pages.add(entityKeyOf(state.entity), encodeArchivePointer(places[index] ?? 0));
  }
  pages.grow();
  const puts = pages.changes().map(([page, text]): [string, string] => [pageKey(page), text]);
  for (const { state } of right) {
    const key = entityKeyOf(state.entity);
    if (queued.has(key)) puts.push([key, stateText(state)]);
  }
  puts.push([indexKey, encodeIndex({ ...queue, archiveSize: pages.size })]);
  return { puts, deletes: toArchive.map(({ state }) => entityKeyOf(state.entity)) };
}

/** Answers the offsets. */
async function keep(
  entities: readonly StoredEntity[],
  partition: number,
  log: RebuildDeps['log'],
): Promise<number[]> {
  if (entities.length === 0) return [];
  const records = entities.map(({ state }) => {
    const facts = new FactCodec(state.entity.slice(0, state.entity.indexOf(':'))).encode(state.facts);
    return { key: state.entity, value: encodeState(state.entity, state, facts), partition };
  });
  return (await log.append(topics.states.name, records)).map(({ offset }) => offset);
}
