import type { Log } from '#log/log.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';

const topic = topics.refused.name;
const maxRecords = 1_000;

/**
 * Finds the open refusals of a delivery. The topic only grows, so it is read once and then only what is new;
 * of each refusal only its offset is kept in memory.
 */
export class RefusalIndex {
  readonly #log: Log;
  /** Delivery -> refusal -> offset. */
  readonly #open = new Map<string, Map<string, number>>();
  /** Refusal -> delivery, as what resolves a refusal names only the refusal. */
  readonly #deliveries = new Map<string, string>();
  #next = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
  }

  /** What of the delivery is refused now, in the order of its rows. */
  async ofDelivery(delivery: string): Promise<RefusedRecord[]> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#readNew());
    this.#reading = reading;
    await reading;
    const found: RefusedRecord[] = [];
    for (const offset of this.#open.get(delivery)?.values() ?? []) {
      const [record] = await this.#log.read(topic, 0, offset, 1);
      const entry = record?.offset === offset ? decodeRefused(record.value) : null;
      // Retention may have removed it since.
      if (entry?.state === 'refused') found.push(entry);
    }
    return found.sort((a, b) => (a.row ?? -1) - (b.row ?? -1));
  }

  async #readNew(): Promise<void> {
    for (;;) {
      const records = await this.#log.read(topic, 0, this.#next, maxRecords);
      const last = records.at(-1);
      if (last === undefined) return;
      for (const { offset, value } of records) this.#apply(decodeRefused(value), offset);
      this.#next = last.offset + 1;
    }
  }

  #apply(entry: ReturnType<typeof decodeRefused>, offset: number): void {
    if (entry === null) return;
    const delivery = entry.state === 'refused' ? entry.delivery : this.#deliveries.get(entry.id);
    if (delivery === null || delivery === undefined) return;
    const refusals = this.#open.get(delivery) ?? new Map<string, number>();
    if (entry.state === 'refused') {
      refusals.set(entry.id, offset);
      this.#deliveries.set(entry.id, delivery);
      this.#open.set(delivery, refusals);
    } else {
      refusals.delete(entry.id);
      this.#deliveries.delete(entry.id);
      if (refusals.size === 0) this.#open.delete(delivery);
    }
  }
}
