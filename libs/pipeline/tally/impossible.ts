import { changeChain } from '#domain/kpi/repeat-chain.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import type { Log } from '#log/log.js';
import { appendRefused, parkedRecord } from '#pipeline/dead-letters.js';
import { EventLoopTurns } from '#pipeline/event-loop-turns.js';
import { parkingCauseOf, parkingIncrements, readParked } from '#pipeline/parking.js';
import type { Takeover } from '#pipeline/tally-catalogue.js';
import { SumTooLarge } from '#store/change.js';
import type { Change, Store } from '#store/store.js';
import type { RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { ChainCache } from './chain-cache.js';
import { chainKey } from './chain-codec.js';
import { countPosting, countRepeat, type CountingRules, Sums } from './counting.js';
import { recordsBelow } from './own-journal.js';
import { Uncountable } from './recount.js';
import type { TallyState } from './tally-state.js';
import { type LeftOutRecord, type Suspects, Trial } from './trial.js';

export interface ImpossibleDeps {
  readonly log: Log;
  readonly store: Store;
  readonly takeoverRecords?: number;
  readonly onRefused: (refused: RefusedRecord) => void;
}

/** null: the error says nothing of what the journal holds. */
export function suspectsIn(error: unknown): Suspects | null {
  if (error instanceof Uncountable) return { chains: error.chains, sum: null };
  return error instanceof SumTooLarge ? { chains: new Set(), sum: error } : null;
}

/** A trial of all that a partition has counted. */
export async function tried(
  state: TallyState,
  after: CountingRules,
  suspects: Suspects,
  deps: ImpossibleDeps,
): Promise<Trial> {
  const trial = new Trial(after, suspects, await readParked(deps.store, state.ref));
  await readOn(trial, state, deps);
  return trial;
}

/** Reads what was counted meanwhile. */
export async function readOn(trial: Trial, state: TallyState, deps: ImpossibleDeps): Promise<void> {
  const turns = new EventLoopTurns(recordsUntilTurn);
  while (trial.next < state.next) {
    const records = await recordsBelow(deps.log, state, trial.next, deps);
    if (records.length === 0) return;
    trial.read(records);
    await turns.after(records.length);
  }
}

const recordsUntilTurn = 500;

/**
 * What parks the impossible entities of a trial in the middle of a takeover, so that it can go on: all that
 * was counted of them from where they became impossible is taken back. Up to where the takeover has come that
 * was counted under the catalogue after, behind it under the one before; and so it is with chains. What is
 * left out is refused, each record, before this returns.
 */
export async function parkingUpdate(
  state: TallyState,
  { at, chains: chainsUpTo }: Takeover,
  { impossible, leftOut }: Trial,
  after: CountingRules,
  deps: ImpossibleDeps,
): Promise<Pick<Change, 'puts' | 'deletes' | 'increments'>> {
  await refuse(leftOut, state, after, deps);
  const { rules: before } = state;
  const sums = new Sums();
  const isChanged = (key: string): boolean => chainsUpTo !== null && key <= chainsUpTo;
  // The last one first: so each chain holds what is taken out of it.
  const undone = leftOut.toReversed().flatMap(({ offset, postings }) => {
    return postings.toReversed().map((posting) => {
      const links = [before, after].flatMap((rules) =>
        handledContacts(posting.content, rules.view, rules.resolving)
          .map((contact) => ({ key: chainKey(contact), contact, rules }))
          .filter(({ key }) => isChanged(key) === (rules === after)),
      );
      return { posting, rules: offset < at ? after : before, links };
    });
  });
  const chains = new ChainCache(deps.store, state.ref, Infinity);
  await chains.load(
    undone.flatMap(({ links }) => links.map(({ key }) => key)),
    state,
  );
  for (const { posting, rules: own, links } of undone) {
    countPosting(posting, own, sums.subtract);
    for (const { key, contact, rules } of links) {
      const sign = posting.sign === 1 ? -1 : 1;
      const windows = rules.windowsOf(contact.programme);
      const { chain, changes } = changeChain(chains.get(key), contact, sign, windows);
      chains.set(key, chain);
      for (const change of changes) countRepeat(change, rules, sums.add);
    }
  }
  const marks = new Map(
    [...impossible].map(([entity, { offset, cause }]) => [entity, { offset, cause: parkingCauseOf(cause) }]),
  );
  return { ...chains.changes(), increments: new Map([...sums.increments(), ...parkingIncrements(marks)]) };
}

async function refuse(
  leftOut: readonly LeftOutRecord[],
  { ref: { partition } }: TallyState,
  { view }: CountingRules,
  { log, onRefused }: ImpossibleDeps,
): Promise<void> {
  const batch = { topic: topics.postings.name, partition, records: [], end: 0 };
  const refused = leftOut.map(({ offset, postings: [posting], impossible }) => {
    const { entity, cause } = impossible;
    const text = Error.isError(cause) ? cause.message : String(cause);
    return parkedRecord('tally', batch, offset, {
      entity,
      connection: posting?.content.connection ?? '',
      cause:
        offset === impossible.offset
          ? `under catalogue ${view.catalogueVersion}: ${text}`
          : `what came before at offset ${impossible.offset} could not be used`,
    });
  });
  for (const entry of refused) onRefused(entry);
  await appendRefused(log, refused);
}
