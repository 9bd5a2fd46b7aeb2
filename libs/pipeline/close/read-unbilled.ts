import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { dayBounds } from '#domain/period/period.js';
import { price } from '#domain/pricing/price.js';
import { AverageEarnings, type Estimate } from '#domain/unbilled/average-earnings.js';
import { holdingTogether } from '#domain/scope/plausible-work.js';
import { type Span, type UnbilledRow, UnbilledSums } from '#domain/unbilled/unbilled-sums.js';
import type { Log } from '#log/log.js';
import { allParked } from '#pipeline/parking.js';
import { openRefusals } from '#pipeline/redrive.js';
import type { Store } from '#store/store.js';
import { meterStage, tallyStage } from '#wire/stages.js';
import { journalEnds } from './cut.js';
import { eachPosting } from './each-posting.js';
import { readBooks } from './read-books.js';
import { readHeldTogether } from './read-held.js';

export interface UnbilledDeps {
  readonly log: Log;
  readonly store: Store;
  readonly lookup: CatalogueIndex;
  /** Of facts and journal. */
  readonly partitions: number;
}

export interface UnbilledQuestion {
  /** Local days of the zone, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  /** null: all, and what belongs to none. */
  readonly programme: string | null;
}

export type EstimatedRow = UnbilledRow & { readonly estimates: readonly Estimate[] };

export interface UnbilledReport extends UnbilledQuestion {
  /** What lines count, by programme. */
  readonly counted: readonly UnbilledRow[];
  readonly unbilled: readonly EstimatedRow[];
  /** Of any time: what was refused says of no work when it was. Empty where a programme is asked for. */
  readonly refused: readonly { readonly reason: string; readonly records: number }[];
  /** Of any time, in the same way. */
  readonly parked: readonly { readonly stage: 'meter' | 'tally'; readonly entities: number }[];
}

/** The zone of the days where no programme is named: that of all programmes if they share one, else UTC. */
export function zoneOfAll({ catalogue: { programmes } }: CatalogueIndex): string {
  const [zone, ...others] = new Set(programmes.map(({ timeZone }) => timeZone));
  return zone !== undefined && others.length === 0 ? zone : 'UTC';
}

/**
 * What no contract line uses of a span, by its cause, with what it may be worth. Reads the journal as it is
 * now, under the mapping and the contracts of one catalogue; writes nothing.
 */
export async function readUnbilled(question: UnbilledQuestion, deps: UnbilledDeps): Promise<UnbilledReport> {
  const { from, to, timeZone, programme } = question;
  const { log, store, lookup, partitions } = deps;
  const span = { start: dayBounds(from, timeZone).start, end: dayBounds(to, timeZone).end };
  const { contracts } = lookup.catalogue;
  const priced = contracts.map((contract) => ({ contract, periods: periodsWithin(contract, span) }));
  const journal = await journalEnds(log);
  const hull = hullOf(priced, span);
  const held = await readHeldTogether(log, journal, lookup, { from: hull.start, to: hull.end });
  const scope = holdingTogether(lookup, held);
  const sums = new UnbilledSums(contracts, scope, span);
  const overPeriods = new UnbilledSums(contracts, scope, hull);
  await eachPosting(log, journal, (posting) => {
    sums.count(posting);
    overPeriods.count(posting);
  });
  const earnings = await earningsOf(log, priced, lookup, journal, overPeriods.rows());
  const rows = sums.rows().filter((row) => programme === null || (row.programme ?? programme) === programme);
  const isWhole = programme === null;
  return {
    ...question,
    counted: rows.filter(({ cause }) => cause === null),
    unbilled: rows
      .filter(({ cause }) => cause !== null)
      .map((row) => ({ ...row, estimates: earnings.estimatesOf(row, programmesOf(row, lookup)) })),
    refused: isWhole ? await refusedRecords(log) : [],
    parked: isWhole ? await parkedEntities(store, partitions) : [],
  };
}

interface PricedContract {
  readonly contract: Contract;
  readonly periods: readonly Period[];
}

/** Periods of a contract that a span touches. */
function periodsWithin(contract: Contract, { start, end }: Span): Period[] {
  const { at, shift, bounds } = periodsOf(contract);
  const periods: Period[] = [];
  for (let period = at(start); bounds(period).start < end; period = shift(period, 1)) periods.push(period);
  return periods;
}

function hullOf(priced: readonly PricedContract[], span: Span): Span {
  const all = priced.flatMap(({ contract, periods }) =>
    periods.map((period) => periodsOf(contract).bounds(period)),
  );
  return {
    start: Math.min(span.start, ...all.map(({ start }) => start)),
    end: Math.max(span.end, ...all.map(({ end }) => end)),
  };
}

async function earningsOf(
  log: Log,
  priced: readonly PricedContract[],
  mapping: CatalogueIndex,
  journal: readonly number[],
  counted: readonly UnbilledRow[],
): Promise<AverageEarnings> {
  const earnings = new AverageEarnings(counted);
  const limit = { facts: null, journal };
  const requests = priced.flatMap(({ contract, periods }) =>
    periods.map((period) => ({ contract, period, mapping, limit })),
  );
  const books = await readBooks(log, requests);
  for (const [index, { contract, period }] of requests.entries()) {
    const book = books[index];
    if (book !== undefined)
      earnings.add(contract, price(contract, { contract: contract.id, period, ...book }));
  }
  return earnings;
}

/** Of a programme; of none those of the connection by which it came. */
function programmesOf({ programme, at }: UnbilledRow, { catalogue }: CatalogueIndex): readonly string[] {
  if (programme !== null) return [programme];
  const connection = at.split(':')[0];
  return catalogue.programmes
    .filter(({ queues }) => queues.some((queue) => queue.connection === connection))
    .map(({ id }) => id);
}

async function refusedRecords(log: Log): Promise<UnbilledReport['refused']> {
  const open = (await openRefusals(log)).filter(({ reason }) => reason !== 'parked');
  return [...Map.groupBy(open, ({ reason }) => reason)]
    .map(([reason, some]) => ({ reason, records: some.reduce((sum, { rows = 1 }) => sum + rows, 0) }))
    .sort((a, b) => b.records - a.records || (a.reason < b.reason ? -1 : 1));
}

async function parkedEntities(store: Store, partitions: number): Promise<UnbilledReport['parked']> {
  const stages = [
    { stage: 'meter', keyspace: meterStage.keyspace },
    { stage: 'tally', keyspace: tallyStage.keyspace },
  ] as const;
  const counts = stages.map(async ({ stage, keyspace }) => {
    return { stage, entities: (await allParked(store, keyspace, partitions)).length };
  });
  return (await Promise.all(counts)).filter(({ entities }) => entities > 0);
}
