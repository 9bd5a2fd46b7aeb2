import type { Contract } from '#domain/contract/contract.js';
import type { WorkedBy } from '#domain/contract/measure.js';
import { episodesOf } from '#domain/posting/episodes.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { OwnTime } from '#domain/scope/own-time.js';
import { scopeContact } from '#domain/scope/scoped-contact.js';
import { activitiesOf, type WorkScope } from '#domain/scope/work-scope.js';
import { measureActivity } from './activity-time.js';
import { measureContact, measureContactKpi } from './contact-meter.js';
import type { MeteredItem } from './metered-item.js';
import { clockKeyOf } from './quantity-key.js';
import { noQuantities, type Quantity, Sums } from './sums.js';

/** What measures time of which a person's second counts once, in any version of the contract. */
export function onClock(items: readonly MeteredItem[]): MeteredItem[] {
  return items.filter((item) => {
    if (item.kind === 'kpi') return item.definitions.some((each) => each?.isOnClock === true);
    return item.definitions.some((each) => each?.measure.kind === 'time' && each.measure.overlaps === 'once');
  });
}

/**
 * What the clock changes of these items: their quantities with what of the time is the content's own, less
 * those without regard to it. `clock/…` says of lines what is missing.
 */
export function measureClock(
  contract: Contract,
  items: readonly MeteredItem[],
  content: PostingContent,
  scope: WorkScope,
  own: OwnTime,
): readonly Quantity[] {
  const inFull = measured(contract, items, content, scope, null);
  if (inFull.length === 0) return noQuantities;
  const changes = new Sums();
  for (const { period, key, value } of measured(contract, items, content, scope, own))
    changes.add(period, key, value);
  for (const { period, key, value } of inFull) changes.add(period, key, -value);
  const taken = changes.quantities().filter(({ key }) => key.startsWith('line/'));
  for (const { period, key, value } of taken) changes.add(period, clockKeyOf(key), -value);
  return changes.quantities();
}

function measured(
  contract: Contract,
  items: readonly MeteredItem[],
  content: PostingContent,
  scope: WorkScope,
  own: OwnTime | null,
): readonly Quantity[] {
  const sums = new Sums();
  switch (content.kind) {
    case 'contact':
      for (const episode of episodesOf(content)) {
        for (const by of ['people', 'machines', 'all'] as const) {
          const counted = items.filter((item) => item.kinds.contacts && isWorkOf(item, by));
          const scoped = counted.length === 0 ? null : scopeContact(contract, episode, scope, by);
          if (scoped === null) continue;
          for (const item of counted) {
            if (item.kind === 'kpi') measureContactKpi(contract, item, scoped, sums, own);
            else measureContact(contract, item, scoped, by, sums, own);
          }
        }
      }
      break;
    case 'activity':
    case 'timeline':
      for (const activity of content.kind === 'activity' ? [content] : activitiesOf(content, scope))
        for (const item of items)
          if (item.kinds.activities) measureActivity(contract, item, activity, scope, sums, own);
      break;
    case 'outcome':
    case 'totals':
    case 'schedule':
      break;
  }
  return sums.quantities();
}

/** KPIs are of people. */
function isWorkOf(item: MeteredItem, by: WorkedBy): boolean {
  if (item.kind === 'kpi') return by === 'people';
  return item.definitions.some((each) => each?.workedBy === by);
}
