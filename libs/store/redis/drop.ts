import { Cluster } from 'ioredis';
import { partitionName } from '../change.js';
import type { PartitionRef } from '../store.js';
import { translateErrors, type Client } from './client.js';
import type { Keys } from './keys.js';
import { LAYOUT, refusal } from './refusal.js';
import { runScript, scripts } from './scripts.js';

/** Keys per step of a scan, which one script deletes. */
const SCAN_KEYS = 1_000;

/** The partitions of all keys that match. Scans the whole database, so not for a hot path. */
export async function partitionsMatching(
  client: Client,
  keys: Keys,
  pattern: string,
): Promise<PartitionRef[]> {
  const partitions = new Map<string, PartitionRef>();
  for await (const found of scan(client, keys, pattern)) {
    for (const { at } of found) partitions.set(partitionName(at), at);
  }
  return [...partitions.values()];
}

/** The names of all keys of a partition. Scans the whole database, so not for a hot path. */
export async function namesOf(client: Client, keys: Keys, at: PartitionRef): Promise<string[]> {
  const found = new Set<string>();
  for await (const some of scan(client, keys, keys.patternOf(at.keyspace, at.partition))) {
    for (const { names } of some) for (const name of names) found.add(name);
  }
  return [...found];
}

/**
 * Deletes all partitions with a key that matches: fences their writers, deletes their sums, and the positions
 * last. A drop that a process leaves unfinished stays fenced, and the next drop or claim completes it.
 */
export async function dropPartitions(client: Client, keys: Keys, pattern: string): Promise<void> {
  const begun = new Map<string, PartitionRef>();
  for (let left = true; left;) {
    left = false;
    for await (const found of scan(client, keys, pattern)) {
      for (const { at, names } of found) {
        if (!begun.has(partitionName(at))) {
          await beginDrop(client, keys, at);
          begun.set(partitionName(at), at);
        }
        const sums = names.filter((name) => name !== keys.position(at) && name !== keys.state(at));
        if (sums.length === 0) continue;
        left = true;
        await translateErrors(runScript(client, scripts.dropKeys, [keys.position(at), ...sums], []));
      }
    }
  }
  for (const at of begun.values())
    await translateErrors(runScript(client, scripts.dropEnd, [keys.position(at)], []));
}

async function beginDrop(client: Client, keys: Keys, at: PartitionRef): Promise<void> {
  const reply = await translateErrors(
    runScript(client, scripts.dropBegin, [keys.position(at), keys.state(at)], [LAYOUT]),
  );
  if (reply[0] !== 'dropping') throw refusal(at, reply);
}

interface PartitionKeys {
  readonly at: PartitionRef;
  readonly names: string[];
}

/**
 * Our keys that match, step by step, grouped by partition. Keys that exist during the whole scan are all
 * returned.
 */
async function* scan(client: Client, keys: Keys, pattern: string): AsyncGenerator<PartitionKeys[]> {
  for (const server of client instanceof Cluster ? client.nodes('master') : [client]) {
    let cursor = '0';
    do {
      const [next, names] = await translateErrors(server.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_KEYS));
      cursor = next;
      yield byPartition(keys, names);
    } while (cursor !== '0');
  }
}

function byPartition(keys: Keys, names: readonly string[]): PartitionKeys[] {
  const found = new Map<string, PartitionKeys>();
  for (const name of names) {
    const at = keys.partitionOf(name);
    if (!at) continue;
    const same = found.get(partitionName(at));
    if (same) same.names.push(name);
    else found.set(partitionName(at), { at, names: [name] });
  }
  return [...found.values()];
}
