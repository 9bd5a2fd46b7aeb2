/**
 * The store port: state of a partition and the offset it stands for, changed together or not at all. Adapters:
 * `sqlite/` (embedded) and `redis/`. One contract suite (`store.contract.ts`) runs against both.
 *
 * A space is one reader's state over the partitions of its topic (`meter`, `tally-<catalogue version>`); spaces never
 * see each other. All keys of (space, partition) live together (Redis: one hash tag).
 */
export interface Store {
  /**
   * Takes the partition over: raises its epoch, so that a writer who claimed earlier is told `stale`, and answers the
   * next offset to process (0 for a new one).
   */
  claim(at: Place): Promise<Claim>;

  /** States by key, in the order asked; null where there is none. */
  load(at: Place, keys: readonly string[]): Promise<(string | null)[]>;

  /**
   * If the stored next offset is `expectedNext` and the epoch is still ours: applies everything and sets `next`.
   * Else changes nothing. All or nothing, durable when it resolves.
   */
  commit(at: Place, change: Change): Promise<'done' | 'stale'>;

  /** Sums of one partition together with the offset they stand for, read in one atomic step. */
  sums(at: Place, keys: readonly string[]): Promise<Sums>;

  /** The next offset of each partition asked, without claiming; null where the space has no such partition yet. */
  nexts(space: string, partitions: readonly number[]): Promise<(number | null)[]>;

  /** Names of all spaces that hold anything. */
  spaces(): Promise<string[]>;

  /** Forgets a space altogether. */
  drop(space: string): Promise<void>;

  close(): Promise<void>;
}

export interface Place {
  readonly space: string;
  readonly partition: number;
}

export interface Claim {
  readonly next: number;
  readonly epoch: number;
}

export interface Change {
  readonly epoch: number;
  readonly expectedNext: number;
  readonly next: number;
  /** States to set: key, value. */
  readonly puts: readonly (readonly [key: string, value: string])[];
  /** States to forget. */
  readonly deletes: readonly string[];
  /** Integers to add: key, field, delta. A field whose sum becomes 0 may be forgotten. */
  readonly increments: readonly (readonly [key: string, field: string, delta: number])[];
}

export interface Sums {
  readonly next: number;
  /** key -> field -> sum; keys and fields that are absent are 0. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The store cannot be reached or refused to answer: lost infrastructure, to be retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
