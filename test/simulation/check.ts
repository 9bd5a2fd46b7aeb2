import { kpiReader } from '#pipeline/tally/kpi-reader.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { Fact } from '#domain/fact/fact.js';
import { effectiveCloses, decodeClose, type Close } from '#wire/closes.js';
import { decodeFact } from '#wire/facts.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { decodePosting } from '#wire/postings.js';
import { tallyKeyspace } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { type Centre, type ContractId, contractIds, type Programme } from './centre.js';
import { contentsOf } from './oracle/contents.js';
import { comparedFigures, liveFiguresOf, offeredByDay } from './oracle/live.js';
import { type Amounts, amountsOf, totalOf } from './oracle/prices.js';
import { quantitiesOf } from './oracle/quantities.js';
import { Rational, zero } from './oracle/rational.js';
import { MemoryStore } from './ports/memory-store.js';
import { centres, lookups } from './world/installation.js';
import { closablePeriods, type World } from './world/world.js';

/** Where the pipeline and the oracle differ. */
export interface Difference {
  readonly code:
    'journal' | 'sums' | 'live' | 'final-price' | 'price-at-cut' | 'events-do-not-sum' | 'closed-otherwise';
  readonly message: string;
}

export interface Verdict {
  readonly differences: readonly Difference[];
  /** Revisions invoiced while facts came, and those among them whose cut was no prefix of the facts. */
  readonly closes: number;
  readonly tornCuts: number;
}

/** Compares everything that the settled world shows with the oracle. */
export async function checkWorld(world: World, partitions: number): Promise<Verdict> {
  const checker = new Checker(world, partitions);
  checker.journal();
  for (const catalogue of world.catalogues) {
    checker.sums(catalogue);
    await checker.live(catalogue);
  }
  const cuts = checker.closes();
  await checker.finalPrices();
  return { differences: checker.differences, ...cuts };
}

class Checker {
  readonly differences: Difference[] = [];
  readonly #world: World;
  readonly #partitions: number;
  readonly #contents: readonly PostingContent[];

  constructor(world: World, partitions: number) {
    this.#world = world;
    this.#partitions = partitions;
    this.#contents = contentsOf(this.#facts(null));
  }

  /** Each posting once, summed by content: what is left is what the facts say, once each. */
  journal(): void {
    const sums = new Map<string, number>();
    for (const { content, sign } of this.#postings()) {
      const text = canonical(content);
      sums.set(text, (sums.get(text) ?? 0) + sign);
    }
    const expected = new Set(this.#contents.map(canonical));
    for (const [text, sum] of sums) {
      const wanted = expected.has(text) ? 1 : 0;
      if (sum !== wanted) this.#differ('journal', `${sum} instead of ${wanted} of ${text}`);
    }
    for (const text of expected) if (!sums.has(text)) this.#differ('journal', `0 instead of 1 of ${text}`);
  }

  /** All sums of contracts in the tally of a catalogue. */
  sums(catalogue: Centre['name']): void {
    const found = new Map<string, number>();
    const keyspace = tallyKeyspace(lookups[catalogue].catalogue.version);
    for (const place of this.#world.data.places.values()) {
      if (place.keyspace !== keyspace) continue;
      for (const [key, fields] of place.sums) {
        if (!key.startsWith('contract|')) continue;
        for (const [field, value] of fields) add(found, `${key} ${field}`, value);
      }
    }
    const expected = new Map<string, number>();
    for (const contract of contractIds) {
      for (const [month, sums] of quantitiesOf(contract, this.#contents, centres[catalogue])) {
        for (const [key, value] of sums) add(expected, `contract|${contract}|${month} ${key}`, value);
      }
    }
    for (const name of new Set([...found.keys(), ...expected.keys()])) {
      const [is, wanted] = [found.get(name) ?? 0, expected.get(name) ?? 0];
      if (is !== wanted) this.#differ('sums', `${catalogue}: ${name} is ${is} instead of ${wanted}`);
    }
  }

  /** What the KPI read API shows of each programme. */
  async live(catalogue: Centre['name']): Promise<void> {
    const lookup = lookups[catalogue];
    const reader = kpiReader(new MemoryStore(this.#world.data), lookup, this.#partitions);
    for (const programme of ['care', 'shop'] satisfies Programme[]) {
      const span = { from: '2026-03-20', to: '2026-04-20', by: 'day' } as const;
      const report = await reader.read(programme, span);
      if (report === null) throw new Error(`there is no programme ${programme}`);
      const expected = liveFiguresOf(programme, this.#contents, centres[catalogue]);
      for (const name of comparedFigures) {
        this.#compareLive(`${catalogue} ${programme} ${name}`, report.total[name], expected[name]);
      }
      const { contacts, repeated, issues, issuesSolved } = Object.values(report.total.fcr)[0] ?? {};
      const fcr = { contacts, repeated, issues, issuesSolved };
      this.#compareLive(`${catalogue} ${programme} fcr`, fcr, expected.fcr);
      const offered = report.groups.flatMap(({ name, kpis }) =>
        kpis.offered === 0 ? [] : [[name, kpis.offered] as const],
      );
      const days = Object.fromEntries(offeredByDay(programme, this.#contents, centres[catalogue]));
      this.#compareLive(`${catalogue} ${programme} offered by day`, Object.fromEntries(offered), days);
    }
  }

  /** Each revision is what the facts below its cut cost, where the cut is a prefix of the facts. */
  closes(): Pick<Verdict, 'closes' | 'tornCuts'> {
    let [closes, tornCuts] = [0, 0];
    for (const { contract, period, close, events } of this.#invoiced()) {
      closes += 1;
      const prefix = this.#prefixOf(close);
      if (prefix === null) {
        tornCuts += 1;
        continue;
      }
      const catalogue = catalogueOfVersion(close.cut.catalogue);
      const expected = this.#price(contract, period, catalogue, contentsOf(this.#facts(prefix)));
      const what = `${contract} ${period} revision ${close.revision} at its cut`;
      this.#compareAmounts('price-at-cut', what, events, expected);
    }
    return { closes, tornCuts };
  }

  /** What was invoiced in all for a period is what it costs by all facts. */
  async finalPrices(): Promise<void> {
    for (const contract of contractIds) {
      for (const period of closablePeriods) {
        const result = await this.#world.close(contract, period, 'adjust');
        if (result.status === 'closed') continue;
        this.#differ('final-price', `${contract} ${period}: ${JSON.stringify(result)}`);
      }
    }
    const invoiced = this.#invoiced();
    for (const contract of contractIds) {
      for (const period of closablePeriods) {
        const last = invoiced.findLast((each) => each.contract === contract && each.period === period);
        const expected = this.#price(contract, period, this.#world.inForce, this.#contents);
        this.#compareAmounts('final-price', `${contract} ${period} in the end`, last?.events ?? [], expected);
      }
    }
  }

  #price(
    contract: ContractId,
    period: string,
    catalogue: Centre['name'],
    contents: readonly PostingContent[],
  ): Amounts {
    const centre = centres[catalogue];
    const quantities = quantitiesOf(contract, contents, centre).get(period) ?? new Map<string, number>();
    return amountsOf(contract, quantities, centre);
  }

  /** The clauses of the last event's period as a whole, and that the totals of all events sum to them. */
  #compareAmounts(
    code: 'price-at-cut' | 'final-price',
    what: string,
    events: readonly InvoiceReadyEvent[],
    expected: Amounts,
  ): void {
    const last = events.at(-1);
    if (last === undefined) {
      this.#differ(code, `${what}: there is no event`);
      return;
    }
    const amounts = amountsIn(last);
    for (const clause of new Set([...amounts.keys(), ...expected.keys()])) {
      const [is, wanted] = [amounts.get(clause) ?? zero, expected.get(clause) ?? zero];
      if (is.compared(wanted) === 0) continue;
      this.#differ(code, `${what}: ${clause} is ${is.cents()} instead of ${wanted.cents()}`);
    }
    const invoiced = events
      .map(({ data }) => Rational.of(data.totals.totalWithoutVat.amount))
      .reduce((sum, amount) => sum.plus(amount), zero);
    const total = totalOf(expected);
    if (invoiced.compared(total) === 0) return;
    const [is, wanted] = [invoiced.cents(), total.cents()];
    this.#differ('events-do-not-sum', `${what}: ${is} was invoiced in all instead of ${wanted}`);
  }

  /** Every revision of every period, with the events up to it. */
  #invoiced(): { contract: ContractId; period: string; close: Close; events: InvoiceReadyEvent[] }[] {
    const closes = this.#values(topics.closes.name, 0).flatMap((value) => decodeClose(value) ?? []);
    const events = this.#values(topics.invoiceReady.name, 0).flatMap(
      (value) => decodeInvoiceReady(value) ?? [],
    );
    return contractIds.flatMap((contract) =>
      closablePeriods.flatMap((period) => {
        const own = events.filter(({ data }) => data.contract === contract && data.period === period);
        return effectiveCloses(closes, contract, period).flatMap((close) => {
          const upTo = Array.from(
            { length: close.revision },
            (_, index) => own.find(({ data }) => data.revision === index + 1) ?? null,
          );
          const all = upTo.filter((event) => event !== null);
          // The event that a crash left out is written by the next close.
          return all.length < upTo.length ? [] : [{ contract, period, close, events: all }];
        });
      }),
    );
  }

  /**
   * Offsets of the facts that a cut of the journal holds, partition by partition; null: it holds a posting
   * without another that comes before it from the same partition.
   */
  #prefixOf({ cut }: Close): readonly number[] | null {
    const within = new Set<string>();
    const reach: number[] = [];
    for (const [partition, end] of cut.offsets.entries()) {
      for (const value of this.#values(topics.postings.name, partition).slice(0, end)) {
        const position = decodePosting(value)?.position;
        if (position === undefined) continue;
        within.add(nameOf(position));
        reach[position.partition] = Math.max(reach[position.partition] ?? 0, position.offset + 1);
      }
    }
    const isTorn = this.#postings().some(
      ({ position }) => position.offset < (reach[position.partition] ?? 0) && !within.has(nameOf(position)),
    );
    return isTorn ? null : reach;
  }

  /** Postings once each, by position. */
  #postings(): NonNullable<ReturnType<typeof decodePosting>>[] {
    const found = new Map<string, NonNullable<ReturnType<typeof decodePosting>>>();
    for (let partition = 0; partition < this.#partitions; partition++) {
      for (const value of this.#values(topics.postings.name, partition)) {
        const posting = decodePosting(value);
        if (posting !== null) found.set(nameOf(posting.position), posting);
      }
    }
    return [...found.values()];
  }

  /** Facts below the offsets given; null: all. */
  #facts(below: readonly number[] | null): Fact[] {
    return Array.from({ length: this.#partitions }, (_, partition) => {
      const values = this.#values(topics.facts.name, partition);
      return values.slice(0, below === null ? values.length : (below[partition] ?? 0));
    }).flatMap((values) => values.flatMap((value) => decodeFact(value)?.fact ?? []));
  }

  #values(topic: string, partition: number): string[] {
    return this.#world.log.recordsNow(topic, partition, 0, Infinity).map(({ value }) => value);
  }

  #compareLive(what: string, is: unknown, wanted: unknown): void {
    if (canonical(is) === canonical(wanted)) return;
    this.#differ('live', `${what} is ${canonical(is)} instead of ${canonical(wanted)}`);
  }

  #differ(code: Difference['code'], message: string): void {
    this.differences.push({ code, message });
  }
}

/** Amounts of a period as all of its events together have charged it, by line and clause. */
function amountsIn({ data }: InvoiceReadyEvent): Map<string, Rational> {
  const { lines, adjustments } = data.adjusts?.restated ?? data;
  const amounts = new Map<string, Rational>();
  const put = (clause: string, amount: Rational): unknown =>
    amounts.set(clause, (amounts.get(clause) ?? zero).plus(amount));
  for (const { contractLine, netAmount } of lines) put(contractLine, Rational.of(netAmount.amount));
  for (const { clause, chargeIndicator, amount } of adjustments) {
    const value = Rational.of(amount.amount);
    put(clause, chargeIndicator ? value : zero.minus(value));
  }
  return amounts;
}

function catalogueOfVersion(version: string): Centre['name'] {
  return version === lookups.first.catalogue.version ? 'first' : 'amended';
}

function nameOf({ partition, offset, index }: { partition: number; offset: number; index: number }): string {
  return `${partition}-${offset}-${index}`;
}

function add(sums: Map<string, number>, name: string, value: number): void {
  sums.set(name, (sums.get(name) ?? 0) + value);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
