import type { KpiBonusMalus, MalusTerms, Shape, Waiver } from '#domain/contract/bonus-malus.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Vat } from '#domain/contract/line.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import type { AllowanceOrCharge } from '../invoice.js';
import { belongsTo, monthParts, type MonthPart } from '../month-parts.js';
import { evaluatedFraction, inPart, readKpi, type Fraction, type KpiScope } from './kpi-reading.js';
import type { PricingContext } from '../pricing-context.js';
import type { TermsSegment } from '../terms-segments.js';
import type { CalculationTrace, Term } from '../trace.js';
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
  /** The part of the month that it is for; of what is given back: none. */
  readonly segments: readonly TermsSegment[];
  /** Lines that sum to `base`. */
  readonly baseLines: readonly InvoiceLineDraft[];
}

export interface BonusMalusResult {
  readonly drafts: readonly BonusMalusDraft[];
  /** How each clause was judged, once for each part of the month. */
  readonly verdicts: readonly Verdict[];
}

/** `met`: on target, or taken to be; `missed`: whether or not a malus came of it; `noData`: not judged. */
export interface Verdict {
  readonly clause: string;
  readonly is: 'met' | 'missed' | 'noData';
}

/**
 * Bonus and malus of the month, in order, each on its own base of unchanged lines, then the cap over all
 * malus.
 */
export function bonusMalus(context: PricingContext, lines: readonly InvoiceLineDraft[]): BonusMalusResult {
  const verdicts: Verdict[] = [];
  const drafts = clauseIds(context).flatMap((id) =>
    evaluationsOf(context, id).flatMap((evaluation) => {
      const { rate, agreed } = rateOf(context, evaluation);
      verdicts.push({ clause: id, is: agreed === null ? 'noData' : agreed.lt(0) ? 'missed' : 'met' });
      return rate.value.isZero() ? [] : amounts(context, evaluation, rate, lines);
    }),
  );
  return { drafts: overallCapped(context, drafts, lines), verdicts };
}

/** Of all versions and windows of the month: those of its end in their order, then those it no longer has. */
function clauseIds({ segments, periodEnd }: PricingContext): string[] {
  const terms = [periodEnd.terms, ...segments.map(({ inForce }) => inForce.terms)];
  return [...new Set(terms.flatMap(({ bonusMalus: clauses }) => clauses.map(({ id }) => id)))];
}

/** A clause as it is evaluated for some part of the month, under the terms of that part. */
interface Evaluation extends JudgedTerms {
  readonly version: number;
  readonly segments: readonly TermsSegment[];
  readonly scope: KpiScope;
}

/** All that a verdict depends on. */
interface JudgedTerms {
  readonly clause: KpiBonusMalus;
  readonly kpi: Kpi;
  readonly waivers: readonly Waiver[];
  readonly malus: MalusTerms;
}

/**
 * Each part of the month is judged under its own terms: where an amendment or a calendar rule changes the
 * clause, its KPI or what bounds its malus, what came before by the old terms and what came after by the new.
 * A clause for one window is evaluated in it alone.
 */
function evaluationsOf(context: PricingContext, id: string): Evaluation[] {
  const parts = monthParts(
    context.segments,
    ({ inForce: { terms }, window, version }): JudgedTerms | null => {
      const clause = terms.bonusMalus.find((candidate) => candidate.id === id);
      if (clause?.kind !== 'kpi' || (clause.during !== null && clause.during !== window)) return null;
      const kpi = terms.kpis[clause.kpi];
      if (kpi === undefined) throw new Error(`there is no KPI '${clause.kpi}' in version ${version}`);
      const waivers = terms.waivers.filter(({ of }) => of.includes(id));
      return { clause, kpi, waivers, malus: terms.malus };
    },
  );
  return parts.map(({ clause: judged, segments, version }) => {
    const scope = inPart(context, segments, judged.clause.during);
    return { ...judged, version, segments, scope };
  });
}

/** `agreed`: before waivers and the clause's own cap, null without data; `rate`: what is left of it. */
function rateOf(
  context: PricingContext,
  { clause, kpi, waivers, version, scope }: Evaluation,
): { rate: Term; agreed: Term['value'] | null } {
  const { trace } = context;
  const reading = readKpi(context, clause.kpi, kpi, scope, version);
  const target = targetOf(clause.shapes);
  const fraction = evaluatedFraction(context, reading, scope, version, kpi.minSample, kpi.onNoData, target);
  if (fraction === null) {
    const sample = { value: 0, sample: reading.denominator, minSample: kpi.minSample };
    return { rate: trace.apply('bonusMalus', 'taken', version, sample), agreed: null };
  }
  const agreed = shapedRate(trace, clause.shapes, fraction, version);
  const left = waived(context, clause.id, waivers, agreed, version);
  const { bonus, malus } = clause.cap;
  if (bonus === null && malus === null) return { rate: left, agreed: agreed.value };
  const rate = trace.apply('kpiCap', 'cappedRate', version, {
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
  trace: CalculationTrace,
  shapes: readonly Shape[],
  { n, d }: Fraction,
  version: number,
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
        return trace.apply('bonusMalus', 'stepRate', version, {
          ...value,
          ...Object.fromEntries(points),
        });
      }
      case 'linear': {
        const { from, to } = shape;
        const ends = { from: from.at, fromRate: from.rate, to: to.at, toRate: to.rate };
        return trace.apply('bonusMalus', 'linearRate', version, { ...value, ...ends });
      }
      case 'perPoint': {
        const { from, beyond, size, count, rate } = shape;
        return trace.apply('bonusMalus', 'pointRate', version, {
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
  return trace.apply('bonusMalus', 'firstRate', version, named);
}

/** One entry for each VAT group of the base; damages have a group of their own. */
function amounts(
  context: PricingContext,
  evaluation: Evaluation,
  rate: Term,
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const { trace } = context;
  const { clause, segments, version, malus: terms } = evaluation;
  const base = lines.filter(
    (draft) => clause.base.includes(draft.line.id) && belongsTo(segments, context.segments, draft),
  );
  const malus = rate.value.isNegative();
  const damages = malus && terms.vatTreatment === 'outOfScope';
  const groups = damages ? new Map([['', base]]) : Map.groupBy(base, ({ vat }) => vatGroupName(vat));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const exacts = members.map(({ exact }) => exact);
    const whole = trace.sum('bonusMalus', version, exacts);
    const exact = trace.apply('bonusMalus', 'product', version, { value: whole, times: rate });
    return {
      clause: clause.id,
      kind: malus ? 'malus' : 'bonus',
      name: clause.name,
      base: whole,
      rate,
      exact,
      vat: damages ? outOfScope : first.vat,
      version,
      together: null,
      segments,
      baseLines: members,
    } as const;
  });
}

/** Damages are no reduction of the price: outside the scope of VAT. */
const outOfScope: Vat = { category: 'O', rate: '0', reason: 'Damages, outside the scope of VAT' };

/**
 * Where all malus together is above the cap on the month's lines, each is brought down in proportion; where
 * the cap changes within the month, in each of its parts.
 */
function overallCapped(
  context: PricingContext,
  drafts: readonly BonusMalusDraft[],
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const parts = monthParts(context.segments, ({ inForce }) => inForce.terms.malus);
  return parts.reduce<BonusMalusDraft[]>(
    (all, part, index) => cappedPart(context, part, `overallCap ${index}`, all, lines),
    [...drafts],
  );
}

function cappedPart(
  { trace, segments: month }: PricingContext,
  { clause: { overallCap }, segments, version }: MonthPart<MalusTerms>,
  together: string,
  drafts: readonly BonusMalusDraft[],
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const isTaken = ({ kind, segments: of }: BonusMalusDraft): boolean =>
    kind === 'malus' && of.every((segment) => segments.includes(segment));
  const taken = drafts.filter(isTaken);
  if (overallCap === null || taken.length === 0) return [...drafts];
  const own = lines.filter((draft) => belongsTo(segments, month, draft));
  const exacts = own.map(({ exact }) => exact);
  const base = trace.sum('overallCap', version, exacts);
  const cap = trace.apply('overallCap', 'product', version, { value: base, times: `-${overallCap}` });
  const malus = taken.map(({ exact }) => exact);
  const whole = trace.sum('overallCap', version, malus);
  const capped = trace.apply('overallCap', 'atLeast', version, { value: whole, least: cap });
  if (capped.value.equals(whole.value)) return [...drafts];
  return drafts.map((draft) => {
    if (!isTaken(draft)) return draft;
    const inputs = { part: draft.exact, capped, whole };
    return { ...draft, exact: trace.apply('overallCap', 'scaled', version, inputs), together };
  });
}
