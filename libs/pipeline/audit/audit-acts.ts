import { isUnknownTopic, type Log, type LogRecord } from '#log/log.js';
import { recordsOf } from '#log/small-topic.js';
import { topics } from '#wire/topics.js';
import { type ReadTrailEntry, TrailChain, type TrailFault } from '#wire/trail.js';
import { type RecordedAct, recordedActs } from './recorded-acts.js';

/** Where the audit trail is not as it was written. */
export type TrailFinding =
  /** The first record that is not, or does not follow; `number`: the how-manyeth of the trail. */
  | { readonly code: TrailFault; readonly number: number; readonly place: string }
  /** An act in the log names an entry that the trail has not: it was removed or edited. */
  | { readonly code: 'entry-missing'; readonly act: RecordedAct }
  /** Of a head that was noted elsewhere: the trail has another one there, or ends before. */
  | { readonly code: 'head-differs'; readonly number: number };

export interface AuditedEntry extends ReadTrailEntry {
  /**
   * Whether its act lies in the log; null: such acts leave no record that names an entry. Without one its
   * process was killed before it acted, or another act was faster.
   */
  readonly isDone: boolean | null;
}

export interface TrailAudit {
  readonly records: number;
  /** Over all records; empty: there are none. */
  readonly head: string;
  /** That can be read, oldest first; one that was written twice by a retry is there once. */
  readonly entries: readonly AuditedEntry[];
  /** At most one of the chain: what comes after it cannot be held against it. */
  readonly findings: readonly TrailFinding[];
  /** Acts since the trail began that name no entry: of a version without trail, or made round it. */
  readonly withoutEntry: readonly RecordedAct[];
}

/** A head that was noted: after so many records. */
export interface NotedHead {
  readonly number: number;
  readonly head: string;
}

/**
 * Reads the audit trail from its beginning, and the acts that name its entries. Reads only. `noted`: heads
 * that someone keeps elsewhere.
 */
export async function auditActs(log: Log, noted: readonly NotedHead[] = []): Promise<TrailAudit> {
  const chain = new TrailChain();
  const read = new Map<string, ReadTrailEntry>();
  const findings: TrailFinding[] = [];
  let beganAt: number | null = null;
  for await (const { key, value, offset, timestamp } of trailRecords(log)) {
    beganAt ??= timestamp;
    const { entry, fault } = chain.take(key, value);
    if (entry !== null && !read.has(entry.digest)) read.set(entry.digest, entry);
    if (fault === null || findings.length > 0) continue;
    findings.push({ code: fault, number: chain.records, place: `${topics.trail.name} offset ${offset}` });
  }
  const acts = await recordedActs(log);
  const done = new Set(acts.map(({ trailEntry }) => trailEntry));
  for (const act of acts) {
    if (act.trailEntry !== null && !read.has(act.trailEntry)) findings.push({ code: 'entry-missing', act });
  }
  for (const { number, head } of noted) {
    if (chain.headOver(number) !== head) findings.push({ code: 'head-differs', number });
  }
  const entries = [...read.values()].map((each) => {
    return { ...each, isDone: isRecorded(each) ? done.has(each.digest) : null };
  });
  const since = beganAt ?? Infinity;
  const withoutEntry = acts.filter((act) => act.trailEntry === null && act.timestamp >= since);
  return { records: chain.records, head: chain.head, entries, findings, withoutEntry };
}

/** Whether the act leaves a record that names its entry. */
function isRecorded({ entry }: ReadTrailEntry): boolean {
  return !['deliveries-redriven', 'entities-reinterpreted'].includes(entry.act);
}

/** None where no version with a trail has worked on the log. */
async function* trailRecords(log: Log): AsyncGenerator<LogRecord> {
  try {
    yield* recordsOf(log, topics.trail.name);
  } catch (error) {
    if (!isUnknownTopic(error, topics.trail.name)) throw error;
  }
}
