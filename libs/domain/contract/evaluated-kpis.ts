import type { BonusMalus } from './bonus-malus.js';

/** KPIs that a bonus or malus is judged by, without those of its conditions. */
export function evaluatedKpis(clause: BonusMalus): readonly string[] {
  switch (clause.kind) {
    case 'kpi':
      return [clause.kpi];
    case 'scorecard':
      return clause.of.map(({ kpi }) => kpi);
    case 'perEvent':
    case 'earnBack':
      return [];
  }
}

/** KPIs that a bonus of the clause is conditional on. */
export function conditionKpis(clause: BonusMalus): readonly string[] {
  return clause.kind === 'earnBack' ? [] : (clause.bonusIf ?? []).map(({ kpi }) => kpi);
}
