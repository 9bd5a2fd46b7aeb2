import { type ActivityContent, activityStates } from '#domain/activity/activity.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import {
  type ContactContent,
  type Leg,
  type MissedOffer,
  type PostingContent,
  type Segment,
  sideStates,
  type SideWork,
} from '#domain/posting/posting.js';
import type { ScheduleContent, ScheduledStretch, ScheduleVersion } from '#domain/schedule/schedule.js';
import { closings, type Stretch, type TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';
import {
  isCount,
  isCounts,
  isCountOrNull,
  isDetails,
  isFlag,
  isInteger,
  isIntegerOrNull,
  isName,
  isOneOf,
  isPlannedTime,
  isText,
  isTextOrNull,
} from './checks.js';
import { isDirection, isMedia, isQueueResult } from './facts.js';

/**
 * The content of a posting as a JSON list without names, its kind first:
 *
 * - `["contact", contact, connection, direction, media, customer, segments, legs, missed]`; a segment is
 *   `[queue, enteredAt, leftAt, waitMs, result]`, a leg `[agent, queue, startedAt, endedAt, talkMs, holdMs,
 *   dialMs, acwMs, acwStartedAt, disposition, transferredOut]`, a missed offer `[agent, queue, at, alertMs]`;
 *   only where there is side work, a list of it follows: `[state, agent, queue, startedAt, endedAt]`
 * - `["outcome", outcome, connection, programme, queue, agent, contact, customer, events]`; an event is
 *   `[name, at, data]`
 * - `["activity", activity, connection, agent, state, startedAt, endedAt, queue, programme]`
 * - `["timeline", timeline, connection, agent, axis, stretches]`; a stretch is `[code, reason, startedAt,
 *   endedAt, closedBy, unseenMs]`
 * - `["totals", totals, connection, agent, startedAt, endedAt, ms]`; `ms` by code
 * - `["schedule", schedule, connection, agent, startedAt, endedAt, versions]`; a version is `[publishedAt,
 *   stretches]`, a stretch `[code, startedAt, endedAt]`
 *
 * Equal contents give equal texts: links of the hash chain and digests are made of them.
 */
export function encodeContent(content: PostingContent): string {
  return JSON.stringify(listOf(content));
}

function listOf(content: PostingContent): unknown[] {
  switch (content.kind) {
    case 'contact': {
      const { kind, contact, connection, direction, media, customer, segments, legs, missed } = content;
      const sideWork = content.sideWork?.map((side) => {
        return [side.state, side.agent, side.queue, side.startedAt, side.endedAt];
      });
      return [
        kind,
        contact,
        connection,
        direction,
        media,
        customer,
        segments.map((each) => [each.queue, each.enteredAt, each.leftAt, each.waitMs, each.result]),
        legs.map((leg) => [
          leg.agent,
          leg.queue,
          leg.startedAt,
          leg.endedAt,
          leg.talkMs,
          leg.holdMs,
          leg.dialMs,
          leg.acwMs,
          leg.acwStartedAt,
          leg.disposition,
          leg.transferredOut,
        ]),
        missed.map((each) => [each.agent, each.queue, each.at, each.alertMs]),
        ...(sideWork === undefined ? [] : [sideWork]),
      ];
    }
    case 'outcome': {
      const { kind, outcome, connection, programme, queue, agent, contact, customer, events } = content;
      const own = [kind, outcome, connection, programme, queue, agent, contact, customer];
      return [...own, events.map(({ name, at, data }) => [name, at, data])];
    }
    case 'activity': {
      const { kind, activity, connection, agent, state, startedAt, endedAt, queue, programme } = content;
      return [kind, activity, connection, agent, state, startedAt, endedAt, queue, programme];
    }
    case 'timeline': {
      const { kind, timeline, connection, agent, axis, stretches } = content;
      const own = stretches.map((each) => [
        each.code,
        each.reason,
        each.startedAt,
        each.endedAt,
        each.closedBy,
        each.unseenMs,
      ]);
      return [kind, timeline, connection, agent, axis, own];
    }
    case 'totals': {
      const { kind, totals, connection, agent, startedAt, endedAt, ms } = content;
      return [kind, totals, connection, agent, startedAt, endedAt, ms];
    }
    case 'schedule': {
      const { kind, schedule, connection, agent, startedAt, endedAt } = content;
      const versions = content.versions.map(({ publishedAt, stretches }) => {
        return [publishedAt, stretches.map((each) => [each.code, each.startedAt, each.endedAt])];
      });
      return [kind, schedule, connection, agent, startedAt, endedAt, versions];
    }
  }
}

/** null: not the content of a posting. */
export function readContent(list: unknown): PostingContent | null {
  if (!Array.isArray(list)) return null;
  switch (list[0]) {
    case 'contact':
      return list.length === 9 || list.length === 10 ? readContact(list) : null;
    case 'outcome':
      return list.length === 9 ? readOutcome(list) : null;
    case 'activity':
      return list.length === 9 ? readActivity(list) : null;
    case 'timeline':
      return list.length === 6 ? readTimeline(list) : null;
    case 'totals':
      return list.length === 7 ? readTotals(list) : null;
    case 'schedule':
      return list.length === 7 ? readSchedule(list) : null;
    default:
      return null;
  }
}

function readContact(list: readonly unknown[]): ContactContent | null {
  const [, contact, connection, direction, media, customer] = list;
  if (!isName(contact) || !isText(connection) || !isTextOrNull(customer)) return null;
  if (!isDirection(direction) || !isMedia(media)) return null;
  const segments = readList(list[6], readSegment);
  const legs = readList(list[7], readLeg);
  const missed = readList(list[8], readMissed);
  const sideWork = list.length === 10 ? readList(list[9], readSideWork) : [];
  if (segments === null || legs === null || missed === null || sideWork === null) return null;
  const own = { contact, connection, direction, media, customer, segments, legs, missed };
  return { kind: 'contact', ...own, ...(list.length === 10 && { sideWork }) };
}

function readSideWork(list: readonly unknown[]): SideWork | null {
  const [state, agent, queue, startedAt, endedAt] = list;
  if (list.length !== 5 || !isSideState(state) || !isText(agent) || !isTextOrNull(queue)) return null;
  return isInteger(startedAt) && isInteger(endedAt) ? { state, agent, queue, startedAt, endedAt } : null;
}

const isSideState = isOneOf(sideStates);

function readSegment(list: readonly unknown[]): Segment | null {
  const [queue, enteredAt, leftAt, waitMs, result] = list;
  if (list.length !== 5 || !isText(queue) || !isInteger(enteredAt) || !isInteger(leftAt)) return null;
  if (!isCount(waitMs) || !isQueueResult(result)) return null;
  return { queue, enteredAt, leftAt, waitMs, result };
}

function readLeg(list: readonly unknown[]): Leg | null {
  const [agent, queue, startedAt, endedAt, talkMs, holdMs, dialMs] = list;
  const [acwMs, acwStartedAt, disposition, transferredOut] = [list[7], list[8], list[9], list[10]];
  if (list.length !== 11 || !isText(agent) || !isTextOrNull(queue)) return null;
  if (!isInteger(startedAt) || !isInteger(endedAt) || !isCountOrNull(talkMs)) return null;
  if (!isCountOrNull(holdMs) || !isCount(dialMs) || !isCountOrNull(acwMs)) return null;
  if (!isIntegerOrNull(acwStartedAt) || !isTextOrNull(disposition) || !isFlag(transferredOut)) return null;
  const times = { startedAt, endedAt, talkMs, holdMs, dialMs, acwMs, acwStartedAt };
  return { agent, queue, ...times, disposition, transferredOut };
}

function readMissed(list: readonly unknown[]): MissedOffer | null {
  const [agent, queue, at, alertMs] = list;
  if (list.length !== 4 || !isText(agent) || !isTextOrNull(queue)) return null;
  return isInteger(at) && isCount(alertMs) ? { agent, queue, at, alertMs } : null;
}

function readOutcome(list: readonly unknown[]): OutcomeContent | null {
  const [, outcome, connection, programme, queue, agent, contact, customer] = list;
  if (!isName(outcome) || !isText(connection) || !isTextOrNull(programme) || !isTextOrNull(queue))
    return null;
  if (!isTextOrNull(agent) || !isTextOrNull(contact) || !isTextOrNull(customer)) return null;
  const events = readList(list[8], readEvent);
  if (events === null) return null;
  return { kind: 'outcome', outcome, connection, programme, queue, agent, contact, customer, events };
}

function readEvent(list: readonly unknown[]): OutcomeEvent | null {
  const [name, at, data] = list;
  if (list.length !== 3 || !isText(name) || !isInteger(at) || !isDetails(data)) return null;
  return { name, at, data };
}

function readActivity(list: readonly unknown[]): ActivityContent | null {
  const [, activity, connection, agent, state, startedAt, endedAt, queue, programme] = list;
  if (!isName(activity) || !isText(connection) || !isText(agent) || !isState(state)) return null;
  if (!isInteger(startedAt) || !isInteger(endedAt) || !isTextOrNull(queue) || !isTextOrNull(programme)) {
    return null;
  }
  return { kind: 'activity', activity, connection, agent, state, startedAt, endedAt, queue, programme };
}

const isState = isOneOf(activityStates);

function readTimeline(list: readonly unknown[]): TimelineContent | null {
  const [, timeline, connection, agent, axis] = list;
  if (!isName(timeline) || !isText(connection) || !isText(agent) || !isName(axis)) return null;
  const stretches = readList(list[5], readStretch);
  return stretches === null ? null : { kind: 'timeline', timeline, connection, agent, axis, stretches };
}

function readStretch(list: readonly unknown[]): Stretch | null {
  const [code, reason, startedAt, endedAt, closedBy, unseenMs] = list;
  if (list.length !== 6 || !isName(code) || !isTextOrNull(reason) || !isInteger(startedAt)) return null;
  if (!isInteger(endedAt) || !isClosing(closedBy) || !isCount(unseenMs)) return null;
  return { code, reason, startedAt, endedAt, closedBy, unseenMs };
}

const isClosing = isOneOf(closings);

function readTotals(list: readonly unknown[]): TotalsContent | null {
  const [, totals, connection, agent, startedAt, endedAt, ms] = list;
  if (!isName(totals) || !isText(connection) || !isText(agent)) return null;
  if (!isInteger(startedAt) || !isInteger(endedAt) || !isCounts(ms)) return null;
  return { kind: 'totals', totals, connection, agent, startedAt, endedAt, ms };
}

function readSchedule(list: readonly unknown[]): ScheduleContent | null {
  const [, schedule, connection, agent, startedAt, endedAt] = list;
  if (!isName(schedule) || !isText(connection) || !isText(agent)) return null;
  const versions = readList(list[6], readVersion);
  if (!isInteger(startedAt) || !isInteger(endedAt) || versions === null) return null;
  return { kind: 'schedule', schedule, connection, agent, startedAt, endedAt, versions };
}

function readVersion(list: readonly unknown[]): ScheduleVersion | null {
  const [publishedAt, planned] = list;
  const stretches = readList(planned, readPlanned);
  if (list.length !== 2 || !isInteger(publishedAt) || stretches === null) return null;
  return { publishedAt, stretches };
}

function readPlanned(list: readonly unknown[]): ScheduledStretch | null {
  if (!isPlannedTime(list)) return null;
  const [code, startedAt, endedAt] = list;
  return { code, startedAt, endedAt };
}

function readList<T>(list: unknown, read: (each: readonly unknown[]) => T | null): T[] | null {
  if (!Array.isArray(list)) return null;
  const all: T[] = [];
  for (const each of list as unknown[]) {
    const one = Array.isArray(each) ? read(each) : null;
    if (one === null) return null;
    all.push(one);
  }
  return all;
}
