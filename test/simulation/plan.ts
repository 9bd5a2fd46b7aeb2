import { Random } from './random.js';
import { type Delivery, deliveriesOf } from './workload/deliveries.js';
import { workloadOf } from './workload/workload.js';

/** All that decides a run: run twice, it does the same twice. */
export interface Plan {
  readonly seed: number;
  /** In the order in which they are accepted. */
  readonly deliveries: readonly Delivery[];
  readonly options: Options;
}

export interface Options {
  readonly partitions: number;
  /** Log time (ms) until the meter keeps a pointer only. */
  readonly archiveAfterMs: number;
  readonly cachedEntities: number;
  readonly cachedChains: number;
  readonly batchRecords: number;
  /** Records and chains that one step of a takeover reads, and those between checkpoints. */
  readonly takeoverRecords: number;
  /** Of so many calls of a port one fails. */
  readonly faultRate: number;
  /** What may happen beside the work; a run that fails is tried again with fewer. */
  readonly troubles: readonly Trouble[];
}

export const everyTrouble = [
  'refused',
  'lostAck',
  'torn',
  'delayed',
  'crash',
  /** A second process takes partitions that another still holds. */
  'secondOwner',
  /** The store, or one partition of it, goes back to an earlier moment. */
  'rewind',
  'wipe',
  /** Periods are closed and adjusted while facts still come. */
  'close',
  /** Another catalogue is put in force: back-dated amendments and a corrected mapping. */
  'amend',
  /** A process gives its partitions away, as it should or because others own them. */
  'rebalance',
  /** Records that are none, in every topic. */
  'poison',
  /** Facts expire as far as kept states suffice, and the meter's store is lost. */
  'expire',
  /** For a while processes are connected to another log. */
  'otherLog',
  /** It begins with the program of before; after the upgrade some processes start with it again. */
  'upgrade',
] as const;
export type Trouble = (typeof everyTrouble)[number];

const never = Number.MAX_SAFE_INTEGER;

export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const options: Options = {
    partitions: random.integer(1, 3),
    archiveAfterMs: random.pick([0, 0, 3_600_000, 86_400_000, never]),
    cachedEntities: random.pick([1, 2, 50]),
    cachedChains: random.pick([1, 2, 50]),
    batchRecords: random.pick([1, 3, 20]),
    takeoverRecords: [1, 2, 30][seed % 3] ?? 1,
    faultRate: random.pick([0.01, 0.05, 0.15]),
    troubles: everyTrouble.filter(() => random.chance(0.7)),
  };
  return { seed, deliveries: deliveriesOf(workloadOf(random), random), options };
}
