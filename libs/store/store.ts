/**
 * The store port: the state of a partition and the offset it belongs to, changed together or not at all.
 * Adapters: `sqlite/` (embedded) and `redis/`. One conformance suite (`store.conformance.ts`) runs on both.
 *
 * A keyspace is one stage's state over the partitions of its topic (`meter`, `tally-<catalogue version>`);
 * keyspaces never see each other. All keys of (keyspace, partition) live together (Redis: one hash tag).
 */
export interface Store {
  /**
   * Claims the partition: raises its epoch, so that commits under an earlier claim are `stale`, and returns
   * the next offset to process (0 for a new one). `known` is an offset the caller has reason to
   * believe was reached (the group's committed hint): where the store is behind it, the claim says so.
   * Nothing is ever reset here.
   */
  claim(at: PartitionRef, known?: number): Promise<Claim>;

  /**
   * States by key, in the order of the keys, read in one atomic step; null where there is none. With `claim`
   * they belong to it: where the stored epoch or offset is another, `StaleClaim` is thrown. A caller that
   * acts on them before the commit must pass it: a store that was wiped or rolled back would return nothing,
   * or old states.
   */
  load(at: PartitionRef, keys: readonly string[], claim?: HeldClaim): Promise<(string | null)[]>;

  /**
   * If the stored next offset is `expectedNext`, the epoch is still ours and the guard holds: applies
   * everything and sets `next`. Else changes nothing. All or nothing, durable when it resolves. After a
   * `StoreUnavailable` the change may nevertheless have been applied: committing it again is safe and answers
   * `stale` then.
   */
  commit(at: PartitionRef, change: Change): Promise<'done' | 'stale'>;

  /** Sums of one partition and the offset they belong to (0 where there is none), read in one atomic step. */
  sums(at: PartitionRef, keys: readonly string[]): Promise<Sums>;

  /**
   * The next offset of each given partition, without claiming; null where the keyspace has no such partition
   * yet.
   */
  nexts(keyspace: string, partitions: readonly number[]): Promise<(number | null)[]>;

  /**
   * The keys of all states and sums of a partition, in no order. Reads the partition as a whole and not in
   * one step, so not for a hot path: what is committed meanwhile may be in it or not.
   */
  keys(at: PartitionRef): Promise<StoredKeys>;

  /** Names of all keyspaces that hold anything. */
  keyspaces(): Promise<string[]>;

  /** Deletes a keyspace as a whole. Commits of processes that still write there are `stale`. */
  drop(keyspace: string): Promise<void>;

  /** What is wrong with how the store is set up, for the start of a process; empty where nothing is. */
  check(): Promise<SetupWarning[]>;

  close(): Promise<void>;
}

export interface StoredKeys {
  readonly states: readonly string[];
  readonly sums: readonly string[];
}

export interface PartitionRef {
  readonly keyspace: string;
  readonly partition: number;
}

/** A claim that is held, with `next` as of the last commit. */
export type HeldClaim = Pick<Claim, 'epoch' | 'next'>;

export interface Claim {
  readonly next: number;
  readonly epoch: number;
  readonly state: ClaimState;
}

/**
 * The state of the store at a claim, compared with `known` and with what this client has claimed or committed
 * of the partition before:
 * `kept`: nothing is missing. `new`: there is nothing, and there was nothing as far as is known.
 * `rolled-back`: the store went back to an earlier moment (states and `next` together, so it is right to
 * process again from `next` on).
 * `wiped`: there was something and now there is nothing; rebuild from the beginning of the log.
 */
export type ClaimState = 'kept' | 'new' | 'rolled-back' | 'wiped';

export interface Change {
  readonly epoch: number;
  readonly expectedNext: number;
  /**
   * Above `expectedNext`: otherwise a change that is committed twice could not be distinguished from a new
   * one. With a guard it may stay where it is: then they differ by the state that the guard names.
   */
  readonly next: number;
  /**
   * Applied only while this state is as given (null: there is none), else `stale`. Where `next` stays, the
   * change must put it to another value or delete it, so that it is applied once.
   */
  readonly guard?: { readonly key: string; readonly value: string | null };
  /** States to set: key, value. The last one of a key counts. */
  readonly puts: readonly (readonly [key: string, value: string])[];
  /** Keys of states to delete; applied after the puts. */
  readonly deletes: readonly string[];
  /**
   * Integers to add: key -> field -> delta. A field whose sum becomes 0 is deleted. A delta or a sum beyond
   * 2^53 - 1 is refused with a `RangeError`, and nothing is changed.
   */
  readonly increments: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export interface Sums {
  readonly next: number;
  /** key -> field -> sum; keys and fields that are absent are 0. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The store cannot be reached or refused to answer: lost infrastructure, to be retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = 'store-unavailable';
}

/**
 * Another process has claimed the partition since, or the store went back: claim it again and continue there.
 */
export class StaleClaim extends Error {
  override readonly name = 'StaleClaim';
  readonly code = 'stale-claim';

  constructor({ keyspace, partition }: PartitionRef) {
    super(`the claim of ${keyspace}/${partition} no longer holds`);
  }
}

/**
 * The store cannot be used as it is, and retrying does not help: the message says what an operator must do.
 */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
  readonly code: StoreUnusableCode;

  constructor(code: StoreUnusableCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type StoreUnusableCode =
  /** Its servers are set up so that figures would be lost or wrong; see `SetupWarning.forbidsStart`. */
  | 'store-setup'
  /** Redis cannot be reached as it is set up: certificates, user, password or rights. */
  | 'store-access'
  /** There is no store in the directory, or nothing in it yet. */
  | 'store-missing'
  /** Written by another version. */
  | 'store-layout-differs'
  /** Keys or files of another program. */
  | 'store-foreign-data'
  /** The file cannot be read, or keys were evicted or deleted. */
  | 'store-damaged'
  /** Another process drops the keyspace each time this one claims a partition of it. */
  | 'store-dropped-repeatedly';

/** Something wrong with how the store is set up. */
export interface SetupWarning {
  readonly code: SetupCode;
  /** What is wrong, where, and what to set instead. */
  readonly message: string;
  /** True: figures would be lost or wrong, so no process may start. */
  readonly forbidsStart: boolean;
}

/** Each is a setting or a state of a Redis server. */
export type SetupCode =
  | 'eviction-policy'
  | 'eviction-policy-unknown'
  | 'keys-evicted'
  | 'append-only-off'
  | 'append-fsync'
  | 'append-fsync-unknown'
  | 'append-failed'
  | 'rewrite-failed';
