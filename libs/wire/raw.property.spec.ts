import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from '#test/any-character.fixture.js';
import { encodeRaw, rawDelivery } from './raw.js';

describe('a delivery in the log', () => {
  it('is the JSON of the event, whatever characters its parts have', () => {
    const text = fc.string({ unit: anyCharacter });
    const headers = fc.dictionary(text, text);
    fc.assert(
      fc.property(
        text,
        text,
        headers,
        fc.array(text),
        fc.boolean(),
        (connection, told, sent, redrives, own) => {
          const kind = own ? 'platform' : 'outcome';
          const made = { ...rawDelivery(connection, Buffer.from(told), 1_000, sent, kind), redrives };
          const { id, bodyEncoding } = made;
          const stored = bodyEncoding === 'utf8' ? { body: made.body } : { bodyBase64: made.body };
          const event = {
            specversion: '1.0',
            id,
            source: `/connections/${connection}`,
            type: 'tallyline.delivery.v1',
            time: '1970-01-01T00:00:01.000Z',
            data: {
              connection,
              ...(own ? {} : { kind }),
              headers: sent,
              ...stored,
              ...(redrives.length > 0 && { redrives }),
            },
          };
          expect(encodeRaw(made)).toBe(JSON.stringify(event));
        },
      ),
    );
  });
});
