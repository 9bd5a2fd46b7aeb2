import type { CompressionTypes, Message as KafkajsMessage, Producer, RecordMetadata } from 'kafkajs';
import { BatchMessage } from './produce-request.js';

/** A record to be sent. */
export interface Message {
  readonly key: string;
  readonly value: string;
  readonly partition: number;
}

export interface PartitionMessages<Sent extends Message = Message> {
  readonly partition: number;
  /** Not empty. */
  readonly messages: readonly Sent[];
}

export interface SendOptions {
  readonly compression: CompressionTypes;
  /** How long the leader may wait for the other replicas. */
  readonly timeoutMs: number;
  /**
   * Only a test switches this off, to show why it is needed: then a `send` that resolves is trusted, as other
   * users of kafkajs do.
   */
  readonly checkAnswers: boolean;
}

/**
 * One `send` of kafkajs, of which only the answer's result for each partition is trusted. When a leader
 * changes during a send, kafkajs 2.2.4 resolves although it has dropped records (tulios/kafkajs #1303): on a
 * retry it skips every broker that has answered before, also for partitions that have moved to it since. The
 * dropped partitions are missing in the answer.
 *
 * Returns the offset of the first record of each acknowledged partition; any other must be sent again.
 */
export async function sendChecked(
  producer: Producer,
  topic: string,
  sent: readonly PartitionMessages[],
  { compression, timeoutMs, checkAnswers }: SendOptions,
): Promise<Map<number, number>> {
  const batches = sent.map((part) => new BatchMessage(part.partition, part.messages));
  const messages = batches as readonly unknown[] as KafkajsMessage[];
  const answer = await producer.send({ topic, acks: ALL_IN_SYNC, timeout: timeoutMs, compression, messages });
  const acknowledged = acknowledgedBy(answer, topic);
  if (!checkAnswers) {
    for (const { partition } of sent) acknowledged.set(partition, acknowledged.get(partition) ?? NO_OFFSET);
  }
  return acknowledged;
}

const ALL_IN_SYNC = -1;
const NO_OFFSET = -1;

/** Partitions that the answer names exactly once, without error and with an offset. */
export function acknowledgedBy(answer: readonly RecordMetadata[], topic: string): Map<number, number> {
  const acknowledged = new Map<number, number>();
  const named = new Set<number>();
  for (const { topicName, partition, errorCode, baseOffset } of answer) {
    if (topicName !== topic) continue;
    const offset = Number(baseOffset ?? NO_OFFSET);
    if (named.has(partition)) acknowledged.delete(partition);
    else if (errorCode === 0 && Number.isSafeInteger(offset) && offset >= 0)
      acknowledged.set(partition, offset);
    named.add(partition);
  }
  return acknowledged;
}
