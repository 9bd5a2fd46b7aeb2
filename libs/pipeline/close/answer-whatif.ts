import type { Catalogue } from '#catalogue/catalogue.js';
import { durationMs } from '#catalogue/duration.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { Decimal, zero } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { benchmarkContract, type BenchmarkTerms } from '#domain/whatif/benchmarks.js';
import { mapBooks, type BookSeries } from '#domain/whatif/books.js';
import { clausesOf } from '#domain/whatif/clauses.js';
import { whatIf, type Amounts, type WhatIf } from '#domain/whatif/whatif.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { isOwn, ownNet } from '#wire/invoiced.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { journalEnds } from './cut.js';
import { type QuantitiesRequest, readQuantities } from './read-quantities.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';

/** A draft, and the months to price under it. */
export interface WhatIfQuestion {
  readonly draft: Contract;
  /** The contract in force; null: there is none yet. */
  readonly present: Contract | null;
  /** Both included. */
  readonly from: Period;
  readonly to: Period;
}

/** What the catalogue says of the work: how it maps queues and agents, and the programme's own KPI terms. */
interface Mapping {
  readonly log: Log;
  readonly scope: LiveScope;
  readonly benchmark: BenchmarkTerms;
}

/**
 * Prices past months under a draft, from one reading of the present journal, under the catalogue's mapping of
 * queues and agents. Reads only.
 */
export async function answerWhatIf(
  log: Log,
  catalogue: Catalogue,
  question: WhatIfQuestion,
): Promise<WhatIf> {
  const lookup = catalogueIndex(catalogue);
  const programme = lookup.programme(question.draft.programme);
  if (programme === null) throw new Error(`the catalogue has no programme ${question.draft.programme}`);
  const { thresholdMs, shortAbandonMs } = programme.serviceLevel;
  const fcrWindowsMs = programme.fcr.windows.map((window) => durationMs(window) ?? 0);
  const benchmark = { thresholdMs, shortAbandonMs, fcrWindowsMs };
  return priceDraft(question, { log, scope: lookup, benchmark });
}

async function priceDraft(question: WhatIfQuestion, mapping: Mapping): Promise<WhatIf> {
  const { draft, present } = question;
  const periods = periodsFrom(draft, question);
  const clauses = clausesOf(draft);
  const recounted = clauses.filter(({ sums }) => sums === null);
  const contracts = [
    draft,
    benchmarkContract(draft, mapping.benchmark),
    ...(present === null ? [] : [present]),
    ...recounted.map(({ without }) => without),
  ];
  const [drafted, benchmark, ...others] = await readSeries(contracts, periods, mapping);
  if (drafted === undefined || benchmark === undefined) throw new Error('the book series were not read');
  const without = others.slice(present === null ? 0 : 1);
  return whatIf({
    periods,
    draft: drafted,
    present: present === null ? null : (others[0] ?? null),
    billed:
      present === null
        ? new Map<Period, Amounts>()
        : await readBilledAmounts(mapping.log, present.id, periods),
    benchmark,
    clauses: clauses.map((clause) => {
      const { sums } = clause;
      const read = without[recounted.indexOf(clause)];
      if (sums !== null) return { clause, without: { ...mapBooks(drafted, sums), contract: clause.without } };
      if (read === undefined) throw new Error(`the sums without ${clause.kind} ${clause.id} were not read`);
      return { clause, without: read };
    }),
  });
}

function periodsFrom(draft: Contract, { from, to }: WhatIfQuestion): Period[] {
  const { distance, shift } = periodsOf(draft);
  return Array.from({ length: Math.max(0, distance(from, to) + 1) }, (_, index) => shift(from, index));
}

/** A book series for each contract, with the months that its prices look back to, in one reading. */
async function readSeries(
  contracts: readonly Contract[],
  periods: readonly Period[],
  { log, scope }: Mapping,
): Promise<BookSeries[]> {
  const meters = contracts.map((contract) => contractMeter(contract, scope));
  const limit = { facts: null, journal: await journalEnds(log) };
  const requests = meters.flatMap((meter) =>
    monthsRead(meter.contract, periods).map((period): QuantitiesRequest => {
      return { period, meter, view: scope, limit };
    }),
  );
  const read = await readQuantities(log, requests);
  return meters.map((meter) => ({
    contract: meter.contract,
    months: new Map(
      requests.flatMap((each, index) => {
        return each.meter === meter ? [[each.period, read[index] ?? new Map<string, number>()]] : [];
      }),
    ),
  }));
}

function monthsRead(contract: Contract, periods: readonly Period[]): Period[] {
  const all = new Set(periods.flatMap((period) => [...lookBackPeriods(contract, period), period]));
  return [...all].sort();
}

/** What was invoiced for each month, adjustments included. */
async function readBilledAmounts(
  log: Log,
  contract: string,
  periods: readonly Period[],
): Promise<ReadonlyMap<Period, Amounts>> {
  const billed = new Map<Period, { net: Decimal; parts: Map<string, Decimal> }>();
  const counted = new Set<string>();
  for (const text of await readTopicValues(log, topics.invoiceReady.name)) {
    const event = decodeInvoiceReady(text);
    const data = event?.data;
    if (data?.contract !== contract || !periods.includes(data.period)) continue;
    // Two invoicers may have written the same event twice.
    if (event === null || counted.has(event.id)) continue;
    counted.add(event.id);
    const month = billed.get(data.period) ?? { net: zero, parts: new Map<string, Decimal>() };
    const add = (part: string, amount: Decimal): unknown =>
      month.parts.set(part, (month.parts.get(part) ?? zero).plus(amount));
    for (const { contractLine, netAmount } of data.lines.filter(isOwn))
      add(contractLine, new Decimal(netAmount.amount));
    for (const { clause, amount, chargeIndicator } of data.allowancesAndCharges.filter(isOwn)) {
      add(clause, new Decimal(amount.amount).times(chargeIndicator ? 1 : -1));
    }
    const net = month.net.plus(ownNet(event));
    billed.set(data.period, { ...month, net });
  }
  return billed;
}
