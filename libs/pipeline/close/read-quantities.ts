import type { ContractMeter, Quantity } from '#domain/metering/contract-meter.js';
import { issueWindowsOf, type ContractIndex, contractIndex } from '#domain/metering/contract-index.js';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import { type RepeatChain, changeChain, emptyChain } from '#domain/kpi/repeat-chain.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { resolvingProgrammes } from '#domain/metering/resolving.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { LinkBalance } from '#domain/posting/link-balance.js';
import {
  type Posting,
  type PostingContent,
  type PostingPosition,
  subjectOf,
} from '#domain/posting/posting.js';
import { decodeWatermark, type Watermark, advance } from '#domain/posting/watermark.js';
import { type Log, LogUnusable } from '#log/log.js';
import type { LeftOutEntity } from '#wire/closes.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/** Integers of a contract and period by quantity key; 0 is absent. */
export type Quantities = ReadonlyMap<string, number>;

/** What of the journal a book holds. */
export interface JournalLimit {
  /** Per partition of the facts: postings whose fact lies below this offset; null: whatever their fact. */
  readonly facts: readonly number[] | null;
  /** Per partition of the facts: where the hash chain of these postings must end; absent: not known. */
  readonly heads?: readonly string[];
  /** Per partition of the journal: records below this offset. */
  readonly journal: readonly number[];
  /**
   * Per partition of the facts: what another interpretation of the same facts has changed at or above this
   * offset is left out of what is summed; repeat contacts are followed over it. Default: nothing is left out.
   */
  readonly leftOutFrom?: readonly number[];
  /** Left out altogether, with all that follows from it; what of it lies before its offset is counted. */
  readonly without?: readonly LeftOutEntity[];
}

/** Called with every posting that is read, once, also where no limit holds it. */
export type OnPosting = (posting: Posting) => void;

export interface QuantitiesRequest {
  readonly period: Period;
  readonly meter: ContractMeter;
  /** How the catalogue maps work; of the meter too. */
  readonly view: LiveScope;
  readonly limit: JournalLimit;
  /** Called with all that is added to the sums or taken back from them. */
  readonly onAddition?: OnAddition;
}

/** `value`: with its sign. `work`: what it is of; of a repeat contact, the handled contact. */
export type OnAddition = (
  key: string,
  value: number,
  work: PostingContent | HandledContact,
  sign: 1 | -1,
) => void;

/**
 * The book: sums of the journal within a limit, by the very functions with which the tally counts, for any
 * number of contracts, periods, mappings and limits. Each posting is read once for 31 limits.
 */
export async function readQuantities(
  log: Log,
  requests: readonly QuantitiesRequest[],
  onPosting: OnPosting = () => undefined,
): Promise<Quantities[]> {
  const books = requests.map(() => new Map<string, number>());
  const byLimit = Map.groupBy(requests.entries(), ([, { limit }]) => JSON.stringify(limit));
  const groups = [...byLimit.values()];
  for (let from = 0; from < groups.length; from += limitsAtOnce) {
    const some = groups.slice(from, from + limitsAtOnce);
    await readJournal(log, new JournalReading(some, books), from === 0 ? onPosting : () => undefined);
  }
  for (const book of books) for (const [key, value] of book) if (value === 0) book.delete(key);
  return books;
}

/** Bits of a set of limits. */
const limitsAtOnce = 31;
const recordsAtOnce = 2_000;

/** All contacts of a customer are in one partition, so repeat contacts are found within it. */
async function readJournal(log: Log, reading: JournalReading, onPosting: OnPosting): Promise<void> {
  const partitions = Math.max(0, ...reading.limits.map(({ journal }) => journal.length));
  for (let partition = 0; partition < partitions; partition++) {
    const end = Math.max(...reading.limits.map(({ journal }) => journal[partition] ?? 0));
    await readPartition(log, partition, end, reading, onPosting);
  }
  reading.requireWhole();
}

async function readPartition(
  log: Log,
  partition: number,
  end: number,
  reading: JournalReading,
  onPosting: OnPosting,
): Promise<void> {
  const seen: Watermark = decodeWatermark(null);
  reading.begin();
  for (let from = 0; from < end;) {
    const records = await log.read(topics.postings.name, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) throw new Error(`journal partition ${partition} ends before its cut at ${end}`);
    from = last.offset + 1;
    for (const { offset, value } of records) {
      if (offset >= end) return;
      const record = decodeJournalRecord(value);
      if (record === null) continue;
      const within = reading.limitsOf(partition, offset, record.position);
      const counted = record.postings.filter(({ position }) => advance(seen, position));
      for (const posting of counted) onPosting(posting);
      if (within === 0) continue;
      if (counted.length > 0 || record.postings.length === 0) reading.link(record, within);
      const counting = within & ~reading.without(partition, offset, record);
      const summed = counting & ~reading.leavingOut(record);
      for (const posting of counted) reading.count(posting, counting, summed);
    }
  }
}

type RequestsOfLimit = readonly (readonly [index: number, request: QuantitiesRequest])[];

/** A set of limits as bits, by their index. */
type LimitSet = number;

/** The book of a period within a limit, by its index. */
interface BookWithin {
  readonly limit: number;
  readonly book: Map<string, number>;
  readonly onAddition: OnAddition | undefined;
}

/** Books of a contract by period: it measures a posting once for all of them. */
interface ContractBooks {
  readonly meter: ContractMeter;
  readonly books: Map<Period, readonly BookWithin[]>;
}

class JournalReading {
  readonly limits: readonly JournalLimit[];
  readonly #views: readonly MappingReading[];
  /** By limit; null: it is none of facts. */
  readonly #balances: readonly (LinkBalance | null)[];

  /** `groups`: requests with one limit each; `books`: of all requests, by their index. */
  constructor(groups: readonly RequestsOfLimit[], books: readonly Map<string, number>[]) {
    this.limits = groups.flatMap(([first]) => (first === undefined ? [] : [first[1].limit]));
    const views = new Map<LiveScope, Map<ContractMeter, ContractBooks>>();
    for (const [limit, group] of groups.entries()) {
      for (const [index, { view, meter, period, onAddition }] of group) {
        const byMeter = views.get(view) ?? new Map<ContractMeter, ContractBooks>();
        views.set(view, byMeter);
        const own: ContractBooks = byMeter.get(meter) ?? { meter, books: new Map() };
        byMeter.set(meter, own);
        const book = books[index] ?? new Map<string, number>();
        const earlier = own.books.get(period) ?? [];
        own.books.set(period, [...earlier, { limit, book, onAddition }]);
      }
    }
    // Up to some offset of the journal it may end in the middle of what a crash left.
    this.#balances = this.limits.map(({ facts }) => (facts === null ? null : new LinkBalance()));
    const all = 2 ** groups.length - 1;
    this.#views = [...views].map(([view, byMeter]) => new MappingReading(view, [...byMeter.values()], all));
  }

  /** A partition begins. */
  begin(): void {
    for (const view of this.#views) view.begin();
  }

  limitsOf(partition: number, offset: number, source: PostingPosition): LimitSet {
    let within = 0;
    for (const [index, { facts, journal }] of this.limits.entries()) {
      if (offset >= (journal[partition] ?? 0)) continue;
      if (facts !== null && source.offset >= (facts[source.partition] ?? 0)) continue;
      within |= 1 << index;
    }
    return within;
  }

  link(record: JournalRecord, within: LimitSet): void {
    for (const [index, balance] of this.#balances.entries()) {
      if ((within & (1 << index)) !== 0) balance?.add(record);
    }
  }

  /**
   * Throws where what was counted within a limit is not one chain of postings per source, or not the one
   * whose head is known.
   */
  requireWhole(): void {
    const broken = this.#balances.flatMap((balance, index) => {
      return balance?.brokenSources(this.limits[index]?.heads) ?? [];
    })[0];
    if (broken === undefined) return;
    throw new LogUnusable(
      'log-damaged',
      `the postings of facts partition ${broken} in ${topics.postings.name} are not the whole chain that was posted: ` +
        'one is missing or another one, or two stand for one; tallyline audit names the first record that differs',
    );
  }

  /** Limits that leave the postings of a record out of their sums. */
  leavingOut({ cause, position }: JournalRecord): LimitSet {
    if (cause !== 'software') return 0;
    let leaving = 0;
    for (const [index, { leftOutFrom }] of this.limits.entries()) {
      const from = leftOutFrom?.[position.partition] ?? (leftOutFrom === undefined ? Infinity : 0);
      if (position.offset >= from) leaving |= 1 << index;
    }
    return leaving;
  }

  /** Limits that are without a record: of the entity that the tally would name, as a whole. */
  without(partition: number, offset: number, { postings: [first] }: JournalRecord): LimitSet {
    let without = 0;
    for (const [index, limit] of this.limits.entries()) {
      if (limit.without === undefined || first === undefined) continue;
      const entity = subjectOf(first.content);
      const isLeftOut = limit.without.some(
        (each) => each.entity === entity && each.partition === partition && offset >= each.offset,
      );
      if (isLeftOut) without |= 1 << index;
    }
    return without;
  }

  count(posting: Posting, within: LimitSet, summed: LimitSet): void {
    for (const view of this.#views) view.count(posting, within, summed);
  }
}

/** The chain of a customer's contacts as the limits of a set have it. */
interface ChainWithin {
  readonly limits: LimitSet;
  readonly chain: RepeatChain;
}

/** Books by one mapping of work. */
class MappingReading {
  readonly #view: LiveScope;
  readonly #contracts: ContractIndex<ContractBooks>;
  /** Windows of anchored issues, of each programme whose repeat contacts matter. */
  readonly #windows: ReadonlyMap<string, readonly number[]>;
  readonly #resolving: ReadonlySet<string>;
  readonly #all: LimitSet;
  #chains = new Map<string, readonly ChainWithin[]>();

  constructor(view: LiveScope, contracts: readonly ContractBooks[], all: LimitSet) {
    this.#view = view;
    this.#all = all;
    this.#contracts = contractIndex(contracts.map(indexed));
    const meters = contracts.map(({ meter }) => meter);
    this.#resolving = resolvingProgrammes(meters.map(({ contract }) => contract));
    const reading = meters.filter(({ reads }) => reads.repeat);
    const programmes = new Set(reading.map(({ contract }) => contract.programme));
    this.#windows = new Map(
      [...programmes].map((programme) => [programme, issueWindowsOf(meters, programme)]),
    );
  }

  begin(): void {
    this.#chains = new Map();
  }

  count({ content, sign }: Posting, within: LimitSet, summed: LimitSet): void {
    for (const { meter, books } of this.#contracts.of(content)) {
      put(books, meter.measure(content), sign, summed, content);
    }
    for (const link of handledContacts(content, this.#view, this.#resolving)) {
      const windows = this.#windows.get(link.programme);
      if (windows === undefined) continue;
      const chain = link.resolution === undefined ? link.reason : null;
      const key = JSON.stringify([link.programme, chain, link.customer]);
      // Limits that have counted the same postings so far share one chain.
      const known = this.#chains.get(key) ?? [{ limits: this.#all, chain: emptyChain }];
      const next: ChainWithin[] = [];
      for (const { limits, chain: before } of known) {
        const [counting, others] = [limits & within, limits & ~within];
        if (others !== 0) next.push({ limits: others, chain: before });
        if (counting === 0) continue;
        const { chain, changes } = changeChain(before, link, sign, windows);
        next.push({ limits: counting, chain });
        for (const change of changes) {
          for (const { meter, books } of this.#contracts.ofRepeat(change.contact)) {
            put(books, meter.measureRepeat(change.contact, change), change.sign, counting, change.contact);
          }
        }
      }
      this.#chains.set(key, next);
    }
  }
}

/** A contract meters only work that touches a period requested of it. */
function indexed(item: ContractBooks) {
  const periods = periodsOf(item.meter.contract);
  const bounds = [...item.books.keys()].map((period) => periods.bounds(period));
  const from = Math.min(...bounds.map(({ start }) => start));
  return { item, meter: item.meter, from, to: Math.max(...bounds.map(({ end }) => end)) };
}

function put(
  books: ContractBooks['books'],
  quantities: readonly Quantity[],
  sign: 1 | -1,
  within: LimitSet,
  work: PostingContent | HandledContact,
): void {
  for (const { period, key, value } of quantities) {
    for (const { limit, book, onAddition } of books.get(period) ?? []) {
      if ((within & (1 << limit)) === 0) continue;
      book.set(key, (book.get(key) ?? 0) + sign * value);
      onAddition?.(key, sign * value, work, sign);
    }
  }
}
