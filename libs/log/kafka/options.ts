import { systemTime, type Time } from '../time.js';

export interface KafkaLogOptions {
  /** `host:port` of some brokers; they name the rest. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** How the brokers are reached. Default: without TLS, without a user. */
  readonly access?: KafkaLogAccess;
  /** Copies of each partition of the topics created here. Default 3. */
  readonly replicationFactor?: number;
  /** Copies that must have a record before it is acknowledged. Default: all but one, at least one. */
  readonly minInSyncReplicas?: number;
  /** How records are compressed. Default zstd: the smallest, and no slower than none. */
  readonly compression?: Compression;
  /** How long an append waits for others to share a request when no request is under way. Default 0. */
  readonly lingerMs?: number;
  /**
   * Maximum that may wait to be appended, in characters of keys and values. Default 64 Mi; an append beyond
   * it fails immediately.
   */
  readonly queueLimit?: number;
  /** After which an append fails with `LogUnavailable`. Default 30 s. */
  readonly appendTimeoutMs?: number;
  /** After which any other call fails with `LogUnavailable`. Default 30 s. */
  readonly timeoutMs?: number;
  /**
   * After which a request to a silent broker fails. Default 10 s; appends fail when replicas need longer.
   */
  readonly requestTimeoutMs?: number;
  /** After which the group removes a silent member. Default 15 s. */
  readonly sessionTimeoutMs?: number;
  /** Compressed bytes fetched of one partition at a time. Default 256 Ki. */
  readonly fetchBytesPerPartition?: number;
  /** Compressed bytes fetched of one broker at a time. Default 4 Mi. */
  readonly fetchBytes?: number;
  /** How often positions are committed, as hints. Default 2 s. */
  readonly commitEveryMs?: number;
  /**
   * A member that gets no records for this long, although there are some, is replaced. Default 15 s.
   */
  readonly silentAfterMs?: number;
  /** Receives a text for the process's log about what went wrong and was dealt with: no record contents. */
  readonly onWarning?: (message: string) => void;
  readonly time?: Time;
}

/** Texts behind `reveal` are secrets. */
export interface KafkaLogAccess {
  readonly tls: {
    /** PEM; null: the authorities that Node trusts. */
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: { reveal(): string } | null;
  } | null;
  readonly sasl:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: { reveal(): string };
      }
    | { readonly mechanism: 'oauthbearer'; readonly token: () => Promise<string> }
    | null;
  /**
   * What an operator has to change, from the error of a first connection; null: the brokers may be away.
   */
  readonly faultOf: (error: unknown) => string | null;
}

export type Compression = 'none' | 'gzip' | 'lz4' | 'zstd';

export type KafkaSettings = Required<KafkaLogOptions>;

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
    access: { tls: null, sasl: null, faultOf: () => null },
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
