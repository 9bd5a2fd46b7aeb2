import type { LogRecord } from '../log.js';

/** A record as kafkajs hands it out. */
export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export function recordOf({ offset, timestamp, key, value }: FetchedMessage): LogRecord {
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: key?.toString('utf8') ?? '',
    value: value?.toString('utf8') ?? '',
  };
}
