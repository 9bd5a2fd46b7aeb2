import type { ContractMeter, Quantity } from '#domain/metering/contract-meter.js';
import { issueWindowsOf, type ContractIndex, contractIndex } from '#domain/metering/contract-index.js';
import { type RepeatChain, changeChain } from '#domain/kpi/repeat-chain.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { periodBounds } from '#domain/period/period.js';
import type { Posting } from '#domain/posting/posting.js';
import { decodeWatermark, type Watermark, advance } from '#domain/posting/watermark.js';
import type { Log } from '#log/log.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

/** Integers of a contract and period by quantity key; 0 is absent. */
export type Quantities = ReadonlyMap<string, number>;

export interface QuantitiesRequest {
  readonly contract: string;
  readonly period: string;
  readonly meter: ContractMeter;
}

/**
 * The book: sums of the journal below a cut, by the very functions with which the tally counts, for any
 * number of contracts and periods in one reading.
 */
export async function readQuantities(
  log: Log,
  cut: readonly number[],
  requests: readonly QuantitiesRequest[],
  view: LiveScope,
): Promise<Quantities[]> {
  const byMeter = booksByMeter(requests);
  const reading = journalReading(byMeter, view);
  for (const [partition, end] of cut.entries()) await readPartition(log, partition, end, reading);
  const books = requests.map(
    ({ meter, period }) => byMeter.get(meter)?.books.get(period) ?? new Map<string, number>(),
  );
  for (const book of books) for (const [key, value] of book) if (value === 0) book.delete(key);
  return books;
}

/** Books of a contract by period: it is measured once for each posting, however many are requested. */
interface PeriodBooks {
  readonly meter: ContractMeter;
  readonly books: Map<string, Map<string, number>>;
}

type BooksByMeter = ReadonlyMap<ContractMeter, PeriodBooks>;

function booksByMeter(requests: readonly QuantitiesRequest[]): BooksByMeter {
  const byMeter = new Map<ContractMeter, PeriodBooks>();
  for (const { meter, period } of requests) {
    let own = byMeter.get(meter);
    if (own === undefined) byMeter.set(meter, (own = { meter, books: new Map() }));
    own.books.set(period, new Map<string, number>());
  }
  return byMeter;
}

interface JournalReading {
  readonly view: LiveScope;
  readonly contracts: ContractIndex<PeriodBooks>;
  /** Windows of anchored issues, of each programme whose repeat contacts matter. */
  readonly windows: ReadonlyMap<string, readonly number[]>;
}

/** A contract meters only work that touches a period requested of it. */
function journalReading(byMeter: BooksByMeter, view: LiveScope): JournalReading {
  const meters = [...byMeter.keys()];
  const reading = meters.filter(({ reads }) => reads.repeat);
  const programmes = new Set(reading.map(({ contract }) => contract.programme));
  return {
    view,
    contracts: contractIndex(
      [...byMeter.values()].map((item) => {
        const { contract } = item.meter;
        const bounds = [...item.books.keys()].map((period) => periodBounds(period, contract.timeZone));
        const from = Math.min(...bounds.map(({ start }) => start));
        return { item, meter: item.meter, from, to: Math.max(...bounds.map(({ end }) => end)) };
      }),
    ),
    windows: new Map([...programmes].map((programme) => [programme, issueWindowsOf(meters, programme)])),
  };
}

const recordsAtOnce = 2_000;

/** All contacts of a customer are in one partition, so repeat contacts are found within it. */
async function readPartition(
  log: Log,
  partition: number,
  end: number,
  reading: JournalReading,
): Promise<void> {
  const seen: Watermark = decodeWatermark(null);
  const chains = new Map<string, RepeatChain>();
  for (let from = 0; from < end;) {
    const records = await log.read(topics.postings.name, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) throw new Error(`journal partition ${partition} ends before its cut at ${end}`);
    from = last.offset + 1;
    for (const { offset, value } of records) {
      if (offset >= end) return;
      for (const posting of decodeJournalRecord(value)?.postings ?? []) {
        if (advance(seen, posting.position)) count(posting, reading, chains);
      }
    }
  }
}

function count(
  { content, sign }: Posting,
  { view, contracts, windows }: JournalReading,
  chains: Map<string, RepeatChain>,
): void {
  for (const { meter, books } of contracts.of(content)) put(books, meter.measure(content), sign);
  for (const link of handledContacts(content, view)) {
    const anchored = windows.get(link.programme);
    if (anchored === undefined) continue;
    const key = JSON.stringify([link.programme, link.reason, link.customer]);
    const { chain, changes } = changeChain(chains.get(key) ?? [], link, sign, anchored);
    chains.set(key, chain);
    for (const change of changes) {
      for (const { meter, books } of contracts.ofRepeat(change.contact)) {
        put(books, meter.measureRepeat(change.contact, change), change.sign);
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
