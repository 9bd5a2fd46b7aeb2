import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { plain, type Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import { price } from '#domain/pricing/price.js';
import type { Log } from '#log/log.js';
import { openRefusals } from '#pipeline/redrive.js';
import type { Cut } from '#wire/closes.js';
import type { CloseOmissions, Omissions, OmittedWork } from '#wire/omissions.js';
import { limitOf } from './cut.js';
import { withoutOmission } from './omitted-work.js';
import { type BookWithHistory, readBooks } from './read-books.js';

/** Open refusals of the connections by which the contract's programme is reported, by their reason. */
export async function refusedOf(
  log: Log,
  lookup: CatalogueIndex,
  { programme }: Contract,
): Promise<CloseOmissions['refused']> {
  const queues = lookup.programme(programme)?.queues ?? [];
  const connections = new Set(queues.map(({ connection }) => connection));
  const own = (await openRefusals(log)).filter(({ connection }) => connections.has(connection ?? ''));
  return [...Map.groupBy(own, ({ reason }) => reason)]
    .map(([reason, records]) => ({ reason, records: records.reduce((sum, { rows = 1 }) => sum + rows, 0) }))
    .sort((a, b) => (a.reason < b.reason ? -1 : 1));
}

/**
 * What the contract would have charged more, each kind alone: the same journal priced as if the queues were
 * its own, as if the agents were known and of no grade. Reads the journal once more, and only where there is
 * such work.
 */
export async function estimatedValues(
  log: Log,
  { contract, period, cut, mapping }: EstimateInput,
  work: readonly OmittedWork[],
  book: BookWithHistory,
): Promise<Omissions['estimatedValues']> {
  const kinds = [...new Set(work.map(({ kind }) => kind))];
  if (kinds.length === 0) return [];
  const limit = limitOf(cut);
  const books = await readBooks(
    log,
    kinds.map((kind) => ({
      contract,
      period,
      mapping: withoutOmission(kind, mapping, contract.programme),
      limit,
    })),
  );
  const netOf = (read: BookWithHistory) => price(contract, { contract: contract.id, period, ...read });
  const charged = netOf(book);
  return kinds.map((kind, index) => {
    const value: Decimal = netOf(books[index] ?? book).totals.net.minus(charged.totals.net);
    return {
      kind,
      totalWithoutVat: { amount: plain(value, charged.scale), currency: charged.currency },
    };
  });
}

interface EstimateInput {
  readonly contract: Contract;
  readonly period: Period;
  readonly cut: Cut;
  readonly mapping: CatalogueIndex;
}
