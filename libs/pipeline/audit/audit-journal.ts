import { advance, type Watermark } from '#domain/posting/watermark.js';
import type { Log, LogRecord, RecordPosition } from '#log/log.js';
import { decodeJournalRecord, linkOf } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { type ChainFault, type KnownHead, type PlacedRecord, SourceChain } from './source-chain.js';

/** What the journal says of one partition of facts. */
export interface AuditedSource {
  readonly source: number;
  readonly postings: number;
  readonly head: string;
  /** Where the chain goes on at another link, as a crash and another version of the program left it. */
  readonly relinked: readonly PlacedRecord[];
}

/** A record, or the lack of one, that is not what was posted. */
export type AuditFault =
  | ChainFault
  /** The contents of the record do not give its link. */
  | { readonly code: 'changed'; readonly record: PlacedRecord }
  /** The record cannot be read. */
  | { readonly code: 'unreadable'; readonly at: RecordPosition };

export interface JournalAudit {
  readonly records: number;
  /** Appended once more, as after a lost answer: readers skip them. */
  readonly skipped: number;
  readonly sources: readonly AuditedSource[];
  /** In the order in which they were found. */
  readonly faults: readonly AuditFault[];
}

/**
 * Reads the journal once and puts the hash chains of all sources together. `known`: heads by source partition
 * that closes and the meter have named.
 */
export async function auditJournal(
  log: Log,
  known: ReadonlyMap<number, readonly KnownHead[]>,
  onProgress: (records: number) => void = () => undefined,
): Promise<JournalAudit> {
  const audit = new Audit(known);
  const readers = (await log.bounds(topics.postings.name)).map(
    ({ partition, begin, end }) => new PartitionReader(log, partition, begin, end),
  );
  // What was appended at one time is read at one time, so that little has to wait for its place.
  for (;;) {
    for (const reader of readers) await reader.fill();
    const reader = readers.filter((each) => !each.isDone).sort((a, b) => a.timestamp - b.timestamp)[0];
    if (reader === undefined) break;
    for (const record of reader.take()) audit.add(reader.partition, record);
    onProgress(audit.records);
  }
  return audit.end();
}

/** Reads ahead in one partition of the journal. */
class PartitionReader {
  readonly partition: number;
  readonly #log: Log;
  #next: number;
  readonly #end: number;
  #buffer: readonly LogRecord[] = [];

  constructor(log: Log, partition: number, begin: number, end: number) {
    this.#log = log;
    this.partition = partition;
    this.#next = begin;
    this.#end = end;
  }

  async fill(): Promise<void> {
    if (this.#buffer.length > 0 || this.#next >= this.#end) return;
    const read = await this.#log.read(topics.postings.name, this.partition, this.#next, recordsAtOnce);
    this.#buffer = read.filter(({ offset }) => offset < this.#end);
    this.#next = (read.at(-1)?.offset ?? this.#end) + 1;
  }

  get isDone(): boolean {
    return this.#buffer.length === 0 && this.#next >= this.#end;
  }

  get timestamp(): number {
    return this.#buffer.at(-1)?.timestamp ?? 0;
  }

  take(): readonly LogRecord[] {
    const taken = this.#buffer;
    this.#buffer = [];
    return taken;
  }
}

const recordsAtOnce = 1_000;

class Audit {
  records = 0;
  #skipped = 0;
  readonly #known: ReadonlyMap<number, readonly KnownHead[]>;
  readonly #chains = new Map<number, SourceChain>();
  /** By partition of the journal, as readers have it. */
  readonly #watermarks = new Map<number, Watermark>();
  readonly #faults: AuditFault[] = [];

  constructor(known: ReadonlyMap<number, readonly KnownHead[]>) {
    this.#known = known;
    for (const source of known.keys()) this.#chainOf(source);
  }

  add(partition: number, { offset, value }: LogRecord): void {
    this.records++;
    const at = { partition, offset };
    const decoded = decodeJournalRecord(value);
    if (decoded === null) {
      this.#faults.push({ code: 'unreadable', at });
      return;
    }
    const record = { ...decoded, at };
    const isCounted = record.postings.filter(({ position }) => advance(this.#watermark(partition), position));
    const chain = this.#chainOf(record.position.partition);
    if (record.postings.length > 0 && isCounted.length === 0) {
      this.#skipped++;
      chain.skip(record);
    } else chain.add(record);
    if (record.postings.length > 0 && linkOf(record) !== record.link) {
      this.#faults.push({ code: 'changed', record });
    }
  }

  end(): JournalAudit {
    for (const chain of this.#chains.values()) chain.end();
    const sources = [...this.#chains].sort(([a], [b]) => a - b);
    return {
      records: this.records,
      skipped: this.#skipped,
      sources: sources.map(([source, { postings, head, relinked }]) => ({
        source,
        postings,
        head,
        relinked,
      })),
      faults: [...this.#faults, ...sources.flatMap(([, { faults }]) => faults)],
    };
  }

  #chainOf(source: number): SourceChain {
    let chain = this.#chains.get(source);
    if (chain === undefined)
      this.#chains.set(source, (chain = new SourceChain(this.#known.get(source) ?? [])));
    return chain;
  }

  #watermark(partition: number): Watermark {
    const known = this.#watermarks.get(partition) ?? new Map();
    this.#watermarks.set(partition, known);
    return known;
  }
}
