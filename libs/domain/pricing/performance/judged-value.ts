import type { EventBonusMalus, Scorecard, Shape } from '#domain/contract/bonus-malus.js';
import { measureTotal } from '../book-terms.js';
import { proratedUnits } from '../proration.js';
import { isIn } from '../month-parts.js';
import type { PricingContext } from '../pricing-context.js';
import type { CalculationTrace, Term } from '../trace.js';
import { shareOf } from './clause-share.js';
import { kpiOf, type Evaluation } from './evaluation.js';
import { gateTerm } from './gate.js';
import { evaluatedFraction, readKpi, type Fraction } from './kpi-reading.js';
import { shapedRate, targetOf } from './shapes.js';
import { waived } from './waivers.js';

/** A rate of the base, or an amount, as the clause's `unit` says. */
export interface JudgedValue {
  /** After waivers and conditions of a bonus, before escalation and caps. */
  readonly value: Term;
  /** Before them; null: there was no data to judge by. */
  readonly agreed: Term['value'] | null;
}

/** What a clause gives or takes for a part of the month. */
export function judgedValue(context: PricingContext, evaluation: Evaluation): JudgedValue {
  const { clause, waivers, version } = evaluation;
  const agreed = agreedValue(context, evaluation);
  if ('noData' in agreed) return { value: agreed.noData, agreed: null };
  const left = waived(context, clause.id, waivers, agreed, version);
  return { value: ifConditionsHold(context, evaluation, left), agreed: agreed.value };
}

/** `noData`: 0, with the sample that is too small. */
function agreedValue(context: PricingContext, evaluation: Evaluation): Term | { readonly noData: Term } {
  const { clause } = evaluation;
  switch (clause.kind) {
    case 'kpi':
      return byKpi(context, evaluation, clause.kpi, clause.shapes);
    case 'scorecard':
      return byScore(context, evaluation, clause);
    case 'perEvent':
      return byEvents(context, evaluation, clause);
  }
}

function byKpi(
  context: PricingContext,
  evaluation: Evaluation,
  id: string,
  shapes: readonly Shape[],
): Term | { readonly noData: Term } {
  const { trace } = context;
  const { scope, version } = evaluation;
  const kpi = kpiOf(evaluation, id);
  const reading = readKpi(context, id, kpi, scope, version);
  const { minSample, onNoData } = kpi;
  const fraction = evaluatedFraction(context, reading, scope, version, minSample, onNoData, targetOf(shapes));
  if (fraction !== null) return shapedRate(trace, shapes, fraction, version);
  const sample = { value: 0, sample: reading.denominator, minSample };
  return { noData: trace.apply('bonusMalus', 'taken', version, sample) };
}

/** The mean of the points of each KPI by their weights, over those that there is data for. */
function byScore(
  context: PricingContext,
  evaluation: Evaluation,
  { of, shapes }: Scorecard,
): Term | { readonly noData: Term } {
  const { trace } = context;
  const { version } = evaluation;
  const points = of.map(({ kpi, weight, shapes: own }) => {
    return { kpi, weight, points: byKpi(context, evaluation, kpi, own) };
  });
  const judged = points.flatMap(({ points: given, ...rest }) =>
    'noData' in given ? [] : [{ ...rest, points: given }],
  );
  if (judged.length === 0) {
    const [first] = points;
    const given = first?.points;
    if (given !== undefined && 'noData' in given) return given;
    throw new Error(`a scorecard of nothing in version ${version}`);
  }
  const weighted = judged.map(({ points: given, weight }) => {
    const value = toPointDecimals(given, version, trace);
    return trace.apply('bonusMalus', 'product', version, { value, times: weight });
  });
  const weights = Object.fromEntries(judged.map(({ kpi, weight }) => [`weight ${kpi}`, weight]));
  const fraction: Fraction = {
    n: trace.sum('bonusMalus', version, weighted),
    d: trace.apply('bonusMalus', 'sum', version, weights),
  };
  return shapedRate(trace, shapes, fraction, version);
}

/** Decimals of points, so that a score compares exactly with its thresholds. */
const pointDecimals = 6;

function toPointDecimals(value: Term, version: number, trace: CalculationTrace): Term {
  if (value.value.decimalPlaces() <= pointDecimals) return value;
  const inputs = { value, scale: pointDecimals, mode: 'halfAwayFromZero' };
  return trace.apply('bonusMalus', 'round', version, inputs);
}

function byEvents(
  context: PricingContext,
  evaluation: Evaluation,
  { measure, amount, free, proration }: EventBonusMalus,
): Term {
  const { book, trace } = context;
  const { segments, version } = evaluation;
  const counted = measureTotal(measure, (cell) => isIn(segments, cell), book, version, trace);
  const share = proration === 'none' || free === 0 ? null : shareOf(context, evaluation);
  const from = share === null ? free : proratedUnits(free, share, 'bonusMalus', version, trace);
  const quantity =
    free === 0 ? counted : trace.apply('bonusMalus', 'slice', version, { after: 0, quantity: counted, from });
  return trace.apply('bonusMalus', 'amount', version, { quantity, price: amount, per: 1 });
}

/** A bonus is nothing where one of its conditions does not hold. */
function ifConditionsHold(context: PricingContext, evaluation: Evaluation, left: Term): Term {
  const { clause, scope, version } = evaluation;
  if (left.value.lte(0)) return left;
  return (clause.bonusIf ?? []).reduce((value, gate) => {
    const times = gateTerm(context, { gate, kpi: kpiOf(evaluation, gate.kpi), scope, version });
    return context.trace.apply('gate', 'product', version, { value, times });
  }, left);
}
