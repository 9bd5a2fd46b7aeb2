import { backOffMs } from '../driver.js';
import { type ConsumeOptions, type Consumption, LogUnavailable, type PartitionProgress } from '../log.js';
import { type Clients, messageOf } from './clients.js';
import { CommitHints } from './commit-hints.js';
import type { Fetcher } from './fetch.js';
import type { ClusterAdmin } from './cluster-admin.js';
import { GroupMember } from './group-member.js';
import type { KafkaSettings } from './options.js';
import { PartitionReader } from './partition-reader.js';
import { BoundsLookup } from './bounds-lookup.js';

/**
 * One member of a group and the partitions it holds. The member is replaced by a new one whenever it crashes,
 * and when it gets nothing though there is something: kafkajs' consumers fall silent without an error now and
 * then.
 */
export class KafkaConsumption implements Consumption {
  readonly #context: ConsumptionContext;
  readonly #options: ConsumeOptions;
  readonly #bounds: BoundsLookup;
  readonly #hints: CommitHints;
  readonly #firstJoin = Promise.withResolvers<void>();
  #member: GroupMember | null = null;
  #memberId: string | null = null;
  readonly #readers = new Map<number, PartitionReader>();
  /** What was held when the member went, until there is a new one: it stands still, which must be seen. */
  #orphaned: readonly PartitionProgress[] = [];
  /** Partitions that were lost while a batch of theirs was in hand. */
  readonly #leaving = new Map<number, Promise<void>>();
  /** Shown as progress of a partition until its handler has said where it stands. */
  readonly #lastKnown = new Map<number, { readonly next: number; readonly end: number }>();
  readonly #verifying = new Set<number>();
  /** Partitions whose position lay outside of their bounds when last looked. */
  #outOfRange = new Set<number>();
  #failures = 0;
  #cancelOpening: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #stopping: Promise<void> | null = null;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(context: ConsumptionContext, options: ConsumeOptions) {
    this.#context = context;
    this.#options = options;
    this.#bounds = new BoundsLookup(() => context.admin.bounds(options.topic));
    this.#hints = new CommitHints(context.settings, (positions) => this.#member?.commit(positions));
  }

  /** Resolves at the first join. Throws `LogUnavailable` where that does not come about. */
  async start(): Promise<void> {
    const { admin: lookUp, settings } = this.#context;
    const { topic, group } = this.#options;
    const [bounds, committed] = await Promise.all([lookUp.bounds(topic), lookUp.committed(group, topic)]);
    for (const { partition, begin, end } of bounds) {
      this.#lastKnown.set(partition, { next: committed[partition] ?? begin, end });
    }
    const late = new LogUnavailable(`group ${group} did not take in a member for ${topic}`);
    const cancel = settings.time.after(settings.timeoutMs, () => this.#firstJoin.reject(late));
    this.#openMember();
    this.#watch();
    try {
      await this.#firstJoin.promise;
    } catch (error) {
      await this.stop();
      throw error;
    } finally {
      cancel();
    }
  }

  get whenStopped(): Promise<void> {
    return this.#stopped.promise;
  }

  progress(): PartitionProgress[] {
    return [...this.#orphaned, ...Array.from(this.#readers.values(), (reader) => reader.progress())];
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#cancelOpening?.();
    this.#cancelWatch?.();
    const readers = [...this.#readers.values()];
    await Promise.all([...readers.map((reader) => reader.stop()), ...this.#leaving.values()]);
    await this.#hints.stop();
    this.#readers.clear();
    this.#orphaned = [];
    await this.#member?.close(CLOSE_TIMEOUT_MS);
    this.#member = null;
    this.#stopped.resolve();
  }

  #openMember(): void {
    if (this.#stopping !== null) return;
    const { clients, settings } = this.#context;
    const ifCurrent =
      <Args extends unknown[]>(run: (...args: Args) => void) =>
      (...args: Args) => {
        if (this.#member === member && this.#stopping === null) run(...args);
      };
    const { topic, group } = this.#options;
    const membership = { topic, group, partitions: this.#lastKnown.size };
    const member: GroupMember = new GroupMember(clients, settings, membership, {
      joined: ifCurrent((partitions, memberId) => this.#joined(partitions, memberId)),
      fetched: ifCurrent((chunk) => this.#readers.get(chunk.partition)?.fetched(chunk)),
      crashed: ifCurrent((error) => this.#replaceMember(messageOf(error))),
    });
    this.#member = member;
    member.start().catch(ifCurrent((error: unknown) => this.#replaceMember(messageOf(error))));
  }

  #replaceMember(reason: string): void {
    const { settings } = this.#context;
    const member = this.#member;
    if (member === null) return;
    settings.onWarning(
      `consumer of ${this.#options.topic} for ${this.#options.group} is made anew: ${reason}`,
    );
    this.#member = null;
    this.#memberId = null;
    if (this.#readers.size > 0) {
      const pausedBy = new LogUnavailable(`the group has lost this member: ${reason}`);
      this.#orphaned = this.progress().map((progress) => ({ ...progress, pausedBy }));
    }
    void member.close(CLOSE_TIMEOUT_MS);
    for (const [partition, reader] of this.#readers) this.#losePartition(partition, reader);
    this.#cancelOpening = settings.time.after(Math.min(backOffMs(this.#failures), MAX_BACK_OFF_MS), () =>
      this.#openMember(),
    );
    this.#failures += 1;
  }

  #joined(partitions: readonly number[], memberId: string): void {
    const isSame = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#orphaned = [];
    for (const [partition, reader] of this.#readers) {
      if (!isSame || !partitions.includes(partition)) this.#losePartition(partition, reader);
    }
    for (const partition of partitions) {
      const kept = this.#readers.get(partition);
      if (kept === undefined) this.#addPartition(partition);
      else kept.joined();
    }
    this.#firstJoin.resolve();
  }

  #addPartition(partition: number): void {
    const isCurrent = () => this.#readers.get(partition) === reader;
    const reader: PartitionReader = new PartitionReader(partition, {
      consume: this.#options,
      time: this.#context.settings.time,
      initial: this.#lastKnown.get(partition) ?? { next: 0, end: 0 },
      seek: (offset) => isCurrent() && this.#member?.seek(partition, offset),
      pause: () => isCurrent() && this.#member?.pause(partition),
      resume: () => isCurrent() && this.#member?.resume(partition),
      commit: (next) => this.#hints.set(partition, next),
      bounds: () => this.#bounds.of(partition),
      positionDoubted: () => void this.#verifyPosition(partition, reader),
    });
    this.#readers.set(partition, reader);
    reader.joined();
    const before = this.#leaving.get(partition);
    if (before === undefined) reader.start();
    else void before.then(() => isCurrent() && reader.start());
  }

  #losePartition(partition: number, reader: PartitionReader): void {
    this.#readers.delete(partition);
    this.#hints.drop(partition);
    const { next, end } = reader.progress();
    this.#lastKnown.set(partition, { next, end });
    if (!reader.isStarted) return;
    const gone = reader.lose().finally(() => {
      if (this.#leaving.get(partition) === gone) this.#leaving.delete(partition);
    });
    this.#leaving.set(partition, gone);
  }

  /**
   * Begins with the partition anew: its handler's position is held against the bounds, and stops it if need
   * be.
   */
  #reassign(partition: number, reader: PartitionReader): void {
    this.#losePartition(partition, reader);
    this.#addPartition(partition);
  }

  /**
   * kafkajs has gone on elsewhere than it was told to: by itself, or rightly where there are no records for
   * us.
   */
  async #verifyPosition(partition: number, reader: PartitionReader): Promise<void> {
    const { nextFetch: wanted } = reader;
    if (wanted === null || this.#verifying.has(partition)) return;
    this.#verifying.add(partition);
    const { fetcher, settings } = this.#context;
    try {
      const found = await fetcher.fetch(this.#options.topic, partition, wanted, VERIFY_BYTES);
      if (this.#readers.get(partition) !== reader || reader.nextFetch !== wanted) return;
      if (found === null) this.#reassign(partition, reader);
      else reader.skipTo(found.records[0]?.offset ?? found.next);
    } catch (error) {
      settings.onWarning(`${this.#options.topic}/${partition}: ${messageOf(error)}`);
      if (this.#readers.get(partition) === reader) reader.skipTo(wanted);
    } finally {
      this.#verifying.delete(partition);
    }
  }

  #watch(): void {
    const { silentAfterMs, time } = this.#context.settings;
    this.#cancelWatch = time.after(Math.min(silentAfterMs / 3, 5_000), () => {
      void this.#checkProgress()
        .catch(() => undefined)
        .finally(() => {
          if (this.#stopping === null) this.#watch();
        });
    });
  }

  /** Compares what the readers have with what there is. */
  async #checkProgress(): Promise<void> {
    const member = this.#member;
    if (member === null) return;
    const { silentAfterMs, sessionTimeoutMs, time } = this.#context.settings;
    const { misdirectedSince } = this.#hints;
    if (misdirectedSince !== null && time.now() - misdirectedSince > silentAfterMs) {
      this.#replaceMember('it goes on asking somebody who does not coordinate its group');
      return;
    }
    const now = performance.now();
    if (now - member.lastAnswerAt > silentAfterMs + 2 * sessionTimeoutMs) {
      this.#replaceMember('neither the group nor a broker answers it');
      return;
    }
    const waiting = [...this.#readers].map(([partition, reader]) => ({
      partition,
      reader,
      wanted: reader.nextFetch,
    }));
    const bounds = await this.#context.admin.bounds(this.#options.topic);
    if (this.#member !== member || this.#stopping !== null) return;
    const outside = new Set<number>();
    for (const { partition, reader, wanted } of waiting) {
      const found = bounds[partition];
      if (found === undefined || this.#readers.get(partition) !== reader) continue;
      reader.driver.endMovedTo(found.end);
      if (wanted === null) continue;
      if (wanted < found.begin || wanted > found.end) outside.add(partition);
      else if (reader.isWaiting && wanted < found.end && now - reader.fetchedAt > silentAfterMs) {
        this.#replaceMember(
          `it got nothing of partition ${partition} from ${wanted} on, though there is something`,
        );
        return;
      }
      // Twice in a row, since a new leader may not know for a moment what the old one had.
      if (outside.has(partition) && this.#outOfRange.has(partition)) this.#reassign(partition, reader);
    }
    this.#outOfRange = outside;
    this.#failures = 0;
  }
}

export interface ConsumptionContext {
  readonly clients: Clients;
  readonly settings: KafkaSettings;
  readonly admin: ClusterAdmin;
  readonly fetcher: Fetcher;
}

const CLOSE_TIMEOUT_MS = 5_000;
const MAX_BACK_OFF_MS = 2_000;
const VERIFY_BYTES = 64 * 1024;
