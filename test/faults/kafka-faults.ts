import { freshName } from '#log/log.harness.js';
import { KafkaLog, type KafkaLogInternals, type KafkaLogOptions } from '#log/kafka/kafka-log.js';
import { leaders, untilInSync } from '#test/stack/kafka/admin.js';
import type { BrokerHandle, KafkaStack } from '#test/stack/kafka/cluster.js';

/** Three brokers that faults are inflicted on, and the logs opened on them. */
export class KafkaFaults {
  readonly stack: KafkaStack;
  readonly #open: KafkaLog[] = [];

  constructor(stack: KafkaStack) {
    this.stack = stack;
  }

  openLog(options: Partial<KafkaLogOptions> = {}, internals?: KafkaLogInternals): KafkaLog {
    const { bootstrap: brokers } = this.stack;
    const soon = { requestTimeoutMs: 5_000, sessionTimeoutMs: 6_000, silentAfterMs: 5_000 };
    const log = new KafkaLog(
      { brokers, clientId: 'faults', appendTimeoutMs: 90_000, ...soon, ...options },
      internals,
    );
    this.#open.push(log);
    return log;
  }

  async closeLogs(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((log) => log.close()));
  }

  async freshTopic(log: KafkaLog, partitions: number): Promise<string> {
    const name = freshName();
    await log.createTopics([{ name, partitions, retentionMs: null, compacted: false }]);
    await this.untilInSync(name);
    return name;
  }

  untilInSync(topic: string): Promise<void> {
    return untilInSync(this.stack.bootstrap, [topic]);
  }

  leaders(topic: string): Promise<Map<number, number>> {
    return leaders(this.stack.bootstrap, topic);
  }

  async leaderOf(topic: string, partition: number): Promise<BrokerHandle> {
    const id = (await this.leaders(topic)).get(partition);
    const broker = this.stack.brokers.find((candidate) => candidate.id === id);
    if (broker === undefined) throw new Error(`partition ${partition} of ${topic} has no leader`);
    return broker;
  }

  /** Starts a broker again and waits until it has all the topic has. */
  async bringBack(broker: BrokerHandle, topic: string): Promise<void> {
    await broker.start();
    await this.untilInSync(topic);
  }
}
