import { Kafka, logLevel } from 'kafkajs';

/** From a record's time of append to its `eachBatch`, ms. */
export interface DelayResult {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The baseline of the delay: a bare kafkajs consumer. Says when it has joined, and at SIGUSR2 what it has
 * seen.
 */
const { brokers, topic, skipMs } = JSON.parse(process.argv[2] ?? '{}') as {
  brokers: string[];
  topic: string;
  skipMs: number;
};
const kafka = new Kafka({ brokers, clientId: 'bench', logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `${topic}-one-hop`, maxWaitTimeInMs: 100 });
const delays: number[] = [];
let from = Infinity;

consumer.on(consumer.events.GROUP_JOIN, () => report({ joined: true }));
process.on('SIGUSR2', () => {
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? NaN;
  report({
    count: delays.length,
    p50: at(0.5),
    p99: at(0.99),
    max: delays.at(-1) ?? NaN,
  } satisfies DelayResult);
});
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await consumer.run({
  eachBatch: async ({ batch }) => {
    const now = Date.now();
    if (from === Infinity) from = now + skipMs;
    for (const { timestamp, value } of batch.messages) {
      if (value !== null && JSON.parse(value.toString()) !== null && now >= from) {
        delays.push(now - Number(timestamp));
      }
    }
  },
});

function report(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
