import type { LogRecord, PartitionBounds, StoredPosition } from './log.js';

/** Where a driver gets its records from: what an adapter implements. */
export interface PartitionSource {
  /**
   * Fetch from this offset on and pass the records to `deliver`, one fetch after the other (Kafka: seek,
   * resume).
   */
  deliverFrom(offset: number): void;
  /** Deliver nothing until the next `deliverFrom` (Kafka: pause). */
  stopDelivery(): void;
  /** Bounds of the partition now. A rejection is lost infrastructure. */
  bounds(): Promise<Pick<PartitionBounds, 'begin' | 'end'>>;
  /** The first record at or after an offset; null: there is none yet. A rejection is lost infrastructure. */
  recordFrom(offset: number): Promise<LogRecord | null>;
  /** The position that was committed last and is written; null: none. A rejection is lost infrastructure. */
  committed(): Promise<StoredPosition | null>;
  /** Everything below its `next` is processed. May be written later. */
  commit(position: StoredPosition): void;
}

export interface FetchedRecords {
  /** In offset order. May be empty. */
  readonly records: readonly LogRecord[];
  /**
   * The offset after all that was fetched: further on than the last record where transaction markers follow.
   */
  readonly next: number;
  readonly begin: number;
  readonly end: number;
}
