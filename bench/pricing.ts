import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readQuantities, type Quantities, type QuantitiesRequest } from '#pipeline/close/read-quantities.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { catalogueView, type CatalogueView } from '#catalogue/view.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import { postingKey } from '#domain/posting/posting.js';
import type { Log } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { manyContracts, manyPostings, month } from './measure/many-contracts.js';
import { figure, print, times } from './measure/report.js';

export const title =
  '200 contracts over a month of 1 000 000 postings, beside asking all of them and JSON.parse alone';

const partitions = 6;

export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const figures = await pricing({ contracts: 200, postings: short ? 20_000 : 1_000_000, sample: 10_000 });
  const { postings, contracts, parsing, unrouted, reading, pricingAll, peakMb } = figures;
  const both = { wall: reading.wall + pricingAll.wall, cpu: reading.cpu + pricingAll.cpu };
  const row = (name: string, count: number, { wall, cpu }: Seconds): string[] => {
    const us = (cpu * 1e6) / count;
    const ratio = (us * postings) / (parsing.cpu * 1e6);
    return [name, figure(count), figure(wall, 2), figure(cpu, 2), figure(us, 2), times(ratio)];
  };
  print(
    `${contracts} contracts, ${figure(postings)} postings, ${figure(figures.sums)} sums, ` +
      `${figures.invoices} invoices; peak RSS ${figure(peakMb)} MB`,
    ['', 'postings', 's', 'CPU s', 'CPU us/posting', 'to parsing'],
    [
      row('read and JSON.parse', postings, parsing),
      row('every contract asked', unrouted.postings, unrouted.seconds),
      row('books by routing', postings, reading),
      row('books and prices', postings, both),
    ],
  );
  const perContract = figure((pricingAll.cpu * 1e3) / contracts, 2);
  const each = figure((both.cpu * 1e6) / postings / contracts, 3);
  process.stdout.write(`prices: ${perContract} ms a contract; all: ${each} us a posting and contract\n`);
}

/** By the clock, and of processor: on a busy machine the clock says more than the work costs. */
interface Seconds {
  readonly wall: number;
  readonly cpu: number;
}

export interface PricingFigures {
  readonly contracts: number;
  readonly postings: number;
  readonly sums: number;
  /** That charge anything. */
  readonly invoices: number;
  /** Reading the journal and JSON.parse of each posting. */
  readonly parsing: Seconds;
  /** Every contract asked for every posting of a sample, without repeat contacts. */
  readonly unrouted: { readonly postings: number; readonly seconds: Seconds };
  /** `readBooks` for all contracts and all months that their prices look back to. */
  readonly reading: Seconds;
  readonly pricingAll: Seconds;
  /** Of the whole process, making the postings included. */
  readonly peakMb: number;
}

/** Makes a journal on the embedded log, reads the books of all contracts from it and prices them. */
export async function pricing(size: {
  readonly contracts: number;
  readonly postings: number;
  readonly sample: number;
}): Promise<PricingFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-bench-'));
  const log = openSqliteLog({ directory });
  try {
    await log.createTopics(topicSettings(partitions));
    const view = catalogueView(catalogueIndex(manyContracts(size.contracts)));
    await fill(log, size.postings);
    const parsing = await secondsOf(() => parseAll(log));
    const sampled = await sampleOf(log, size.sample);
    const unrouted = await secondsOf(() => askAll(view, sampled));
    let books: Quantities[] = [];
    const limit = { facts: null, journal: (await log.bounds(topics.postings.name)).map(({ end }) => end) };
    const wanted = wantedOf(view, limit);
    const reading = await secondsOf(async () => {
      books = await readQuantities(log, wanted);
    });
    let invoices: Invoice[] = [];
    const pricingAll = await secondsOf(() => (invoices = priceAll(view, wanted, books)));
    return {
      contracts: view.contracts.length,
      postings: size.postings,
      sums: books.reduce((sum, { size: some }) => sum + some, 0),
      invoices: invoices.filter(({ totals }) => !totals.net.isZero()).length,
      parsing,
      unrouted: { postings: sampled.length, seconds: unrouted },
      reading,
      pricingAll,
      peakMb: process.resourceUsage().maxRSS / 1_024,
    };
  } finally {
    await log.close();
    rmSync(directory, { recursive: true });
  }
}

async function fill(log: Log, postings: number): Promise<void> {
  let batch: { key: string; value: string }[] = [];
  let offset = 0;
  const write = journalWriter();
  for (const { sign, content } of manyPostings(postings)) {
    const position = { partition: 0, offset: offset++, index: 0 };
    batch.push({ key: postingKey(content), value: write([{ position, sign, content }]) });
    if (batch.length < 20_000) continue;
    await log.append(topics.postings.name, batch);
    batch = [];
  }
  await log.append(topics.postings.name, batch);
}

async function parseAll(log: Log): Promise<void> {
  await eachValue(log, Infinity, (value) => JSON.parse(value) as unknown);
}

async function sampleOf(log: Log, most: number): Promise<string[]> {
  const values: string[] = [];
  await eachValue(log, most, (value) => values.push(value));
  return values;
}

async function eachValue(log: Log, most: number, take: (value: string) => unknown): Promise<void> {
  let left = most;
  for (const { partition, end } of await log.bounds(topics.postings.name)) {
    for (let from = 0; from < end && left > 0;) {
      const records = await log.read(topics.postings.name, partition, from, Math.min(2_000, left));
      from = (records.at(-1)?.offset ?? end) + 1;
      left -= records.length;
      for (const { value } of records) take(value);
    }
  }
}

function askAll({ contracts }: CatalogueView, sampled: readonly string[]): void {
  let found = 0;
  for (const value of sampled) {
    const posting = decodeJournalRecord(value)?.postings[0];
    if (posting === undefined) throw new Error('a posting that cannot be read');
    for (const { meter } of contracts) found += meter.measure(posting.content).length;
  }
  if (found === 0) throw new Error('no contract measured anything');
}

function wantedOf(view: CatalogueView, limit: QuantitiesRequest['limit']): QuantitiesRequest[] {
  return view.contracts.flatMap(({ meter }) =>
    [month, ...lookBackPeriods(meter.contract, month)].map((period) => ({ period, meter, view, limit })),
  );
}

function priceAll(
  { contracts }: CatalogueView,
  wanted: readonly QuantitiesRequest[],
  books: readonly Quantities[],
): Invoice[] {
  const read = wanted.map(({ meter, period }, index) => ({
    contract: meter.contract.id,
    period,
    quantities: books[index] ?? new Map<string, number>(),
  }));
  const byContract = Map.groupBy(read, ({ contract }) => contract);
  return contracts.map(({ id, meter }) => {
    const [own, ...history] = byContract.get(id) ?? [];
    if (own === undefined) throw new Error(`no book of ${id}`);
    return price(meter.contract, { ...own, history });
  });
}

async function secondsOf(work: () => unknown): Promise<Seconds> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - started) / 1_000, cpu: (user + system) / 1e6 };
}
