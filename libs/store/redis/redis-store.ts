import { checkChange, tooLarge } from '../change.js';
import { HighestNexts } from '../highest-nexts.js';
import {
  type Change,
  type Claim,
  type HeldClaim,
  type PartitionRef,
  type SetupWarning,
  StaleClaim,
  type Store,
  type StoredKeys,
  type Sums,
} from '../store.js';
import { parseAddresses, type RedisStoreAccess, withAccess } from './address.js';
import { translateErrors, type Client, connect } from './client.js';
import { dropPartitions, namesOf, partitionsMatching } from './drop.js';
import { checkServers, health, type ServerHealth } from './health.js';
import { Keys } from './keys.js';
import { LAYOUT, refusal } from './refusal.js';
import { type Reply, runScript, type Script, scripts } from './scripts.js';

export interface RedisStoreOptions {
  /** `redis://host:port`, or any nodes of a cluster separated by commas; see `parseAddresses`. */
  readonly url: string;
  /** First part of every key; keeps installations apart that share one Redis. */
  readonly prefix?: string;
  /** Default: what the addresses say, and the authorities that Node trusts. */
  readonly access?: RedisStoreAccess;
  /** After which a call fails as unavailable. Default 10 000. */
  readonly timeoutMs?: number;
}

/**
 * Long enough for the largest commit, short enough to notice a hung server before a group loses its member.
 */
const TIMEOUT_MS = 10_000;

const openAccess: RedisStoreAccess = {
  username: null,
  password: null,
  tls: { ca: null, cert: null, key: null },
  faultOf: () => null,
};

/**
 * The store in Redis, one server or a cluster: one Lua script per operation, all keys of a partition in one
 * slot.
 */
export class RedisStore implements Store {
  readonly #client: Client;
  readonly #keys: Keys;
  readonly #highestNexts = new HighestNexts();

  private constructor(client: Client, keys: Keys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** Connects, and detects whether it is one server or a cluster. */
  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const keys = new Keys(options.prefix ?? 'tallyline');
    const { url, access = openAccess, timeoutMs = TIMEOUT_MS } = options;
    const addresses = parseAddresses(url).map((address) => withAccess(address, access));
    return new RedisStore(await connect(addresses, timeoutMs, access.faultOf), keys);
  }

  async claim(at: PartitionRef, known?: number): Promise<Claim> {
    const keys = [this.#keys.position(at), this.#keys.state(at)];
    let reply = await this.#run(scripts.claim, keys, [LAYOUT]);
    if (reply[0] === 'dropping') {
      await dropPartitions(this.#client, this.#keys, this.#keys.patternOf(at.keyspace, at.partition));
      reply = await this.#run(scripts.claim, keys, [LAYOUT]);
    }
    switch (reply[0]) {
      case 'kept':
      case 'new': {
        const next = Number(reply[1]);
        const found = this.#highestNexts.claimed(at, reply[0] === 'new' ? null : next, known);
        return { next, epoch: Number(reply[2]), state: found };
      }
    }
    throw refusal(at, reply);
  }

  async load(at: PartitionRef, keys: readonly string[], claim?: HeldClaim): Promise<(string | null)[]> {
    // One array and not a spread, as in `runScript`.
    const operands = [this.#keys.state(at), ...keys];
    if (claim === undefined) {
      return keys.length === 0
        ? []
        : ((await translateErrors(this.#client.call('HMGET', operands))) as States);
    }
    const transaction = this.#client.multi().hmget(this.#keys.position(at), 'next', 'epoch');
    if (keys.length > 0) transaction.call('HMGET', operands);
    const [position, states = []] = await translateErrors(allOf(transaction.exec()));
    const [next, epoch] = position as States;
    if (Number(next ?? -1) !== claim.next || Number(epoch ?? -1) !== claim.epoch) throw new StaleClaim(at);
    return states as States;
  }

  async commit(at: PartitionRef, change: Change): Promise<'done' | 'stale'> {
    checkChange(change);
    const sums = [...change.increments.keys()];
    const sumKeys = sums.map((key) => this.#keys.sum(at, key));
    const keys = [this.#keys.position(at), this.#keys.state(at), ...sumKeys];
    const reply = await this.#run(scripts.commit, keys, commitArguments(change));
    switch (reply[0]) {
      case 'done':
        this.#highestNexts.committed(at, change.next);
        return 'done';
      case 'stale':
        return 'stale';
      case 'overflow':
        throw tooLarge(sums[Number(reply[1]) - 1] ?? '', String(reply[2]));
    }
    throw refusal(at, reply);
  }

  async sums(at: PartitionRef, keys: readonly string[]): Promise<Sums> {
    const sumKeys = keys.map((key) => this.#keys.sum(at, key));
    const reply = await this.#run(scripts.sums, [this.#keys.position(at), ...sumKeys], []);
    if (reply[0] !== 'read') throw refusal(at, reply);
    const lists = JSON.parse(String(reply[2])) as (string[] | object)[];
    const values = new Map<string, Map<string, number>>();
    for (const [i, key] of keys.entries()) {
      const fields = lists[i];
      // Lua has no empty list: it is encoded as {}.
      if (Array.isArray(fields)) values.set(key, pairs(fields));
    }
    return { next: Number(reply[1]), values };
  }

  async nexts(keyspace: string, partitions: readonly number[]): Promise<(number | null)[]> {
    const reads = partitions.map(async (partition) => {
      const position = this.#keys.position({ keyspace, partition });
      const [next, epoch] = await translateErrors(this.#client.hmget(position, 'next', 'epoch'));
      return epoch == null ? null : Number(next);
    });
    return Promise.all(reads);
  }

  async keys(at: PartitionRef): Promise<StoredKeys> {
    const states = new Set<string>();
    let cursor = '0';
    do {
      const state = this.#keys.state(at);
      const [next, found] = await translateErrors(this.#client.hscan(state, cursor, 'COUNT', 1_000));
      for (let index = 0; index < found.length; index += 2) states.add(found[index] ?? '');
      cursor = next;
    } while (cursor !== '0');
    const names = await namesOf(this.#client, this.#keys, at);
    return { states: [...states], sums: names.flatMap((name) => this.#keys.sumKeyOf(at, name) ?? []) };
  }

  async keyspaces(): Promise<string[]> {
    const partitions = await partitionsMatching(this.#client, this.#keys, this.#keys.pattern());
    return [...new Set(partitions.map(({ keyspace }) => keyspace))].sort();
  }

  async drop(keyspace: string): Promise<void> {
    await dropPartitions(this.#client, this.#keys, this.#keys.patternOf(keyspace));
    this.#highestNexts.forget(keyspace);
  }

  async check(): Promise<SetupWarning[]> {
    return checkServers(this.#client);
  }

  /** What each primary reports of its memory and its persistence, for health and metrics. */
  async health(): Promise<ServerHealth[]> {
    return health(this.#client);
  }

  async close(): Promise<void> {
    this.#client.disconnect();
  }

  async #run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply> {
    return translateErrors(runScript(this.#client, script, keys, args));
  }
}

type States = (string | null)[];

/** The answers of a transaction; rejects with the first error among them. */
async function allOf(results: Promise<[error: Error | null, answer: unknown][] | null>): Promise<unknown[]> {
  return ((await results) ?? []).map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}

/** As `commit.lua` reads them. */
function commitArguments({
  epoch,
  expectedNext,
  next,
  puts,
  deletes,
  increments,
  guard,
}: Change): (string | number)[] {
  const args: (string | number)[] = [epoch, expectedNext, next, puts.length, deletes.length];
  if (guard === undefined) args.push('none', '', '');
  else if (guard.value === null) args.push('absent', guard.key, '');
  else args.push('is', guard.key, guard.value);
  for (const [key, value] of puts) args.push(key, value);
  for (const key of deletes) args.push(key);
  const lists = [...increments.values()].flatMap((fields) => [[...fields.keys()], [...fields.values()]]);
  args.push(JSON.stringify(lists));
  return args;
}

function pairs(fields: readonly string[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (let i = 0; i < fields.length; i += 2) sums.set(fields[i] ?? '', Number(fields[i + 1]));
  return sums;
}
