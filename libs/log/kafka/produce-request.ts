import { createRequire } from 'node:module';
import { compressorOf } from './codec.js';
import { encodeRecordBatch, type KeyValue } from './record-batch.js';

/**
 * All records of one partition as one message for kafkajs, which groups, counts and encodes messages one by
 * one and in time quadratic in their number. `installBatchEncoder` must be called before one is sent; without
 * it, kafkajs' own encoder throws on such a value.
 */
export class BatchMessage {
  readonly key = null;
  readonly value = {};

  constructor(
    readonly partition: number,
    readonly records: readonly KeyValue[],
  ) {}
}

/**
 * Makes kafkajs encode `BatchMessage`; like `fetch.ts` and `idle-timers.ts` it reaches behind kafkajs' public
 * interface. Only the bytes of a produce request are ours; choosing the leader, retrying and reading the
 * answer stay with kafkajs. Calling it twice does no harm; ordinary messages are encoded as before.
 */
export function installBatchEncoder(): void {
  const requests = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as { requests: Requests };
  const definition = requests.requests.Produce;
  if (definition.protocol === undefined) {
    throw new Error('this is not kafkajs 2.2.4: it defines its produce request in another way');
  }
  if (definition.encodesBatches === true) return;
  const { protocol } = definition;
  definition.encodesBatches = true;
  definition.protocol = ({ version }) => {
    const define = protocol({ version });
    return (produce) => {
      const defined = define(produce);
      if (version < FIRST_VERSION_WITH_BATCHES || !holdsBatches(produce)) return defined;
      return { ...defined, request: { ...defined.request, encode: async () => encodeProduce(produce) } };
    };
  };
}

/** From version 3 on a produce request holds record batches; up to 7 its other fields are the same. */
const FIRST_VERSION_WITH_BATCHES = 3;

/** kafkajs 2.2.4, src/protocol/requests: the members that are used here. */
interface Requests {
  readonly Produce: {
    protocol?: (at: { readonly version: number }) => (produce: Produce) => RequestDefinition;
    encodesBatches?: boolean;
  };
}

interface RequestDefinition {
  readonly request: { readonly encode: () => Promise<Encoded> };
  readonly response: unknown;
}

/** The members of kafkajs' encoder that its connection reads. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

interface Produce {
  readonly acks: number;
  readonly timeout: number;
  readonly compression?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly unknown[] }[];
  }[];
}

function holdsBatches({ topicData }: Produce): boolean {
  return topicData.every(({ partitions }) =>
    partitions.every(({ messages }) => messages.length === 1 && messages[0] instanceof BatchMessage),
  );
}

/** Source: Kafka's documentation, "Produce API", versions 3 to 7. */
function encodeProduce({ acks, timeout, compression = 0, topicData }: Produce): Encoded {
  const now = Date.now();
  const compress = compressorOf(compression);
  const head = Buffer.alloc(12);
  // No transaction.
  head.writeInt16BE(-1, 0);
  head.writeInt16BE(acks, 2);
  head.writeInt32BE(timeout, 4);
  head.writeInt32BE(topicData.length, 8);
  const parts: Buffer[] = [head];
  for (const { topic, partitions } of topicData) {
    const name = Buffer.from(topic);
    const start = Buffer.alloc(2 + name.length + 4);
    start.writeInt16BE(name.length, 0);
    start.set(name, 2);
    start.writeInt32BE(partitions.length, 2 + name.length);
    parts.push(start);
    for (const { partition, messages } of partitions) {
      const [message] = messages as readonly BatchMessage[];
      const batch = encodeRecordBatch(message?.records ?? [], now, compression, compress);
      const header = Buffer.alloc(8);
      header.writeInt32BE(partition, 0);
      header.writeInt32BE(batch.length, 4);
      parts.push(header, batch);
    }
  }
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
}
