import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from './embedded.harness.js';
import { LogUnusable } from './log.js';
import { requireTopics } from './require-topics.js';

const journal = { name: 'journal.postings', partitions: 4, retentionMs: null, compacted: false };
const raw = { name: 'telephony.raw', partitions: 4, retentionMs: 86_400_000, compacted: false };

describe('A process that requires topics', () => {
  it('creates those that are missing', () =>
    withEmbeddedLog(async (log) => {
      expect(await requireTopics(log, [journal, raw])).toEqual([]);
      expect(await log.bounds('journal.postings')).toHaveLength(4);
      expect(await requireTopics(log, [journal, raw])).toEqual([]);
    }));

  it.each([
    [{ ...journal, partitions: 12 }, 'journal.postings has partitions 4, expected 12; keys would go to'],
    [{ ...journal, compacted: true }, 'journal.postings has compacted false, expected true; old versions'],
    [{ ...raw, retentionMs: null }, 'telephony.raw has retentionMs 86400000, expected null; records that'],
  ])('cannot start where keys would move or records be lost: %j', (expected, message) =>
    withEmbeddedLog(async (log) => {
      await requireTopics(log, [journal, raw]);
      const required = requireTopics(log, [expected]);
      await expect(required).rejects.toThrow(LogUnusable);
      await expect(required).rejects.toMatchObject({ code: 'topic-settings-differ' });
      await expect(required).rejects.toThrow(`topic settings differ: ${message}`);
    }),
  );

  it('starts with a warning where records are kept for another time than configured', () =>
    withEmbeddedLog(async (log) => {
      await requireTopics(log, [raw]);
      expect(await requireTopics(log, [{ ...raw, retentionMs: 1_000 }])).toEqual([
        {
          code: 'topic-settings-differ',
          message:
            'topic settings differ: telephony.raw has retentionMs 86400000, expected 1000; ' +
            'change the topic if this is not intended',
        },
      ]);
    }));
});
