import type { StoredPosition } from '../log.js';
import { kafkaErrorType } from './clients.js';
import type { KafkaSettings } from './options.js';

/**
 * Positions to be committed every few seconds. Hints for lag tools: a commit that fails is repeated with the
 * next.
 */
export class CommitHints {
  readonly #positions = new Map<number, StoredPosition>();
  #cancel: (() => void) | null = null;
  /**
   * Since when (ms) every commit has been refused because it went to a broker that does not coordinate the
   * group; null: the last commit was not.
   */
  misdirectedSince: number | null = null;
  readonly #settings: KafkaSettings;
  readonly #commit: (positions: ReadonlyMap<number, StoredPosition>) => Promise<void> | undefined;

  constructor(
    settings: KafkaSettings,
    commit: (positions: ReadonlyMap<number, StoredPosition>) => Promise<void> | undefined,
  ) {
    this.#settings = settings;
    this.#commit = commit;
  }

  set(partition: number, position: StoredPosition): void {
    this.#positions.set(partition, position);
    this.#cancel ??= this.#settings.time.after(this.#settings.commitEveryMs, () => void this.#write());
  }

  /** Another member owns the partition now. */
  drop(partition: number): void {
    this.#positions.delete(partition);
    if (this.#positions.size === 0) this.misdirectedSince = null;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#write();
    this.#cancel?.();
    this.#cancel = null;
  }

  async #write(): Promise<void> {
    this.#cancel = null;
    if (this.#positions.size === 0) return;
    const written = new Map(this.#positions);
    try {
      await this.#commit(written);
      this.misdirectedSince = null;
      for (const [partition, position] of written) {
        if (this.#positions.get(partition) === position) this.#positions.delete(partition);
      }
    } catch (error) {
      const isMisdirected = kafkaErrorType(error) === 'NOT_COORDINATOR_FOR_GROUP';
      this.misdirectedSince = isMisdirected ? (this.misdirectedSince ?? this.#settings.time.now()) : null;
      this.#cancel ??= this.#settings.time.after(this.#settings.commitEveryMs, () => void this.#write());
    }
  }
}
