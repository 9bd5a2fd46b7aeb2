import { hash } from 'node:crypto';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodBounds, type Period, zonedTime } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { type Close, decodeClose, encodeClose, invoiceId, effectiveCloses } from '#wire/closes.js';
import { topics } from '#wire/topics.js';
import { type BookWithHistory, readBook } from './read-books.js';
import type { Quantities } from './read-quantities.js';
import type { ReadyEvents } from './ready-events.js';
import { carrierAmong, restatement, firstInvoice } from './revision.js';

export interface CloseDeps {
  readonly log: Log;
  readonly events: ReadyEvents;
  readonly lookup: CatalogueIndex;
  /**
   * The tally's sums of a contract and period with the journal offset of each partition at which they
   * were read.
   */
  readonly tallied: (contract: string, period: string) => Promise<TalliedQuantities>;
  /** The catalogue of a version, for cuts of earlier ones. */
  readonly lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>;
  /** UTC epoch ms. */
  readonly now: () => number;
}

export interface TalliedQuantities {
  readonly offsets: readonly number[];
  readonly quantities: Quantities;
}

/**
 * `close`: the period is closed once; a repeated close answers the same event. `adjust`: where it has been
 * closed, what it costs now less what was invoiced for it is invoiced as a further revision.
 */
export type CloseMode = 'close' | 'adjust';

export type CloseResult =
  | {
      readonly status: 'closed';
      /** False: nothing was to be written; the latest revision is the answer. */
      readonly isNew: boolean;
      readonly close: Close;
      /** Exact text of the invoice-ready event. */
      readonly event: string;
    }
  /** The period lasts, or the contract still waits for late events of it (`period.graceHours`). */
  /** `endsAt`, `closesFrom`: in the zone of the contract, with offset. */
  | { readonly status: 'notOver'; readonly endsAt: string; readonly closesFrom: string }
  /** Another catalogue is in force by now: what this process would invoice, the next one would take back. */
  | { readonly status: 'superseded'; readonly own: string; readonly inForce: string }
  | { readonly status: 'disagree'; readonly differences: readonly Difference[] }
  | TallyBehind;

/** The tally has not reached the cut of the latest close: it would take back what was invoiced. */
export interface TallyBehind {
  readonly status: 'tallyBehind';
  /** Of the journal: the first where it is behind, the offset of the tally there, and that of the cut. */
  readonly partition: number;
  readonly offset: number;
  readonly cutOffset: number;
}

/** Where book and tally differ at equal offsets: a broken invariant, so nothing is billed. */
export interface Difference {
  readonly key: string;
  readonly book: number;
  readonly tally: number;
}

/**
 * Closes a period, or adjusts it: cut, book, compare with the tally, price, write down. The close is written
 * before the event: what a crash leaves undone is done again from the cut, to the same bytes. The event of a
 * revision never changes.
 */
export async function closePeriod(
  contract: Contract,
  period: Period,
  deps: CloseDeps,
  mode: CloseMode = 'close',
): Promise<CloseResult> {
  const closes = await readCloses(deps.log);
  const effective = effectiveCloses(closes, contract.id, period);
  const events = await eventsOf(effective, deps);
  const [first] = effective;
  if (first !== undefined && mode === 'close') return answer(first, events, false);

  const endsAt = periodBounds(period, contract.timeZone).end;
  const closesFrom = endsAt + contract.period.graceHours * 3_600_000;
  if (first === undefined && deps.now() < closesFrom) {
    const local = (at: number): string => zonedTime(at, contract.timeZone);
    return { status: 'notOver', endsAt: local(endsAt), closesFrom: local(closesFrom) };
  }
  const own = deps.lookup.catalogue.version;
  const inForce = await newestCatalogue(deps.log);
  if (inForce !== null && inForce !== own) return { status: 'superseded', own, inForce };
  const { offsets, quantities } = await deps.tallied(contract.id, period);
  const latest = effective.at(-1);
  const behind = latest === undefined ? null : tallyBehind(latest, offsets);
  if (behind !== null) return behind;
  const books = await readBook(contract, period, offsets, deps.log, deps.lookup);
  const differences = compare(books.quantities, quantities);
  if (differences.length > 0) return { status: 'disagree', differences };

  const next = {
    contract: contract.id,
    period,
    revision: effective.length + 1,
    cut: { catalogue: own, offsets },
    carriedBy: latest === undefined ? null : carrierAmong(closes, contract, period),
    invoice: invoiceId(contract.id, period, effective.length + 1),
  };
  const event = await eventAt(next, { contract, books, since: latest, events }, deps);
  if (event === null && latest !== undefined) return answer(latest, events, false);
  if (event === null) throw new Error(`${contract.id} ${period} has no first invoice`);
  return recordClose({ ...next, digest: hash('sha256', event) }, event, deps);
}

/** Two invoicers may both come here: the first close of a revision in the log is effective, for both. */
async function recordClose(close: Close, event: string, deps: CloseDeps): Promise<CloseResult> {
  const { contract, period, revision } = close;
  await deps.log.append(topics.closes.name, [{ key: contract, value: encodeClose(close) }]);
  const effective = effectiveCloses(await readCloses(deps.log), contract, period);
  const recorded = effective[revision - 1];
  if (recorded === undefined) {
    throw new Error(`the close of ${contract} ${period} was acknowledged but is not there`);
  }
  const events = await eventsOf(effective.slice(0, revision), deps, event);
  return answer(recorded, events, recorded.digest === close.digest);
}

function answer(close: Close, events: readonly string[], isNew: boolean): CloseResult {
  const event = events[close.revision - 1];
  if (event === undefined)
    throw new Error(`${close.contract} ${close.period} has no event ${close.revision}`);
  return { status: 'closed', isNew, close, event };
}

/** What a revision is made of, beside its cut. */
interface RevisionInput {
  readonly contract: Contract;
  readonly books: BookWithHistory;
  /** The close of the revision before; undefined: it is the first. */
  readonly since: Close | undefined;
  /** Of the revisions before it. */
  readonly events: readonly string[];
}

/** The event of a revision; null: nothing differs from what was invoiced. */
async function eventAt(
  close: Omit<Close, 'digest'>,
  { contract, books, since, events }: RevisionInput,
  deps: Pick<CloseDeps, 'log' | 'lookupOf'>,
): Promise<string | null> {
  if (since === undefined) return firstInvoice(close, contract, books);
  return restatement({ close, contract, books, since, events, log: deps.log }, deps.lookupOf);
}

/**
 * The events of the effective closes, in order; what a crash left out is written now. `made`: what was just
 * priced for the last of them, or for another that is not effective.
 */
async function eventsOf(
  closes: readonly Close[],
  deps: CloseDeps,
  made: string | null = null,
): Promise<string[]> {
  const [first] = closes;
  if (first === undefined) return [];
  const written = await deps.events.of(first.contract, first.period);
  const events: string[] = [];
  for (const [index, close] of closes.entries()) {
    let event = written.get(close.revision);
    if (event === undefined) {
      const isMade = made !== null && hash('sha256', made) === close.digest;
      event = isMade ? made : await eventAgain(close, closes[index - 1], events, deps);
      await deps.log.append(topics.invoiceReady.name, [{ key: close.contract, value: event }]);
    }
    events.push(event);
  }
  return events;
}

/** The event of a close, priced again from its cut. */
async function eventAgain(
  close: Close,
  since: Close | undefined,
  events: readonly string[],
  deps: CloseDeps,
): Promise<string> {
  const { cut, period } = close;
  const lookup = await deps.lookupOf(cut.catalogue);
  const contract = lookup.contract(close.contract);
  if (contract === null) throw new Error(`catalogue ${cut.catalogue} has no contract ${close.contract}`);
  const books = await readBook(contract, period, cut.offsets, deps.log, lookup);
  const event = await eventAt(close, { contract, books, since, events }, deps);
  if (event === null || hash('sha256', event) !== close.digest) {
    throw new Error(`${close.contract} ${period}: the event recomputed from its cut differs; not written`);
  }
  return event;
}

function tallyBehind({ cut }: Close, offsets: readonly number[]): TallyBehind | null {
  const partition = cut.offsets.findIndex((offset, index) => (offsets[index] ?? 0) < offset);
  if (partition === -1) return null;
  const [offset = 0, cutOffset = 0] = [offsets[partition], cut.offsets[partition]];
  return { status: 'tallyBehind', partition, offset, cutOffset };
}

function compare(book: Quantities, tally: Quantities): Difference[] {
  return [...new Set([...book.keys(), ...tally.keys()])]
    .map((key) => ({ key, book: book.get(key) ?? 0, tally: tally.get(key) ?? 0 }))
    .filter((each) => each.book !== each.tally);
}

/** Version of the catalogue that was written last; null: none was. Unrecognised records are skipped. */
async function newestCatalogue(log: Log): Promise<string | null> {
  const { name } = topics.catalogue;
  const [bounds] = await log.bounds(name);
  if (bounds === undefined || bounds.end === bounds.begin) return null;
  const [newest] = await log.read(name, 0, bounds.end - 1, 1);
  const version = newest === undefined ? null : catalogueVersionIn(newest.value);
  if (version !== null) return version;
  return (
    (await readTopicValues(log, name)).flatMap((value) => catalogueVersionIn(value) ?? []).at(-1) ?? null
  );
}

/** A catalogue may be large: only the version, with which its record begins, is read. */
function catalogueVersionIn(value: string): string | null {
  return /^\{"version":"([0-9a-f]{16})","content":/.exec(value)?.[1] ?? null;
}

async function readCloses(log: Log): Promise<Close[]> {
  return (await readTopicValues(log, topics.closes.name)).flatMap((value) => decodeClose(value) ?? []);
}
