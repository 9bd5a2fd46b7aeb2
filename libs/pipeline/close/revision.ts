import { canonicalJson } from '#wire/canonical-json.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { causeOfEvents, causesOf, type Restatement } from '#domain/restatement/causes.js';
import { carrierOf } from '#domain/restatement/carrier.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import { price } from '#domain/pricing/price.js';
import { type Close, type Cut, invoiceId } from '#wire/closes.js';
import { encodeInvoiceReady, type InvoiceReadyEvent, requireInvoiceReady } from '#wire/invoice-ready.js';
import { carriedIn, invoicedUpTo, invoicedNet, ownNet } from '#wire/invoiced.js';
import type { BookRequest, BookWithHistory, Mapping } from './read-books.js';
import { limitOf } from './cut.js';
import type { ContributionTrees } from './contribution-trees.js';

/** What a revision follows from, beside the journal. */
export interface RevisionInput {
  /** As the catalogue of the cut has it. */
  readonly contract: Contract;
  readonly mapping: Mapping;
  readonly period: Period;
  readonly cut: Cut;
  /** null: it is the first revision. */
  readonly since: EarlierRevision | null;
  /** Events of the adjustments that it carries. */
  readonly carried: readonly string[];
}

/** The revision before. */
export interface EarlierRevision {
  readonly cut: Cut;
  /** As the catalogue of its cut has them. */
  readonly contract: Contract;
  readonly mapping: Mapping;
  /** Of all revisions before. */
  readonly events: readonly string[];
}

/** What the close says of itself. */
type CloseHead = Pick<Close, 'revision' | 'carriedBy' | 'carries' | 'invoice' | 'omissions'>;

/**
 * The books that a revision is made of; to be given to `revisionEvent` in this order. `trees`: is given
 * what the first of them is added up from; null: it is not asked for.
 */
export function bookRequests(
  { contract, mapping, period, cut, since }: RevisionInput,
  trees: ContributionTrees | null,
): BookRequest[] {
  const limit = limitOf(cut);
  const now = { contract, mapping, period, limit };
  const first = { ...now, onAddition: trees?.add };
  if (since === null) return [first];
  const before = limitOf(since.cut);
  const withoutSoftware = { ...limit, leftOutFrom: since.cut.facts };
  if (since.cut.catalogue === cut.catalogue) {
    return [first, { ...now, limit: before }, { ...now, limit: withoutSoftware }];
  }
  const known = { ...now, contract: since.contract, mapping: since.mapping };
  const amended = isAmended(since.contract, contract) ? [{ ...known, contract }] : [];
  return [first, { ...known, limit: before }, { ...known, limit: withoutSoftware }, known, ...amended];
}

/**
 * The event of a revision. Of the first: what the period amounts to. Of a later one: what it costs at the new
 * cut, under the contract of the cut's catalogue, less all that was invoiced for it; null: nothing differs.
 * `trees`: what the first of the books was added up from; null: the event is one without.
 */
export function revisionEvent(
  head: CloseHead,
  input: RevisionInput,
  books: readonly BookWithHistory[],
  trees: ContributionTrees | null,
): string | null {
  const { contract, period, cut, since } = input;
  const [now] = books;
  if (now === undefined) throw new Error(`the book of ${contract.id} was not read`);
  const carried = input.carried.map(carriedIn);
  const restated = price(contract, { contract: contract.id, period, ...now }, carried);
  const { invoice: id, omissions } = head;
  const common = { id, revision: head.revision, catalogueVersion: cut.catalogue, contract, omissions };
  const proved = () => (trees === null ? {} : { contributionRoots: trees.roots(contract) });
  if (since === null) {
    return encodeInvoiceReady({ ...common, ...proved(), adjusts: null, invoice: restated, ...now });
  }

  const last = lastOf(since.events, `${contract.id} ${period}`);
  const before = invoicedUpTo(last);
  const invoice = adjustmentOf(contract, before, restated);
  if (invoice === null) return null;
  const { revision, catalogueVersion } = last.data;
  return encodeInvoiceReady({
    ...common,
    ...proved(),
    invoice,
    ...now,
    adjusts: {
      id: invoiceId(contract.id, period, 1),
      since: { revision, catalogueVersion, net: invoicedNet(last) },
      causes: causesOf(contract, before, restatements(input, since, books, restated)),
      carriedBy: head.carriedBy,
      ...(head.carries !== null && {
        carriedByEvent: head.carriedBy === null ? null : invoiceId(contract.id, head.carriedBy, 1),
      }),
      restated,
    },
  });
}

/** The event before; the totals of all before it sum to what it says was invoiced. */
function lastOf(events: readonly string[], what: string): InvoiceReadyEvent {
  const decoded = events.map((text, index) => requireInvoiceReady(text, `${what}, revision ${index + 1},`));
  const last = decoded.at(-1);
  if (last === undefined) throw new Error(`${what} has no event to adjust`);
  const rest = decoded.reduce((left, event) => left.minus(ownNet(event)), invoicedNet(last));
  if (rest.isZero()) return last;
  throw new Error(`the events of ${what} do not sum to what the last of them restates`);
}

/**
 * From what was invoiced to what it costs now, one step for each thing that may have changed: the program
 * that prices, the events, the program that interprets them, the contract, the mapping. Each step is a price
 * of its own, so the causes are measured and not guessed.
 */
function restatements(
  { contract, period, cut }: RevisionInput,
  { cut: oldCut, contract: old }: EarlierRevision,
  books: readonly BookWithHistory[],
  restated: Invoice,
): Restatement[] {
  const [now, before, withoutSoftware, known, amended] = books.map((read): PeriodBook => {
    return { contract: contract.id, period, ...read };
  });
  if (now === undefined || before === undefined || withoutSoftware === undefined) {
    throw new Error(`the book of ${contract.id} was not read`);
  }
  const software = { cause: 'software', invoice: price(old, before) } as const;
  const events = causeOfEvents(old, before, withoutSoftware);
  const ofEvents = { cause: events, invoice: price(old, withoutSoftware) };
  if (oldCut.catalogue === cut.catalogue) {
    return [software, ofEvents, { cause: 'software', invoice: restated }];
  }
  if (known === undefined) throw new Error(`the book of ${contract.id} was not read`);
  return [
    software,
    ofEvents,
    { cause: 'software', invoice: price(old, known) },
    ...(amended === undefined ? [] : [{ cause: 'amendment', invoice: price(contract, amended) } as const]),
    { cause: 'mapping', invoice: restated },
  ];
}

function isAmended(old: Contract, contract: Contract): boolean {
  return canonicalJson(old) !== canonicalJson(contract);
}

/** The open period that carries the adjustment of a closed one, by the closes that there are. */
export function carrierAmong(
  closes: readonly Pick<Close, 'contract' | 'period'>[],
  contract: Contract,
  period: Period,
): Period | null {
  const own = closes.filter((close) => close.contract === contract.id);
  return carrierOf(contract, period, new Set(own.map((close) => close.period)));
}
