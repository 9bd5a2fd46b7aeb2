import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Forecast } from '#domain/contract/kpi.js';
import type { Indexation, Line, Rate } from '#domain/contract/line.js';
import { Rational } from '#test/simulation/oracle/rational.js';
import type { ForecastSet } from './further-work.js';
import { midnightOf, periodNamed, type CalendarPeriod } from './calendar.js';
import { greatest, least } from './fractions.js';
import { decimalText, roundedTo } from './money.js';

/** The contract with the prices that an index gives, and the forecasts that were recorded for one period. */
export function spelledOut(contract: Contract, name: string, forecasts: readonly ForecastSet[]): Contract {
  const period = periodNamed(contract.period, name);
  const of = (terms: Terms): Terms => ({
    ...terms,
    lines: terms.lines.map(indexed),
    corridors: terms.corridors.map((each) => ({
      ...each,
      forecast: recorded(each.forecast, period, forecasts),
    })),
  });
  const versions = contract.versions.map((version) => ({
    ...version,
    terms: of(version.terms),
    windows: version.windows.map((window) => ({ ...window, terms: of(window.terms) })),
  }));
  return { ...contract, versions };
}

/** All prices of a line, those of its steps and rates among them, and what a fixed line comes to. */
function indexed(line: Line): Line {
  const indexation = 'indexation' in line ? line.indexation : null;
  if (indexation === null) return line;
  const at = (price: string): string => indexedPrice(price, indexation);
  const rates = (list: readonly Rate[]): Rate[] => list.map((rate) => ({ ...rate, price: at(rate.price) }));
  switch (line.model) {
    case 'fixed':
      return { ...line, amount: at(line.amount), indexation: null };
    case 'time': {
      const steps = line.tiers?.steps.map((step) => ({ ...step, price: at(step.price) }));
      const tiers = line.tiers === undefined || steps === undefined ? undefined : { ...line.tiers, steps };
      return { ...line, price: at(line.price), tiers, rates: rates(line.rates), indexation: null };
    }
    case 'perUnit':
    case 'outcome': {
      const { pricing } = line;
      const priced =
        'steps' in pricing
          ? { ...pricing, steps: pricing.steps.map((step) => ({ ...step, price: at(step.price) })) }
          : { ...pricing, price: at(pricing.price) };
      return { ...line, pricing: priced, rates: rates(line.rates), indexation: null };
    }
    case 'gainShare':
    case 'oneOff':
    case 'passThrough':
      return line;
  }
}

/** The ratio rounded, then within its bounds; the price rounded. */
function indexedPrice(price: string, given: Indexation): string {
  const { base, current, splice, fixedShare, ratioDecimals, priceDecimals, floor, ceiling } = given;
  const fixed = Rational.of(fixedShare);
  const index = Rational.of(current)
    .times(Rational.of(splice ?? '1'))
    .over(Rational.of(base));
  const exact = fixed.plus(Rational.of(1).minus(fixed).times(index));
  let ratio = ratioDecimals === null ? exact : roundedTo(exact, ratioDecimals, 'halfAwayFromZero');
  if (floor !== null) ratio = greatest([ratio, Rational.of(floor)]);
  if (ceiling !== null) ratio = least([ratio, Rational.of(ceiling)]);
  const whole = Rational.of(price).times(ratio);
  return decimalText(priceDecimals === null ? whole : roundedTo(whole, priceDecimals, 'halfAwayFromZero'));
}

/** Of each period the last event counts: of the period that it names, else of that of its instant. */
function recorded(forecast: Forecast, period: CalendarPeriod, forecasts: readonly ForecastSet[]): Forecast {
  if (forecast.kind === 'agreed') return forecast;
  const { name, first, days } = period;
  const [start, end] = [midnightOf(first), midnightOf(first.add({ days }))];
  const own = forecasts.filter((each) =>
    each.period === null ? each.at >= start && each.at < end : each.period === name,
  );
  const last = own.toSorted((a, b) => a.at - b.at).at(-1);
  const values: Record<string, number> = last === undefined ? {} : { [name]: last.value };
  return { kind: 'agreed', values };
}
