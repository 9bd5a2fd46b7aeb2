import { activityStates } from '#domain/activity/activity.js';
import type { Direction, Fact, Media, PlannedTime, QueueResult } from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';
import {
  type Check,
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
import { parseJson } from './parse-json.js';

/**
 * A fact is a JSON list without names:
 *
 * `[1, type, recordedAt, id, entity, connection, at, revision, ...fields of the type]`
 *
 * First the version of the format; the fields of a type are in the order of `factFields`. A new type needs no
 * new version, a field more does: `samples/facts-1.ndjson` holds the bytes of version 1.
 *
 * `recordedAt` (UTC epoch ms, or null) is when the log took the delivery; it is no part of the fact, and only
 * measures how long things take.
 */
const version = 1;

export function encodeFact(fact: Fact, recordedAt: number | null = null): string {
  const { type, id, entity, connection, at, revision } = fact;
  const list: unknown[] = [version, type, recordedAt, id, entity, connection, at, revision];
  const values = fact as unknown as Readonly<Record<string, unknown>>;
  for (const [field] of columnsOf.get(type) ?? []) list.push(values[field]);
  return JSON.stringify(list);
}

/** null: the record is not a known fact (unreadable). */
export function decodeFact(value: string): { fact: Fact; recordedAt: number | null } | null {
  const list: unknown = parseJson(value);
  if (!Array.isArray(list) || list[0] !== version) return null;
  const [, type, recordedAt, id, entity, connection, at, revision] = list as unknown[];
  const columns = columnsOf.get(type);
  if (columns === undefined || list.length !== commonColumns + columns.length) return null;
  if (!isName(id) || !isName(entity) || !isName(connection) || !isInteger(at) || !isInteger(revision)) {
    return null;
  }
  const fact: Record<string, unknown> = { type, id, entity, connection, at, revision };
  for (const [index, [field, check]] of columns.entries()) {
    const own: unknown = list[commonColumns + index];
    if (!check(own)) return null;
    fact[field] = own;
  }
  return { fact: fact as unknown as Fact, recordedAt: isInteger(recordedAt) ? recordedAt : null };
}

/** Before the fields of the type. */
const commonColumns = 8;

type OwnFields<F extends Fact> = Exclude<
  keyof F,
  'type' | 'id' | 'entity' | 'connection' | 'at' | 'revision'
>;
type Checks = {
  readonly [T in Fact['type']]: {
    readonly [F in OwnFields<Extract<Fact, { type: T }>>]: Check<Extract<Fact, { type: T }>[F]>;
  };
};

const directions: readonly Direction[] = ['inbound', 'outbound', 'unknown'];
const medias: readonly Media[] = ['voice', 'callback', 'chat', 'email', 'message', 'other'];
const results: readonly QueueResult[] = ['answered', 'abandoned', 'flowOut', 'unknown'];
export const isDirection = isOneOf(directions);
export const isMedia = isOneOf(medias);
export const isQueueResult = isOneOf(results);
const party = { direction: isDirection, media: isMedia, customer: isTextOrNull };
const assignment = { programme: isTextOrNull, queue: isTextOrNull };

function isPlannedTimes(value: unknown): value is readonly PlannedTime[] {
  return Array.isArray(value) && value.every(isPlannedTime);
}

/** What may stand in each field; the compiler holds it to the domain's types. */
const checks: Checks = {
  'contact.started': party,
  'contact.identified': { customer: isText },
  'queue.entered': { ...party, segment: isText, queue: isText },
  'queue.left': {
    ...party,
    segment: isText,
    queue: isTextOrNull,
    result: isQueueResult,
    waitMs: isCountOrNull,
    answeredBy: isTextOrNull,
  },
  'agent.joined': { ...party, leg: isText, agent: isText, queue: isTextOrNull },
  'agent.left': {
    ...party,
    leg: isText,
    agent: isText,
    queue: isTextOrNull,
    talkMs: isCountOrNull,
    holdMs: isCountOrNull,
    dialMs: isCount,
    alertMs: isCount,
    transferredOut: isFlag,
  },
  'agent.wrapped': {
    leg: isText,
    agent: isText,
    queue: isTextOrNull,
    acwMs: isCountOrNull,
    disposition: isTextOrNull,
  },
  'segment.summarized': {
    segment: isText,
    ...party,
    queue: isTextOrNull,
    enteredAt: isInteger,
    waitMs: isCount,
    result: isQueueResult,
    agent: isTextOrNull,
    talkMs: isCountOrNull,
    holdMs: isCountOrNull,
    acwMs: isCountOrNull,
    transferredOut: isFlag,
    disposition: isTextOrNull,
  },
  'outcome.recorded': {
    ...assignment,
    name: isName,
    agent: isTextOrNull,
    contact: isTextOrNull,
    customer: isTextOrNull,
    data: isDetails,
  },
  'activity.recorded': {
    ...assignment,
    agent: isText,
    state: isOneOf(activityStates),
    startedAt: isInteger,
    endedAt: isInteger,
  },
  'contact.ended': {},
  'contact.noted': { what: isText, details: isDetails },
  'session.summarized': {
    ...party,
    leg: isText,
    agent: isText,
    queue: isTextOrNull,
    startedAt: isInteger,
    talkMs: isCount,
    holdMs: isCount,
    dialMs: isCount,
    alertMs: isCount,
    callbackMs: isCount,
    transferredOut: isFlag,
    acwMs: isCountOrNull,
    acwEndedAt: isIntegerOrNull,
    disposition: isTextOrNull,
  },
  'agent.changed': {
    agent: isText,
    axis: isName,
    code: isName,
    reason: isTextOrNull,
    observed: isFlag,
    sequence: isInteger,
  },
  'agent.stretch': {
    agent: isText,
    code: isName,
    reason: isTextOrNull,
    startedAt: isInteger,
    endedAt: isInteger,
  },
  'agent.totals': {
    agent: isText,
    startedAt: isInteger,
    endedAt: isInteger,
    shared: isCounts,
    own: isCounts,
  },
  'entity.reinterpreted': { interpretation: isCount, author: isText, reason: isText },
  'outcome.placed': { subject: isName },
  'outcome.withdrawn': { subject: isName },
  'schedule.published': {
    agent: isText,
    startedAt: isInteger,
    endedAt: isInteger,
    stretches: isPlannedTimes,
  },
};

/** Fields of each type in the order of the record, with their checks. */
const columnsOf: ReadonlyMap<unknown, readonly (readonly [field: string, check: Check<unknown>])[]> = new Map(
  Object.entries(factFields).map(([type, fields]) => {
    const own = checks[type as Fact['type']] as Readonly<Record<string, Check<unknown>>>;
    return [
      type,
      Object.keys(fields).map((field) => {
        const check = own[field];
        if (check === undefined) throw new Error(`${type} has no check of ${field}`);
        return [field, check] as const;
      }),
    ];
  }),
);
