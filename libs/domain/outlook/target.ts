import type { JudgedClause, Shape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import { asVolumeLine, type VolumeLine, volumeTerms } from '#domain/contract/volume-line.js';
import type { KpiType } from '#domain/kpi/kpi-module.js';
import { decodeQuantityKey, encodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Decimal } from '#domain/money/money.js';
import type { CommitmentBalance, Invoice } from '#domain/pricing/invoice.js';
import type { PeriodBook } from '#domain/pricing/period-book.js';
import type { TermsSegment } from '#domain/pricing/terms-segments.js';

/**
 * What is reached. `tier`: another price of a line by its volume; `package`: one more package of it;
 * `corridor`: a bound of its volume or its minimum; `minimum`, `maximum`: of the period; `commitment`: a
 * number that is agreed over several periods; `bonusStep`: another rate or amount of bonus or malus.
 */
export type TargetKind = 'tier' | 'package' | 'corridor' | 'minimum' | 'maximum' | 'commitment' | 'bonusStep';

/**
 * How much more reaches the next threshold, all else as it is: priced again with `units` added to each of the
 * sums `keys` the period costs `worth` more than it does now, and with one unit less it is not reached.
 */
export interface Target {
  readonly kind: TargetKind;
  /** The line whose units are counted, or the clause that a KPI is judged by. */
  readonly clause: string;
  readonly name: string;
  /** The clause that is reached where it is another one: of a minimum, a maximum or a commitment. */
  readonly reaches: string | null;
  /** Of a step of bonus or malus: the KPI, and whether the units count in its numerator as well. */
  readonly kpi: { readonly id: string; readonly isCounted: boolean } | null;
  /** Milliseconds, or units. */
  readonly units: number;
  readonly unit: 'ms' | 'units';
  readonly keys: readonly string[];
  readonly worth: Decimal;
  /** What the period costs then, without VAT. */
  readonly net: Decimal;
}

/** Prices a book of the contract and period; asynchronous so that others have their turn in between. */
export type PriceOf = (book: PeriodBook) => Promise<Invoice>;

/** The next threshold of each line and clause of the terms in force, as far as there is one within reach. */
export async function targetsOf(
  book: PeriodBook,
  { version, window, inForce: { terms } }: TermsSegment,
  priceOf: PriceOf,
): Promise<Target[]> {
  const now = await priceOf(book);
  const targets: Target[] = [];
  for (const line of terms.lines) {
    const charged = asVolumeLine(line);
    if (charged === null || matures(line)) continue;
    const key = keyOfMore(book, line.id, version, window);
    const unit = charged.model === 'time' ? ('ms' as const) : ('units' as const);
    const probe = new Probe(book, [key], now, priceOf);
    for (const goal of goalsOfLine(charged, terms, now)) {
      const found = await firstChange(probe, goal.stateOf, maxOf[unit], goal.isFromFirst);
      if (found === null) continue;
      const { kind, reaches } = goal;
      targets.push({
        kind,
        clause: line.id,
        name: line.name,
        reaches,
        kpi: null,
        unit,
        keys: [key],
        ...found,
      });
    }
  }
  for (const clause of terms.bonusMalus) {
    if (clause.kind === 'kpi' || clause.kind === 'scorecard')
      targets.push(...(await bonusSteps(book, clause, { version, window, terms }, now, priceOf)));
  }
  return targets;
}

/** The highest numbers that are looked at: about a million units, some nineteen thousand hours. */
const maxOf = { ms: 2 ** 36, units: 2 ** 20 } as const;

/** A threshold of a line: it is reached where the state is another one than before. */
interface Goal {
  readonly kind: TargetKind;
  readonly reaches: string | null;
  readonly stateOf: (invoice: Invoice) => string;
  /** The first unit of all is no threshold. */
  readonly isFromFirst?: boolean;
}

function goalsOfLine(line: VolumeLine, { corridors, limits }: Terms, now: Invoice): Goal[] {
  const { pricing, above } = volumeTerms(line);
  const own = (kind: TargetKind, stateOf: Goal['stateOf']): Goal => ({ kind, reaches: null, stateOf });
  const goals: Goal[] = [];
  if (pricing.mode === 'graduated' || pricing.mode === 'allUnits' || above > 0)
    goals.push({
      ...own('tier', (invoice) => pricesOf(invoice, line.id)),
      isFromFirst: pricesOf(now, line.id) === '',
    });
  if (pricing.mode === 'package') goals.push(own('package', (invoice) => quantityOf(invoice, line.id)));
  if (line.minimum !== undefined || corridors.some((corridor) => corridor.line === line.id))
    goals.push(own('corridor', (invoice) => partsOf(invoice, line.id)));
  if (limits !== null && isCharged(now, 'minimum'))
    goals.push({
      kind: 'minimum',
      reaches: 'monthlyMin',
      stateOf: (each) => `${isCharged(each, 'minimum')}`,
    });
  if (limits !== null && limits.monthlyMax !== null && !isCharged(now, 'maximum'))
    goals.push({
      kind: 'maximum',
      reaches: 'monthlyMax',
      stateOf: (each) => `${isCharged(each, 'maximum')}`,
    });
  for (const balance of now.commitments) {
    if (balance.kind === 'tiers' || !isShort(balance)) continue;
    const stateOf = (invoice: Invoice): string => stateOfBalance(invoice, balance);
    goals.push({ kind: 'commitment', reaches: balance.clause, stateOf });
  }
  return goals;
}

/** Unit prices at which something is charged. */
function pricesOf({ lines }: Invoice, id: string): string {
  const charged = lines.filter(
    ({ line, part, quantity }) => line === id && part === 'work' && !quantity.isZero(),
  );
  return [
    ...new Set(charged.map(({ price, baseQuantity }) => `${price.toFixed()}/${baseQuantity.toFixed()}`)),
  ]
    .sort()
    .join(' ');
}

function quantityOf({ lines }: Invoice, id: string): string {
  const own = lines.filter(({ line, part }) => line === id && part === 'work');
  return own.map(({ quantity }) => quantity.toFixed()).join(' ');
}

/** What is charged beside the work itself. */
function partsOf({ lines }: Invoice, id: string): string {
  const parts = lines
    .filter(({ line, quantity }) => line === id && !quantity.isZero())
    .map(({ part }) => part);
  return [...new Set(parts.filter((part) => part !== 'work'))].sort().join(' ');
}

function isCharged({ allowancesAndCharges }: Invoice, kind: 'minimum' | 'maximum'): boolean {
  return allowancesAndCharges.some((each) => each.kind === kind && !each.amount.isZero());
}

function isShort({ left }: CommitmentBalance): boolean {
  return left !== null && left.gt(0);
}

function stateOfBalance({ commitments }: Invoice, { clause, kind }: CommitmentBalance): string {
  const found = commitments.find((each) => each.clause === clause && each.kind === kind);
  return found === undefined ? '' : `${found.agreed?.toFixed() ?? '-'} ${isShort(found)}`;
}

/** It is charged in another period. */
function matures(line: Line): boolean {
  return line.model === 'outcome' && line.settleAfter === 'maturity';
}

/**
 * The sum to which more of a line is added: under the terms in force the one that begins last, of those the
 * greatest; where there is none, that of work at no band and rate.
 */
function keyOfMore({ quantities }: PeriodBook, id: string, version: number, window: string | null): string {
  const own = [...quantities].flatMap(([key, value]) => {
    const cell = key.startsWith(`line/${id}/`) ? decodeQuantityKey(key) : null;
    if (cell?.kind !== 'line' || cell.version !== version || cell.window !== window) return [];
    return [{ key, value, since: cell.since ?? 0 }];
  });
  const [first] = own.toSorted((a, b) => b.since - a.since || b.value - a.value || (a.key < b.key ? -1 : 1));
  const plain = { kind: 'line', id, version, window, bands: [], rate: null, since: null } as const;
  return first?.key ?? encodeQuantityKey(plain);
}

type Place = Pick<TermsSegment, 'version' | 'window'> & { readonly terms: Terms };

/**
 * Of each KPI that counts contacts, events or answers: how many more that are as the brand wants them move
 * the clause to another rate or amount, to the seller's good.
 */
async function bonusSteps(
  book: PeriodBook,
  clause: Extract<JudgedClause, { readonly kind: 'kpi' | 'scorecard' }>,
  { version, window, terms }: Place,
  now: Invoice,
  priceOf: PriceOf,
): Promise<Target[]> {
  const judged = clause.kind === 'kpi' ? [clause] : clause.of;
  if (![...clause.shapes, ...judged.flatMap(({ shapes }) => shapes)].every(isStepped)) return [];
  const targets: Target[] = [];
  for (const { kpi: id } of judged) {
    const kpi = terms.kpis[id];
    if (kpi === undefined || !counting.has(kpi.type)) continue;
    const [n, d] = (['n', 'd'] as const).map((part) =>
      encodeQuantityKey({ kind: 'kpi', id, version, window, part }),
    );
    if (n === undefined || d === undefined) continue;
    for (const isCounted of [true, false]) {
      const keys = isCounted ? [n, d] : [d];
      const probe = new Probe(book, keys, now, priceOf);
      const found = await firstChange(probe, (invoice) => rateOf(invoice, clause.id), maxOf.units);
      if (found === null || found.worth.lte(0)) continue;
      const { id: clauseId, name } = clause;
      const head = { kind: 'bonusStep', clause: clauseId, name, reaches: null, unit: 'units' } as const;
      targets.push({ ...head, kpi: { id, isCounted }, keys, ...found });
    }
  }
  return targets;
}

/** What they divide are numbers of contacts, events or answers. */
const counting: ReadonlySet<KpiType> = new Set<KpiType>([
  'serviceLevel',
  'abandonment',
  'answerRate',
  'transfer',
  'hold',
  'fcrPerContact',
  'fcrPerIssue',
  'settled',
  'fcrDeclared',
  'topBox',
  'fcrSurvey',
  'ratio',
  'within',
]);

/** Its rate changes at points, and not with every unit. */
function isStepped(shape: Shape): boolean {
  return shape.shape === 'step' || (shape.shape === 'perPoint' && shape.count !== 'exact');
}

/** Rate of a clause, or the amount where it has none. */
function rateOf({ allowancesAndCharges }: Invoice, id: string): string {
  const own = allowancesAndCharges.filter(({ clause }) => clause === id);
  return own.map(({ kind, rate, exact }) => `${kind} ${(rate ?? exact).toFixed()}`).join(' ');
}

/** The prices of a book with more of some of its sums, each number of units once. */
class Probe {
  readonly #known: Map<number, Invoice>;

  constructor(
    readonly book: PeriodBook,
    readonly keys: readonly string[],
    readonly now: Invoice,
    readonly priceOf: PriceOf,
  ) {
    this.#known = new Map([[0, now]]);
  }

  async with(units: number): Promise<Invoice> {
    const known = this.#known.get(units);
    if (known !== undefined) return known;
    const invoice = await this.priceOf(withMore(this.book, this.keys, units));
    this.#known.set(units, invoice);
    return invoice;
  }
}

/** The book with so many units more in each of the sums. */
export function withMore(book: PeriodBook, keys: readonly string[], units: number): PeriodBook {
  const quantities = new Map(book.quantities);
  for (const key of keys) quantities.set(key, (quantities.get(key) ?? 0) + units);
  return { ...book, quantities };
}

/**
 * How many units give another state than there is now: doubled until it is another one, then halved, so that
 * one unit less leaves it as it is. null: none up to `most` does.
 */
async function firstChange(
  probe: Probe,
  stateOf: (invoice: Invoice) => string,
  most: number,
  isFromFirst = false,
): Promise<Pick<Target, 'units' | 'worth' | 'net'> | null> {
  let low = isFromFirst ? 1 : 0;
  const before = stateOf(await probe.with(low));
  let high = low + 1;
  while (stateOf(await probe.with(high)) === before) {
    if (high >= most) return null;
    low = high;
    high = Math.min(high * 2, most);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (stateOf(await probe.with(middle)) === before) low = middle;
    else high = middle;
  }
  const { net } = (await probe.with(high)).totals;
  return { units: high, worth: net.minus(probe.now.totals.net), net };
}
