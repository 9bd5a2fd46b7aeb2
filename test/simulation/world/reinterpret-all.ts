import type { Log } from '#log/log.js';
import { type DifferingEntity, differingEntities } from '#pipeline/reinterpret/differing-entities.js';
import { reinterpretEntities } from '#pipeline/reinterpret/reinterpret.js';
import type { Store } from '#store/store.js';

/** `tallyline reinterpret`; returns what is to be posted again. */
export async function reinterpretAll(
  log: Log,
  store: Store,
  at: number,
): Promise<readonly DifferingEntity[]> {
  const { entities } = await differingEntities({ log, store });
  await reinterpretEntities(log, entities, { author: 'ops', reason: 'an upgrade', at });
  return entities;
}
