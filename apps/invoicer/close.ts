import { hash } from 'node:crypto';
import type { CatalogueView } from '#catalogue/view.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodBounds } from '#domain/period/period.js';
import type { PastPeriod } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import { topicValues } from '#log/topic-values.js';
import { type Close, decodeClose, encodeClose, invoiceId } from '#wire/closes.js';
import { encodeInvoiceReady } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { type Quantities, readBooks } from './book.js';
import { periodsBehind } from './history.js';

export interface InvoicerDeps {
  readonly log: Log;
  readonly view: CatalogueView;
  /**
   * The tally's sums of a contract and period with the journal offsets they stand for, partition by
   * partition.
   */
  readonly tallied: (contract: string, period: string) => Promise<Tallied>;
  /** The catalogue of a version, for cuts of earlier ones. */
  readonly viewOf: (catalogueVersion: string) => Promise<CatalogueView>;
  /** UTC epoch ms. */
  readonly now: () => number;
}

export interface Tallied {
  readonly offsets: readonly number[];
  readonly quantities: Quantities;
}

export type Closed =
  | {
      readonly status: 'closed';
      /** False: the period had been closed before and nothing was written. */
      readonly isNew: boolean;
      readonly close: Close;
      /** Exact text of the invoice-ready event. */
      readonly event: string;
    }
  | { readonly status: 'notOver'; readonly endsAt: number }
  | { readonly status: 'disagree'; readonly differences: readonly Difference[] };

/** Where book and tally differ at equal offsets: a broken invariant, so nothing is billed. */
export interface Difference {
  readonly key: string;
  readonly book: number;
  readonly tally: number;
}

/**
 * Closes a period: cut, book, compare with the tally, price, write down. The close is written before the
 * event: what a crash leaves undone is done again from the cut, to the same bytes. A closed period is never
 * closed again.
 */
export async function closePeriod(contract: Contract, period: string, deps: InvoicerDeps): Promise<Closed> {
  const known = await findClose(deps.log, contract.id, period);
  if (known !== null) return finish(known, false, deps, null);
  const endsAt = periodBounds(period, contract.timeZone).end;
  if (deps.now() < endsAt) return { status: 'notOver', endsAt };
  const tallied = await deps.tallied(contract.id, period);
  const books = await booksOf(contract, period, tallied.offsets, deps.log, deps.view);
  const differences = compare(books.quantities, tallied.quantities);
  if (differences.length > 0) return { status: 'disagree', differences };
  const cut = { catalogue: deps.view.catalogueVersion, offsets: tallied.offsets };
  const event = invoiceEvent(contract, period, 1, cut.catalogue, books);
  const invoice = invoiceId(contract.id, period, 1);
  const close = { contract: contract.id, period, revision: 1, cut, invoice, digest: hash('sha256', event) };
  await deps.log.append(topics.closes.name, [{ key: contract.id, value: encodeClose(close) }]);
  // Two invoicers may both come here: the first close in the log stands, for both.
  const standing = await findClose(deps.log, contract.id, period);
  if (standing === null)
    throw new Error(`the close of ${contract.id} ${period} was acknowledged but is not there`);
  return finish(standing, true, deps, event);
}

/** Sums of a period at a cut, and of the earlier ones that its price looks back to. */
interface Books {
  readonly quantities: Quantities;
  readonly history: readonly PastPeriod[];
}

/** What a contract's period amounts to. */
function invoiceEvent(
  contract: Contract,
  period: string,
  revision: number,
  catalogueVersion: string,
  { quantities, history }: Books,
): string {
  const invoice = price(contract, { contract: contract.id, period, quantities, history });
  return encodeInvoiceReady({
    id: invoiceId(contract.id, period, revision),
    revision,
    adjusts: null,
    catalogueVersion,
    contract,
    invoice,
    quantities,
  });
}

/** The event of a close, written now if a crash left it out. `made`: what was just priced, for it or not. */
async function finish(
  close: Close,
  isNew: boolean,
  deps: InvoicerDeps,
  made: string | null,
): Promise<Closed> {
  const written = (await topicValues(deps.log, topics.invoiceReady.name)).find(
    (value) => idOf(value) === close.invoice,
  );
  if (written !== undefined) return { status: 'closed', isNew, close, event: written };
  const event = made !== null && hash('sha256', made) === close.digest ? made : await eventOf(close, deps);
  await deps.log.append(topics.invoiceReady.name, [{ key: close.contract, value: event }]);
  return { status: 'closed', isNew, close, event };
}

/** The event of a close, priced again from its cut. */
async function eventOf(close: Close, deps: InvoicerDeps): Promise<string> {
  const view = await deps.viewOf(close.cut.catalogue);
  const contract = view.contracts.find(({ id }) => id === close.contract)?.meter.contract;
  if (contract === undefined) {
    throw new Error(`catalogue ${close.cut.catalogue} has no contract ${close.contract}`);
  }
  const books = await booksOf(contract, close.period, close.cut.offsets, deps.log, view);
  const event = invoiceEvent(contract, close.period, close.revision, close.cut.catalogue, books);
  if (hash('sha256', event) !== close.digest) {
    throw new Error(
      `${close.contract} ${close.period}: priced again from its cut the event is another; not written`,
    );
  }
  return event;
}

/** One reading of the journal for the period and all that it looks back to. */
export async function booksOf(
  contract: Contract,
  period: string,
  offsets: readonly number[],
  log: Log,
  view: CatalogueView,
): Promise<Books> {
  const meter = view.contracts.find(({ id }) => id === contract.id)?.meter;
  if (meter === undefined) throw new Error(`the view has no meter for contract ${contract.id}`);
  const earlier = periodsBehind(contract, period);
  const wanted = [period, ...earlier].map((each) => ({ contract: contract.id, period: each, meter }));
  const [quantities = new Map<string, number>(), ...past] = await readBooks(log, offsets, wanted, view);
  const history = earlier.map((each, index) => ({
    period: each,
    quantities: past[index] ?? new Map<string, number>(),
  }));
  return { quantities, history };
}

function compare(book: Quantities, tally: Quantities): Difference[] {
  return [...new Set([...book.keys(), ...tally.keys()])]
    .map((key) => ({ key, book: book.get(key) ?? 0, tally: tally.get(key) ?? 0 }))
    .filter((each) => each.book !== each.tally);
}

async function findClose(log: Log, contract: string, period: string): Promise<Close | null> {
  for (const value of await topicValues(log, topics.closes.name)) {
    const close = decodeClose(value);
    if (close !== null && close.contract === contract && close.period === period) return close;
  }
  return null;
}

function idOf(event: string): unknown {
  return (JSON.parse(event) as { id?: unknown }).id;
}
