import { describe, expect, it } from '@jest/globals';
import type { PostingContent } from '#domain/posting/posting.js';
import { decodePosting, encodePosting } from '#wire/postings.js';
import { type ReadPosting, withoutUndone } from './undone.js';

const waited = (contact: string, waitMs: number): PostingContent => ({
  kind: 'contact',
  contact,
  connection: 'c',
  direction: 'inbound',
  media: 'voice',
  customer: null,
  segments: [{ queue: 'c:q', enteredAt: 0, leftAt: waitMs, waitMs, outcome: 'abandoned' }],
  legs: [],
  missed: [],
});

function read(offset: number, sign: 1 | -1, content: PostingContent): ReadPosting {
  const text = encodePosting({ position: { partition: 0, offset, index: 0 }, sign, content }, offset * 1_000);
  const posting = decodePosting(text);
  if (posting === null) throw new Error('what was written cannot be read');
  return { posting, text };
}

describe('Of postings that are counted together', () => {
  const posted = read(1, 1, waited('a', 5));
  const takenBack = read(2, -1, waited('a', 5));
  const postedAnew = read(3, 1, waited('a', 7));

  it('what is posted and taken back goes, what is posted instead stays', () => {
    expect(withoutUndone([posted, takenBack, postedAnew])).toEqual([postedAnew]);
  });

  it('each step of a contact goes but the last', () => {
    const back = read(4, -1, waited('a', 7));
    const last = read(5, 1, waited('a', 9));
    expect(withoutUndone([posted, takenBack, postedAnew, back, last])).toEqual([last]);
  });

  it('what was posted before them and is taken back stays', () => {
    expect(withoutUndone([takenBack, postedAnew])).toEqual([takenBack, postedAnew]);
  });

  it('what is taken back and posted again stays: the one does not undo the other before it happened', () => {
    expect(withoutUndone([takenBack, posted])).toEqual([takenBack, posted]);
  });

  it.each([
    ['of another content', read(2, -1, waited('a', 6))],
    ['of another subject', read(2, -1, waited('b', 5))],
  ])('a withdrawal %s undoes nothing', (_, other) => {
    expect(withoutUndone([posted, other])).toEqual([posted, other]);
  });

  it('a posting is undone once', () => {
    const backAgain = read(3, -1, waited('a', 5));
    expect(withoutUndone([posted, takenBack, backAgain])).toEqual([backAgain]);
    const before = read(0, 1, waited('a', 5));
    expect(withoutUndone([before, posted, takenBack])).toEqual([before]);
  });

  it('a text of another order of members undoes nothing', () => {
    const { data, ...rest } = JSON.parse(takenBack.text) as { data: unknown };
    const other = { posting: takenBack.posting, text: JSON.stringify({ data, ...rest }) };
    expect(withoutUndone([posted, other])).toEqual([posted, other]);
  });
});
