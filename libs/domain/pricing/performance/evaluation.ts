import type { JudgedClause, MalusTerms, Waiver } from '#domain/contract/bonus-malus.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { conditionKpis, evaluatedKpis } from '#domain/contract/evaluated-kpis.js';
import { monthParts } from '../month-parts.js';
import type { PricingContext } from '../pricing-context.js';
import type { TermsSegment } from '../terms-segments.js';
import { inPart, type KpiScope } from './kpi-reading.js';

/** A clause as it is evaluated for some part of the month, under the terms of that part. */
export interface Evaluation extends JudgedTerms {
  readonly version: number;
  readonly segments: readonly TermsSegment[];
  readonly scope: KpiScope;
}

/** All that a verdict depends on. */
interface JudgedTerms {
  readonly clause: JudgedClause;
  /** Those that it is judged by, and those of its conditions. */
  readonly kpis: Readonly<Record<string, Kpi>>;
  readonly waivers: readonly Waiver[];
  readonly malus: MalusTerms;
}

/**
 * Each part of the month is judged under its own terms: where an amendment or a calendar rule changes the
 * clause, its KPI or what bounds its malus, what came before by the old terms and what came after by the new.
 * A clause for one window is evaluated in it alone.
 */
export function evaluationsOf(context: PricingContext, id: string): Evaluation[] {
  const parts = monthParts(context.segments, (segment): JudgedTerms | null => {
    const clause = clauseIn(segment, id);
    const { terms } = segment.inForce;
    if (clause === null) return null;
    const named = [...evaluatedKpis(clause), ...conditionKpis(clause)].map((name): [string, Kpi] => {
      const kpi = terms.kpis[name];
      if (kpi === undefined) throw new Error(`there is no KPI '${name}' in version ${segment.version}`);
      return [name, kpi];
    });
    const waivers = terms.waivers.filter(({ of }) => of.includes(id));
    return { clause, kpis: Object.fromEntries(named), waivers, malus: terms.malus };
  });
  return parts.map(({ clause: judged, segments, version }) => {
    const scope = inPart(context, segments, judged.clause.during);
    return { ...judged, version, segments, scope };
  });
}

/** null: the terms of the segment do not have it, or not for its window. */
export function clauseIn({ inForce: { terms }, window }: TermsSegment, id: string): JudgedClause | null {
  const clause = terms.bonusMalus.find((candidate) => candidate.id === id);
  if (clause === undefined || clause.kind === 'earnBack') return null;
  return clause.during !== null && clause.during !== window ? null : clause;
}

export function kpiOf({ kpis }: Pick<Evaluation, 'kpis'>, id: string): Kpi {
  const kpi = kpis[id];
  if (kpi === undefined) throw new Error(`there is no KPI '${id}'`);
  return kpi;
}
