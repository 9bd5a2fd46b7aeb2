import type { Fact } from '#domain/fact/fact.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import { type Close, decodeClose, effectiveCloses } from '#wire/closes.js';
import { decodeFact } from '#wire/facts.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { type ContractId, contractIds } from './centre.js';
import type { MemoryLog } from './ports/memory-log.js';

/** Months in which the workload lies. */
export const closablePeriods = ['2026-03', '2026-04'];

/** A revision of a period, with the events up to it. */
export interface InvoicedRevision {
  readonly contract: ContractId;
  readonly period: string;
  readonly close: Close;
  readonly events: readonly InvoiceReadyEvent[];
}

/** What a cut of the journal holds of the facts. */
export interface FactsBehind {
  /** By entity the offset of its last fact whose postings lie below the cut. */
  readonly reach: ReadonlyMap<string, number>;
  /** Whether all of that is a prefix of the facts. */
  readonly isPrefix: boolean;
}

/** Reads what a log holds, all of it at once. */
export class Records {
  readonly #log: MemoryLog;
  readonly #partitions: number;
  // Read several times each, and never changed.
  readonly #events = new Map<string, InvoiceReadyEvent | null>();
  readonly #postings = new Map<string, JournalRecord | null>();

  constructor(log: MemoryLog, partitions: number) {
    this.#log = log;
    this.#partitions = partitions;
  }

  /** Facts up to an offset for each entity, none of those that are not named; null: all. */
  facts(reach: ReadonlyMap<string, number> | null): Fact[] {
    return this.#perPartition((partition) =>
      this.#values(topics.facts.name, partition).flatMap((value, offset) => {
        const fact = decodeFact(value)?.fact;
        if (fact === undefined) return [];
        return reach === null || offset <= (reach.get(fact.entity) ?? -1) ? [fact] : [];
      }),
    );
  }

  /** Once each, by position. */
  postings(): Posting[] {
    const all = this.#perPartition((partition) => this.#postingsOf(partition, Infinity));
    return [...new Map(all.map((posting) => [nameOf(posting), posting])).values()];
  }

  /**
   * null: of some entity the cut holds what comes later and not what comes before, or a part of what one fact
   * changed.
   */
  behind(offsets: readonly number[]): FactsBehind | null {
    const held = new Set(
      offsets.flatMap((end, partition) => this.#postingsOf(partition, end).map((posting) => nameOf(posting))),
    );
    const reach = new Map<string, number>();
    const last = new Map<number, number>();
    const next = new Map<number, number>();
    for (const [entity, own] of Map.groupBy(this.postings(), ({ content }) => entityOf(content))) {
      const { below = [], above = [] } = Object.groupBy(own, (posting) =>
        held.has(nameOf(posting)) ? 'below' : 'above',
      );
      const upTo = Math.max(-1, ...below.map(({ position }) => position.offset));
      const from = Math.min(Infinity, ...above.map(({ position }) => position.offset));
      if (from <= upTo) return null;
      reach.set(entity, upTo);
      const partition = own[0]?.position.partition ?? 0;
      last.set(partition, Math.max(last.get(partition) ?? -1, upTo));
      next.set(partition, Math.min(next.get(partition) ?? Infinity, from));
    }
    const isPrefix = [...last].every(([partition, offset]) => offset < (next.get(partition) ?? Infinity));
    return { reach, isPrefix };
  }

  /** The closes that count, revision by revision. */
  closes(): Close[] {
    const closes = this.#values(topics.closes.name, 0).flatMap((value) => decodeClose(value) ?? []);
    return contractIds.flatMap((contract) =>
      closablePeriods.flatMap((period) => effectiveCloses(closes, contract, period)),
    );
  }

  /** Exact texts of the events of a revision. */
  eventTexts({ contract, period, revision }: Close): string[] {
    return this.#values(topics.invoiceReady.name, 0).filter((value) => {
      const data = this.#eventOf(value)?.data;
      return data?.contract === contract && data.period === period && data.revision === revision;
    });
  }

  /** Without those whose event, or an earlier one, a crash left out: the next close writes it. */
  invoiced(): InvoicedRevision[] {
    const all = this.#values(topics.invoiceReady.name, 0).flatMap((value) => this.#eventOf(value) ?? []);
    return this.closes().flatMap((close): InvoicedRevision[] => {
      const { contract: id, period, revision } = close;
      const contract = contractIds.find((each) => each === id);
      const own = all.filter(({ data }) => data.contract === id && data.period === period);
      const events = Array.from({ length: revision }, (_, index) => index + 1).flatMap(
        (number) => own.find(({ data }) => data.revision === number) ?? [],
      );
      return contract === undefined || events.length < revision ? [] : [{ contract, period, close, events }];
    });
  }

  #eventOf(value: string): InvoiceReadyEvent | null {
    return remembered(this.#events, value, decodeInvoiceReady);
  }

  #postingsOf(partition: number, end: number): Posting[] {
    return this.#values(topics.postings.name, partition)
      .slice(0, end)
      .flatMap((value) => remembered(this.#postings, value, decodeJournalRecord)?.postings ?? []);
  }

  #perPartition<T>(read: (partition: number) => readonly T[]): T[] {
    return Array.from({ length: this.#partitions }, (_, partition) => read(partition)).flat();
  }

  #values(topic: string, partition: number): string[] {
    return this.#log.recordsNow(topic, partition, 0, Infinity).map(({ value }) => value);
  }
}

function remembered<T>(known: Map<string, T>, value: string, decode: (value: string) => T): T {
  const found = known.get(value);
  if (found !== undefined) return found;
  const decoded = decode(value);
  known.set(value, decoded);
  return decoded;
}

function nameOf({ position: { partition, offset, index } }: Posting): string {
  return `${partition}-${offset}-${index}`;
}

function entityOf(content: PostingContent): string {
  switch (content.kind) {
    case 'contact':
      return content.contact;
    case 'outcome':
      return content.outcome;
    case 'activity':
      return content.activity;
  }
}
