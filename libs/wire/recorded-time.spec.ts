import { describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/builders.js';
import type { Posting } from '#domain/posting/posting.js';
import { decodeFact, encodeFact } from './facts.js';
import { decodePosting, decodePostingEvent, encodePosting } from './postings.js';

const recordedAt = Date.parse('2026-03-02T10:05:04.123Z');
const entered = fact('queue.entered', 0);
const posting: Posting = {
  position: { partition: 3, offset: 41, index: 1 },
  sign: -1,
  content: {
    kind: 'contact',
    contact: 'c:1',
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer: null,
    segments: [],
    legs: [],
    missed: [],
  },
};

describe('When the log took a delivery', () => {
  it('goes with facts and postings, beside what they say', () => {
    expect(decodeFact(encodeFact(entered, recordedAt))).toEqual({ fact: entered, recordedAt });
    expect(decodePostingEvent(encodePosting(posting, recordedAt))).toEqual({ posting, recordedAt });
    expect(decodePosting(encodePosting(posting, recordedAt))).toEqual(posting);
  });

  it('may be missing, or be none: the fact and the posting are the same', () => {
    expect(decodeFact(encodeFact(entered))).toEqual({ fact: entered, recordedAt: null });
    expect(decodePostingEvent(encodePosting(posting))).toEqual({ posting, recordedAt: null });
    const damaged = encodeFact(entered, recordedAt).replace('2026-03-02T10:05:04.123Z', 'yesterday');
    expect(damaged).toContain('"recordedtime":"yesterday"');
    expect(decodeFact(damaged)).toEqual({ fact: entered, recordedAt: null });
  });
});
