import type { Bounds } from '#domain/contract/bonus-malus.js';
import type { Vat } from '#domain/contract/line.js';
import { zero } from '#domain/money/money.js';
import type { InvoiceLineDraft } from '../line-draft.js';
import { belongsTo } from '../month-parts.js';
import type { PricingContext } from '../pricing-context.js';
import type { Term } from '../trace.js';
import { vatGroupName } from '../vat.js';
import type { BonusMalusDraft } from './bonus-malus-draft.js';
import { shareOf } from './clause-share.js';
import type { Evaluation } from './evaluation.js';
import { atLeastZero } from './overall-cap.js';

/** One entry for each VAT group of the base; damages have a group of their own. */
export function clauseDrafts(
  context: PricingContext,
  evaluation: Evaluation,
  value: Term,
  lines: readonly InvoiceLineDraft[],
): BonusMalusDraft[] {
  const { trace } = context;
  const { clause, segments, version, malus: terms } = evaluation;
  const base = lines.filter(({ line }) => clause.base.includes(line.id));
  const own = base.filter((draft) => belongsTo(segments, context.segments, draft));
  const kind = value.value.isNegative() ? 'malus' : 'bonus';
  const isDamages = kind === 'malus' && terms.vatTreatment === 'outOfScope';
  const isAmount = isInMoney(evaluation);
  const found = baseGroups(context, version, own, isDamages);
  const total = found.reduce((sum, { whole }) => sum.plus(whole.value), zero);
  // a share of less than nothing would turn a malus into a charge
  if (!isAmount && total.isNegative()) return [];
  const isCharged = found.some(({ whole }) => !whole.value.isZero());
  const groups = isCharged || !isAmount ? found : groupsOfNothing(context, evaluation, base, isDamages);
  const exacts = isAmount
    ? spread(context, evaluation, value, groups)
    : groups.map(({ whole }) =>
        trace.apply('bonusMalus', 'product', version, { value: whole, times: value }),
      );
  const capped = withinCapAmounts(context, evaluation, kind, exacts);
  const together = capped === exacts ? null : `cap ${clause.id} ${segments[0]?.from ?? 0}`;
  return groups.flatMap(({ whole, vat, members }, index) => {
    const exact = capped[index];
    if (exact === undefined || (isAmount && exact.value.isZero() && groups.length > 1)) return [];
    const rate = isAmount ? null : value;
    const { id, name } = clause;
    const draft = {
      clause: id,
      kind,
      name,
      base: whole,
      rate,
      exact,
      vat,
      version,
      together,
      segments,
    } as const;
    return { ...draft, baseLines: members };
  });
}

interface BaseGroup {
  readonly whole: Term;
  /** What an amount is spread by; `whole`, where its lines are charged in the part that is judged. */
  readonly weight: Term;
  readonly vat: Vat;
  readonly members: readonly InvoiceLineDraft[];
}

function baseGroups(
  { trace }: PricingContext,
  version: number,
  base: readonly InvoiceLineDraft[],
  isDamages: boolean,
): BaseGroup[] {
  const groups = isDamages ? [base] : [...Map.groupBy(base, ({ vat }) => vatGroupName(vat)).values()];
  return groups.flatMap((members): BaseGroup[] => {
    const [first] = members;
    if (first === undefined) return [];
    const exacts = members.map(({ exact }) => exact);
    const whole = trace.sum('bonusMalus', version, exacts);
    return [{ whole, weight: whole, vat: isDamages ? outOfScope : first.vat, members }];
  });
}

/**
 * An amount is due also where its base has nothing to charge in the part that is judged. It corrects what its
 * lines are charged as in the rest of the month; where that is nothing as well, the first of them.
 */
function groupsOfNothing(
  context: PricingContext,
  evaluation: Evaluation,
  base: readonly InvoiceLineDraft[],
  isDamages: boolean,
): BaseGroup[] {
  const { clause, segments, version } = evaluation;
  const whole = context.trace.sum('bonusMalus', version, []);
  const ofMonth = isDamages ? [] : baseGroups(context, version, base, isDamages);
  const charged = ofMonth.filter(({ weight }) => !weight.value.isZero());
  if (charged.length > 0) return charged.map((group) => ({ ...group, whole, members: [] }));
  const terms = segments.at(-1)?.inForce.terms;
  const [first] = clause.base.flatMap((id) => terms?.lines.find((line) => line.id === id) ?? []);
  const vat = isDamages ? outOfScope : (first?.vat ?? terms?.vat ?? outOfScope);
  return [{ whole, weight: whole, vat, members: [] }];
}

export function isInMoney({ clause }: Pick<Evaluation, 'clause'>): boolean {
  return clause.kind === 'perEvent' || clause.unit === 'amount';
}

/** An amount over the VAT groups of its base, in proportion to what is above 0 of them. */
function spread(
  context: PricingContext,
  evaluation: Evaluation,
  value: Term,
  groups: readonly BaseGroup[],
): (Term | undefined)[] {
  const { trace } = context;
  const { version, clause } = evaluation;
  const share = clause.kind === 'perEvent' ? null : shareOf(context, evaluation);
  const amount = share === null ? value : trace.apply('bonusMalus', 'prorated', version, { value, ...share });
  const bounded = withinRatio(context, evaluation, amount, groups);
  const positive = groups.filter(({ weight }) => weight.value.gt(0));
  if (positive.length < 2) {
    // a line of nothing gives no VAT while another is charged
    const only = positive[0] ?? groups.find(({ weight }) => !weight.value.isZero()) ?? groups[0];
    return groups.map((group) => (group === only ? bounded : undefined));
  }
  const whole = trace.sum(
    'bonusMalus',
    version,
    positive.map((group) => group.weight),
  );
  return groups.map((group) =>
    positive.includes(group)
      ? trace.apply('bonusMalus', 'scaled', version, { part: group.weight, capped: bounded, whole })
      : undefined,
  );
}

/** The caps of an amount that are ratios of its base. */
function withinRatio(
  { trace }: PricingContext,
  { clause: { cap }, version }: Evaluation,
  amount: Term,
  groups: readonly BaseGroup[],
): Term {
  const ratio = amount.value.isNegative() ? cap.malus : cap.bonus;
  if (ratio === null) return amount;
  const wholes = groups.map(({ whole }) => whole);
  const base = atLeastZero(trace, 'kpiCap', version, trace.sum('kpiCap', version, wholes));
  const most = trace.apply('kpiCap', 'product', version, { value: base, times: ratio });
  return trace.apply('kpiCap', 'cappedRate', version, { rate: amount, bonus: most, malus: most });
}

/** Amounts of a clause that are capped together; the very same where they are not. */
function withinCapAmounts(
  context: PricingContext,
  evaluation: Evaluation,
  kind: keyof Bounds,
  exacts: readonly (Term | undefined)[],
): readonly (Term | undefined)[] {
  const { trace } = context;
  const { clause, version } = evaluation;
  const agreed = clause.capAmount?.[kind] ?? null;
  const given = exacts.flatMap((exact) => exact ?? []);
  if (agreed === null || given.length === 0) return exacts;
  const share = shareOf(context, evaluation);
  const most =
    share === null ? agreed : trace.apply('kpiCap', 'prorated', version, { value: agreed, ...share });
  const [only] = given;
  const rate = only !== undefined && given.length === 1 ? only : trace.sum('kpiCap', version, given);
  const capped = trace.apply('kpiCap', 'cappedRate', version, { rate, [kind]: most });
  if (capped.value.equals(rate.value)) return exacts;
  return exacts.map((part) => {
    if (part === undefined || given.length === 1) return part === undefined ? undefined : capped;
    return trace.apply('kpiCap', 'scaled', version, { part, capped, whole: rate });
  });
}

/** Damages are no reduction of the price: outside the scope of VAT. */
const outOfScope: Vat = { category: 'O', rate: '0', reason: 'Damages, outside the scope of VAT' };
