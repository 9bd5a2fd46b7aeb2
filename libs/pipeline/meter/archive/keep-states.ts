import type { Log } from '#log/log.js';
import type { OwnedPartition } from '#pipeline/partition-stage.js';
import { encodeCovered } from '#wire/states.js';
import { topics } from '#wire/topics.js';
import { keptStateOf } from '../entity.js';
import { encodeArchivePointer } from './archive-pointer.js';
import { type ArchiveBatch, decodeOrigin } from './archive-queue.js';

/**
 * Appends the states of an archive batch to `meter.states`, behind a record that says up to where the states
 * before it suffice; answers the archive pointer of each, by key. States are as committed, so a meter that
 * has lost its claim keeps nothing that was not so.
 */
export async function keepStates(
  log: Log,
  due: ArchiveBatch | null,
  states: ReadonlyMap<string, string>,
  { ref: { partition }, next: folded }: Pick<OwnedPartition<unknown>, 'ref' | 'next'>,
): Promise<ReadonlyMap<string, string>> {
  if (due === null) return new Map();
  const covered = {
    key: 'covered',
    value: encodeCovered({ folded, ...decodeOrigin(due.origin) }),
    partition,
  };
  const records = [...states.values()].map((text) => {
    const { entity, value } = keptStateOf(text);
    return { key: entity, value, partition };
  });
  const [, ...places] = await log.append(topics.states.name, [covered, ...records]);
  return new Map(
    [...states.keys()].map((key, index) => {
      const place = places[index];
      if (place === undefined) throw new Error('the log does not say where it put a state');
      return [key, encodeArchivePointer(place.offset)];
    }),
  );
}
