import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import { recordsOf } from '#log/small-topic.js';
import { redrive } from '#pipeline/redrive.js';
import { earlyDeliveriesActor } from '#wire/period-acts.js';
import { decodeRaw } from '#wire/raw.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { type NormalizerDeps, normalizedBy } from './normalizer.js';

export interface EarlyDeliveriesDeps extends Pick<NormalizerDeps, 'platform' | 'pseudonym'> {
  readonly log: Log;
  readonly lookup: () => Promise<Pick<CatalogueIndex, 'connection' | 'catalogue'>>;
  /** Partitions of `telephony.raw` of which this process takes care now. */
  readonly partitions: () => readonly number[];
}

/**
 * Deliveries that were refused as too far ahead of their receipt (`implausible-time`), by a clock or a zone
 * that is wrong: once a delivery would be judged otherwise, it is sent through the pipeline again.
 */
export class EarlyDeliveries {
  readonly #deps: EarlyDeliveriesDeps;
  readonly #open = new Map<string, RefusedRecord>();
  /** Of `telephony.refused`: what lies below was read. */
  #read = 0;

  constructor(deps: EarlyDeliveriesDeps) {
    this.#deps = deps;
  }

  /** Sends again what has come into its time by `now` (UTC epoch ms); answers how many refusals that were. */
  async look(now: number): Promise<number> {
    await this.#readNew();
    const own = new Set(this.#deps.partitions());
    const waiting = [...this.#open.values()].filter(({ from }) => own.has(from.partition));
    const due: RefusedRecord[] = [];
    for (const refusals of Map.groupBy(waiting, ({ from }) => `${from.partition}|${from.offset}`).values()) {
      due.push(...(await this.#due(refusals, now)));
    }
    if (due.length === 0) return 0;
    const decision = { actor: earlyDeliveriesActor, at: now, reason: 'their time has come' };
    const { redriven } = await redrive(this.#deps.log, due, decision);
    // Should a row be refused again, its refusal is written again and read from there.
    for (const { id } of due) this.#open.delete(id);
    return redriven;
  }

  /** The refusals of one delivery whose rows are no longer too far ahead. */
  async #due(refusals: readonly RefusedRecord[], now: number): Promise<readonly RefusedRecord[]> {
    const [first] = refusals;
    if (first === undefined) return [];
    const { partition, offset } = first.from;
    const [record] = await this.#deps.log.read(topics.raw.name, partition, offset, 1);
    const delivery = record?.offset === offset ? decodeRaw(record.value) : null;
    if (delivery === null) {
      // Retention has removed it, or it was erased: there is nothing that could be sent again.
      for (const { id } of refusals) this.#open.delete(id);
      return [];
    }
    const lookup = await this.#deps.lookup();
    const connection = lookup.connection(delivery.connection);
    if (connection === null) return [];
    const again = normalizedBy(this.#deps, { ...delivery, redrivenAt: now }, connection, lookup);
    const ahead = again.refusals.filter(({ code }) => code === 'implausible-time').map(({ row }) => row);
    // One that sums up many rows waits for the last of them.
    return refusals.filter(({ row, rows }) =>
      rows === undefined ? !ahead.includes(row) : ahead.length === 0,
    );
  }

  async #readNew(): Promise<void> {
    for await (const { offset, value } of recordsOf(this.#deps.log, topics.refused.name, this.#read)) {
      const entry = decodeRefused(value);
      if (entry?.state === 'refused' && isEarly(entry)) this.#open.set(entry.id, entry);
      else if (entry !== null) this.#open.delete(entry.id);
      this.#read = offset + 1;
    }
  }
}

function isEarly({ reason, from }: RefusedRecord): boolean {
  return reason === 'implausible-time' && from.topic === topics.raw.name;
}
