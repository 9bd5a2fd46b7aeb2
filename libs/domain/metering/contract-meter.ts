import type { HandledContact } from '#domain/kpi/chain-links.js';
import type { RepeatGaps } from '#domain/kpi/repeat-chain.js';
import { episodesOf } from '#domain/posting/episodes.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import type { DayOf } from '#domain/clock/planned-days.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import { measureClock, onClock } from './clock-time.js';
import { measureSchedule } from './schedule-time.js';
import { measureActivity } from './activity-time.js';
import { measureContact, measureContactKpi } from './contact-meter.js';
import type { Contract } from '#domain/contract/contract.js';
import type { WorkedBy } from '#domain/contract/measure.js';
import { forecastsOf, measureOutcome } from './outcome-count.js';
import { issueWindows, measureRepeat, readsRepeats } from './repeat-count.js';
import type { OwnTime } from '#domain/scope/own-time.js';
import { plausibleWork } from '#domain/scope/plausible-work.js';
import { scopeContact } from '#domain/scope/scoped-contact.js';
import { activitiesOf, type WorkScope } from '#domain/scope/work-scope.js';
import { type KpiItem, meteredItems, type MeasuredItem } from './metered-item.js';
import { noQuantities, Sums, type Quantity } from './sums.js';
import { termsInForce } from '#domain/contract/terms-in-force.js';

export type { Quantity } from './sums.js';

/**
 * What one finished piece of work adds to a contract's sums. A pure function of one content: the live tally
 * and the book at close use this very function, and taking an old content back with sign -1 undoes exactly
 * what it had added. Of many contracts, `contract-index.ts` names those to measure.
 */
export interface ContractMeter {
  readonly contract: Contract;
  readonly scope: WorkScope;
  /** Kinds of work it measures anything of; `repeat`: handled contacts of known customers. */
  readonly reads: Readonly<Record<PostingContent['kind'] | 'repeat', boolean>>;
  /** Windows (ms) by which it needs to know where anchored issues begin. */
  readonly issueWindowsMs: readonly number[];
  measure(content: PostingContent): readonly Quantity[];
  /** It measures time of which each second of a person counts once, or holds it against a schedule. */
  readonly isOnClock: boolean;
  /**
   * What the clock changes of that, to be added to it: `own` says what of the time is the content's own. With
   * it the sums `clock/…` of what it takes from lines.
   */
  measureClock(content: PostingContent, own: OwnTime): readonly Quantity[];
  /** What a schedule adds, held against what its person did. Nothing of it is in `measure`. */
  measureSchedule(content: ScheduleContent, dayOf: DayOf): readonly Quantity[];
  /** What a handled contact of a known customer adds, seen as one that may have been repeated. */
  measureRepeat(contact: HandledContact, gaps: RepeatGaps): readonly Quantity[];
}

export function contractMeter(contract: Contract, scope: WorkScope): ContractMeter {
  const termsList = termsInForce(contract);
  const items = meteredItems(contract, termsList);
  const forContacts = items.filter(({ kinds }) => kinds.contacts);
  const countedBy = byWorkers(forContacts.filter((item) => item.kind !== 'kpi'));
  const forKpis = forContacts.filter((item) => item.kind === 'kpi');
  const forActivities = items.filter(({ kinds }) => kinds.activities);
  const forOutcomes = items.filter(({ kinds }) => kinds.outcomes);
  const forSchedules = items.filter((item) => item.kind === 'kpi').filter(({ kinds }) => kinds.schedules);
  const forRepeats = items.filter(readsRepeats);
  const forecasts = forecastsOf(termsList);
  const clocked = onClock(items);
  return {
    contract,
    scope,
    reads: {
      contact: forContacts.length > 0,
      activity: forActivities.length > 0,
      timeline: forActivities.length > 0,
      totals: false,
      schedule: forSchedules.length > 0,
      outcome: forOutcomes.length > 0 || forecasts.size > 0,
      repeat: forRepeats.length > 0,
    },
    issueWindowsMs: issueWindows(items),
    isOnClock: clocked.length > 0 || forSchedules.length > 0,
    measureClock(delivered, own) {
      const content = plausibleWork(delivered, scope);
      return content === null ? noQuantities : measureClock(contract, clocked, content, scope, own);
    },
    measure(delivered) {
      const content = plausibleWork(delivered, scope);
      switch (content?.kind) {
        case undefined:
          return noQuantities;
        case 'contact':
          return measureContacts({ contract, scope, countedBy, forKpis }, content);
        case 'activity': {
          const sums = new Sums();
          for (const item of forActivities) measureActivity(contract, item, content, scope, sums);
          return sums.quantities();
        }
        case 'timeline': {
          const sums = new Sums();
          for (const activity of activitiesOf(content, scope))
            for (const item of forActivities) measureActivity(contract, item, activity, scope, sums);
          return sums.quantities();
        }
        // A schedule counts by what was done, which lies apart (`measureSchedule`).
        case 'totals':
        case 'schedule':
          return noQuantities;
        case 'outcome': {
          const sums = new Sums();
          measureOutcome(contract, forecasts, forOutcomes, content, scope, sums);
          return sums.quantities();
        }
      }
    },
    measureSchedule(content, dayOf) {
      return measureSchedule(contract, forSchedules, content, scope, dayOf);
    },
    measureRepeat(contact, gaps) {
      if (contact.programme !== contract.programme || forRepeats.length === 0) return noQuantities;
      const sums = new Sums();
      for (const item of forRepeats) measureRepeat(contract, item, contact, gaps, scope, sums);
      return sums.quantities();
    },
  };
}

interface ContactItems extends Pick<ContractMeter, 'contract' | 'scope'> {
  readonly countedBy: ReturnType<typeof byWorkers>;
  readonly forKpis: readonly KpiItem[];
}

/** What each of the contacts that one conversation stands for adds. */
function measureContacts(
  { contract, scope, countedBy, forKpis }: ContactItems,
  content: ContactContent,
): readonly Quantity[] {
  let sums: Sums | null = null;
  for (const episode of episodesOf(content)) {
    for (const { by, measured } of countedBy) {
      const scoped = scopeContact(contract, episode, scope, by);
      if (scoped === null) continue;
      sums ??= new Sums();
      for (const item of measured) measureContact(contract, item, scoped, by, sums);
      if (by !== 'people') continue;
      for (const item of forKpis) measureContactKpi(contract, item, scoped, sums);
    }
  }
  return sums === null ? noQuantities : sums.quantities();
}

/** Items by whose part of a contact they measure; those of people always, since KPIs are of people. */
function byWorkers(items: readonly MeasuredItem[]): { by: WorkedBy; measured: readonly MeasuredItem[] }[] {
  return (['people', 'machines', 'all'] as const).flatMap((by) => {
    const measured = items.filter(({ definitions }) => definitions.some((each) => each?.workedBy === by));
    return by === 'people' || measured.length > 0 ? [{ by, measured }] : [];
  });
}
