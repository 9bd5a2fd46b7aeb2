import type { KpiBonusMalus, Shape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { AllowanceOrCharge } from '../invoice.js';
import { evaluatedFraction, readKpi, type Fraction, type WindowFilter } from './kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import { vatGroupName } from '../vat.js';
import { waived } from './waivers.js';

/** A bonus or malus before rounding. */
export interface BonusMalusDraft {
  readonly clause: string;
  readonly kind: AllowanceOrCharge['kind'];
  readonly name: string;
  readonly base: Term | null;
  readonly rate: Term | null;
  readonly exact: Term;
  readonly vat: Vat;
  readonly version: number;
  /** Of entries that share a cap only the sum is exact; they are rounded together. */
  readonly together: string | null;
}

export interface BonusMalusResult {
  readonly drafts: readonly BonusMalusDraft[];
  /** Clauses whose target was missed, whether or not a malus came of it. */
  readonly missed: readonly string[];
}

/**
 * Bonus and malus of the month, in order, each on its own base of unchanged lines, then the cap over all
 * malus.
 */
export function bonusMalus(context: PricingContext, lines: readonly InvoiceLineDraft[]): BonusMalusResult {
  const missed: string[] = [];
  const drafts = context.periodEnd.terms.bonusMalus.flatMap((clause) => {
    if (clause.kind !== 'kpi') return [];
    return evaluationsOf(context, clause).flatMap((evaluation) => {
      const { rate, agreed } = rateOf(context, evaluation);
      if (agreed.isNegative() && !agreed.isZero()) missed.push(clause.id);
      return rate.value.isZero() ? [] : amounts(context, evaluation, rate, lines);
    });
  });
  return { drafts: overallCapped(context, drafts, lines), missed };
}

/** A clause as it is evaluated for some windows of the month, under their terms. */
interface Evaluation {
  readonly clause: KpiBonusMalus;
  readonly terms: Terms;
  readonly windows: WindowFilter;
}

/**
 * A clause for one window is evaluated in it alone. Where a calendar rule gives a clause other targets, its
 * window is evaluated by those and the rest of the month by the usual ones.
 */
function evaluationsOf({ segments, periodEnd }: PricingContext, clause: KpiBonusMalus): Evaluation[] {
  const windows = segments.filter(({ window }) => window !== null);
  const own = windows.flatMap(({ window, inForce: { terms } }) => {
    const found = terms.bonusMalus.find(({ id }) => id === clause.id);
    return found?.kind === 'kpi' ? [{ window, terms, clause: found }] : [];
  });
  const { during } = clause;
  if (during !== null) {
    const inside = own.findLast(({ window }) => window === during);
    return inside === undefined ? [] : [{ ...inside, windows: (window) => window === during }];
  }
  const changed = own.filter((other) => JSON.stringify(other.clause) !== JSON.stringify(clause));
  const special = new Map(changed.map((other) => [other.window, other]));
  const usual: Evaluation = { clause, terms: periodEnd.terms, windows: (window) => !special.has(window) };
  const peaks = [...special].map(([name, other]): Evaluation => ({
    ...other,
    windows: (window) => window === name,
  }));
  const onlyPeaks = segments.every(({ window }) => special.has(window));
  return onlyPeaks ? peaks : [usual, ...peaks];
}

/** The rate as agreed, and what is left of it after waivers and the KPI's own cap. */
function rateOf(context: PricingContext, evaluation: Evaluation): { rate: Term; agreed: Term['value'] } {
  const { trace, periodEnd } = context;
  const { clause, terms, windows } = evaluation;
  const kpi = terms.kpis[clause.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${clause.kpi}' in version ${periodEnd.version}`);
  const reading = readKpi(context, clause.kpi, kpi, windows);
  const target = targetOf(clause.shapes);
  const fraction = evaluatedFraction(context, reading, windows, kpi.minSample, kpi.onNoData, target);
  if (fraction === null) {
    const sample = { value: 0, sample: reading.denominator, minSample: kpi.minSample };
    const rate = trace.apply('bonusMalus', 'taken', periodEnd.version, sample);
    return { rate, agreed: rate.value };
  }
  const agreed = shapedRate(context, clause.shapes, fraction);
  const left = waived(context, clause.id, terms.waivers, agreed);
  const { bonus, malus } = clause.cap;
  if (bonus === null && malus === null) return { rate: left, agreed: agreed.value };
  const rate = trace.apply('kpiCap', 'cappedRate', periodEnd.version, {
    rate: left,
    ...(bonus !== null && { bonus }),
    ...(malus !== null && { malus }),
  });
  return { rate, agreed: agreed.value };
}

/** What "as on target" means: the first threshold that the clause names. */
function targetOf([first]: readonly Shape[]): string {
  switch (first?.shape) {
    case 'step':
      return first.points[0]?.value ?? '0';
    case 'linear':
      return first.from.at;
    case 'perPoint':
      return first.from;
    case undefined:
      return '0';
  }
}

function shapedRate(
  { trace, periodEnd }: PricingContext,
  shapes: readonly Shape[],
  { n, d }: Fraction,
): Term {
  const value = { numerator: n, denominator: d };
  const rates = shapes.map((shape) => {
    switch (shape.shape) {
      case 'step': {
        const points = shape.points.flatMap(({ op, value: at, rate }, index): [string, string][] => [
          [`op ${index + 1}`, op],
          [`value ${index + 1}`, at],
          [`rate ${index + 1}`, rate],
        ]);
        return trace.apply('bonusMalus', 'stepRate', periodEnd.version, {
          ...value,
          ...Object.fromEntries(points),
        });
      }
      case 'linear': {
        const { from, to } = shape;
        const ends = { from: from.at, fromRate: from.rate, to: to.at, toRate: to.rate };
        return trace.apply('bonusMalus', 'linearRate', periodEnd.version, { ...value, ...ends });
      }
      case 'perPoint': {
        const { from, beyond, size, count, rate } = shape;
        return trace.apply('bonusMalus', 'pointRate', periodEnd.version, {
          ...value,
          from,
          beyond,
          size,
          count,
          rate,
        });
      }
    }
  });
  const [only, ...others] = rates;
  if (only !== undefined && others.length === 0) return only;
  const named = Object.fromEntries(rates.map((rate, index) => [`rate ${index + 1}`, rate]));
  return trace.apply('bonusMalus', 'firstRate', periodEnd.version, named);
}

/** One entry for each VAT group of the base; damages have a group of their own. */
function amounts(
  context: PricingContext,
  evaluation: Evaluation,
  rate: Term,
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const { periodEnd, trace } = context;
  const { clause, windows } = evaluation;
  const base = lines.filter(({ line, window }) => clause.base.includes(line.id) && windows(window));
  const malus = rate.value.isNegative();
  const damages = malus && periodEnd.terms.malus.vatTreatment === 'outOfScope';
  const groups = damages ? new Map([['', base]]) : Map.groupBy(base, ({ vat }) => vatGroupName(vat));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const exacts = members.map(({ exact }) => exact);
    const whole = trace.sum('bonusMalus', periodEnd.version, exacts);
    const exact = trace.apply('bonusMalus', 'product', periodEnd.version, { value: whole, times: rate });
    return {
      clause: clause.id,
      kind: malus ? 'malus' : 'bonus',
      name: clause.name,
      base: whole,
      rate,
      exact,
      vat: damages ? outOfScope : first.vat,
      version: periodEnd.version,
      together: null,
    } as const;
  });
}

/** Damages are no reduction of the price: outside the scope of VAT. */
const outOfScope: Vat = { category: 'O', rate: '0', reason: 'Damages, outside the scope of VAT' };

/** Where all malus together is above the cap on the month's lines, each is brought down in proportion. */
function overallCapped(
  { periodEnd, trace }: PricingContext,
  drafts: readonly BonusMalusDraft[],
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const { overallCap } = periodEnd.terms.malus;
  const taken = drafts.filter(({ kind }) => kind === 'malus');
  if (overallCap === null || taken.length === 0) return [...drafts];
  const exacts = lines.map(({ exact }) => exact);
  const base = trace.sum('overallCap', periodEnd.version, exacts);
  const cap = trace.apply('overallCap', 'product', periodEnd.version, {
    value: base,
    times: `-${overallCap}`,
  });
  const malus = taken.map(({ exact }) => exact);
  const whole = trace.sum('overallCap', periodEnd.version, malus);
  const capped = trace.apply('overallCap', 'atLeast', periodEnd.version, { value: whole, least: cap });
  if (capped.value.equals(whole.value)) return [...drafts];
  return drafts.map((draft) => {
    if (draft.kind !== 'malus') return draft;
    const inputs = { part: draft.exact, capped, whole };
    return {
      ...draft,
      exact: trace.apply('overallCap', 'scaled', periodEnd.version, inputs),
      together: 'overallCap',
    };
  });
}
