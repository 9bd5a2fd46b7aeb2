import type { Log } from '#log/log.js';
import { readTopicValues, recordsOf } from '#log/small-topic.js';
import { decodeRaw, encodeRaw, type RawDelivery } from '#wire/raw.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import type { Actor } from '#wire/period-acts.js';
import type { TrailStatement } from '#wire/trail.js';
import { AuditTrail } from './audit-trail.js';

/** Refusals that have not been resolved since, oldest first; a row refused twice is there once. */
export async function openRefusals(log: Log): Promise<RefusedRecord[]> {
  const open = new Map<string, RefusedRecord>();
  for (const value of await readTopicValues(log, topics.refused.name)) {
    const entry = decodeRefused(value);
    if (entry === null) continue;
    if (entry.state === 'resolved') open.delete(entry.id);
    else open.set(entry.id, entry);
  }
  return [...open.values()];
}

/** What is refused, and sending it again, as an HTTP route needs them. */
export interface RefusalService {
  /** Oldest first. */
  open(): Promise<readonly RefusedRecord[]>;
  redrive(
    refusals: readonly RefusedRecord[],
    decision: RedriveDecision,
  ): Promise<{ readonly redriven: number; readonly notSent: number }>;
}

export function refusalService(log: Log): RefusalService {
  return {
    open: async () => openRefusals(log),
    redrive: async (refusals, decision) => redrive(log, refusals, decision),
  };
}

/** Who has deliveries sent again, when and why. */
export interface RedriveDecision {
  /** For the audit trail; null: nothing is written there. */
  readonly actor: Actor | null;
  /** UTC epoch ms: what was too far ahead at its receipt is judged by it. */
  readonly at: number;
  readonly reason: string | null;
}

/**
 * Sends the deliveries of these refusals through the pipeline again, each once however many of its rows were
 * refused. Rows that were understood the first time change nothing, facts being sets. `notSent`: refusals
 * whose delivery is no longer in the log, and those of records of our own topics, which stay where they are.
 */
export async function redrive(
  log: Log,
  refusals: readonly RefusedRecord[],
  { actor, at, reason }: RedriveDecision,
): Promise<{ redriven: number; notSent: number }> {
  if (actor !== null && refusals.length > 0) {
    await new AuditTrail(log).write(statementOf(refusals, { actor, at, reason }));
  }
  const byDelivery = Map.groupBy(refusals, ({ from }) => `${from.topic}|${from.partition}|${from.offset}`);
  let [redriven, notSent] = [0, 0];
  for (const group of byDelivery.values()) {
    const first = group[0];
    const delivery = first === undefined ? null : await deliveryOf(log, first);
    if (delivery === null) {
      notSent += group.length;
      continue;
    }
    const again = { ...delivery, redrives: group.map(({ id }) => id), redrivenAt: at } satisfies RawDelivery;
    await log.append(topics.raw.name, [{ key: again.id, value: encodeRaw(again) }]);
    redriven += group.length;
  }
  return { redriven, notSent };
}

/** Names the first ones: an entry stays small however many there are. */
function statementOf(
  refusals: readonly RefusedRecord[],
  decision: Pick<TrailStatement, 'actor' | 'at' | 'reason'>,
): TrailStatement {
  const named = refusals.slice(0, namedRefusals).map(({ id }) => id);
  const details = { refusals: refusals.length, first: named.join(' ') };
  return { act: 'deliveries-redriven', ...decision, subject: `${refusals.length} refusal(s)`, details };
}

const namedRefusals = 20;

async function deliveryOf(log: Log, { from }: RefusedRecord): Promise<RawDelivery | null> {
  if (from.topic !== topics.raw.name) return null;
  const [record] = await log.read(from.topic, from.partition, from.offset, 1);
  return record?.offset === from.offset ? decodeRaw(record.value) : null;
}

/** Where the topic of refusals ends now. */
export async function refusalsEnd(log: Log): Promise<number> {
  return (await log.bounds(topics.refused.name))[0]?.end ?? 0;
}

/** How many records and rows were refused since, those that were refused before included. */
export async function refusedSince(log: Log, end: number): Promise<number> {
  let refused = 0;
  for await (const { value } of recordsOf(log, topics.refused.name, end)) {
    if (decodeRefused(value)?.state === 'refused') refused += 1;
  }
  return refused;
}
