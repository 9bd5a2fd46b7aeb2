import type { Posting } from '#domain/posting/posting.js';
import { advance, decodeWatermark } from '#domain/posting/watermark.js';
import type { Log } from '#log/log.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';

const recordsAtOnce = 2_000;

/**
 * Every posting of the journal below `ends` (offsets by partition), once, partition by partition.
 * `onPartition`: called before the first of each.
 */
export async function eachPosting(
  log: Log,
  ends: readonly number[],
  onPosting: (posting: Posting) => void,
  onPartition: () => void = () => undefined,
): Promise<void> {
  for (const [partition, end] of ends.entries()) {
    onPartition();
    const seen = decodeWatermark(null);
    for (let from = 0; from < end;) {
      const records = await log.read(topics.postings.name, partition, from, recordsAtOnce);
      for (const { offset, value } of records) {
        if (offset >= end) break;
        for (const posting of decodeJournalRecord(value)?.postings ?? [])
          if (advance(seen, posting.position)) onPosting(posting);
      }
      from = (records.at(-1)?.offset ?? end) + 1;
    }
  }
}
