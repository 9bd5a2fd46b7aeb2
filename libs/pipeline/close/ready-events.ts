import type { Period } from '#domain/period/period.js';
import type { Log, LogRecord } from '#log/log.js';
import { parseJson } from '#wire/parse-json.js';
import { topics } from '#wire/topics.js';

const topic = topics.invoiceReady.name;
const recordsAtOnce = 200;

/**
 * Finds the invoice-ready events of a period. The topic only grows, so it is read once, and then what is new;
 * only where each event lies is kept, for an event holds every row of its explanation.
 */
export class ReadyEvents {
  readonly #log: Log;
  readonly #offsets = new Map<string, Map<number, number>>();
  #next = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Exact texts by revision; of what two invoicers wrote twice, with the same bytes, the first. */
  async of(contract: string, period: Period): Promise<ReadonlyMap<number, string>> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = reading;
    await reading;
    const texts = new Map<number, string>();
    for (const [revision, offset] of this.#offsets.get(nameOf(contract, period)) ?? []) {
      const [record] = await this.#log.read(topic, 0, offset, 1);
      if (record?.offset !== offset) throw new Error(`${topic} has lost the event at ${offset}`);
      texts.set(revision, record.value);
    }
    return texts;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const records = await this.#log.read(topic, 0, this.#next, recordsAtOnce);
      const last = records.at(-1);
      if (last === undefined) return;
      for (const record of records) this.#index(record);
      this.#next = last.offset + 1;
    }
  }

  #index({ offset, value }: LogRecord): void {
    const event = parseJson(value) as Partial<EventLocation> | null | undefined;
    const data = event?.data;
    if (data?.contract === undefined || data.period === undefined || data.revision === undefined) return;
    const name = nameOf(data.contract, data.period);
    const revisions = this.#offsets.get(name) ?? new Map<number, number>();
    if (!revisions.has(data.revision)) revisions.set(data.revision, offset);
    this.#offsets.set(name, revisions);
  }
}

interface EventLocation {
  readonly data: { readonly contract?: string; readonly period?: Period; readonly revision?: number };
}

function nameOf(contract: string, period: Period): string {
  return `${contract}/${period}`;
}
