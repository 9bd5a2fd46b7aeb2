import { Kafka, logLevel } from 'kafkajs';
import { registerCodecs } from '#log/kafka/codec.js';

/**
 * The baseline of what a kafkajs consumer can do at all: `eachBatch`, JSON.parse of each value, nothing else.
 * kafkajs cannot read zstd by itself, so it is given our codec.
 */
export interface ReadOrder {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly records: number;
}

/** From a fifth of the records on. */
export interface ReadResult {
  readonly perSecond: number;
  readonly cpuUs: number;
}

registerCodecs();
const { brokers, topic, records } = JSON.parse(process.argv[2] ?? '{}') as ReadOrder;
const kafka = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `${topic}-each-batch` });
let [done, parsed, began, from] = [0, 0, 0, 0];
let cpu = process.cpuUsage();

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch }) => {
    for (const { value } of batch.messages) {
      if (value !== null && JSON.parse(value.toString()) !== null) parsed += 1;
    }
    done += batch.messages.length;
    if (began === 0 && done >= records / 5) {
      began = performance.now();
      cpu = process.cpuUsage();
      from = done;
    }
    if (done >= records) report();
  },
});

function report(): void {
  const { user, system } = process.cpuUsage(cpu);
  const events = parsed - from;
  const result: ReadResult = {
    perSecond: (events / (performance.now() - began)) * 1_000,
    cpuUs: (user + system) / events,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
