import { createRequire } from 'node:module';
import { compressorOf } from './codec.js';
import { encodeRecordBatch, type KeyValue } from './record-batch.js';

/**
 * All records of one partition in one message, as kafkajs sees it: it groups, counts and encodes messages one
 * by one and in time quadratic in their number, and needs to do none of that with these. `encodeTogether`
 * must be in place before one is sent; where it is not, kafkajs' own encoder throws on such a value.
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
 * Teaches kafkajs to write `RecordsTogether`: the second place that reaches behind its interface (`fetch.ts`
 * is the other). Only the text of a produce request is ours; which leader it goes to, what is tried again and
 * how the answer is read stays with kafkajs. Doing it twice does no harm; producers that send ordinary
 * messages notice nothing.
 */
export function installBatchEncoder(): void {
  const requests = createRequire(import.meta.url)('kafkajs/src/protocol/requests') as { requests: Requests };
  const definition = requests.requests.Produce;
  if (definition.protocol === undefined) {
    throw new Error('this is not kafkajs 2.2.4: it does not define its produce request as that does');
  }
  if (definition.encodesBatches === true) return;
  const { protocol } = definition;
  definition.encodesBatches = true;
  definition.protocol = ({ version }) => {
    const make = protocol({ version });
    return (produce) => {
      const made = make(produce);
      if (version < FIRST_VERSION_WITH_BATCHES || !holdsBatches(produce)) return made;
      return { ...made, request: { ...made.request, encode: async () => encodeProduce(produce) } };
    };
  };
}

/** From version 3 on a produce request holds record batches; up to 7 its other fields are the same. */
const FIRST_VERSION_WITH_BATCHES = 3;

/** kafkajs 2.2.4, src/protocol/requests: as much of it as is used here. */
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

/** What kafkajs' own encoder looks like to whoever takes it in. */
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
      const [together] = messages as readonly BatchMessage[];
      const batch = encodeRecordBatch(together?.records ?? [], now, compression, compress);
      const place = Buffer.alloc(8);
      place.writeInt32BE(partition, 0);
      place.writeInt32BE(batch.length, 4);
      parts.push(place, batch);
    }
  }
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer };
}
