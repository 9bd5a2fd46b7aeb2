import type { Connection } from '#catalogue/catalogue.js';
import type { Log } from '#log/log.js';
import type { AckState } from '#runtime/health.js';
import { type DeliveryKind, rawDelivery, rawEncoder } from '#wire/raw.js';
import { topics } from '#wire/topics.js';
import {
  IntakeQueue,
  type AppendResult,
  type QueueLimits,
  queueLimits,
  type SizedRecord,
} from './intake-queue.js';

/** A delivery ready for the log. */
export interface PreparedDelivery extends SizedRecord {
  readonly id: string;
}

/** The result of the append, and for what was accepted the ids of the deliveries, in the order given. */
export type WriteResult =
  | { readonly status: 'accepted'; readonly ids: readonly string[] }
  | Exclude<AppendResult, { status: 'acked' }>;

/**
 * The only writer of `telephony.raw`, behind HTTP as behind `replay`. The sender is authenticated before.
 */
export class DeliveryWriter {
  readonly #queue: IntakeQueue;

  /** `clock`: UTC epoch ms. */
  constructor(log: Pick<Log, 'append'>, clock: () => number, limits: QueueLimits = queueLimits) {
    this.#queue = new IntakeQueue(log, topics.raw.name, clock, limits);
  }

  /**
   * Resolves after the log's durable ack of all of them, or with the reason of the failure. `sender`: whose
   * they are; senders take turns.
   */
  async accept(deliveries: readonly PreparedDelivery[], sender: string | null = null): Promise<WriteResult> {
    const result = await this.#queue.append(deliveries, sender);
    return result.status === 'acked' ? { status: 'accepted', ids: deliveries.map(({ id }) => id) } : result;
  }

  overload(sender: string): ReturnType<IntakeQueue['overload']> {
    return this.#queue.overload(sender);
  }

  depth(): ReturnType<IntakeQueue['depth']> {
    return this.#queue.depth();
  }

  acks(): AckState {
    return this.#queue.acks();
  }

  drain(): Promise<void> {
    return this.#queue.drain();
  }
}

/**
 * A delivery as it will lie in the log. `headers` have lower-case names; those that carry credentials or only
 * concern the way here (and no longer hold for the stored body) are left out. `receivedAt`: UTC epoch ms.
 */
export function prepareDelivery(
  connection: Connection,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  receivedAt: number,
  kind: DeliveryKind = 'platform',
): PreparedDelivery {
  return deliveryPreparer(connection, headers, receivedAt, kind)(body);
}

/** The same for many bodies of one request. */
export function deliveryPreparer(
  connection: Connection,
  headers: Readonly<Record<string, string>>,
  receivedAt: number,
  kind: DeliveryKind,
): (body: Uint8Array) => PreparedDelivery {
  const stored = storedHeaders(headers, connection);
  const encode = rawEncoder({ connection: connection.id, kind, receivedAt, headers: stored });
  return (body) => {
    const delivery = rawDelivery(connection.id, body, receivedAt, stored, kind);
    const value = encode(delivery);
    return { id: delivery.id, record: { key: delivery.id, value }, bytes: value.length };
  };
}

export function storedHeaders(
  headers: Readonly<Record<string, string>>,
  connection: Pick<Connection, 'authentication'>,
): Record<string, string> {
  const { authentication } = connection;
  const token = authentication.scheme === 'header' ? authentication.header.toLowerCase() : '';
  const stored = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (!neverStored.has(name) && name !== token && !credentials.test(name)) stored[name] = value;
  }
  return stored;
}

/** Names of headers that hold credentials, also those that were meant for another connection or system. */
const credentials = /auth|token|secret|passw|credential|cookie|signature|session|api-?key|access-?key/;

const neverStored = new Set([
  // of the transfer, not of the delivery
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
  'content-length',
  'expect',
  'te',
  'trailer',
  'upgrade',
]);
