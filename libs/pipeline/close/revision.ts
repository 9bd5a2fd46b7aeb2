import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { canonicalJson } from '#wire/canonical-json.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { causeOfEvents, causesOf, type Restatement } from '#domain/restatement/causes.js';
import { carrierOf } from '#domain/restatement/carrier.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import { type Close, invoiceId } from '#wire/closes.js';
import { decodeInvoiceReady, encodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { invoicedUpTo, invoicedNet } from '#wire/invoiced.js';
import { type BookWithHistory, readBook, readBooks } from './read-books.js';

type CloseDraft = Omit<Close, 'digest'>;

/** What a contract's period amounts to: the event of revision 1. */
export function firstInvoice(
  { period, cut, invoice: id }: CloseDraft,
  contract: Contract,
  books: BookWithHistory,
): string {
  const invoice = price(contract, { contract: contract.id, period, ...books });
  const head = { id, revision: 1, adjusts: null, catalogueVersion: cut.catalogue };
  return encodeInvoiceReady({ ...head, contract, invoice, ...books });
}

/** All that a later revision follows from. */
export interface RestatementInput {
  readonly close: CloseDraft;
  /** As the catalogue of the cut has it. */
  readonly contract: Contract;
  readonly books: BookWithHistory;
  /** The close of the revision before. */
  readonly since: Close;
  /** Of all revisions before. */
  readonly events: readonly string[];
  readonly log: Log;
}

/**
 * What the period costs at a new cut, under the contract of the cut's catalogue, less all that was invoiced
 * for it: the event of revision 2 and later. null: nothing differs.
 */
export async function restatement(
  input: RestatementInput,
  lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>,
): Promise<string | null> {
  const { close, contract, books } = input;
  const { period, revision, cut, carriedBy } = close;
  const last = lastOf(input);
  const before = invoicedUpTo(last);
  const restated = price(contract, { contract: contract.id, period, ...books });
  const invoice = adjustmentOf(contract, before, restated);
  if (invoice === null) return null;
  const steps = await restatements(input, restated, lookupOf);
  return encodeInvoiceReady({
    id: close.invoice,
    revision,
    catalogueVersion: cut.catalogue,
    contract,
    invoice,
    ...books,
    adjusts: {
      id: invoiceId(contract.id, period, 1),
      since: {
        revision: last.data.revision,
        catalogueVersion: last.data.catalogueVersion,
        net: invoicedNet(last),
      },
      causes: causesOf(contract, before, steps),
      carriedBy,
      restated,
    },
  });
}

/** The event before; the totals of all before it sum to what it says was invoiced. */
function lastOf({ events, close: { contract, period } }: RestatementInput): InvoiceReadyEvent {
  const decoded = events.map((text) => decodeInvoiceReady(text));
  const last = decoded.at(-1);
  if (last === undefined || last === null) throw new Error(`${contract} ${period} has no event to adjust`);
  const rest = decoded.reduce((left, event) => {
    return left.minus(event?.data.totals.totalWithoutVat.amount ?? Number.NaN);
  }, invoicedNet(last));
  if (rest.isZero()) return last;
  throw new Error(`the events of ${contract} ${period} do not sum to what the last of them restates`);
}

/**
 * From what was invoiced to what it costs now, one step for each thing that may have changed: the program,
 * the events, the contract, the mapping. Each step is a price of its own, so the causes are measured and not
 * guessed.
 */
async function restatements(
  { close, since, contract, books, log }: RestatementInput,
  restated: Invoice,
  lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>,
): Promise<Restatement[]> {
  const { period, cut } = close;
  const earlier = await lookupOf(since.cut.catalogue);
  const old = earlier.contract(contract.id);
  if (old === null) throw new Error(`catalogue ${since.cut.catalogue} has no contract ${contract.id}`);
  const bookOf = (read: BookWithHistory): PeriodBook => ({ contract: contract.id, period, ...read });
  const before = bookOf(await readBook(old, period, since.cut.offsets, log, earlier));
  const software = { cause: 'software', invoice: price(old, before) } as const;
  if (since.cut.catalogue === cut.catalogue) {
    return [software, { cause: causeOfEvents(old, before, bookOf(books)), invoice: restated }];
  }
  const isAmended = canonicalJson(old) !== canonicalJson(contract);
  const contracts = isAmended ? [old, contract] : [old];
  const [known, amended] = (await readBooks(contracts, period, cut.offsets, log, earlier)).map(bookOf);
  if (known === undefined) throw new Error(`the book of ${contract.id} was not read`);
  return [
    software,
    { cause: causeOfEvents(old, before, known), invoice: price(old, known) },
    ...(amended === undefined ? [] : [{ cause: 'amendment', invoice: price(contract, amended) } as const]),
    { cause: 'mapping', invoice: restated },
  ];
}

/** The open period that carries the adjustment of a closed one, by the closes that there are. */
export function carrierAmong(closes: readonly Close[], contract: Contract, period: Period): Period | null {
  const own = closes.filter((close) => close.contract === contract.id);
  return carrierOf(contract, period, new Set(own.map((close) => close.period)));
}
