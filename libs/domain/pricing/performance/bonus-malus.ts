import type { KpiAdjustment, Shape } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Vat } from '#domain/contract/line.js';
import { sumTerms, type Draft } from '../line-draft.js';
import type { InvoiceAdjustment } from '../invoice.js';
import { judgedFraction, readKpi, type Fraction, type Windows } from './kpi-reading.js';
import type { Pricing } from '../pricing.js';
import type { Term } from '../trace.js';
import { waived } from './waivers.js';

/** A bonus or malus before rounding. */
export interface AdjustmentDraft {
  readonly clause: string;
  readonly kind: InvoiceAdjustment['kind'];
  readonly name: string;
  readonly base: Term | null;
  readonly rate: Term | null;
  readonly exact: Term;
  readonly vat: Vat;
  readonly version: number;
  /** Of entries that share a cap only the sum is exact; they are rounded together. */
  readonly together: string | null;
}

export interface Adjusted {
  readonly drafts: readonly AdjustmentDraft[];
  /** Adjustments whose target was missed, whether or not a malus came of it. */
  readonly missed: readonly string[];
}

/**
 * Bonus and malus of the month, in order, each on its own base and before the others, then the cap over all
 * malus.
 */
export function kpiAdjustments(pricing: Pricing, lines: readonly Draft[]): Adjusted {
  const missed: string[] = [];
  const drafts = pricing.judge.terms.adjustments.flatMap((adjustment) => {
    if (adjustment.kind !== 'kpi') return [];
    return judgementsOf(pricing, adjustment).flatMap((judgement) => {
      const { rate, agreed } = rateOf(pricing, judgement);
      if (agreed.isNegative() && !agreed.isZero()) missed.push(adjustment.id);
      return rate.value.isZero() ? [] : amounts(pricing, judgement, rate, lines);
    });
  });
  return { drafts: overallCapped(pricing, drafts, lines), missed };
}

/** One adjustment as it is judged for some windows of the month, under their terms. */
interface Judgement {
  readonly adjustment: KpiAdjustment;
  readonly terms: Terms;
  readonly windows: Windows;
}

/**
 * A clause for one window is judged in it alone. Where a calendar rule gives a clause other targets, its
 * window is judged by those and the rest of the month by the usual ones.
 */
function judgementsOf({ stages, judge }: Pricing, adjustment: KpiAdjustment): Judgement[] {
  const windows = stages.filter(({ window }) => window !== null);
  const own = windows.flatMap(({ window, regime: { terms } }) => {
    const found = terms.adjustments.find(({ id }) => id === adjustment.id);
    return found?.kind === 'kpi' ? [{ window, terms, adjustment: found }] : [];
  });
  const { during } = adjustment;
  if (during !== null) {
    const inside = own.findLast(({ window }) => window === during);
    return inside === undefined ? [] : [{ ...inside, windows: (window) => window === during }];
  }
  const changed = own.filter((other) => JSON.stringify(other.adjustment) !== JSON.stringify(adjustment));
  const special = new Map(changed.map((other) => [other.window, other]));
  const usual: Judgement = { adjustment, terms: judge.terms, windows: (window) => !special.has(window) };
  const peaks = [...special].map(([name, other]): Judgement => ({
    ...other,
    windows: (window) => window === name,
  }));
  const onlyPeaks = stages.every(({ window }) => special.has(window));
  return onlyPeaks ? peaks : [usual, ...peaks];
}

/** The rate as agreed, and what is left of it after waivers and the KPI's own cap. */
function rateOf(pricing: Pricing, judgement: Judgement): { rate: Term; agreed: Term['value'] } {
  const { ledger, judge } = pricing;
  const { adjustment, terms, windows } = judgement;
  const kpi = terms.kpis[adjustment.kpi];
  if (kpi === undefined) throw new Error(`there is no KPI '${adjustment.kpi}' in version ${judge.version}`);
  const reading = readKpi(pricing, adjustment.kpi, kpi, windows);
  const target = targetOf(adjustment.shapes);
  const fraction = judgedFraction(pricing, reading, windows, kpi.minSample, kpi.onNoData, target);
  if (fraction === null) {
    const sample = { value: 0, sample: reading.denominator, minSample: kpi.minSample };
    const rate = ledger.apply('adjustment', 'taken', judge.version, sample);
    return { rate, agreed: rate.value };
  }
  const agreed = shapedRate(pricing, adjustment.shapes, fraction);
  const left = waived(pricing, adjustment.id, terms.waivers, agreed);
  const { bonus, malus } = adjustment.cap;
  if (bonus === null && malus === null) return { rate: left, agreed: agreed.value };
  const rate = ledger.apply('kpiCap', 'cappedRate', judge.version, {
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

function shapedRate({ ledger, judge }: Pricing, shapes: readonly Shape[], { n, d }: Fraction): Term {
  const value = { numerator: n, denominator: d };
  const rates = shapes.map((shape) => {
    switch (shape.shape) {
      case 'step': {
        const points = shape.points.flatMap(({ op, value: at, rate }, index): [string, string][] => [
          [`op ${index + 1}`, op],
          [`value ${index + 1}`, at],
          [`rate ${index + 1}`, rate],
        ]);
        return ledger.apply('adjustment', 'stepRate', judge.version, {
          ...value,
          ...Object.fromEntries(points),
        });
      }
      case 'linear': {
        const { from, to } = shape;
        const ends = { from: from.at, fromRate: from.rate, to: to.at, toRate: to.rate };
        return ledger.apply('adjustment', 'linearRate', judge.version, { ...value, ...ends });
      }
      case 'perPoint': {
        const { from, beyond, size, count, rate } = shape;
        return ledger.apply('adjustment', 'pointRate', judge.version, {
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
  return ledger.apply('adjustment', 'firstRate', judge.version, named);
}

/** One entry for each VAT group of the base; damages have a group of their own. */
function amounts(
  pricing: Pricing,
  judgement: Judgement,
  rate: Term,
  lines: readonly Draft[],
): AdjustmentDraft[] {
  const { judge, ledger } = pricing;
  const { adjustment, windows } = judgement;
  const base = lines.filter(({ line, window }) => adjustment.base.includes(line.id) && windows(window));
  const malus = rate.value.isNegative();
  const damages = malus && judge.terms.malus.vatTreatment === 'outOfScope';
  const groups = damages ? new Map([['', base]]) : Map.groupBy(base, ({ vat }) => JSON.stringify(vat));
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (first === undefined) return [];
    const exacts = members.map(({ exact }) => exact);
    const whole = sumTerms('adjustment', judge.version, exacts, ledger);
    const exact = ledger.apply('adjustment', 'product', judge.version, { value: whole, times: rate });
    return {
      clause: adjustment.id,
      kind: malus ? 'malus' : 'bonus',
      name: adjustment.name,
      base: whole,
      rate,
      exact,
      vat: damages ? outOfScope : first.vat,
      version: judge.version,
      together: null,
    } as const;
  });
}

/** Damages are no reduction of the price: outside the scope of VAT. */
const outOfScope: Vat = { category: 'O', rate: '0', reason: 'Damages, outside the scope of VAT' };

/** Where all malus together is above the cap on the month's lines, each is brought down in proportion. */
function overallCapped(
  { judge, ledger }: Pricing,
  drafts: readonly AdjustmentDraft[],
  lines: readonly Draft[],
): AdjustmentDraft[] {
  const { overallCap } = judge.terms.malus;
  const taken = drafts.filter(({ kind }) => kind === 'malus');
  if (overallCap === null || taken.length === 0) return [...drafts];
  const exacts = lines.map(({ exact }) => exact);
  const base = sumTerms('overallCap', judge.version, exacts, ledger);
  const cap = ledger.apply('overallCap', 'product', judge.version, { value: base, times: `-${overallCap}` });
  const malus = taken.map(({ exact }) => exact);
  const whole = sumTerms('overallCap', judge.version, malus, ledger);
  const capped = ledger.apply('overallCap', 'atLeast', judge.version, { value: whole, least: cap });
  if (capped.value.equals(whole.value)) return [...drafts];
  return drafts.map((draft) => {
    if (draft.kind !== 'malus') return draft;
    const inputs = { part: draft.exact, capped, whole };
    return {
      ...draft,
      exact: ledger.apply('overallCap', 'scaled', judge.version, inputs),
      together: 'overallCap',
    };
  });
}
