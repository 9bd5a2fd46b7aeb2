import type { Comparison } from '#domain/contract/kpi.js';
import { certainDecimals, Decimal, round, zero, type RoundingMode } from '#domain/money/money.js';

/** Inputs of a rule, by name. */
export interface Inputs {
  text(name: string): string;
  number(name: string): Decimal;
  has(name: string): boolean;
  /** All whose name begins so, in order. */
  all(prefix?: string): Decimal[];
}

export type RuleId = keyof typeof rules;

/**
 * Every arithmetic that pricing may do. A trace row names one of these and holds its inputs, so that any
 * invoice can be recomputed with this table.
 */
export const rules = {
  /** Sum of all inputs. */
  sum: (inputs) => inputs.all().reduce((sum, value) => sum.plus(value), zero),
  /**
   * Sum of a line's sums of time; `clock/…` names the milliseconds that they are without, since a person's
   * second counts once.
   */
  countedOnce: (inputs) => inputs.all('line/').reduce((sum, value) => sum.plus(value), zero),
  /** value - less */
  difference: (inputs) => inputs.number('value').minus(inputs.number('less')),
  /** value x times */
  product: (inputs) => inputs.number('value').times(inputs.number('times')),
  /** The smaller of `value` and the maximum `most`. */
  atMost: (inputs) => Decimal.min(inputs.number('value'), inputs.number('most')),
  /** The greater of `value` and the minimum `least`. */
  atLeast: (inputs) => Decimal.max(inputs.number('value'), inputs.number('least')),

  /** A monthly increment: `first` whole, then whole steps; 0 stays 0. */
  increment: (inputs) => {
    const [value, first, step] = [inputs.number('value'), inputs.number('first'), inputs.number('step')];
    if (value.lte(0)) return zero;
    return value.lte(first) ? first : first.plus(value.minus(first).div(step).ceil().times(step));
  },
  /** Part of a capped whole, in proportion, rounded down to a whole unit. */
  cappedShare: (inputs) =>
    inputs.number('whole').isZero()
      ? zero
      : inputs.number('part').times(inputs.number('capped')).div(inputs.number('whole')).floor(),

  /** A number of units agreed for the month, for `days` of its `of` days: whole units, a half is one more. */
  proratedUnits: (inputs) => round(sharePart(inputs), 0),
  /** An amount or a number agreed for the month, for `days` of its `of` days. */
  prorated: (inputs) => sharePart(inputs),

  /** quantity x price / per; `per` units of the quantity are one priced unit. */
  amount: (inputs) => inputs.number('quantity').times(inputs.number('price')).div(inputs.number('per')),
  /** price x (1 + surcharge) */
  surcharge: (inputs) => inputs.number('price').times(inputs.number('surcharge').plus(1)),
  /** Bands that hold at once: the highest price. */
  bandHighest: (inputs) => Decimal.max(...inputs.all('band ')),
  /** Bands that hold at once: all their surcharges on the price. */
  bandSum: (inputs) =>
    inputs
      .all('band ')
      .reduce((sum, band) => sum.plus(band).minus(inputs.number('price')), inputs.number('price')),
  /** Bands that hold at once: each surcharge on the price with those before it. */
  bandMultiply: (inputs) =>
    inputs
      .all('band ')
      .reduce((product, band) => product.times(band).div(inputs.number('price')), inputs.number('price')),
  /**
   * Units of a quantity `(after, after + quantity]` that lie in the slice `(from, to]`; `to` may be missing.
   */
  slice: (inputs) => {
    const start = Decimal.max(inputs.number('after'), inputs.number('from'));
    const whole = inputs.number('after').plus(inputs.number('quantity'));
    const end = inputs.has('to') ? Decimal.min(whole, inputs.number('to')) : whole;
    return Decimal.max(zero, end.minus(start));
  },
  /** Price of the first step whose `upTo` the volume does not exceed; the last has none. */
  stepPrice: (inputs) => {
    const prices = inputs.all('price ');
    const index = inputs.all('upTo ').findIndex((upTo) => inputs.number('volume').lte(upTo));
    return prices.at(index === -1 ? -1 : index) ?? zero;
  },
  /** Started packages of `size` units. */
  packages: (inputs) => inputs.number('quantity').div(inputs.number('size')).ceil(),
  /**
   * (fixedShare + (1 - fixedShare) x current x splice / base), bounded, rounded where decimals are agreed.
   */
  indexRatio: (inputs) => {
    const fixed = inputs.number('fixedShare');
    const indexRatio = inputs.number('current').times(inputs.number('splice')).div(inputs.number('base'));
    let ratio = fixed.plus(new Decimal(1).minus(fixed).times(indexRatio));
    if (inputs.has('decimals')) ratio = round(ratio, inputs.number('decimals').toNumber());
    if (inputs.has('floor')) ratio = Decimal.max(ratio, inputs.number('floor'));
    return inputs.has('ceiling') ? Decimal.min(ratio, inputs.number('ceiling')) : ratio;
  },
  /** price x ratio, rounded where decimals are agreed. */
  indexedPrice: (inputs) => {
    const price = inputs.number('price').times(inputs.number('ratio'));
    return inputs.has('decimals') ? round(price, inputs.number('decimals').toNumber()) : price;
  },

  /** What is missing to the minimum: max(0, least - value). */
  shortBy: (inputs) => Decimal.max(zero, inputs.number('least').minus(inputs.number('value'))),

  /** Sum of the sums that a KPI is made of; what else is given only names its definition. */
  kpiSum: (inputs) => inputs.all('kpi/').reduce((sum, value) => sum.plus(value), zero),
  /** 1 if numerator / denominator compares so with the value, else 0; exact, by multiplying across. */
  holds: (inputs) => (compares(inputs, inputs.text('op'), inputs.number('value')) ? one : zero),
  /** A value taken as agreed because there is no data. */
  taken: (inputs) => inputs.number('value'),
  /** Rate of the first point that holds, 0 if none does. */
  stepRate: (inputs) => {
    for (let point = 1; inputs.has(`rate ${point}`); point += 1) {
      if (compares(inputs, inputs.text(`op ${point}`), inputs.number(`value ${point}`)))
        return inputs.number(`rate ${point}`);
    }
    return zero;
  },
  /** On the straight line between two points, and no further than they are. */
  linearRate: (inputs) => {
    const [from, to] = [inputs.number('from'), inputs.number('to')];
    const [rateFrom, rateTo] = [inputs.number('fromRate'), inputs.number('toRate')];
    const way = distance(inputs, from).div(inputs.number('denominator').times(to.minus(from)));
    const bounded = Decimal.min(one, Decimal.max(zero, way));
    return rateFrom.plus(bounded.times(rateTo.minus(rateFrom)));
  },
  /** rate x steps that the value lies beyond `from`: exact, or full or started ones only. */
  pointRate: (inputs) => {
    const beyond = distance(inputs, inputs.number('from')).times(inputs.text('beyond') === 'below' ? -1 : 1);
    const steps = beyond.div(inputs.number('denominator').times(inputs.number('size')));
    if (steps.lte(0)) return zero;
    const count = inputs.text('count');
    const counted = count === 'exact' ? steps : count === 'full' ? steps.floor() : steps.ceil();
    return counted.times(inputs.number('rate'));
  },
  /** The first rate that is not 0. */
  firstRate: (inputs) => inputs.all('rate ').find((rate) => !rate.isZero()) ?? zero,
  /** 1 if value is above `most`, else 0. */
  exceeds: (inputs) => (inputs.number('value').gt(inputs.number('most')) ? one : zero),
  /** A malus that is waived is 0; a bonus stays. */
  waivedRate: (inputs) =>
    inputs.number('waived').isZero() ? inputs.number('rate') : Decimal.max(zero, inputs.number('rate')),
  /** 1, and one more for each month before, the latest first, up to one in which nothing was taken. */
  monthsInARow: (inputs) => {
    const rates = inputs.all();
    const end = rates.findIndex((rate) => !rate.isNegative() || rate.isZero());
    return new Decimal(1 + (end === -1 ? rates.length : end));
  },
  /** rate x what is agreed for the n-th month in a row; the last for all that follow. */
  escalated: (inputs) => {
    const times = inputs.all('times ');
    const index = Math.min(inputs.number('months').toNumber(), times.length) - 1;
    const factor = times[index];
    if (factor === undefined) throw new Error('a malus that grows by the month has no factors');
    return inputs.number('rate').times(factor);
  },
  /** At most `bonus` given, at most `malus` taken. */
  cappedRate: (inputs) => {
    let rate = inputs.number('rate');
    if (inputs.has('bonus')) rate = Decimal.min(rate, inputs.number('bonus'));
    return inputs.has('malus') ? Decimal.max(rate, inputs.number('malus').negated()) : rate;
  },
  /** Part of a whole brought down to `capped`, in proportion. */
  scaled: (inputs) => inputs.number('part').times(inputs.number('capped')).div(inputs.number('whole')),
  /** What was saved against a baseline, in units of the KPI x its denominator: never below 0. */
  saved: (inputs) => {
    const less = distance(inputs, inputs.number('baseline')).times(
      inputs.text('better') === 'lower' ? -1 : 1,
    );
    return Decimal.max(zero, less.times(inputs.number('units')).div(inputs.number('denominator')));
  },

  /**
   * What steps take off a base, never more than it: the rate or amount of the last step that `measured`
   * passes, or with `appliesTo` excess each rate on what of the base lies above its step, up to the next.
   */
  rebate: (inputs) => rebateOf(inputs),

  /** Rounded to `scale` decimals. */
  round: (inputs) => round(inputs.number('value'), inputs.number('scale').toNumber(), modeOf(inputs)),
  /** Part `index` of a rounded sum: each value down, the missing last units to the largest remainders. */
  roundShare: (inputs) => {
    const values = inputs.all('value ');
    const scale = inputs.number('scale').toNumber();
    return spread(values, scale, modeOf(inputs))[inputs.number('index').toNumber()] ?? zero;
  },
  /** BR-CO-17: base x rate / 100, rounded. */
  tax: (inputs) =>
    round(
      inputs.number('base').times(inputs.number('rate')).div(100),
      inputs.number('scale').toNumber(),
      modeOf(inputs),
    ),
} as const satisfies Record<string, (inputs: Inputs) => Decimal>;

const one = new Decimal(1);

/** value x days / of */
function sharePart(inputs: Inputs): Decimal {
  return inputs.number('value').times(inputs.number('days')).div(inputs.number('of'));
}

/** numerator - value x denominator: sign and size of (fraction - value), times the denominator. */
function distance(inputs: Inputs, value: Decimal): Decimal {
  return inputs.number('numerator').minus(value.times(inputs.number('denominator')));
}

function rebateOf(inputs: Inputs): Decimal {
  const base = Decimal.max(zero, inputs.number('base'));
  const isExcess = inputs.text('appliesTo') === 'excess';
  const bound = (step: number): Decimal =>
    ['above', 'atLeast']
      .map((key) => `${key} ${step}`)
      .flatMap((name) => (inputs.has(name) ? [inputs.number(name)] : []))[0] ?? zero;
  let rebate = zero;
  for (let step = 1; inputs.has(`rate ${step}`) || inputs.has(`amount ${step}`); step += 1) {
    const rate = inputs.has(`rate ${step}`) ? inputs.number(`rate ${step}`) : null;
    if (isExcess) {
      const hasNext = inputs.has(`rate ${step + 1}`);
      const end = hasNext ? Decimal.min(base, bound(step + 1)) : base;
      rebate = rebate.plus(Decimal.max(zero, end.minus(bound(step))).times(rate ?? zero));
    } else if (passes(inputs, step)) {
      rebate = rate === null ? inputs.number(`amount ${step}`) : base.times(rate);
    }
  }
  return Decimal.min(rebate, base);
}

function passes(inputs: Inputs, step: number): boolean {
  const measured = inputs.number('measured');
  if (inputs.has(`above ${step}`)) return measured.gt(inputs.number(`above ${step}`));
  return !inputs.has(`atLeast ${step}`) || measured.gte(inputs.number(`atLeast ${step}`));
}

function compares(inputs: Inputs, op: string, value: Decimal): boolean {
  const sign = distance(inputs, value).comparedTo(0);
  switch (op as Comparison) {
    case 'gt':
      return sign > 0;
    case 'gte':
      return sign >= 0;
    case 'lt':
      return sign < 0;
    case 'lte':
      return sign <= 0;
  }
}

function modeOf(inputs: Inputs): RoundingMode {
  return inputs.text('mode') as RoundingMode;
}

/**
 * Rounded values whose sum is the rounded sum. Remainders that differ only in what a division left out of its
 * last digits are equal.
 */
function spread(exact: readonly Decimal[], scale: number, mode: RoundingMode): Decimal[] {
  const values = exact.map((value) => round(value, certainDecimals));
  const unit = new Decimal(10).pow(-scale);
  const total = round(
    exact.reduce((sum, value) => sum.plus(value), zero),
    scale,
    mode,
  );
  const floors = values.map((value) => value.toDecimalPlaces(scale, Decimal.ROUND_FLOOR));
  const missing = total
    .minus(floors.reduce((sum, value) => sum.plus(value), zero))
    .div(unit)
    .round()
    .toNumber();
  const order = values
    .map((value, index) => ({ index, remainder: value.minus(floors[index] ?? zero) }))
    .sort((a, b) => b.remainder.comparedTo(a.remainder) || a.index - b.index);
  const raised = new Set(order.slice(0, missing).map(({ index }) => index));
  return floors.map((value, index) => (raised.has(index) ? value.plus(unit) : value));
}
