import { backOffMs } from '../back-off.js';
import {
  type ConsumeOptions,
  type Consumption,
  LogUnavailable,
  type LogRecord,
  type PartitionBounds,
  type PartitionProgress,
  type StoredPosition,
} from '../log.js';
import { type Clients, messageOf } from './clients.js';
import { CommitHints } from './commit-hints.js';
import type { Fetcher } from './fetch.js';
import type { ClusterAdmin } from './cluster-admin.js';
import { GroupMember } from './group-member.js';
import type { KafkaSettings } from './options.js';
import { PartitionReader } from './partition-reader.js';
import { SharedLookup } from './shared-lookup.js';

/**
 * One member of a group and the partitions it holds. The member is replaced by a new one when it crashes, and
 * when it gets no records although there are some: kafkajs' consumers sometimes fall silent without an error.
 */
export class KafkaConsumption implements Consumption {
  readonly #context: ConsumptionContext;
  readonly #options: ConsumeOptions;
  readonly #bounds: SharedLookup<PartitionBounds>;
  readonly #committed: SharedLookup<StoredPosition | null>;
  readonly #hints: CommitHints;
  readonly #firstJoin = Promise.withResolvers<void>();
  #member: GroupMember | null = null;
  #memberId: string | null = null;
  readonly #readers = new Map<number, PartitionReader>();
  /**
   * Progress of the partitions that the last member held, until there is a new one: a stop must be visible.
   */
  #orphaned: readonly PartitionProgress[] = [];
  /** Partitions that were lost while a batch of theirs was processed. */
  readonly #leaving = new Map<number, Promise<void>>();
  /** Shown as progress of a partition until its handler has said where to begin. */
  readonly #lastKnown = new Map<number, { readonly next: number; readonly end: number }>();
  readonly #verifying = new Set<number>();
  /** Partitions whose position was outside of their bounds at the last check. */
  #outOfRange = new Set<number>();
  #failures = 0;
  #cancelOpening: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #stopping: Promise<void> | null = null;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(context: ConsumptionContext, options: ConsumeOptions) {
    this.#context = context;
    this.#options = options;
    this.#bounds = new SharedLookup(() => context.admin.bounds(options.topic));
    this.#committed = new SharedLookup(() => context.admin.committed(options.group, options.topic));
    this.#hints = new CommitHints(context.settings, (positions) => this.#member?.commit(positions));
  }

  /**
   * Resolves at the first join. Throws `LogUnavailable` where the group does not accept the member in time.
   */
  async start(): Promise<void> {
    const { admin, settings } = this.#context;
    const { topic, group } = this.#options;
    const [bounds, committed] = await Promise.all([admin.bounds(topic), admin.committed(group, topic)]);
    for (const { partition, begin, end } of bounds) {
      this.#lastKnown.set(partition, { next: committed[partition]?.next ?? begin, end });
    }
    const late = new LogUnavailable(`group ${group} did not accept a member for ${topic} in time`);
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
      fetched: ifCurrent((messages) => this.#readers.get(messages.partition)?.fetched(messages)),
      crashed: ifCurrent((error) => this.#replaceMember(messageOf(error))),
    });
    this.#member = member;
    member.start().catch(ifCurrent((error: unknown) => this.#replaceMember(messageOf(error))));
  }

  #replaceMember(reason: string): void {
    const { settings } = this.#context;
    const member = this.#member;
    if (member === null) return;
    const { topic, group } = this.#options;
    settings.onWarning(`consumer of ${topic} for ${group} is replaced: ${reason}`);
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
      commit: (position) => this.#hints.set(partition, position),
      committed: async () => (await this.#committed.now())[partition] ?? null,
      recordFrom: (offset) => this.#recordFrom(partition, offset),
      bounds: async () => boundsOf(partition, await this.#bounds.now()),
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
    const left = reader.lose().finally(() => {
      if (this.#leaving.get(partition) === left) this.#leaving.delete(partition);
    });
    this.#leaving.set(partition, left);
  }

  /** Starts the partition again: compares its handler's position with the bounds, which may stop it. */
  #reassign(partition: number, reader: PartitionReader): void {
    this.#losePartition(partition, reader);
    this.#addPartition(partition);
  }

  async #recordFrom(partition: number, offset: number): Promise<LogRecord | null> {
    const { fetcher } = this.#context;
    for (let from = offset; ;) {
      const result = await fetcher.fetch(this.#options.topic, partition, from, VERIFY_BYTES);
      const record = result?.records[0];
      if (record !== undefined) return record;
      if (result === null || result.next === from) return null;
      from = result.next;
    }
  }

  /**
   * kafkajs has fetched from another offset than requested: by mistake, or rightly where there are no
   * records.
   */
  async #verifyPosition(partition: number, reader: PartitionReader): Promise<void> {
    const { nextFetch } = reader;
    if (nextFetch === null || this.#verifying.has(partition)) return;
    this.#verifying.add(partition);
    const { fetcher, settings } = this.#context;
    try {
      const result = await fetcher.fetch(this.#options.topic, partition, nextFetch, VERIFY_BYTES);
      if (this.#readers.get(partition) !== reader || reader.nextFetch !== nextFetch) return;
      if (result === null) this.#reassign(partition, reader);
      else reader.skipTo(result.records[0]?.offset ?? result.next);
    } catch (error) {
      settings.onWarning(`${this.#options.topic}/${partition}: ${messageOf(error)}`);
      if (this.#readers.get(partition) === reader) reader.skipTo(nextFetch);
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

  /** Compares the readers' positions with the bounds of the topic. */
  async #checkProgress(): Promise<void> {
    const member = this.#member;
    if (member === null) return;
    const { silentAfterMs, sessionTimeoutMs, time } = this.#context.settings;
    const { misdirectedSince } = this.#hints;
    if (misdirectedSince !== null && time.now() - misdirectedSince > silentAfterMs) {
      this.#replaceMember('it commits to a broker that does not coordinate its group');
      return;
    }
    const now = performance.now();
    if (now - member.lastAnswerAt > silentAfterMs + 2 * sessionTimeoutMs) {
      this.#replaceMember('neither the group nor a broker answers');
      return;
    }
    const waiting = [...this.#readers].map(([partition, reader]) => ({
      partition,
      reader,
      nextFetch: reader.nextFetch,
    }));
    const bounds = await this.#context.admin.bounds(this.#options.topic);
    if (this.#member !== member || this.#stopping !== null) return;
    const outOfRange = new Set<number>();
    for (const { partition, reader, nextFetch } of waiting) {
      const partitionBounds = bounds[partition];
      if (partitionBounds === undefined || this.#readers.get(partition) !== reader) continue;
      const { begin, end } = partitionBounds;
      reader.driver.endMovedTo(end);
      if (nextFetch === null) continue;
      if (nextFetch < begin || nextFetch > end) outOfRange.add(partition);
      else if (reader.isWaiting && nextFetch < end && now - reader.fetchedAt > silentAfterMs) {
        this.#replaceMember(
          `it got no records of partition ${partition} from ${nextFetch} on, although there are some`,
        );
        return;
      }
      // Twice in a row, since a new leader may lack for a short time what the old one had.
      if (outOfRange.has(partition) && this.#outOfRange.has(partition)) this.#reassign(partition, reader);
    }
    this.#outOfRange = outOfRange;
    this.#failures = 0;
  }
}

function boundsOf(partition: number, all: readonly PartitionBounds[]): PartitionBounds {
  const bounds = all[partition];
  if (bounds === undefined) throw new Error(`there is no partition ${partition} any more`);
  return bounds;
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
