import { closeTermsOf, closesFrom, dueAt } from '#domain/contract/close-terms.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import { type Close, effectiveCloses } from '#wire/closes.js';
import type { CloseRequest, CloseWait, Hold, PeriodStandings } from '#wire/period-acts.js';

/**
 * `open`: it lasts. `grace`: it is over, and late events are waited for. `due`: its time to be closed has
 * come. `closed`, `adjusted`: revision 1 is the latest, or a later one.
 */
export type PeriodState = 'open' | 'grace' | 'due' | 'closed' | 'adjusted';

/** Where a period of a contract stands. Instants in UTC epoch ms. */
export interface PeriodStanding {
  readonly contract: Contract;
  readonly period: Period;
  readonly state: PeriodState;
  /** 0: not closed. */
  readonly revision: number;
  readonly endsAt: number;
  /** From when on a person can close it. */
  readonly closesFrom: number;
  /** When the schedule closes it; null: only a person does. */
  readonly dueAt: number | null;
  readonly hold: Hold | null;
  /** The close or adjustment that one person asks for and another one is to confirm. */
  readonly request: CloseRequest | null;
  /** Why the schedule could not close it when it came to it; null: it has not, or has closed it. */
  readonly wait: CloseWait | null;
}

export interface StandingInput {
  /** All valid ones. */
  readonly closes: readonly Close[];
  readonly standings: PeriodStandings;
  /** When the contract came into force here for the first time (UTC epoch ms); null: it never did. */
  readonly inForceSince: number | null;
  readonly now: number;
}

/**
 * From the first period that the contract has, or in which it came into force here, to the one that lasts.
 * What was over before the contract came into force here is left to a person: its events may still be on
 * their way.
 */
export function periodStandings(contract: Contract, input: StandingInput): PeriodStanding[] {
  const { closes, inForceSince, now } = input;
  const periods = periodsOf(contract);
  const { firstDay, lastDay } = contract.term;
  const closed = closes.filter((close) => close.contract === contract.id).map(({ period }) => period);
  const begun = inForceSince === null ? [] : [periods.at(inForceSince)];
  const first = firstDay === null ? [...closed, ...begun].sort()[0] : periods.ofDay(firstDay);
  if (first === undefined) return [];
  const current = periods.at(now);
  const end = lastDay === null ? null : periods.ofDay(lastDay);
  const last = end !== null && end < current ? end : current;
  const count = Math.max(0, periods.distance(first, last) + 1);
  return Array.from({ length: count }, (_, index) => standing(contract, periods.shift(first, index), input));
}

function standing(
  contract: Contract,
  period: Period,
  { closes, standings, inForceSince, now }: StandingInput,
): PeriodStanding {
  const { end } = periodsOf(contract).bounds(period);
  const revision = effectiveCloses(closes, contract.id, period).length;
  const isScheduled = closeTermsOf(contract).automatic && inForceSince !== null && end > inForceSince;
  const due = dueAt(contract, period);
  const from = closesFrom(contract, period);
  const state = stateOf({ revision, end, due: isScheduled ? due : from, now });
  return {
    contract,
    period,
    state,
    revision,
    endsAt: end,
    closesFrom: from,
    dueAt: isScheduled ? due : null,
    hold: standings.hold(contract.id, period),
    request: standings.request(contract.id, period),
    wait: state === 'due' && isScheduled ? standings.wait(contract.id, period) : null,
  };
}

function stateOf(at: {
  readonly revision: number;
  readonly end: number;
  readonly due: number;
  readonly now: number;
}): PeriodState {
  if (at.revision > 0) return at.revision === 1 ? 'closed' : 'adjusted';
  if (at.now < at.end) return 'open';
  return at.now < at.due ? 'grace' : 'due';
}

/** What the schedule is to close now, oldest first. */
export function dueStandings(all: readonly PeriodStanding[]): PeriodStanding[] {
  return all
    .filter(({ state, dueAt: due, hold }) => state === 'due' && due !== null && hold === null)
    .toSorted(
      (a, b) =>
        (a.dueAt ?? 0) - (b.dueAt ?? 0) ||
        (`${a.contract.id} ${a.period}` < `${b.contract.id} ${b.period}` ? -1 : 1),
    );
}
