import { type Posting, subjectOf } from '#domain/posting/posting.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import type { Log } from '#log/log.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord, sourceOf } from '#wire/postings.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics } from '#wire/topics.js';
import { digestOf } from '../archive/archive-pointer.js';
import { bitsOf, lastOffset } from './restored-store.js';

/** Which postings are compared with states: of facts of a partition below an offset. */
export interface Below {
  readonly partition: number;
  readonly from: number;
  /** Entities that are compared on neither side. */
  readonly isLeftOut: (entity: string) => boolean;
}

/**
 * XOR of the digests of all postings: what was taken back leaves nothing of what was posted, so it is that of
 * what stands. 32 bits: a difference is missed once in four billion times.
 */
export async function postedBalance(log: Log, { partition, from, isLeftOut }: Below): Promise<number> {
  let balance = 0;
  await eachPosting(log, partition, 0, from, ({ content }) => {
    if (!isLeftOut(subjectOf(content))) balance ^= bitsOf(digestOf(encodeContent(content)));
  });
  return balance;
}

/** Whose state is not that of what was posted, in words. Keeps something of each entity in memory. */
export async function lackedByStates(log: Log, { partition, from, isLeftOut }: Below): Promise<string> {
  const posted = new Map<string, string>();
  await eachPosting(log, partition, 0, from, ({ sign, content }) => {
    if (sign === 1) posted.set(subjectOf(content), digestOf(encodeContent(content)));
    else posted.delete(subjectOf(content));
  });
  const kept = new Map<string, { readonly last: number; readonly digest: string | null }>();
  const bounds = (await log.bounds(topics.states.name)).find((each) => each.partition === partition);
  await eachRecord(log, topics.states.name, partition, bounds?.end ?? 0, (value) => {
    const record = decodeStateRecord(value);
    if (record?.kind !== 'state') return;
    const last = lastOffset(record);
    if (last < from && last >= (kept.get(record.entity)?.last ?? -1)) {
      kept.set(record.entity, { last, digest: record.posted?.digest ?? null });
    }
  });
  const differing = [...new Set([...posted.keys(), ...kept.keys()])].filter(
    (entity) => !isLeftOut(entity) && (posted.get(entity) ?? null) !== (kept.get(entity)?.digest ?? null),
  );
  return listOf(differing);
}

/** What was posted of facts that are neither in a state nor in their topic any more, in words. */
export async function lackedByFacts(
  log: Log,
  partition: number,
  from: number,
  begin: number,
): Promise<string> {
  const entities = new Set<string>();
  await eachPosting(log, partition, from, begin, ({ content }) => entities.add(subjectOf(content)));
  return `the journal has postings of them for ${listOf([...entities])}`;
}

function listOf(entities: readonly string[]): string {
  const named = entities.toSorted().slice(0, namedEntities).join(', ');
  const rest = entities.length - namedEntities;
  const all = `${entities.length} ${entities.length === 1 ? 'entity' : 'entities'}`;
  return entities.length === 0 ? 'no entity' : `${all} (${named}${rest > 0 ? ` and ${rest} more` : ''})`;
}

const namedEntities = 10;

/** Postings of facts of a partition in `[from, to)` that readers count. */
async function eachPosting(
  log: Log,
  source: number,
  from: number,
  to: number,
  take: (posting: Posting) => unknown,
): Promise<void> {
  for (const { partition, end } of await log.bounds(topics.postings.name)) {
    const seen: Watermark = new Map();
    await eachRecord(log, topics.postings.name, partition, end, (value) => {
      if (sourceOf(value)?.partition !== source) return;
      for (const posting of decodeJournalRecord(value)?.postings ?? []) {
        const { position } = posting;
        if (advance(seen, position) && position.offset >= from && position.offset < to) take(posting);
      }
    });
  }
}

async function eachRecord(
  log: Log,
  topic: string,
  partition: number,
  end: number,
  take: (value: string) => void,
): Promise<void> {
  for (let from = 0; from < end;) {
    const records = await log.read(topic, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) return;
    for (const { offset, value } of records) if (offset < end) take(value);
    from = last.offset + 1;
  }
}

const recordsAtOnce = 2_000;
