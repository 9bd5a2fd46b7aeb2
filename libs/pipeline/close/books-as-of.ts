import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { Period } from '#domain/period/period.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import type { Log } from '#log/log.js';
import type { Store } from '#store/store.js';
import { topics } from '#wire/topics.js';
import { journalEnds, meteredFacts } from './cut.js';
import { parkedWork, withoutParked } from './parked-work.js';
import { type JournalLimit, type Quantities, readQuantities } from './read-quantities.js';

export interface BooksDeps {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: CatalogueIndex;
  /** Of facts and journal. */
  readonly partitions: number;
  /** Sums of the tally of several periods at the same offsets. */
  readonly tallied: (
    contract: string,
    periods: readonly Period[],
  ) => Promise<{
    readonly offsets: readonly number[];
    readonly books: readonly { readonly period: Period; readonly quantities: Quantities }[];
  }>;
}

interface OffsetsAsOf {
  /** Of the facts, per partition: everything below is in it; null: what the tally had counted. */
  readonly facts: readonly number[] | null;
  /** Of the journal, per partition. */
  readonly journal: readonly number[];
}

/** What was priced of a contract, and as of when. */
export interface PricedAsOf extends OffsetsAsOf {
  readonly contract: Contract;
  readonly brand: string | null;
  /** UTC epoch ms. */
  readonly at: number;
  /** Version of the catalogue that it is priced under. */
  readonly catalogue: string;
}

/** Sums of some periods of one contract, all at one cut, and what of the log they are the sums of. */
export interface BooksAsOf extends OffsetsAsOf {
  /** The book of one of the periods asked for. */
  bookOf(period: Period): PeriodBook;
}

/**
 * What is asked for of a contract: its periods, with those that their price looks back to. `knownAt` (UTC
 * epoch ms): as all that was in the log at this instant says; null: as the tally stands now.
 */
export interface BooksQuestion {
  readonly contract: Contract;
  readonly periods: readonly Period[];
  readonly knownAt: number | null;
}

/**
 * The books by which a close at the same cut would price. The present ones are those of the tally, where no
 * contract has each second of a person once; all others are read in the journal, together.
 */
export async function booksAsOf(questions: readonly BooksQuestion[], deps: BooksDeps): Promise<BooksAsOf[]> {
  const found: (BooksAsOf | null)[] = questions.map(() => null);
  const fromJournal: {
    readonly index: number;
    readonly question: BooksQuestion;
    readonly limit: JournalLimit;
  }[] = [];
  const present = new PresentCut(deps);
  for (const [index, question] of questions.entries()) {
    const { contract, knownAt } = question;
    const periods = withHistory(question);
    const isOnClock = contractMeter(contract, deps.lookup).isOnClock;
    if (knownAt === null && !isOnClock) {
      const { offsets, books } = await deps.tallied(contract.id, periods);
      found[index] = asBooks(
        contract,
        null,
        offsets,
        new Map(books.map((each) => [each.period, each.quantities])),
      );
    } else fromJournal.push({ index, question, limit: await limitOf(question, periods, present, deps) });
  }
  const requests = fromJournal.flatMap(({ question, limit }) => {
    const meter = contractMeter(question.contract, deps.lookup);
    return withHistory(question).map((period) => ({ period, meter, view: deps.lookup, limit }));
  });
  const read = requests.length === 0 ? [] : await readQuantities(deps.log, requests);
  let next = 0;
  for (const { index, question, limit } of fromJournal) {
    const sums = new Map(
      withHistory(question).map((period) => [period, read[next++] ?? new Map<string, number>()]),
    );
    found[index] = asBooks(question.contract, limit.facts, limit.journal, sums);
  }
  return found.flatMap((each) => each ?? []);
}

function withHistory({ contract, periods }: BooksQuestion): Period[] {
  return [...new Set(periods.flatMap((period) => [period, ...lookBackPeriods(contract, period)]))];
}

function asBooks(
  contract: Contract,
  facts: readonly number[] | null,
  journal: readonly number[],
  sums: ReadonlyMap<Period, Quantities>,
): BooksAsOf {
  const quantitiesOf = (period: Period): Quantities => sums.get(period) ?? new Map<string, number>();
  return {
    facts,
    journal,
    bookOf: (period) => ({
      contract: contract.id,
      period,
      quantities: quantitiesOf(period),
      history: lookBackPeriods(contract, period).map((past) => ({
        period: past,
        quantities: quantitiesOf(past),
      })),
    }),
  };
}

/** How far meter and journal have come, asked once: so all that is read below it is read together. */
class PresentCut {
  readonly #deps: BooksDeps;
  #read: Promise<{ readonly metered: readonly number[]; readonly journal: readonly number[] }> | null = null;

  constructor(deps: BooksDeps) {
    this.#deps = deps;
  }

  async read() {
    return (this.#read ??= this.#readOnce());
  }

  async #readOnce() {
    const { log, store, partitions } = this.#deps;
    const { facts: metered } = await meteredFacts(log, store, partitions);
    return { metered, journal: await journalEnds(log) };
  }
}

/** Of the present cut: what the tally has; of an earlier one: the facts that were in the log by then. */
async function limitOf(
  { contract, knownAt }: BooksQuestion,
  periods: readonly Period[],
  present: PresentCut,
  deps: BooksDeps,
): Promise<JournalLimit> {
  const parked = await Promise.all(periods.map(async (period) => parkedWork(contract, period, deps)));
  const without = withoutParked(parked.flat());
  if (knownAt === null) {
    const { offsets } = await deps.tallied(contract.id, []);
    return { facts: null, journal: offsets, without };
  }
  const { metered, journal } = await present.read();
  const known = await deps.log.offsetsAt(topics.facts.name, knownAt);
  const facts = known.map((offset, partition) => Math.min(offset, metered[partition] ?? 0));
  return { facts, journal, without };
}
