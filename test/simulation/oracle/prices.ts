import type { Centre, ContractId } from '../centre.js';
import { Rational, zero } from './rational.js';

/** Amount in euros by line and clause, rounded to cents; those of 0 are left out. */
export type Amounts = ReadonlyMap<string, Rational>;

type Quantities = ReadonlyMap<string, number>;

/**
 * What a month costs: each line rounded by itself, each bonus and malus on the unrounded lines of its base.
 */
export function amountsOf(contract: ContractId, quantities: Quantities, centre: Centre): Amounts {
  const bill = new Bill();
  switch (contract) {
    case 'care-hours':
      priceHours(quantities, centre, bill);
      break;
    case 'care-results':
      priceResults(quantities, centre, bill);
      break;
    case 'shop-acts':
      priceActs(quantities, bill);
      break;
  }
  return bill.amounts();
}

export function totalOf(amounts: Amounts): Rational {
  return [...amounts.values()].reduce((sum, amount) => sum.plus(amount), zero);
}

class Bill {
  readonly #exact = new Map<string, Rational>();
  readonly #rounded = new Map<string, Rational>();

  /** One line of the invoice. */
  charge(line: string, amount: Rational): void {
    this.#exact.set(line, (this.#exact.get(line) ?? zero).plus(amount));
    this.#round(line, amount);
  }

  /** Bonus or malus on the unrounded amounts of some lines. */
  adjust(clause: string, base: readonly string[], rate: Rational): void {
    const whole = base.reduce((sum, line) => sum.plus(this.#exact.get(line) ?? zero), zero);
    this.#round(clause, whole.times(rate));
  }

  amounts(): Amounts {
    return new Map([...this.#rounded].filter(([, amount]) => !amount.isZero));
  }

  #round(id: string, amount: Rational): void {
    this.#rounded.set(id, (this.#rounded.get(id) ?? zero).plus(amount.rounded()));
  }
}

const surcharges = new Map([
  ['evening', Rational.of('0.25')],
  ['sunday', Rational.of('0.50')],
  ['holiday', Rational.of('1.00')],
]);
const hourMs = Rational.of(3_600_000);

function priceHours(quantities: Quantities, { hourPrices }: Centre, bill: Bill): void {
  for (const [key, ms] of quantities) {
    const [subject, , version, , bands = '-'] = key.split('/');
    if (subject !== 'line') continue;
    const price = Rational.of(hourPrices[Number(version) - 1]?.price ?? '');
    const highest = greatest(bands.split('+').map((band) => surcharges.get(band) ?? zero));
    bill.charge(
      'hours',
      Rational.of(ms)
        .times(price.plus(price.times(highest)))
        .over(hourMs),
    );
  }
  const asa = kpiOf('asa', quantities);
  if (asa !== null) bill.adjust('speed', ['hours'], speedRate(asa.value.over(Rational.of(1_000))));
  const csat = kpiOf('csat', quantities);
  if (csat !== null && csat.d >= 2) {
    const isMet = csat.value.compared(Rational.of('0.50')) >= 0;
    bill.adjust('satisfied', ['hours'], Rational.of(isMet ? '0.02' : '-0.03'));
  }
}

/**
 * Linear from 30 s (nothing) to 10 s (3 %); beyond 40 s half a percent for each started 10 s, at most 5 %.
 */
function speedRate(seconds: Rational): Rational {
  const way = Rational.of(30).minus(seconds).over(Rational.of(20));
  const bonus = Rational.of('0.03').times(least([greatest([way, zero]), Rational.of(1)]));
  if (!bonus.isZero) return bonus;
  const beyond = seconds.minus(Rational.of(40));
  if (beyond.compared(zero) <= 0) return zero;
  const steps = beyond.over(Rational.of(10)).ceiling();
  return greatest([steps.times(Rational.of('-0.005')), Rational.of('-0.05')]);
}

function priceResults(quantities: Quantities, { resolvedPrices }: Centre, bill: Bill): void {
  for (const [key, count] of quantities) {
    const [subject, id, version] = key.split('/');
    if (subject !== 'line') continue;
    const price = id === 'sold' ? '45.00' : (resolvedPrices[Number(version) - 1]?.price ?? '');
    bill.charge(String(id), Rational.of(count).times(Rational.of(price)));
  }
  const conversion = kpiOf('conversion', quantities);
  if (conversion !== null && conversion.value.compared(Rational.of('0.50')) >= 0) {
    bill.adjust('many', ['sold'], Rational.of('0.10'));
  }
  const fcr = kpiOf('fcr', quantities);
  if (fcr !== null) bill.adjust('repeats', ['resolved'], malusBelow(fcr.value, '-0.20'));
}

function priceActs(quantities: Quantities, bill: Bill): void {
  const calls = [...quantities].reduce(
    (sum, [key, count]) => (key.startsWith('line/calls/') ? sum + count : sum),
    0,
  );
  const [first, second] = [Math.min(calls, 2), Math.min(calls, 4)];
  bill.charge('calls', Rational.of(first).times(Rational.of('2.35')));
  bill.charge('calls', Rational.of(second - first).times(Rational.of('2.10')));
  bill.charge('calls', Rational.of(calls - second).times(Rational.of('1.95')));
  const resolved = quantities.get('line/resolved/1/-/-/-') ?? 0;
  bill.charge('resolved', Rational.of(resolved).times(Rational.of('1.30')));
  bill.charge('base', Rational.of('100.00'));
  const level = kpiOf('level', quantities);
  if (level !== null) bill.adjust('level-missed', ['calls', 'base'], malusBelow(level.value, '-0.10'));
}

/** One percent for each point below 80 %, exactly, and no more than the cap. */
function malusBelow(value: Rational, cap: string): Rational {
  const below = Rational.of('0.80').minus(value);
  return below.compared(zero) <= 0 ? zero : greatest([zero.minus(below), Rational.of(cap)]);
}

/** A KPI over all versions of the month; null: no data. */
function kpiOf(id: string, quantities: Quantities): { value: Rational; d: number } | null {
  const side = (part: string): number =>
    [...quantities].reduce((sum, [key, value]) => {
      const [subject, name, , , side] = key.split('/');
      return subject === 'kpi' && name === id && side === part ? sum + value : sum;
    }, 0);
  const d = side('d');
  return d === 0 ? null : { value: Rational.of(side('n')).over(Rational.of(d)), d };
}

function greatest(values: readonly Rational[]): Rational {
  return values.reduce((most, value) => (value.compared(most) > 0 ? value : most));
}

function least(values: readonly Rational[]): Rational {
  return values.reduce((min, value) => (value.compared(min) < 0 ? value : min));
}
