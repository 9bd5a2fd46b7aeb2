import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import { encodeContent } from './posting-content.js';
import { decodeJournalRecord, encodeJournalRecord, encodeRelink, linkOf, sourceOf } from './postings.js';
import { linesOf } from './samples/lines.fixture.js';
import { sampleContents } from './samples/postings.fixture.js';

const recordedAt = Date.parse('2026-03-02T10:05:04.123Z');
const position = { partition: 3, offset: 41, index: 1 };

function recordOf(contents: readonly PostingContent[], before = 'zero') {
  return encodeJournalRecord({
    position,
    interpretation: 7,
    cause: contents.length > 1 ? 'software' : 'fact',
    recordedAt,
    before,
    changes: contents.map((content, index) => {
      return { sign: index === 0 ? -1 : 1, contentText: encodeContent(content) };
    }),
  });
}

/** One record of each kind, one that takes back and posts, and one that only links. */
const samples = [
  ...sampleContents.map((content) => recordOf([content]).value),
  recordOf([sampleContents[0]!, sampleContents[1]!]).value,
  encodeRelink({ position, interpretation: 7, recordedAt: null, before: 'one', link: 'other' }),
];

describe('a record of the journal', () => {
  it.each(sampleContents)('with a $kind decodes to what was encoded', (content) => {
    const { value, link } = recordOf([content]);
    const expected: JournalRecord = {
      position,
      interpretation: 7,
      cause: 'fact',
      recordedAt,
      before: 'zero',
      link,
      postings: [{ position, sign: -1, content }],
    };
    expect(decodeJournalRecord(value)).toEqual(expected);
  });

  it('numbers its postings from its position on', () => {
    const { postings } = decodeJournalRecord(recordOf(sampleContents.slice(0, 2)).value)!;
    expect(postings).toEqual([
      { position, sign: -1, content: sampleContents[0] },
      { position: { ...position, index: 2 }, sign: 1, content: sampleContents[1] },
    ]);
  });

  it('has in version 1 the bytes of the samples', () => {
    expect(samples).toEqual(linesOf('postings-1.ndjson'));
  });

  it('holds any text', () => {
    const words = fc.string({ unit: anyCharacter, minLength: 1 });
    fc.assert(
      fc.property(words, fc.option(words), (contact, customer) => {
        const content = { ...sampleContents[0]!, contact, customer } as PostingContent;
        expect(decodeJournalRecord(recordOf([content]).value)?.postings[0]?.content).toEqual(content);
      }),
    );
  });

  it('is unreadable to all with half of a surrogate pair, which the stores of its readers cannot hold', () => {
    const { value } = recordOf([{ ...sampleContents[0]!, customer: '\ud800' } as PostingContent]);
    expect(value).toContain(String.raw`"\ud800"`);
    expect(decodeJournalRecord(value)).toBeNull();
    // With a backslash before it, it is six characters that any store holds.
    expect(decodeJournalRecord(value.replace(String.raw`\ud800`, String.raw`\\ud800`))).not.toBeNull();
  });

  it('names its source in its first characters', () => {
    for (const sample of samples) expect(sourceOf(sample)).toEqual({ partition: 3, offset: 41 });
    expect(sourceOf('[1,12,345678,0')).toEqual({ partition: 12, offset: 345_678 });
    for (const other of ['', '[2,3,41,0', '{"id":"3-41-0"}', '[1,3', '[1,x,41,', '[1,-3,41,']) {
      expect(sourceOf(other)).toBeNull();
    }
  });

  // The chain written down once more: SHA-256 of link, position, sign and content, the first 22 letters.
  it('links each posting to the one before it', () => {
    const linked = (before: string, index: number, sign: number, content: PostingContent): string =>
      hash('sha256', `${before},3,41,${index},${sign},${encodeContent(content)}`, 'base64url').slice(0, 22);
    const [old, young] = [sampleContents[0]!, sampleContents[1]!];
    const first = linked('zero', 1, -1, old);
    const { value, link } = recordOf([old, young]);
    expect(link).toBe(linked(first, 2, 1, young));
    expect(linkOf(decodeJournalRecord(value)!)).toBe(link);
    expect(recordOf([old], 'another').link).not.toBe(first);
  });

  const list = JSON.parse(samples[0]!) as unknown[];
  const [head, content] = [list.slice(0, 10), list[10] as unknown[]];
  it.each<[string, unknown]>([
    ['text', 'x'],
    ['a record with names', { specversion: '1.0' }],
    ['of another version', list.with(0, 2)],
    ...[1, 2, 3, 4].map((at): [string, unknown] => [`of a place ${at} below 0`, list.with(at, -1)]),
    ['of an unknown cause', list.with(5, 'fancy')],
    ['without a posting', list.slice(0, 9)],
    ['relinked with a posting', list.with(5, 'relinked')],
    ['of a sign of 0', list.with(9, 0)],
    ['without the last content', list.slice(0, 10)],
    ['of an unknown kind', [...head, content.with(0, 'song')]],
    ...content.map((_, at): [string, unknown] => [
      `of a content whose place ${at} is a number`,
      [...head, content.with(at, 5)],
    ]),
    ['of a content with a place more', [...head, [...content, null]]],
    ['of a segment without its queue', [...head, content.with(6, [[null, 0, 0, 0, 'answered']])]],
    ['of a negative wait', [...head, content.with(6, [['q', 0, 0, -1, 'answered']])]],
    ['of a leg without its flag', [...head, content.with(7, [['a', null, 0, 0, 0, 0, 0, 0, 0, null]])]],
    ['of a missed offer at no instant', [...head, content.with(8, [['a', null, null, 0]])]],
  ])('is not decoded where it is %s', (_, changed) => {
    expect(decodeJournalRecord(JSON.stringify(changed))).toBeNull();
  });
});
