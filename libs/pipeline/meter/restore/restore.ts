import { type Log, WrongLog } from '#log/log.js';
import { anotherLog } from '#log/offset-checks.js';
import type { Claim, PartitionRef, Store } from '#store/store.js';
import { decodeStateRecord, type KeptState } from '#wire/states.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { lackedByFacts, lackedByStates, postedBalance } from './lacking.js';
import { isAhead, lastOffset, type PlacedState, RestoredStore } from './restored-store.js';

/**
 * Makes the state of a partition again that a lost store had, where the first facts have expired: of the
 * states that are kept in `meter.states`, the journal, and the facts that are left. Does nothing where the
 * store has a position, or where all facts are there and can be folded again.
 *
 * The position that it leaves is the highest one at which the states suffice. States that know facts above it
 * lose these, and get them again when the facts from there on are folded once more; nothing is posted
 * meanwhile but what the journal holds (`JournalState.foldedTo`). May be cut short anywhere and goes on
 * there.
 *
 * Throws `WrongLog` where states, facts and journal together do not suffice, and names what is missing.
 */
export async function restore(
  ref: PartitionRef,
  claim: Claim,
  { log, store }: { readonly log: Log; readonly store: Store },
): Promise<Claim> {
  if (claim.next > 0) return claim;
  const begin = (await log.bounds(meterStage.topic))[ref.partition]?.begin ?? 0;
  if (begin === 0) return claim;
  const restored = await RestoredStore.open(ref, claim, { log, store });
  const ahead = await readStates(log, ref.partition, restored);
  await requireFacts(log, ref.partition, restored, begin);
  const names = [...ahead.keys()];
  for (const some of chunksOf(names)) await restored.change([], some);
  await requirePostings(log, ref.partition, restored, ahead);
  for (const some of chunksOf([...ahead.values()])) await restored.open(some.map(({ state }) => state));
  return { ...claim, next: await restored.finish() };
}

/**
 * States that know nothing above what is covered become archive pointers; answers the others, by entity.
 */
async function readStates(
  log: Log,
  partition: number,
  restored: RestoredStore,
): Promise<ReadonlyMap<string, PlacedState>> {
  const ahead = new Map<string, PlacedState>();
  for (let from = restored.read; ;) {
    const records = await log.read(topics.states.name, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) return ahead;
    for (const { offset, value } of records) {
      const record = decodeStateRecord(value);
      if (record?.kind === 'covered') restored.cover(record);
      else if (record?.kind === 'parked') restored.park(record);
      else if (record !== null && isLater(record, ahead.get(record.entity)?.state)) {
        ahead.set(record.entity, { state: record, offset });
      }
    }
    from = last.offset + 1;
    const ready = [...ahead.values()].filter(({ state }) => !isAhead(state, restored.covered));
    for (const some of chunksOf(ready)) {
      for (const { state } of some) ahead.delete(state.entity);
      await restored.change(some, []);
    }
    restored.readTo([...ahead.values()].reduce((lowest, { offset }) => Math.min(lowest, offset), from));
  }
}

/** Of the same entity: knows as many facts or more. */
function isLater(state: KeptState, known: KeptState | undefined): boolean {
  return known === undefined || lastOffset(state) >= lastOffset(known);
}

/** Whether all facts are there that the states do not know. */
async function requireFacts(
  log: Log,
  partition: number,
  { covered: { from, fingerprint } }: RestoredStore,
  begin: number,
): Promise<void> {
  const name = `${meterStage.topic}/${partition}`;
  if (from < begin) {
    throw new WrongLog(
      'states-incomplete',
      `${name}: the store of the meter is lost, facts below ${begin} have expired, and ${topics.states.name} has ` +
        `the states of facts below ${from}: facts ${from} to ${begin - 1} are nowhere; ` +
        `${await lackedByFacts(log, partition, from, begin)}. ${toDo}`,
    );
  }
  const at = Number(fingerprint.split('.')[0]);
  const [record = null] = await log.read(meterStage.topic, partition, at, 1);
  const fault = anotherLog(name, fingerprint, record, begin);
  if (fault !== null) throw fault;
}

/** Whether what was posted of facts below, by the journal, is what was posted by the states. */
async function requirePostings(
  log: Log,
  partition: number,
  { covered: { from }, balance }: RestoredStore,
  ahead: ReadonlyMap<string, unknown>,
): Promise<void> {
  const below = { partition, from, isLeftOut: (entity: string) => ahead.has(entity) };
  if ((await postedBalance(log, below)) === balance) return;
  throw new WrongLog(
    'states-incomplete',
    `${topics.states.name}/${partition}: the store of the meter is lost, and the states that are kept differ from ` +
      `what the journal says was posted of facts below ${from}: ${await lackedByStates(log, below)}. ${toDo}`,
  );
}

const toDo = `Restore the store, ${topics.states.name} or ${meterStage.topic} from a copy (docs/upgrades.md, "A lost store")`;
const recordsAtOnce = 1_000;
const statesAtOnce = 250;

function* chunksOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += statesAtOnce) yield all.slice(at, at + statesAtOnce);
}
