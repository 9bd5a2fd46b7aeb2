import type { Log } from '#log/log.js';
import { recordsOf } from '#log/small-topic.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';

const topic = topics.refused.name;

/**
 * Open refusals of a delivery in the order of its rows: the first of them, and how many rows are refused; of
 * very many the last refusal sums up the rest.
 */
export interface DeliveryRefusals {
  readonly total: number;
  readonly refusals: readonly RefusedRecord[];
}

/**
 * Finds the open refusals of a delivery. The first question reads `telephony.refused` from its beginning,
 * which takes as long as the topic is large; later ones read only what is new, and questions that come
 * meanwhile share one reading. Of each open refusal memory keeps its offset and its ids, some hundred bytes.
 */
export class RefusalIndex {
  readonly #log: Pick<Log, 'bounds' | 'read'>;
  /** Delivery -> refusal -> offset. */
  readonly #open = new Map<string, Map<string, number>>();
  /** Refusal -> delivery, as what resolves a refusal names only the refusal. */
  readonly #deliveries = new Map<string, string>();
  #next = 0;
  /** The reading under way; never rejects. */
  #running: Promise<void> = Promise.resolve();
  /** The reading that begins after it, for all questions that come meanwhile. */
  #queued: Promise<void> | null = null;

  constructor(log: Pick<Log, 'bounds' | 'read'>) {
    this.#log = log;
  }

  /** What of the delivery is refused now; at most `limit` refusals are read. */
  async ofDelivery(delivery: string, limit: number): Promise<DeliveryRefusals> {
    await this.#upToDate();
    const offsets = [...(this.#open.get(delivery)?.values() ?? [])].sort((a, b) => a - b);
    const refusals: RefusedRecord[] = [];
    for (const offset of offsets.slice(0, limit)) {
      const [record] = await this.#log.read(topic, 0, offset, 1);
      const entry = record?.offset === offset ? decodeRefused(record.value) : null;
      // Retention may have removed it since.
      if (entry?.state === 'refused') refusals.push(entry);
    }
    refusals.sort((a, b) => placeOf(a) - placeOf(b));
    const summedUp = refusals.reduce((more, { rows = 1 }) => more + rows - 1, 0);
    return { total: offsets.length + summedUp, refusals };
  }

  /** Resolves once everything is read that lay in the topic when it was called. */
  async #upToDate(): Promise<void> {
    this.#queued ??= this.#running.then(async () => {
      this.#queued = null;
      const reading = this.#readNew();
      this.#running = reading.catch(() => undefined);
      return reading;
    });
    return this.#queued;
  }

  async #readNew(): Promise<void> {
    for await (const { offset, value } of recordsOf(this.#log, topic, this.#next)) {
      this.#apply(decodeRefused(value), offset);
      this.#next = offset + 1;
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

/** What is wrong with the whole delivery comes first, what sums up the rest of the rows last. */
function placeOf({ row, rows }: RefusedRecord): number {
  if (row !== null) return row;
  return rows === undefined ? -1 : Infinity;
}
