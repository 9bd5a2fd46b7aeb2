import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Commitment } from '#domain/contract/commitment.js';
import { commitmentPeriod, periodsBefore } from '#domain/contract/commitment-period.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Discount } from '#domain/contract/discount.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { PeriodUnit } from '#domain/period/rhythm.js';
import { orderPeriodsBefore } from './payment-details.js';

/**
 * The earlier periods that pricing one looks at, the latest first: as far back as any version of the contract
 * reaches. A period that is looked at may itself look back, so the reaches add up. The
 * limit of a purchase order is held against all its months.
 */
export function lookBackPeriods(contract: Contract, period: Period): Period[] {
  const all = allTerms(contract);
  const reach =
    Math.max(...all.map(earnBackReach)) +
    Math.max(...all.map(escalationReach)) +
    Math.max(...all.map(deductReach)) +
    Math.max(maturityReach(contract), ...all.map(noDataReach));
  // one commitment counts what those written before it have settled in the months of its own period
  const ordered = orderPeriodsBefore(contract, period).at(-1) ?? period;
  const carried = carryStart(contract) ?? period;
  const earliest = carried < ordered ? carried : ordered;
  const settled = [...commitmentOrder(contract), ...rebateOrder(contract)];
  const since = settled.reduceRight((month, { over }) => {
    return beginning(contract, [over], month);
  }, earliest);
  const looked = periodsOf(contract).shift(since, -reach);
  return periodsBefore(contract, beginning(contract, lineSpans(all), looked), period).toReversed();
}

/** Whether the price of a month may need those before it, however idle they were. */
export function commitsOverMonths(contract: Contract): boolean {
  const all = allTerms(contract);
  const spans = commitmentOrder(contract).length + rebateOrder(contract).length + lineSpans(all).length;
  return spans > 0 || carryStart(contract) !== null || all.some((terms) => deductReach(terms) > 0);
}

/** The commitments of all versions in the order in which they were first written. */
export function commitmentOrder(contract: Contract): readonly Pick<Commitment, 'id' | 'over'>[] {
  const all = allTerms(contract).flatMap(({ commitments = [] }) => commitments);
  return [...new Map(all.map((each) => [`${each.id} ${each.over}`, each])).values()];
}

type Rebate = Discount & { readonly over: CommitmentSpan };

/** Rebates over several months, of all versions, in the order in which they were first written. */
export function rebateOrder(contract: Contract): readonly Pick<Rebate, 'id' | 'over'>[] {
  const all = allTerms(contract).flatMap(({ discounts = [] }) =>
    discounts.flatMap(({ id, over }) => (over === undefined ? [] : [{ id, over }])),
  );
  return [...new Map(all.map((each) => [`${each.id} ${each.over}`, each])).values()];
}

/** The first month whose rest may be carried on; null: nothing is carried. */
export function carryStart(contract: Contract): Period | null {
  const { versions, term } = contract;
  const first = versions.find(({ terms }) => terms.credits?.belowZero === 'carry');
  if (first === undefined) return null;
  const { ofDay, at } = periodsOf(contract);
  const begins = term.firstDay === null ? null : ofDay(term.firstDay);
  const agreed = first.from === null ? null : at(first.from);
  const start = begins !== null && (agreed === null || agreed < begins) ? begins : agreed;
  if (start === null) throw new Error('credits are carried from the first day of the contract on');
  return start;
}

function allTerms({ versions }: Contract): Terms[] {
  return versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
}

function lineSpans(all: readonly Terms[]): CommitmentSpan[] {
  return all.flatMap(({ lines }) =>
    lines.flatMap((line) => ('over' in line && line.over !== undefined ? [line.over] : [])),
  );
}

function beginning(contract: Contract, spans: readonly CommitmentSpan[], period: Period): Period {
  const firsts = spans.map((over) => commitmentPeriod(contract, over, period).first);
  return firsts.reduce((earliest, first) => (first < earliest ? first : earliest), period);
}

/** The row of months in which a malus was taken. */
function escalationReach({ bonusMalus }: Terms): number {
  const lengths = bonusMalus.map((each) =>
    each.kind === 'earnBack' ? 0 : (each.escalation?.length ?? 1) - 1,
  );
  return Math.max(0, ...lengths);
}

/** A malus that is taken off the next invoice. */
function deductReach({ bonusMalus }: Terms): number {
  return bonusMalus.some((each) => each.kind !== 'earnBack' && each.deduct !== undefined) ? 1 : 0;
}

/** A malus is given back from the period before those in which the targets were met. */
function earnBackReach({ bonusMalus }: Terms): number {
  return Math.max(0, ...bonusMalus.map((each) => (each.kind === 'earnBack' ? each.ifTargetsMetFor : 0)));
}

/** A window of at most 31 days ends at the latest in the n-th period after its own. */
const periodsInWindow: Readonly<Record<PeriodUnit, number>> = {
  week: 5,
  halfMonth: 3,
  month: 2,
  '4-4-5': 2,
  quarter: 1,
  year: 1,
};

/** How many periods back results may lie that mature in one. */
export function maturityReach(contract: Contract): number {
  const matures = ({ lines }: Terms): boolean =>
    lines.some((line) => line.model === 'outcome' && line.settleAfter === 'maturity');
  return allTerms(contract).some(matures) ? periodsInWindow[contract.period.unit] : 0;
}

function noDataReach({ kpis, lines }: Terms): number {
  const gates = lines.flatMap((line) => [
    ...(line.payIf === null ? [] : [line.payIf]),
    ...(line.model === 'gainShare' ? line.guards : []),
  ]);
  const clauses = [...Object.values(kpis), ...gates];
  return clauses.some(({ onNoData }) => onNoData === 'previousPeriod') ? 1 : 0;
}
