import type { ContractMeter } from '#domain/contract/meter.js';
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
  const books = wanted.map(() => new Map<string, number>());
  for (const [partition, end] of cut.entries()) await readPartition(log, partition, end, wanted, view, books);
  for (const book of books) for (const [key, value] of book) if (value === 0) book.delete(key);
  return books;
}

const recordsAtOnce = 2_000;

/** All contacts of a customer are in one partition, so repeat contacts are found within it. */
async function readPartition(
  log: Log,
  partition: number,
  end: number,
  wanted: readonly Wanted[],
  view: ProgrammeView,
  books: readonly Map<string, number>[],
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
      wanted.forEach(({ meter, period }, index) => {
        for (const quantity of meter.measure(posting.content)) {
          if (quantity.period === period) put(books[index], quantity.key, posting.sign * quantity.value);
        }
      });
      for (const link of handledContacts(posting.content, view)) {
        const key = JSON.stringify([link.programme, link.reason, link.customer]);
        const { chain, changes } = changeChain(chains.get(key) ?? [], link, posting.sign);
        chains.set(key, chain);
        for (const { contact, gapMs, gapBeforeMs, sign } of changes) {
          wanted.forEach(({ meter, period }, index) => {
            for (const quantity of meter.measureRepeat(contact, gapMs, gapBeforeMs)) {
              if (quantity.period === period) put(books[index], quantity.key, sign * quantity.value);
            }
          });
        }
      }
    }
  }
}

function put(book: Map<string, number> | undefined, key: string, value: number): void {
  book?.set(key, (book.get(key) ?? 0) + value);
}
