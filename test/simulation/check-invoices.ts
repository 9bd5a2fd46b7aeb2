import { hash } from 'node:crypto';
import { type PostingContent, subjectOf } from '#domain/posting/posting.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type { Centre, ContractId } from './centre.js';
import type { OnDifference } from './difference.js';
import { contentsOf } from './oracle/contents.js';
import { type Amounts, amountsOf, totalOf } from './oracle/prices.js';
import { quantitiesOf } from './oracle/quantities.js';
import { Rational, zero } from './oracle/rational.js';
import { closablePeriods, type Records } from './records.js';
import { centreOf, centres } from './world/installation.js';
import type { World } from './world/world.js';

/** Revisions that were invoiced while facts came. */
export interface CloseCounts {
  readonly closes: number;
  /** While facts lay in the log that their cut does not hold. */
  readonly underWay: number;
}

/** Every event that was written, and what is invoiced once all facts are known. */
export async function checkInvoices(
  world: World,
  records: Records,
  contents: readonly PostingContent[],
  differ: OnDifference,
): Promise<CloseCounts> {
  const counts = checkRevisions(world, records, differ);
  await checkFinalPrices(world, records, contents, differ);
  for (const close of records.closes()) {
    if (records.eventTexts(close).every((text) => hash('sha256', text) === close.digest)) continue;
    const { contract, period, revision } = close;
    differ('other-event', `${contract} ${period} revision ${revision} has an event that is not its own`);
  }
  checkCutsGoOn(records, differ);
  checkCarried(records, differ);
  return counts;
}

/**
 * Each revision is what the facts below its cut cost, and the journal it read holds them whole. Around an
 * upgrade facts are taken to mean what the version said that folded them: then the journal says what it was.
 */
function checkRevisions({ hasUpgrade }: World, records: Records, differ: OnDifference): CloseCounts {
  let [closes, underWay] = [0, 0];
  const all = records.facts(null).length;
  for (const { contract, period, close, events } of records.invoiced()) {
    closes += 1;
    const { cut, revision } = close;
    const facts = records.facts(cut.facts);
    if (facts.length < all) underWay += 1;
    const what = `${contract} ${period} revision ${revision} at its cut`;
    if (!records.isWhole(cut)) differ('torn-cut', `${what}: postings of its facts lie above ${cut.journal}`);
    const contents = hasUpgrade ? records.contents(cut) : contentsOf(facts);
    if (hasUpgrade) checkOnceEach(what, contents, differ);
    const expected = priceOf(contract, period, centreOf(cut.catalogue), contents);
    compareAmounts('price-at-cut', what, events, expected, differ);
  }
  return { closes, underWay };
}

/** Whatever version posted it, no entity counts twice. */
function checkOnceEach(what: string, contents: readonly PostingContent[], differ: OnDifference): void {
  for (const [entity, own] of Map.groupBy(contents, subjectOf)) {
    if (own.length > 1) differ('journal', `${what}: ${entity} counts ${own.length} times`);
  }
}

/** What was invoiced in all for a period is what it costs by all facts. */
async function checkFinalPrices(
  world: World,
  records: Records,
  contents: readonly PostingContent[],
  differ: OnDifference,
): Promise<void> {
  const { contracts } = centres[world.site.inForce];
  for (const contract of contracts) {
    for (const period of closablePeriods) {
      const result = await world.close(contract, period, 'adjust');
      if (result.status === 'closed') continue;
      differ('final-price', `${contract} ${period}: ${JSON.stringify(result)}`);
    }
  }
  const invoiced = records.invoiced();
  for (const contract of contracts) {
    for (const period of closablePeriods) {
      const last = invoiced.findLast((each) => each.contract === contract && each.period === period);
      const expected = priceOf(contract, period, world.site.inForce, contents);
      const what = `${contract} ${period} in the end`;
      compareAmounts('final-price', what, last?.events ?? [], expected, differ);
    }
  }
}

/**
 * Each adjustment is on the invoice of the period that it names, once that is closed, and on no other; and an
 * invoice carries nothing else.
 */
function checkCarried(records: Records, differ: OnDifference): void {
  const events = new Map(
    records
      .invoiced()
      .map(({ events: all, contract, period, close }): [string, InvoiceReadyEvent | undefined] => {
        return [`${contract} ${period} ${close.revision}`, all.at(-1)];
      }),
  );
  const carriers = new Map<string, string[]>();
  for (const event of events.values()) {
    for (const { adjustment } of event?.data.carried ?? []) {
      carriers.set(adjustment, [...(carriers.get(adjustment) ?? []), event?.id ?? '']);
    }
  }
  for (const [what, event] of events) {
    const { contract, adjusts } = event?.data ?? {};
    const carriedBy = adjusts?.carriedBy ?? null;
    const carrier = carriedBy === null ? undefined : events.get(`${contract} ${carriedBy} 1`)?.id;
    const found = carriers.get(event?.id ?? '') ?? [];
    const expected = carrier === undefined ? [] : [carrier];
    if (found.join() !== expected.join())
      differ('carried', `${what} is carried by [${found}], not [${expected}]`);
    carriers.delete(event?.id ?? '');
  }
  for (const adjustment of carriers.keys()) differ('carried', `${adjustment} is carried and is not there`);
}

/** Cuts of the revisions of a period go on and never back. */
function checkCutsGoOn(records: Records, differ: OnDifference): void {
  const periods = Map.groupBy(records.closes(), ({ contract, period }) => `${contract} ${period}`);
  for (const [what, revisions] of periods) {
    for (const [index, { cut, revision }] of revisions.entries()) {
      const before = revisions[index - 1]?.cut.facts ?? [];
      if (before.every((offset, partition) => offset <= (cut.facts[partition] ?? 0))) continue;
      differ('cut-went-back', `${what} revision ${revision}: from ${before.join()} to ${cut.facts.join()}`);
    }
  }
}

export function priceOf(
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
export function compareAmounts(
  code: 'price-at-cut' | 'final-price',
  what: string,
  events: readonly InvoiceReadyEvent[],
  expected: Amounts,
  differ: OnDifference,
): void {
  const last = events.at(-1);
  if (last === undefined) {
    differ(code, `${what}: there is no event`);
    return;
  }
  const amounts = amountsIn(last);
  for (const clause of new Set([...amounts.keys(), ...expected.keys()])) {
    const [is, wanted] = [amounts.get(clause) ?? zero, expected.get(clause) ?? zero];
    if (is.compared(wanted) === 0) continue;
    differ(code, `${what}: ${clause} is ${is.cents()} instead of ${wanted.cents()}`);
  }
  const invoiced = events.map(ownNetOf).reduce((sum, amount) => sum.plus(amount), zero);
  const total = totalOf(expected);
  if (invoiced.compared(total) === 0) return;
  const [is, wanted] = [invoiced.cents(), total.cents()];
  differ('events-do-not-sum', `${what}: ${is} was invoiced in all instead of ${wanted}`);
}

/** Without the adjustments of other periods that it carries. */
function ownNetOf({ data }: InvoiceReadyEvent): Rational {
  return (data.carried ?? []).reduce(
    (net, { totalWithoutVat }) => net.minus(Rational.of(totalWithoutVat.amount)),
    Rational.of(data.totals.totalWithoutVat.amount),
  );
}

/** Amounts of a period as all of its events together have charged it, by line and clause. */
function amountsIn({ data }: InvoiceReadyEvent): Map<string, Rational> {
  const { lines, allowancesAndCharges } = data.adjusts?.restated ?? data;
  const amounts = new Map<string, Rational>();
  const put = (clause: string, amount: Rational): unknown =>
    amounts.set(clause, (amounts.get(clause) ?? zero).plus(amount));
  for (const { contractLine, netAmount, corrects } of lines) {
    if (corrects === undefined) put(contractLine, Rational.of(netAmount.amount));
  }
  for (const { clause, chargeIndicator, amount, corrects } of allowancesAndCharges) {
    if (corrects !== undefined) continue;
    const value = Rational.of(amount.amount);
    put(clause, chargeIndicator ? value : zero.minus(value));
  }
  return amounts;
}
