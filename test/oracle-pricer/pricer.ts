import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { Charges, type Amount } from './charges.js';
import type { Draw, Work } from './draw.js';
import { reduced, sum } from './fractions.js';
import { noFurtherWork, type FurtherWork } from './further-work.js';
import { chargeHours } from './hours.js';
import { amountText, Money } from './money.js';
import { PricedPeriod, type Agreed, type Stretch } from './priced-period.js';
import { chargeResolutions } from './resolutions.js';
import { bonusMalus, isMet, isOpenGate, partsOf, payment, type Entry, type Past } from './results.js';
import { chargeAdHoc, chargeMachines, chargeSeats, gainOf } from './services.js';
import { spelledOut } from './spelled.js';
import { chargeUnits } from './units.js';

/** Amounts by line and clause, the net total, and VAT by group. */
export type Priced = Readonly<Record<string, string>>;

/**
 * The period of a draw priced from the words of its clauses: work by work and unit by unit, in exact
 * fractions. Shares types with the product and no code.
 */
export function priceDraw({ contract, period: name, past, breakers = [], ...work }: Draw): Priced {
  const money = new Money(contract);
  // an outage, a piece of work or a call may begin in one period and count in another
  const calls = [work, ...past].flatMap((each) => each.calls);
  const all = [work, ...past].map(({ further = noFurtherWork }) => further);
  const further: FurtherWork = {
    bots: all.flatMap(({ bots }) => bots),
    outages: all.flatMap(({ outages }) => outages),
    adHoc: all.flatMap(({ adHoc }) => adHoc),
    forecasts: all.flatMap(({ forecasts }) => forecasts),
  };
  const periods: (Work & Past)[] = [];
  for (const each of [{ ...work, name }, ...past].toReversed()) {
    const period = new PricedPeriod(spelledOut(contract, each.name, further.forecasts), each.name);
    periods.unshift({ ...each, calls, further, period, before: periods[0] ?? null });
  }
  const [now] = periods;
  if (now === undefined) throw new Error('there is no period to price');
  const charges = chargesOf(contract, now, money);
  chargeResolutions(
    periods.map(({ period }) => period),
    [work, ...past],
    breakers,
    charges,
  );
  const entries = [
    ...bonusMalus(now, periods.slice(1), charges, money),
    ...earnedBack(contract, periods, money),
  ];
  const limits = limitOf(now.period, charges, entries, money);
  const results = entries.map(({ id, vat, amount }) => ({ line: id, vat, amount }));
  return shownAmounts([...charges.rounded(), ...results, ...limits], money);
}

/** Sums by line or clause, and by VAT group, without those of nothing. */
function shownAmounts(amounts: readonly Amount[], money: Money): Priced {
  const total = (members: readonly Amount[]): Rational => sum(members.map(({ amount }) => amount));
  const lines = [...Map.groupBy(amounts, ({ line }) => line)].map(([line, own]): [string, Rational] => {
    return [line, total(own)];
  });
  const taxed = [...Map.groupBy(amounts, ({ vat }) => vat)].flatMap(([vat, own]): [string, Rational][] => {
    const base = total(own);
    const tax = money.tax(base, vat.split(' ')[1] ?? '');
    return [
      [`${vat} base`, base],
      [`${vat} tax`, tax],
    ];
  });
  const gross = sum([
    total(amounts),
    ...taxed.flatMap(([name, amount]) => (name.endsWith('tax') ? [amount] : [])),
  ]);
  const shown = [...lines, ...taxed].filter(([, amount]) => !amount.isZero);
  return Object.fromEntries(
    [...shown, ['net', total(amounts)] as const, ['gross', gross] as const].map(([id, amount]) => [
      id,
      amountText(amount),
    ]),
  );
}

function chargesOf(contract: Contract, now: Work & Past, money: Money): Charges {
  const { period, calls, costs = [], further = noFurtherWork } = now;
  const groups = new Map<string, string>();
  for (const { name, terms } of period.stretches) {
    for (const { id, vat } of terms.lines) groups.set(`${id} ${name}`, groupOf(vat ?? terms.vat));
  }
  const vatOf = (line: string, name: string): string => groups.get(`${line} ${name}`) ?? '';
  const charges = new Charges(money, vatOf);
  const isPaid = payment(now);
  chargeUnits(period, calls, isPaid, charges);
  chargeHours(period, calls, charges);
  // a minimum is held against what would be charged if all were paid
  const ungated = new Charges(money, vatOf);
  chargeUnits(period, calls, () => true, ungated);
  chargeMinimum(period, 'U', ungated, isPaid, charges);
  chargeMinimum(period, 'T', charges, () => true, charges);
  chargeFixed(period, charges);
  chargeOneOff(contract, period, charges);
  for (const { at, cents } of costs) {
    const stretch = period.at(at);
    const line = stretch?.terms.lines.find(({ id }) => id === 'P');
    if (stretch === null || line?.model !== 'passThrough') continue;
    const charge = { line: line.id, part: 'work', kind: '', price: '', name: stretch.name };
    charges.add(charge, new Rational(BigInt(cents), 100n), Rational.of(1).plus(Rational.of(line.markup)));
  }
  chargeMachines(period, calls, further, charges);
  chargeSeats(period, charges);
  chargeAdHoc(period, further.adHoc, charges);
  chargeGain(now, charges);
  return charges;
}

/** By each part of the period that has the same terms of it; nothing where no guard is open. */
function chargeGain(now: Work & Past, charges: Charges): void {
  const parts = partsOf(now.period, ({ lines, kpis }) => {
    const line = lines.find(({ model }) => model === 'gainShare');
    if (line?.model !== 'gainShare') return null;
    return { line, kpi: kpis[line.kpi], guards: line.guards.map((gate) => ({ gate, kpi: kpis[gate.kpi] })) };
  });
  for (const {
    clause: { line, kpi, guards },
    names,
  } of parts) {
    const { saved, count } = gainOf(line, now, names);
    const isJudged = count > 0 && count >= (kpi?.minSample ?? 0);
    const isOpen = guards.every(
      (guard) => guard.kpi === undefined || isOpenGate(now, guard.gate, guard.kpi, names),
    );
    if (!isJudged || !isOpen || saved.compared(zero) <= 0) continue;
    const units = line.per === 'hour' ? saved.over(Rational.of(3_600)) : saved;
    const price = Rational.of(line.unitValue).times(Rational.of(line.share));
    const name = [...names].at(-1) ?? '';
    const { n, d } = reduced(price);
    charges.add({ line: 'G', part: 'work', kind: '', price: `${n}/${d}`, name }, units, price);
  }
}

/** Category and rate as a number. */
function groupOf({ category, rate }: Vat): string {
  return `${category} ${Number(rate)}`;
}

/** What is missing of a line to its least amount. */
function chargeMinimum(
  period: PricedPeriod,
  id: string,
  ungated: Charges,
  isPaid: (stretch: Stretch) => boolean,
  charges: Charges,
): void {
  const minimumIn = ({ lines }: Terms): Agreed | null => {
    const minimum = lines.find((line) => line.id === id)?.minimum;
    return minimum === undefined || minimum.amount === null
      ? null
      : { amount: minimum.amount, proration: minimum.proration };
  };
  const made = period.amountMadeUp(minimumIn);
  const holding = period.stretches.filter(({ terms }) => minimumIn(terms) !== null);
  const last = holding.at(-1);
  if (made === null || last === undefined) return;
  const ordinary = JSON.stringify(last.ordinary);
  const { name } = holding.findLast(({ terms }) => JSON.stringify(terms) === ordinary) ?? last;
  const names = new Set(holding.map((each) => each.name));
  const held = ungated.exact(({ line, name: of }) => line === id && names.has(of));
  const missing = made.amount.minus(held);
  if (missing.compared(zero) <= 0) return;
  const stretch = period.stretches.find((each) => each.name === name) ?? last;
  const paid = isPaid(stretch) ? missing : zero;
  charges.add({ line: id, part: 'minimum', kind: '', price: '', name }, Rational.of(1), paid);
  charges.roundWhole(id, names);
}

/** By days of the calendar, or as a whole by what holds last. */
function chargeFixed(period: PricedPeriod, charges: Charges): void {
  const last = period.stretches.at(-1);
  const line = last === undefined ? undefined : fixedOf(last.terms);
  if (last === undefined || line === undefined) return;
  const add = (name: string, share: Rational, amount: string): void =>
    charges.add({ line: 'F', part: 'work', kind: '', price: '', name }, share, Rational.of(amount));
  if (line.proration === 'none') return add(last.name, Rational.of(1), line.amount);
  const day = new Rational(1n, BigInt(period.days.length));
  period.days.forEach((stretch, index) => {
    const share = line.per === 'period' ? day : period.shareOfMonth(index);
    if (stretch !== null) add(stretch.name, share, fixedOf(stretch.terms)?.amount ?? '0');
  });
}

function fixedOf({ lines }: Terms) {
  return lines.find((line) => line.model === 'fixed');
}

/** By the terms of its day. */
function chargeOneOff({ timeZone }: Contract, period: PricedPeriod, charges: Charges): void {
  for (const { name, terms, from, to } of period.stretches) {
    for (const line of terms.lines) {
      if (line.model !== 'oneOff') continue;
      const at = Temporal.PlainDate.from(line.day).toZonedDateTime(timeZone).epochMilliseconds;
      if (at < from || at >= to) continue;
      charges.add(
        { line: line.id, part: 'work', kind: '', price: '', name },
        Rational.of(1),
        Rational.of(line.amount),
      );
    }
  }
}

/** A share of what was taken so many periods ago, if the targets were met in all that followed. */
function earnedBack(contract: Contract, periods: readonly (Work & Past)[], money: Money): Entry[] {
  const last = periods[0]?.period.stretches.at(-1);
  return (last?.terms.bonusMalus ?? []).flatMap((clause): Entry[] => {
    if (clause.kind !== 'earnBack') return [];
    const { id, of, share, ifTargetsMetFor } = clause;
    const charged = periods[ifTargetsMetFor];
    const since = periods.slice(0, ifTargetsMetFor);
    if (charged === undefined || !since.every((each) => of.every((own) => isMet(each, own)))) return [];
    const charges = chargesOf(contract, charged, money);
    const taken = bonusMalus(charged, periods.slice(ifTargetsMetFor + 1), charges, money).filter(
      (entry) => entry.kind === 'malus' && of.includes(entry.id),
    );
    return [...Map.groupBy(taken, ({ vat }) => vat)].map(([vat, own]) => {
      const exact = zero.minus(sum(own.map(({ amount }) => amount))).times(Rational.of(share));
      const names = new Set<string>();
      return { id, kind: 'earnBack', names, isBase: () => false, vat, exact, amount: money.rounded(exact) };
    });
  });
}

/** What brings the period to its minimum or down to its maximum, by the VAT groups that it stands for. */
function limitOf(period: PricedPeriod, charges: Charges, entries: readonly Entry[], money: Money): Amount[] {
  for (const kind of ['monthlyMin', 'monthlyMax'] as const) {
    const amountIn = ({ limits }: Terms): string | null => limits?.[kind] ?? null;
    const made = period.amountMadeUp((terms) => {
      const amount = amountIn(terms);
      return amount === null || terms.limits === null ? null : { amount, proration: terms.limits.proration };
    });
    if (made === null) continue;
    const holding = period.stretches.filter(({ terms }) => amountIn(terms) !== null);
    const names = new Set(holding.map(({ name }) => name));
    const linesOnly = holding.at(-1)?.terms.limits?.appliesTo === 'linesOnly';
    const counted = [
      ...charges.rounded((name) => names.has(name)),
      ...(linesOnly
        ? []
        : entries.map((entry) => ({ vat: entry.vat, amount: within(entry, names, charges) }))),
    ];
    const missing = money.rounded(made.amount).minus(sum(counted.map(({ amount }) => amount)));
    if (kind === 'monthlyMin' ? missing.compared(zero) <= 0 : missing.compared(zero) >= 0) continue;
    // in the order of what is charged: a line of nothing is none
    const charged = counted.filter(({ amount }) => !amount.isZero);
    const groups = [...Map.groupBy(charged, ({ vat }) => vat)].flatMap(([vat, own]) => {
      const whole = sum(own.map(({ amount }) => amount));
      return whole.compared(zero) > 0 ? [{ vat, whole }] : [];
    });
    const all = sum(groups.map(({ whole }) => whole));
    const shares = money.spread(
      groups.map(({ whole }) => missing.times(whole).over(all)),
      money.rounded(missing),
    );
    if (groups.length === 0)
      return [{ line: 'limits', vat: vatOfNothing(period), amount: money.rounded(missing) }];
    return groups.map(({ vat }, index) => ({ line: 'limits', vat, amount: shares[index] ?? zero }));
  }
  return [];
}

/** Of a period without any amount: what its lines have in common, or what the contract says. */
function vatOfNothing({ stretches }: PricedPeriod): string {
  const terms = stretches.at(-1)?.terms;
  if (terms === undefined) return '';
  const [first, ...others] = new Set(terms.lines.map(({ vat }) => groupOf(vat ?? terms.vat)));
  return first === undefined || others.length > 0 ? groupOf(terms.vat) : first;
}

/** Of a bonus or malus for more of the period than the limit: as much as of its base. */
function within({ names, isBase, amount }: Entry, limited: ReadonlySet<string>, charges: Charges): Rational {
  if (names.isSubsetOf(limited)) return amount;
  const whole = charges.exact(isBase);
  if (whole.isZero) return amount;
  return amount.times(charges.exact((charge) => isBase(charge) && limited.has(charge.name))).over(whole);
}
