import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type {
  Batch,
  ConsumeOptions,
  Consumption,
  Log,
  BatchResult,
  PartitionHandler,
  PartitionProgress,
} from '../log.js';
import { assigned, lost } from './event-pattern.js';

/**
 * Nest's transport over the log port: whole partition batches for `@EventPattern` handlers. Of each
 * subscribed topic a controller handles
 *
 * - `@EventPattern(assigned(topic))`: payload the partition, answer the offset to begin at,
 * - `@EventPattern(topic)`: payload the `Batch`, answer its `BatchResult`,
 * - `@EventPattern(lost(topic))`: payload the partition,
 *
 * which is `PartitionHandler` in Nest's terms; its rules for overlap, rejections and order hold here too.
 * To be connected by `connectBatches`.
 */
export class BatchTransport extends Server implements CustomTransportStrategy {
  /** The driver reports what a handler threw: Nest does not need to. */
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: BatchTransportOptions;
  readonly #running: RunningSubscription[] = [];

  constructor(options: BatchTransportOptions) {
    super();
    this.#options = options;
  }

  /** Resolves when every subscription is a member of its group; a handler that is missing is an error. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.#checkHandlers();
      for (const subscription of this.#options.subscriptions) await this.#subscribe(subscription);
    } catch (error) {
      await this.close();
      callback(error);
      return;
    }
    callback();
  }

  /** The running subscriptions and their progress, for health and metrics. */
  stages(): readonly RunningSubscription[] {
    return this.#running;
  }

  /** Finishes the batches under way, commits, leaves the groups. */
  async close(): Promise<void> {
    await Promise.all(this.#running.map((each) => each.stop()));
  }

  on(): never {
    throw new Error('this transport emits no events: pass an observer instead');
  }

  unwrap<T>(): T {
    return this.#options.log as T;
  }

  async #subscribe(subscription: Subscription): Promise<void> {
    const { topic, group, batchRecords = DEFAULT_BATCH_RECORDS, storedPosition, onStopped } = subscription;
    const handler = new HandlerCalls(subscription, this.#options.observer, (pattern) =>
      this.messageHandlers.get(pattern),
    );
    const options = {
      topic,
      group,
      batchRecords,
      handler,
      ...(storedPosition === undefined ? {} : { storedPosition }),
      ...(onStopped === undefined ? {} : { onStopped }),
    };
    const consumption = await this.#options.log.consume(options);
    this.#running.push({
      topic,
      group,
      progress: () => consumption.progress(),
      stop: () => stop(consumption, handler),
    });
  }

  #checkHandlers(): void {
    const patterns = this.#options.subscriptions.flatMap(({ topic }) => patternsOf(topic));
    const faults = [
      ...patterns.flatMap((pattern) => handlerFaults(pattern, this.messageHandlers.get(pattern))),
      ...[...this.messageHandlers.keys()]
        .filter((pattern) => !patterns.includes(pattern))
        .map((pattern) => `there is a handler of ${pattern} but no subscription to it`),
    ];
    if (faults.length > 0) throw new Error(`the transport cannot start: ${faults.join('; ')}`);
  }
}

export interface BatchTransportOptions {
  readonly log: Log;
  readonly subscriptions: readonly Subscription[];
  readonly observer?: BatchObserver;
}

export interface Subscription {
  readonly topic: string;
  readonly group: string;
  /** Maximum of records in one batch. Default 1 000. */
  readonly batchRecords?: number;
  /** See `ConsumeOptions`. */
  readonly storedPosition?: ConsumeOptions['storedPosition'];
  /** See `ConsumeOptions`. */
  readonly onStopped?: ConsumeOptions['onStopped'];
}

export interface RunningSubscription {
  readonly topic: string;
  readonly group: string;
  progress(): PartitionProgress[];
  stop(): Promise<void>;
}

/** Is notified of partitions and batches, for metrics. */
export interface BatchObserver {
  assigned(subscription: Subscription, partition: number): void;
  lost(subscription: Subscription, partition: number): void;
  handled(subscription: Subscription, records: number, status: BatchStatus, tookMs: number): void;
}

/** How a batch ended; `thrown`: the handler threw, and the partition stops. */
export type BatchStatus = BatchResult['status'] | 'thrown';

const DEFAULT_BATCH_RECORDS = 1_000;

function patternsOf(topic: string): string[] {
  return [topic, assigned(topic), lost(topic)];
}

function handlerFaults(pattern: string, handler: MessageHandler | undefined): string[] {
  if (handler === undefined) return [`nothing handles ${pattern}: give a controller an @EventPattern of it`];
  if (handler.isEventHandler !== true)
    return [`${pattern} is a @MessagePattern: batches are events, use @EventPattern`];
  return handler.next === undefined
    ? []
    : [`several methods handle ${pattern}: only one can answer with its result`];
}

async function stop(consumption: Consumption, handler: HandlerCalls): Promise<void> {
  await consumption.stop();
  await handler.allLost();
}

/** The handlers of one subscription as the driver calls them. */
class HandlerCalls implements PartitionHandler {
  readonly #subscription: Subscription;
  readonly #observer: BatchObserver | undefined;
  readonly #handlerOf: (pattern: string) => MessageHandler | undefined;
  /**
   * Nest's calls take some turns of the event loop: a handler is not assigned a partition before it dropped
   * it.
   */
  readonly #leaving = new Map<number, Promise<void>>();

  constructor(
    subscription: Subscription,
    observer: BatchObserver | undefined,
    handlerOf: (pattern: string) => MessageHandler | undefined,
  ) {
    this.#subscription = subscription;
    this.#observer = observer;
    this.#handlerOf = handlerOf;
  }

  async assigned(partition: number): Promise<number> {
    this.#observer?.assigned(this.#subscription, partition);
    await this.#leaving.get(partition);
    const pattern = assigned(this.#subscription.topic);
    const next = await this.#call(pattern, partition);
    if (typeof next === 'number') return next;
    throw new Error(`the handler of ${pattern} answered ${describe(next)}: expected an offset`);
  }

  async batch(batch: Batch): Promise<BatchResult> {
    const { topic } = this.#subscription;
    const started = performance.now();
    let status: BatchStatus = 'thrown';
    try {
      const result = await this.#call(topic, batch);
      if (!isBatchResult(result))
        throw new Error(`the handler of ${topic} answered ${describe(result)}: expected a batch result`);
      status = result.status;
      return result;
    } finally {
      const tookMs = performance.now() - started;
      this.#observer?.handled(this.#subscription, batch.records.length, status, tookMs);
    }
  }

  lost(partition: number): void {
    this.#observer?.lost(this.#subscription, partition);
    const left = this.#drop(partition).finally(() => {
      if (this.#leaving.get(partition) === left) this.#leaving.delete(partition);
    });
    this.#leaving.set(partition, left);
  }

  async allLost(): Promise<void> {
    await Promise.all(this.#leaving.values());
  }

  /** A handler that throws here keeps its cache; any later commit from it is refused as stale. */
  async #drop(partition: number): Promise<void> {
    await this.#call(lost(this.#subscription.topic), partition).catch(() => undefined);
  }

  async #call(pattern: string, payload: Batch | number): Promise<unknown> {
    const handler = this.#handlerOf(pattern);
    if (handler === undefined) throw new Error(`nothing handles ${pattern}`);
    try {
      const answer: unknown = await handler(payload);
      return isObservable(answer) ? await lastValueFrom(answer, { defaultValue: undefined }) : answer;
    } catch (error) {
      if (Error.isError(error)) throw error;
      throw new Error(`the handler of ${pattern} threw ${describe(error)}: connect it by connectBatches`, {
        cause: error,
      });
    }
  }
}

function isBatchResult(answer: unknown): answer is BatchResult {
  const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : null;
  return status === 'done' || status === 'fenced' || status === 'retry';
}

function describe(answer: unknown): string {
  return JSON.stringify(answer)?.slice(0, 200) ?? String(answer);
}
