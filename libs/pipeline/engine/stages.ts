import type { ConsumeOptions, Log, PartitionHandler } from '#log/log.js';
import { meter, type MeterDeps } from '#pipeline/meter/meter.js';
import type { ParkingCause } from '#pipeline/parking.js';
import { storedPosition } from '#pipeline/stored-position.js';
import { normalizer } from '#pipeline/normalize/normalizer.js';
import { tally, type TallyHandler, tallyPosition } from '#pipeline/tally/tally.js';
import { platforms } from '#platforms/platforms.js';
import { pseudonymizer } from '#platforms/pseudonym.js';
import type { Warning } from '#platforms/warning.js';
import type { Store } from '#store/store.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage, normalizerStage, type Stage, tallyStage } from '#wire/stages.js';
import type { CatalogueInForce } from './catalogue-in-force.js';

/** All that the stages are made of; each takes what it needs. */
export interface StageParts {
  readonly log: Log;
  readonly store: Store;
  /** What is in force; stages follow it. */
  readonly catalogues: CatalogueInForce;
  /** Key of the pseudonyms of customers. */
  readonly customerKey: Uint8Array;
  readonly archiveAfterMs?: number;
  readonly observer: StageObserver;
}

/** What the stages report beside their output, for logs and metrics. */
export interface StageObserver {
  onRefused(refused: RefusedRecord): void;
  /** A delivery of the connection holds something odd that does not stop it. */
  onWarning(connection: string, warning: Warning): void;
  /**
   * So many entities are parked, by cause, in a partition of the meter or the tally that this process owns.
   */
  onParked?(stage: Stage['name'], partition: number, counts: ReadonlyMap<ParkingCause, number>): void;
  /** A partition has stopped for good. */
  onStopped?(
    at: { readonly stage: string; readonly topic: string; readonly partition: number },
    cause: Error,
  ): void;
  /** See `NormalizerDeps`. */
  onDated?(connection: string, newestAt: number, receivedAt: number): void;
  /** See `TallyDeps`. */
  onTallied?(recordedAts: readonly number[]): void;
}

/** A stage ready to be driven: by the log (`Engine`), or by a Nest application (`hostTopics`). */
export interface RunnableStage extends Pick<Stage, 'name' | 'topic' | 'group'> {
  readonly handler: PartitionHandler;
  readonly storedPosition?: NonNullable<ConsumeOptions['storedPosition']>;
  readonly onStopped: NonNullable<ConsumeOptions['onStopped']>;
}

function stopReporter(
  stage: string,
  topic: string,
  observer: StageObserver,
): NonNullable<ConsumeOptions['onStopped']> {
  return (partition, cause) => observer.onStopped?.({ stage, topic, partition }, cause);
}

/** The tally, which also takes over what comes into force. */
export interface RunnableTally extends RunnableStage {
  readonly handler: TallyHandler;
}

/** Every stage, in the order in which a delivery passes through them; the tally is the last. */
export function allStages(
  parts: StageParts,
): [normalizer: RunnableStage, meter: RunnableStage, tally: RunnableTally] {
  return [runnableNormalizer(parts), runnableMeter(parts), runnableTally(parts)];
}

export function runnableNormalizer({
  log,
  catalogues,
  customerKey,
  observer,
}: Omit<StageParts, 'store' | 'archiveAfterMs'>): RunnableStage {
  const { name, topic, group } = normalizerStage;
  const handler = normalizer({
    log,
    catalogue: async () => catalogues.look(),
    platform: (platform) => platforms[platform],
    pseudonym: pseudonymizer(customerKey),
    onWarning: (connection, warning) => observer.onWarning(connection, warning),
    onRefused: (refused) => observer.onRefused(refused),
    onDated: (connection, newestAt, receivedAt) => observer.onDated?.(connection, newestAt, receivedAt),
  });
  return { name, topic, group, handler, onStopped: stopReporter(name, topic, observer) };
}

export function runnableMeter({
  log,
  store,
  archiveAfterMs,
  observer,
}: Omit<StageParts, 'catalogues' | 'customerKey'>): RunnableStage {
  const { name, topic, group, keyspace } = meterStage;
  const handler = meter({
    log,
    store,
    onRefused: (refused) => observer.onRefused(refused),
    onParked: (partition, counts) => observer.onParked?.(name, partition, counts),
    ...(archiveAfterMs === undefined ? {} : ({ archiveAfterMs } satisfies Partial<MeterDeps>)),
  });
  const onStopped = stopReporter(name, topic, observer);
  return { name, topic, group, handler, storedPosition: storedPosition(store, keyspace), onStopped };
}

export function runnableTally({
  log,
  store,
  catalogues,
  observer,
}: Pick<StageParts, 'log' | 'store' | 'catalogues' | 'observer'>): RunnableTally {
  const { name, topic, group } = tallyStage;
  const handler = tally({
    log,
    store,
    catalogues,
    onRefused: (refused) => observer.onRefused(refused),
    onParked: (partition, counts) => observer.onParked?.(name, partition, counts),
    onTallied: (recordedAts) => observer.onTallied?.(recordedAts),
  });
  const onStopped = stopReporter(name, topic, observer);
  return { name, topic, group, handler, storedPosition: tallyPosition(store, handler), onStopped };
}
