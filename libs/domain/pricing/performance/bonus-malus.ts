import type { InvoiceLineDraft } from '../line-draft.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import type { BonusMalusDraft } from './bonus-malus-draft.js';
import { clauseDrafts, isInMoney } from './clause-drafts.js';
import { escalated } from './escalation.js';
import { evaluationsOf, type Evaluation } from './evaluation.js';
import { judgedValue } from './judged-value.js';
import { overallCapped } from './overall-cap.js';

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
 * Bonus and malus of the month, in order, each on its own base of unchanged lines, then the caps over all
 * malus and over all bonus.
 */
export function bonusMalus(context: PricingContext, lines: readonly InvoiceLineDraft[]): BonusMalusResult {
  const verdicts: Verdict[] = [];
  const drafts = clauseIds(context).flatMap((id) =>
    evaluationsOf(context, id).flatMap((evaluation) => {
      const { value: left, agreed } = judgedValue(context, evaluation);
      verdicts.push({ clause: id, is: agreed === null ? 'noData' : agreed.lt(0) ? 'missed' : 'met' });
      const value = cappedRate(context, evaluation, escalated(context, evaluation, left));
      return value.value.isZero() ? [] : clauseDrafts(context, evaluation, value, lines);
    }),
  );
  return { drafts: overallCapped(context, drafts, lines), verdicts };
}

/** Of all versions and windows of the month: those of its end in their order, then those it no longer has. */
function clauseIds({ segments, periodEnd }: PricingContext): string[] {
  const terms = [periodEnd.terms, ...segments.map(({ inForce }) => inForce.terms)];
  return [...new Set(terms.flatMap(({ bonusMalus: clauses }) => clauses.map(({ id }) => id)))];
}

/** The clause's own cap of a rate; amounts are held against their base. */
function cappedRate({ trace }: PricingContext, evaluation: Evaluation, rate: Term): Term {
  const { clause, version } = evaluation;
  const { bonus, malus } = clause.cap;
  if (isInMoney(evaluation) || (bonus === null && malus === null)) return rate;
  return trace.apply('kpiCap', 'cappedRate', version, {
    rate,
    ...(bonus !== null && { bonus }),
    ...(malus !== null && { malus }),
  });
}
