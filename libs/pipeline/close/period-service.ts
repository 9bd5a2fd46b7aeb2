import type { Accrual } from './accruals.js';
import type { AdjustResult } from './adjust-period.js';
import { asOfDay } from './as-of-day.js';
import type { CloseMode } from './close-period.js';
import type { LivePeriod, Periods } from './periods.js';
import {
  catchUp,
  type CatchUpResult,
  type PipelineView,
  type CatchUpOptions,
} from '#pipeline/pipeline-lag.js';
import type { HoldResult, PeriodDecision } from './hold-period.js';
import type { Outlook } from './outlook.js';
import { type DailyContacts, openWeekdays } from './open-weekdays.js';
import type { Confirmation, ConfirmResult, RequestedClose } from './close-request.js';
import type { ContactLine } from './read-contact-lines.js';
import type { PeriodStanding } from './period-standing.js';
import type { Actor } from '#wire/period-acts.js';
import type { Verification } from './verify-close.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Contract } from '#domain/contract/contract.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { foreignPeriodText } from '#domain/period/foreign-period.js';

/** The periods of contracts as an HTTP route needs them. */
export interface PeriodService {
  /** null: the catalogue has no such contract. */
  live(contract: string, period: string): Promise<LivePeriod | ForeignPeriod | null>;
  /** See `closePeriod`. */
  close(
    contract: string,
    period: string,
    mode: CloseMode,
    acceptOmissions: string | null,
    actor: Actor,
    reason: string | null,
  ): Promise<CloseAnswer>;
  /** The close that waits for a second person; null: none is asked for. */
  requested(contract: string, period: string): Promise<RequestAnswer | null>;
  /** See `confirmClose`. */
  confirm(contract: string, period: string, by: Confirmation): Promise<ConfirmAnswer>;
  /** See `readContactLines`. */
  contactLines(contract: string, period: string, contact: string): Promise<ContactLinesAnswer>;
  /** Where the periods stand of one contract, or of all. */
  standings(contract: string | null): Promise<PeriodStanding[] | null>;
  /** What is earned and not invoiced, of one contract or of all; `day`: see `asOfDay`. */
  accruals(contract: string | null, day: string | null): Promise<AccrualsAnswer>;
  /** The period of a contract that lasts, as it is expected to end; `day`: see `asOfDay`. */
  outlook(contract: string, day: string | null): Promise<OutlookAnswered>;
  hold(contract: string, period: string, by: PeriodDecider): Promise<HoldAnswer>;
  release(contract: string, period: string, by: PeriodDecider): Promise<HoldAnswer>;
  /** Makes the event of a revision again and compares; writes nothing. */
  verify(contract: string, period: string, revision: number): Promise<Verification>;
}

export type CloseAnswer =
  | AdjustResult
  | Extract<CatchUpResult, { status: 'behind' }>
  | { readonly status: 'unknownContract' }
  | ForeignPeriod;

export type RequestAnswer = RequestedClose | { readonly status: 'unknownContract' } | ForeignPeriod;
export type ConfirmAnswer = ConfirmResult | { readonly status: 'unknownContract' } | ForeignPeriod;
export type ContactLinesAnswer =
  readonly ContactLine[] | { readonly status: 'unknownContract' } | ForeignPeriod;
export type HoldAnswer = HoldResult | { readonly status: 'unknownContract' } | ForeignPeriod;
export type AccrualsAnswer =
  | readonly Accrual[]
  | Extract<CatchUpResult, { status: 'behind' }>
  | { readonly status: 'unknownContract' | 'futureDay' };
export type OutlookAnswered =
  | Outlook
  | Extract<CatchUpResult, { status: 'behind' }>
  | { readonly status: 'unknownContract' | 'futureDay' | 'noTerms' };
export type PeriodDecider = Omit<PeriodDecision, 'at'>;

/** The contract has no period of that name; `detail` says which it has. */
export interface ForeignPeriod {
  readonly status: 'foreignPeriod';
  readonly detail: string;
}

/** A request waits no longer for records that are still on their way. */
const catchUpOptions: CatchUpOptions = { timeoutMs: 10_000, stallTimeoutMs: 10_000, pollMs: 50 };

/** The periods as of the catalogue in force. */
export interface PeriodsNow {
  readonly periods: Periods;
  readonly lookup: CatalogueIndex;
  readonly kpis: DailyContacts;
}

/**
 * A close covers all that was accepted before the request: it waits for records still on their way. `now` is
 * asked with each request. `clock`: UTC epoch ms.
 */
export function periodService(
  now: () => Promise<PeriodsNow>,
  view: PipelineView,
  clock: () => number,
): PeriodService {
  async function decided<T>(
    id: string,
    period: string,
    act: (periods: Periods, contract: Contract) => Promise<T>,
  ): Promise<T | { readonly status: 'unknownContract' } | ForeignPeriod> {
    const { periods, lookup } = await now();
    const contract = lookup.contract(id);
    if (contract === null) return { status: 'unknownContract' };
    return foreignPeriod(contract, period) ?? act(periods, contract);
  }
  return {
    live: async (id, period) => {
      const { periods, lookup } = await now();
      return foreignPeriod(lookup.contract(id), period) ?? periods.live(id, period);
    },
    verify: async (contract, period, revision) => (await now()).periods.verify(contract, period, revision),
    close: async (id, period, mode, acceptOmissions, actor, reason) => {
      const { periods, lookup } = await now();
      const contract = lookup.contract(id);
      if (contract === null) return { status: 'unknownContract' };
      const foreign = foreignPeriod(contract, period);
      if (foreign !== null) return foreign;
      const caughtUp = await catchUp(view, catchUpOptions);
      return caughtUp.status === 'behind'
        ? caughtUp
        : periods.close(contract, period, mode, acceptOmissions, actor, reason);
    },
    requested: async (id, period) => decided(id, period, async (periods) => periods.requested(id, period)),
    confirm: async (id, period, by) =>
      decided(id, period, async (periods, contract) => periods.confirm(contract, period, by)),
    contactLines: async (id, period, contact) =>
      decided(id, period, async (periods) => periods.contactLines(id, period, contact)),
    standings: async (id) => {
      const { periods, lookup } = await now();
      const named = id === null ? lookup.catalogue.contracts : lookup.contract(id);
      return named === null ? null : periods.standings([named].flat(), clock());
    },
    accruals: async (id, day) => accrualsOn(day, id, await now(), { view, at: clock() }),
    outlook: async (id, day) => outlookOn(day, id, await now(), { view, at: clock() }),
    hold: async (id, period, by) =>
      decided(id, period, async (periods) => periods.hold(id, period, { ...by, at: clock() })),
    release: async (id, period, by) =>
      decided(id, period, async (periods) => periods.release(id, period, { ...by, at: clock() })),
  };
}

/** The pipeline, and the present instant (UTC epoch ms). */
interface Present {
  readonly view: PipelineView;
  readonly at: number;
}

/** What was known on an earlier day must have been counted. */
async function accrualsOn(
  day: string | null,
  id: string | null,
  { periods, lookup }: PeriodsNow,
  { view, at }: Present,
): Promise<AccrualsAnswer> {
  const named = id === null ? lookup.catalogue.contracts : lookup.contract(id);
  if (named === null) return { status: 'unknownContract' };
  const contracts = [named].flat();
  const instants = new Map(contracts.map((each) => [each, asOfDay(day, at, each.timeZone)]));
  if ([...instants.values()].includes('future')) return { status: 'futureDay' };
  const caughtUp = day === null ? null : await catchUp(view, catchUpOptions);
  if (caughtUp?.status === 'behind') return caughtUp;
  return periods.accruals(contracts, (contract) => {
    const instant = instants.get(contract);
    if (instant === undefined || typeof instant === 'string') throw new Error(`${day} is no day`);
    return instant;
  });
}

async function outlookOn(
  day: string | null,
  id: string,
  { periods, lookup, kpis }: PeriodsNow,
  { view, at }: Present,
): Promise<OutlookAnswered> {
  const contract = lookup.contract(id);
  if (contract === null) return { status: 'unknownContract' };
  const instant = asOfDay(day, at, contract.timeZone);
  if (instant === 'future') return { status: 'futureDay' };
  if (instant === 'unknown') throw new Error(`${day} is no day`);
  const caughtUp = day === null ? null : await catchUp(view, catchUpOptions);
  if (caughtUp?.status === 'behind') return caughtUp;
  const weekdays = await openWeekdays(kpis, contract, instant.at);
  return (await periods.outlook(contract, instant, weekdays)) ?? { status: 'noTerms' };
}

function foreignPeriod(contract: Contract | null, period: string): ForeignPeriod | null {
  if (contract === null || periodsOf(contract).has(period)) return null;
  return { status: 'foreignPeriod', detail: foreignPeriodText(period, contract) };
}
