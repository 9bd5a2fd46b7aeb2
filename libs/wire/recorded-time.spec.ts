import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Posting } from '#domain/posting/posting.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import { decodeFact, encodeFact } from './facts.js';
import { decodePosting, decodePostingEvent, encodePosting } from './postings.js';
import { isoInstant } from './recorded-time.js';

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

describe('the recorded time of a delivery', () => {
  it('is carried by facts and postings outside their content', () => {
    expect(decodeFact(encodeFact(entered, recordedAt))).toEqual({ fact: entered, recordedAt });
    expect(decodePostingEvent(encodePosting(posting, recordedAt))).toEqual({ posting, recordedAt });
    expect(decodePosting(encodePosting(posting, recordedAt))).toEqual(posting);
  });

  it('may be missing or unreadable without changing the fact and the posting', () => {
    expect(decodeFact(encodeFact(entered))).toEqual({ fact: entered, recordedAt: null });
    expect(decodePostingEvent(encodePosting(posting))).toEqual({ posting, recordedAt: null });
    const damaged = encodeFact(entered, recordedAt).replace('2026-03-02T10:05:04.123Z', 'yesterday');
    expect(damaged).toContain('"recordedtime":"yesterday"');
    expect(decodeFact(damaged)).toEqual({ fact: entered, recordedAt: null });
  });
});

describe('isoInstant', () => {
  const instants = fc.oneof(
    fc.date({ noInvalidDate: true }).map(Number),
    fc.constantFrom(-8.64e15, -1, 0, 86_399_999, 86_400_000, 253_402_300_800_000, 8.64e15),
  );

  it('gives the same text as Date', () => {
    fc.assert(fc.property(instants, (at) => expect(isoInstant(at)).toBe(new Date(at).toISOString())));
    expect(() => isoInstant(NaN)).toThrow(RangeError);
  });
});

describe('a posting in the log', () => {
  const words = fc.string({ unit: anyCharacter });

  it('has the same bytes as the JSON of the whole event', () => {
    fc.assert(
      fc.property(words, fc.option(words), fc.option(fc.constant(recordedAt)), (name, customer, recorded) => {
        const content = { ...posting.content, contact: name, customer } as Posting['content'];
        const whole = {
          specversion: '1.0',
          id: '3-41-1',
          source: '/meter',
          type: 'tallyline.posting.contact.v1',
          subject: name,
          ...(recorded !== null && { recordedtime: new Date(recorded).toISOString() }),
          data: { sign: -1, content },
        };
        const text = JSON.stringify(whole);
        expect(encodePosting({ ...posting, content }, recorded)).toBe(text);
        expect(encodePosting({ ...posting, content }, recorded, JSON.stringify(content))).toBe(text);
      }),
    );
  });
});
