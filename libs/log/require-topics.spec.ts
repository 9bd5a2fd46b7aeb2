import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from './embedded.harness.js';
import { requireTopics, UnfitTopics } from './require-topics.js';

const journal = { name: 'journal.postings', partitions: 4, retentionMs: null, compacted: false };
const raw = { name: 'telephony.raw', partitions: 4, retentionMs: 86_400_000, compacted: false };

describe('The topics a process requires', () => {
  it('are made where they are missing', () =>
    withEmbeddedLog(async (log) => {
      expect(await requireTopics(log, [journal, raw])).toEqual([]);
      expect(await log.bounds('journal.postings')).toHaveLength(4);
      expect(await requireTopics(log, [journal, raw])).toEqual([]);
    }));

  it.each([
    [{ ...journal, partitions: 12 }, 'journal.postings: partitions is 4, expected 12'],
    [{ ...journal, compacted: true }, 'journal.postings: compacted is false, expected true'],
    [{ ...raw, retentionMs: null }, 'telephony.raw: retentionMs is 86400000, expected null'],
  ])('must not differ where keys would move or records be lost: %j', (wanted, fault) =>
    withEmbeddedLog(async (log) => {
      await requireTopics(log, [journal, raw]);
      const required = requireTopics(log, [wanted]);
      await expect(required).rejects.toThrow(UnfitTopics);
      await expect(required).rejects.toThrow(fault);
    }),
  );

  it('may be kept for another time, which is told', () =>
    withEmbeddedLog(async (log) => {
      await requireTopics(log, [raw]);
      expect(await requireTopics(log, [{ ...raw, retentionMs: 1_000 }])).toEqual([
        'telephony.raw: retentionMs is 86400000, expected 1000',
      ]);
    }));
});
