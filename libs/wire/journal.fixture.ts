import { interpretationVersion } from '#domain/entity/interpretation-version.js';
import type { Posting } from '#domain/posting/posting.js';
import { encodeContent } from './posting-content.js';
import { encodeJournalRecord } from './postings.js';

/**
 * Writes records of the journal for specs and benches: each call gives the record of some postings of one
 * fact, linked to those before of the same source partition.
 */
export function journalWriter(): (postings: readonly Posting[], recordedAt?: number | null) => string {
  const heads = new Map<number, string>();
  return (postings, recordedAt = null) => {
    const [first] = postings;
    if (first === undefined) throw new Error('a record needs a posting');
    const { value, link } = encodeJournalRecord({
      position: first.position,
      interpretation: interpretationVersion,
      cause: 'fact',
      recordedAt,
      before: heads.get(first.position.partition) ?? '',
      changes: postings.map(({ sign, content }) => ({ sign, contentText: encodeContent(content) })),
    });
    heads.set(first.position.partition, link);
    return value;
  };
}
