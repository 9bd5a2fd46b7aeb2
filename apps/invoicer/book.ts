import type { ContractMeter, Quantity } from '#domain/contract/meter.js';
import { type Chain, changeChain } from '#domain/kpi/repeat.js';
import { handledContacts, type ProgrammeView } from '#domain/kpi/tally.js';
import { decodeSeen, type Seen, takeIn } from '#domain/posting/seen.js';
import type { Log } from '#log/log.js';
import { decodePosting } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/** Integers of a contract and period by quantity key; 0 is absent. */
export type Quantities = ReadonlyMap<string, number>;

export interface Wanted {
  readonly contract: string;
  readonly period: string;
  readonly meter: ContractMeter;
}

/**
 * The book: sums of the journal below a cut, by the very functions with which the tally counts, for any
 * number of contracts and periods in one reading.
 */
export async function readBooks(
  log: Log,
  cut: readonly number[],
  wanted: readonly Wanted[],
  view: ProgrammeView,
): Promise<Quantities[]> {
  const shelves = shelvesOf(wanted);
  for (const [partition, end] of cut.entries()) await readPartition(log, partition, end, shelves, view);
  const books = wanted.map(
    ({ meter, period }) => shelves.get(meter)?.get(period) ?? new Map<string, number>(),
  );
  for (const book of books) for (const [key, value] of book) if (value === 0) book.delete(key);
  return books;
}

/** Books by period, of each contract: it is measured once for each posting, however many are wanted. */
type Shelves = ReadonlyMap<ContractMeter, ReadonlyMap<string, Map<string, number>>>;

function shelvesOf(wanted: readonly Wanted[]): Shelves {
  const shelves = new Map<ContractMeter, Map<string, Map<string, number>>>();
  for (const { meter, period } of wanted) {
    const shelf = shelves.get(meter) ?? new Map<string, Map<string, number>>();
    shelves.set(meter, shelf.set(period, new Map<string, number>()));
  }
  return shelves;
}

const recordsAtOnce = 2_000;

/** All contacts of a customer are in one partition, so repeat contacts are found within it. */
async function readPartition(
  log: Log,
  partition: number,
  end: number,
  shelves: Shelves,
  view: ProgrammeView,
): Promise<void> {
  const seen: Seen = decodeSeen(null);
  const chains = new Map<string, Chain>();
  for (let from = 0; from < end;) {
    const records = await log.read(topics.postings.name, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) throw new Error(`journal partition ${partition} ends before its cut at ${end}`);
    from = last.offset + 1;
    for (const { offset, value } of records) {
      if (offset >= end) return;
      const posting = decodePosting(value);
      if (posting === null || !takeIn(seen, posting.position)) continue;
      for (const [meter, books] of shelves) put(books, meter.measure(posting.content), posting.sign);
      for (const link of handledContacts(posting.content, view)) {
        const key = JSON.stringify([link.programme, link.reason, link.customer]);
        const { chain, changes } = changeChain(chains.get(key) ?? [], link, posting.sign);
        chains.set(key, chain);
        for (const { contact, gapMs, gapBeforeMs, sign } of changes) {
          for (const [meter, books] of shelves) {
            put(books, meter.measureRepeat(contact, gapMs, gapBeforeMs), sign);
          }
        }
      }
    }
  }
}

function put(
  books: ReadonlyMap<string, Map<string, number>>,
  quantities: readonly Quantity[],
  sign: 1 | -1,
): void {
  for (const { period, key, value } of quantities) {
    const book = books.get(period);
    book?.set(key, (book.get(key) ?? 0) + sign * value);
  }
}
