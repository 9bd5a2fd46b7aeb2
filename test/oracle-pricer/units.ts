import type { OverflowStep } from '#domain/contract/bonus-malus.js';
import type { Proration, UnitLine, UnitPricing } from '#domain/contract/line.js';
import type { Terms } from '#domain/contract/contract.js';
import { Rational, zero } from '#test/simulation/oracle/rational.js';
import { clock, floor, greatest, least, reduced, sum, wholeUnits } from './fractions.js';
import type { PricedPeriod, Stretch } from './priced-period.js';
import type { Charges } from './charges.js';
import type { Call } from './draw.js';

/** The line of units, unit by unit: each has its place in the month by its time. */
export function chargeUnits(
  period: PricedPeriod,
  calls: readonly Call[],
  isPaid: (stretch: Stretch) => boolean,
  charges: Charges,
): void {
  const pieces = calls
    .toSorted((a, b) => a.from - b.from)
    .flatMap((call): Piece[] => {
      const stretch = period.at(call.from);
      if (stretch === null) return [];
      const line = lineOf(stretch.terms);
      const kind = { band: bandOf(line, call.from), rate: rateOf(line, call) };
      return [{ stretch, ...kind, quantity: Rational.of(1) }];
    });
  const of = (terms: Terms, rate: string): VolumeLine => {
    const line = lineOf(terms);
    const price = line.rates.find(({ id }) => id === rate)?.price;
    return price === undefined ? line : { ...line, pricing: { mode: 'flat', price } };
  };
  const line = { id: 'U', of, surcharge: '1.25', isPaid };
  chargeVolume(period, line, pieces, charges);
}

/** What was counted without a break at one price: one unit, or some time, in units of the line. */
export interface Piece {
  readonly stretch: Stretch;
  readonly band: string;
  readonly rate: string;
  readonly quantity: Rational;
}

/** A line as terms have it. */
export interface VolumeLine {
  readonly pricing: UnitPricing;
  readonly above: number;
  readonly proration: Proration;
}

interface Charged {
  readonly id: string;
  readonly of: (terms: Terms, rate: string) => VolumeLine;
  /** Price in the evening by that outside of it. */
  readonly surcharge: string;
  readonly isPaid: (stretch: Stretch) => boolean;
}

/** Piece by piece in order of time: its own terms give its price. Tiers and corridors may cut one in two. */
export function chargeVolume(
  period: PricedPeriod,
  { id, of, surcharge, isPaid }: Charged,
  pieces: readonly Piece[],
  charges: Charges,
): void {
  const volume = sum(pieces.map(({ quantity }) => quantity));
  const bound = (says: (corridor: Corridor) => string | null): Bound | null => boundOf(period, id, says);
  const upper = bound((corridor) => (stepsOf(corridor).length === 0 ? null : corridor.upper));
  const ends = [
    bound((corridor) =>
      stepsOf(corridor).length === 0 ? null : (stepsOf(corridor)[0]?.upTo ?? corridor.upper),
    ),
  ];
  const lower = bound(({ lower: times }) => times);
  let [place, held, counted] = [zero, zero, zero];
  for (const { stretch, band, rate, quantity: size } of pieces) {
    const kind = `${band} ${rate}`;
    const [from, to] = [place, reduced(place.plus(size))];
    place = to;
    const corridor = corridorOf(stretch.terms, id, period.name);
    const line = of(stretch.terms, rate);
    if (corridor?.lower != null) counted = reduced(counted.plus(size));
    let end = to;
    const steps = corridor === undefined ? [] : stepsOf(corridor);
    if (upper !== null && corridor?.upper != null && steps.length > 0) {
      const [low, high] = [held, reduced(held.plus(size))];
      end = from.plus(greatest([zero, least([high, upper.units]).minus(low)]));
      held = high;
      steps.forEach((step, index) => {
        const [since, until] = [ends[index - 1]?.units ?? upper.units, ends[index]?.units ?? high];
        const within = least([high, index === steps.length - 1 ? high : until]).minus(greatest([low, since]));
        const price = isPaid(stretch) ? step.price : '0';
        charges.add(
          { line: id, part: 'overflow', kind, price, name: stretch.name },
          greatest([zero, within]),
          Rational.of(price),
        );
      });
    }
    for (const { quantity, price } of pricesOf(period, line, from, end, volume)) {
      const due = band === '' ? price : price.times(Rational.of(surcharge));
      const paid = isPaid(stretch) ? due : zero;
      charges.add({ line: id, part: 'work', kind, price: textOf(paid), name: stretch.name }, quantity, paid);
    }
  }
  if (lower === null) return;
  const missing = greatest([zero, lower.units.minus(counted)]);
  const { corridor, stretch } = lower;
  const line = of(stretch.terms, '');
  if (corridor.shortfallPrice !== null) {
    const price = isPaid(stretch) ? corridor.shortfallPrice : '0';
    charges.add(
      { line: id, part: 'shortfall', kind: '', price, name: stretch.name },
      missing,
      Rational.of(price),
    );
    return;
  }
  for (const { quantity, price } of pricesOf(period, line, volume, volume.plus(missing), volume)) {
    const paid = isPaid(stretch) ? price : zero;
    charges.add(
      { line: id, part: 'shortfall', kind: '', price: textOf(paid), name: stretch.name },
      quantity,
      paid,
    );
  }
}

type Corridor = Terms['corridors'][number];

/** A minimum volume is the lower bound of a corridor around it. */
function corridorOf({ corridors, lines }: Terms, id: string, period: string): Corridor | undefined {
  const minimum = lines.find((line) => line.id === id)?.minimum;
  if (minimum === undefined || minimum.volume === null)
    return corridors.find(({ line, forecast }) => line === id && forecastOf(forecast, period) !== undefined);
  return {
    id,
    line: id,
    forecast: { kind: 'agreed', values: { [period]: minimum.volume } },
    lower: '1',
    upper: null,
    shortfallPrice: minimum.shortfallPrice,
    overflowPrice: null,
    proration: minimum.proration,
  };
}

/** Without a forecast for the period a corridor has no effect. */
function forecastOf(forecast: Corridor['forecast'], period: string): number | undefined {
  return forecast.kind === 'agreed' ? forecast.values[period] : undefined;
}

/** Prices of what is above the upper bound. */
function stepsOf({ overflow, overflowPrice }: Corridor): readonly OverflowStep[] {
  return overflow ?? (overflowPrice === null ? [] : [{ upTo: null, price: overflowPrice }]);
}

interface Bound {
  readonly units: Rational;
  readonly corridor: Corridor;
  /** Where it holds as the last version says outside of windows; if nowhere, where it holds last. */
  readonly stretch: Stretch;
}

function boundOf(
  period: PricedPeriod,
  id: string,
  says: (corridor: Corridor) => string | null,
): Bound | null {
  const made = period.unitsMadeUp((terms) => {
    const corridor = corridorOf(terms, id, period.name);
    const times = corridor === undefined ? null : says(corridor);
    if (corridor === undefined || times === null) return null;
    const forecast = forecastOf(corridor.forecast, period.name) ?? 0;
    const whole = Rational.of(forecast).times(Rational.of(times));
    return { amount: textOf(whole), proration: corridor.proration };
  });
  const holding = period.stretches.filter(({ terms }) => {
    const corridor = corridorOf(terms, id, period.name);
    return corridor !== undefined && says(corridor) !== null;
  });
  const last = holding.at(-1);
  const ordinary = JSON.stringify(last?.ordinary);
  const stretch = holding.findLast(({ terms }) => JSON.stringify(terms) === ordinary) ?? last;
  const corridor = stretch === undefined ? undefined : corridorOf(stretch.terms, id, period.name);
  if (made === null || stretch === undefined || corridor === undefined) return null;
  return { units: made.isPart ? wholeUnits(made.amount) : made.amount, corridor, stretch };
}

/** What the units of the places `(from, to]` cost under a line, bands aside. */
function pricesOf(
  period: PricedPeriod,
  line: VolumeLine,
  from: Rational,
  to: Rational,
  volume: Rational,
): { quantity: Rational; price: Rational }[] {
  const share = (units: number): Rational => {
    const days = period.daysWhere(() => true);
    if (line.proration === 'none' || days === period.days.length) return Rational.of(units);
    return wholeUnits(Rational.of(units).times(Rational.of(days)).over(Rational.of(period.days.length)));
  };
  const above = share(line.above);
  const within = (low: Rational, high: Rational | null): Rational =>
    greatest([zero, (high === null ? to : least([to, high])).minus(greatest([from, low, above]))]);
  const { pricing } = line;
  switch (pricing.mode) {
    case 'flat':
      return [{ quantity: within(zero, null), price: Rational.of(pricing.price) }];
    case 'graduated':
      return pricing.steps.map(({ upTo, price }, index) => {
        const low = share(pricing.steps[index - 1]?.upTo ?? 0);
        return { quantity: within(low, upTo === null ? null : share(upTo)), price: Rational.of(price) };
      });
    case 'allUnits': {
      const step = pricing.steps.find(({ upTo }) => upTo === null || volume.compared(share(upTo)) <= 0);
      return [{ quantity: within(zero, null), price: Rational.of(step?.price ?? '0') }];
    }
    case 'package': {
      const size = Rational.of(pricing.size);
      const opened = to.over(size).ceiling().minus(from.over(size).ceiling());
      return [{ quantity: opened, price: Rational.of(pricing.price) }];
    }
  }
}

function lineOf({ lines }: Terms): UnitLine {
  const line = lines.find((each) => each.model === 'perUnit');
  if (line === undefined || line.model !== 'perUnit') throw new Error('there is no line of units');
  return line;
}

/** The first rate that fits; those of these contracts are for experts. */
export function rateOf({ rates }: { readonly rates: UnitLine['rates'] }, { isExpert }: Call): string {
  return isExpert === true ? (rates[0]?.id ?? '') : '';
}

function bandOf({ bands }: UnitLine, at: number): string {
  return bands.length > 0 && clock(at).hour >= 20 ? 'late' : '';
}

function textOf(value: Rational): string {
  const whole = floor(value);
  const rest = value.minus(whole).times(Rational.of('1000000000000'));
  return `${whole.n}.${String(floor(rest).n).padStart(12, '0')}`;
}
