import type { Fact } from '#domain/fact/fact.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import { type Close, effectiveCloses, validCloses } from '#wire/closes.js';
import { decodeFact } from '#wire/facts.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { canonical } from './canonical.js';
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

/** Facts that no sender sent: acts, and what the stages make of other facts. */
const derived: ReadonlySet<Fact['type']> = new Set([
  'entity.reinterpreted',
  'outcome.placed',
  'outcome.withdrawn',
]);

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

  /** Facts below an offset of each partition; null: all. */
  facts(below: readonly number[] | null): Fact[] {
    return this.#perPartition((partition) =>
      this.#values(topics.facts.name, partition)
        .slice(0, below === null ? Infinity : (below[partition] ?? 0))
        .flatMap((value) => decodeFact(value)?.fact ?? [])
        .filter(({ type }) => !derived.has(type)),
    );
  }

  /**
   * As readers count them: in a partition of the journal each that is above all of its source before it
   * there. `below`: offsets by partition of the journal; default: all of it.
   */
  postings(below: readonly number[] | null = null): Posting[] {
    return this.#perPartition((partition) => {
      const highest = new Map<number, Posting['position']>();
      const end = below === null ? Infinity : (below[partition] ?? 0);
      return this.#postingsOf(partition, end).filter(({ position }) => {
        const before = highest.get(position.partition);
        const order = (before?.offset ?? -1) - position.offset || (before?.index ?? -1) - position.index;
        if (order < 0) highest.set(position.partition, position);
        return order < 0;
      });
    });
  }

  /** What is left of all postings within a cut. */
  contents({ facts, journal }: Pick<Close['cut'], 'facts' | 'journal'>): PostingContent[] {
    const sums = new Map<string, { content: PostingContent; sum: number }>();
    for (const { position, sign, content } of this.postings(journal)) {
      if (position.offset >= (facts[position.partition] ?? 0)) continue;
      const text = canonical(content);
      const known = sums.get(text) ?? { content, sum: 0 };
      known.sum += sign;
      sums.set(text, known);
    }
    return [...sums.values()].flatMap(({ content, sum }) =>
      Array.from({ length: Math.abs(sum) }, () => content),
    );
  }

  /** Whether all postings of the facts below a cut lie in the part of the journal that the cut reads. */
  isWhole({ facts, journal }: Close['cut']): boolean {
    const read = journal.flatMap((end, partition) => this.#postingsOf(partition, end));
    const held = new Set(read.map(nameOf));
    return this.postings().every(
      (posting) =>
        posting.position.offset >= (facts[posting.position.partition] ?? 0) || held.has(nameOf(posting)),
    );
  }

  /** The closes that count, revision by revision. */
  closes(): Close[] {
    const closes = validCloses(this.#values(topics.closes.name, 0));
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
    return this.#log.recordsEver(topic, partition).map(({ value }) => value);
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
