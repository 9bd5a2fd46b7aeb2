import type { LogRecord } from '../log.js';

/** A record as kafkajs' consumers return it. */
export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export function toLogRecord({ offset, timestamp, key, value }: FetchedMessage): LogRecord {
  return {
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: key?.toString('utf8') ?? '',
    value: value?.toString('utf8') ?? '',
  };
}

/** A record as kafkajs' protocol layer returns it. */
export interface StoredMessage extends FetchedMessage {
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/**
 * Without the markers of transactions and the records of aborted ones. Tallyline writes without transactions,
 * but another writer may use them: a read by offset must return what consumers see.
 */
export function visibleMessages<Message extends StoredMessage>(
  messages: readonly Message[],
  aborted: readonly AbortedTransaction[],
): Message[] {
  const beginning = aborted.toSorted((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const open = new Set<string>();
  return messages.filter((message) => {
    const { producerId, inTransaction } = message.batchContext;
    while (beginning[0] !== undefined && Number(beginning[0].firstOffset) <= Number(message.offset)) {
      open.add(beginning.shift()?.producerId ?? '');
    }
    if (!message.isControlRecord) return !(inTransaction && open.has(producerId));
    if (message.key?.equals(ABORT_MARKER) === true) open.delete(producerId);
    return false;
  });
}

const ABORT_MARKER = Buffer.from([0, 0, 0, 0]);
