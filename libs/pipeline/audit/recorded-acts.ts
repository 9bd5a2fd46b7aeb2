import { entryHead } from '#catalogue/entry.js';
import type { Log } from '#log/log.js';
import { recordsOf } from '#log/small-topic.js';
import { decodeClose } from '#wire/closes.js';
import { decodeCustomerKey } from '#wire/customer-keys.js';
import { decodeOperatorAct } from '#wire/operator-acts.js';
import { decodePeriodAct } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';

/** An act as it lies in the log, beside its entry in the audit trail. */
export interface RecordedAct {
  readonly topic: string;
  readonly offset: number;
  /** Log append time, UTC epoch ms. */
  readonly timestamp: number;
  /** What was done, in words. */
  readonly name: string;
  /** Digest of its entry; null: it names none. */
  readonly trailEntry: string | null;
}

type NamedAct = Pick<RecordedAct, 'name'> & { readonly trailEntry?: string | undefined };

/** All acts in the log that have an entry in the audit trail, or should. */
export async function recordedActs(log: Log): Promise<RecordedAct[]> {
  const acts: RecordedAct[] = [];
  for (const [topic, read] of readers()) {
    for await (const record of recordsOf(log, topic)) {
      const act = read(record.value);
      if (act === null) continue;
      const { offset, timestamp } = record;
      acts.push({ topic, offset, timestamp, name: act.name, trailEntry: act.trailEntry ?? null });
    }
  }
  return acts;
}

function readers(): readonly (readonly [string, (value: string) => NamedAct | null])[] {
  return [
    [topics.closes.name, periodAct],
    [topics.catalogue.name, catalogueReader()],
    [topics.operatorActs.name, operatorAct],
    [topics.customerKeys.name, customerKeyAct],
  ];
}

function periodAct(value: string): NamedAct | null {
  const close = decodeClose(value);
  if (close !== null) {
    const { contract, period, revision, closedBy } = close;
    return { name: `${contract} ${period} revision ${revision}`, trailEntry: closedBy?.trailEntry };
  }
  const act = decodePeriodAct(value);
  // What the schedule waits for is an observation.
  if (act === null || act.act === 'waits') return null;
  return { name: `${act.contract} ${act.period} ${act.act}`, trailEntry: act.trailEntry };
}

/** An entry that puts in force once more what is in force changes nothing: a close writes it. */
function catalogueReader(): (value: string) => NamedAct | null {
  let inForce: string | null = null;
  return (value) => {
    const head = entryHead(value);
    if (head === null || head.version === inForce) return null;
    inForce = head.version;
    const trailEntry = head.number === null ? undefined : head.trailEntry;
    return { name: `catalogue ${head.version} in force`, trailEntry };
  };
}

function operatorAct(value: string): NamedAct | null {
  const act = decodeOperatorAct(value);
  return act === null ? null : { name: act.act, trailEntry: act.trailEntry };
}

/** The first key was decided by no one: the first start makes it. */
function customerKeyAct(value: string): NamedAct | null {
  const record = decodeCustomerKey(value);
  if (record === null || record.replaces === null) return null;
  return { name: `customer key ${record.fingerprint}`, trailEntry: record.trailEntry };
}
