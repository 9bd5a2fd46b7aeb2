import type { KafkaConfig } from 'kafkajs';
import { systemTime, type Time } from '../time.js';

export interface KafkaLogOptions {
  /** `host:port` of some brokers; the rest is learnt from them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  /** Copies of each partition of the topics made here. Default 3. */
  readonly replicationFactor?: number;
  /** Copies that must have a record before it is acknowledged. Default: all but one, at least one. */
  readonly minInSyncReplicas?: number;
  /** How what is appended is stored. Default zstd: the smallest, and no slower than none. */
  readonly compression?: Compression;
  /** How long an append waits for others to share a request with when nothing is under way. Default 0. */
  readonly lingerMs?: number;
  /**
   * Most of what may wait to be appended, in characters of keys and values. Default 64 Mi; more is refused at
   * once.
   */
  readonly queueLimit?: number;
  /** Effort for one append before `LogUnavailable`. Default 30 s. */
  readonly appendTimeoutMs?: number;
  /** Effort for a read, a look at bounds and the like before `LogUnavailable`. Default 30 s. */
  readonly timeoutMs?: number;
  /**
   * After which a silent broker counts as gone. Default 10 s; above it, appends that wait for slow replicas
   * fail.
   */
  readonly requestTimeoutMs?: number;
  /** After which the group gives up a silent member. Default 15 s. */
  readonly sessionTimeoutMs?: number;
  /** Compressed bytes fetched of one partition at a time. Default 256 Ki. */
  readonly fetchBytesPerPartition?: number;
  /** Compressed bytes fetched of one broker at a time. Default 4 Mi. */
  readonly fetchBytes?: number;
  /** How often positions are committed, as hints. Default 2 s. */
  readonly commitEveryMs?: number;
  /**
   * A member that gets nothing for this long, though there is something, is closed and made anew. Default 15
   * s.
   */
  readonly silentAfterMs?: number;
  /** Told what went wrong and was dealt with, in words for a log: no record contents. */
  readonly onWarning?: (message: string) => void;
  readonly time?: Time;
}

export type Compression = 'none' | 'gzip' | 'lz4' | 'zstd';

export type KafkaSettings = Required<Omit<KafkaLogOptions, 'tls' | 'sasl'>> &
  Pick<KafkaLogOptions, 'tls' | 'sasl'>;

export function settingsOf(options: KafkaLogOptions): KafkaSettings {
  if (options.brokers.length === 0) throw new Error('brokers is empty: name at least one as host:port');
  const { replicationFactor = 3 } = options;
  const settings: KafkaSettings = {
    replicationFactor,
    minInSyncReplicas: Math.max(1, replicationFactor - 1),
    compression: 'zstd',
    lingerMs: 0,
    queueLimit: 64 * 1024 * 1024,
    appendTimeoutMs: 30_000,
    timeoutMs: 30_000,
    requestTimeoutMs: 10_000,
    sessionTimeoutMs: 15_000,
    fetchBytesPerPartition: 256 * 1024,
    fetchBytes: 4 * 1024 * 1024,
    commitEveryMs: 2_000,
    silentAfterMs: 15_000,
    onWarning: () => {},
    time: systemTime,
    ...options,
  };
  if (settings.minInSyncReplicas > replicationFactor) {
    throw new Error(
      `minInSyncReplicas is ${settings.minInSyncReplicas}: it must not exceed replicationFactor, ${replicationFactor}`,
    );
  }
  return settings;
}
