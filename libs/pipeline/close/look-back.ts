import type { Contract, Terms } from '#domain/contract/contract.js';
import { type Period, shiftPeriod } from '#domain/period/period.js';

/**
 * The earlier periods that pricing one looks at, the latest first: as far back as any version of the contract
 * reaches. A period that is looked at may itself look back, so the reaches add up.
 */
export function lookBackPeriods(contract: Contract, period: Period): Period[] {
  const all = contract.versions.flatMap(({ terms, windows }) => [
    terms,
    ...windows.map((window) => window.terms),
  ]);
  const reach =
    Math.max(...all.map(earnBackReach)) + Math.max(...all.map(maturityReach), ...all.map(noDataReach));
  return Array.from({ length: reach }, (_, index) => shiftPeriod(period, -1 - index));
}

/** A malus is given back from the period before those in which the targets were met. */
function earnBackReach({ bonusMalus }: Terms): number {
  return Math.max(0, ...bonusMalus.map((each) => (each.kind === 'earnBack' ? each.ifTargetsMetFor : 0)));
}

/** A window of at most 31 days ends at the latest in the second period after its own. */
function maturityReach({ lines }: Terms): number {
  return lines.some((line) => line.model === 'outcome' && line.settleAfter === 'maturity') ? 2 : 0;
}

function noDataReach({ kpis, lines }: Terms): number {
  const gates = lines.flatMap((line) => [
    ...(line.payIf === null ? [] : [line.payIf]),
    ...(line.model === 'gainShare' ? line.guards : []),
  ]);
  const clauses = [...Object.values(kpis), ...gates];
  return clauses.some(({ onNoData }) => onNoData === 'previousPeriod') ? 1 : 0;
}
