import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from '#test/any-character.fixture.js';
import { encodeRaw, rawDelivery } from './raw.js';

describe('a delivery in the log', () => {
  it('has the same bytes as the JSON of the whole event, whatever characters its parts have', () => {
    const text = fc.string({ unit: anyCharacter });
    const headers = fc.dictionary(text, text);
    fc.assert(
      fc.property(
        text,
        text,
        headers,
        fc.array(text),
        fc.boolean(),
        (connection, body, sent, redrives, isPlatform) => {
          const kind = isPlatform ? 'platform' : 'outcome';
          const delivery = { ...rawDelivery(connection, Buffer.from(body), 1_000, sent, kind), redrives };
          const { id, bodyEncoding } = delivery;
          const stored = bodyEncoding === 'utf8' ? { body: delivery.body } : { bodyBase64: delivery.body };
          const event = {
            specversion: '1.0',
            id,
            source: `/connections/${connection}`,
            type: 'tallyline.delivery.v1',
            time: '1970-01-01T00:00:01.000Z',
            data: {
              connection,
              ...(isPlatform ? {} : { kind }),
              headers: sent,
              ...stored,
              ...(redrives.length > 0 && { redrives }),
            },
          };
          expect(encodeRaw(delivery)).toBe(JSON.stringify(event));
        },
      ),
    );
  });
});
