import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';
import {
  type Close,
  decodeClose,
  decodeNotice,
  effectiveCloses,
  encodeClose,
  encodeNotice,
  eventInClose,
  validCloses,
} from './closes.js';
import { closeOf as close } from './closes.fixture.js';
import { linesOf } from './samples/lines.fixture.js';

describe('a close', () => {
  it('decodes to what was encoded', () => {
    expect(decodeClose(encodeClose(close(2, 7), '{}'))).toEqual(close(2, 7));
    expect(decodeClose('{"type":"tallyline.close.v2"}')).toBeNull();
  });

  it('has the bytes of the last sample; those before lack the heads, what was left out, the entry, and what is carried', () => {
    const [first = '', second = '', third = '', fourth = '', , sixth = ''] = linesOf('closes-1.ndjson');
    const withoutEntry = { ...close(1, 3), catalogueEntry: null, carries: null };
    expect(decodeClose(first)).toEqual({ ...withoutEntry, cut: { ...withoutEntry.cut, heads: null } });
    expect(decodeClose(second)).toEqual({ ...close(2, 7), catalogueEntry: null, carries: null });
    const without = [{ entity: 'c:1', partition: 0, offset: 4 }];
    const parked = [{ stage: 'tally', entity: 'c:1', refusal: 'r', author: 'Ops', reason: 'lost' }] as const;
    const last: Close = close(2, 7);
    const whole: Close = {
      ...last,
      cut: { ...last.cut, without },
      omissions: { ...last.omissions, parked: [...parked], acceptedBecause: 'agreed' },
    };
    expect(decodeClose(third)).toEqual({ ...whole, catalogueEntry: null, carries: null });
    expect(decodeClose(fourth)).toEqual({ ...whole, carries: null });
    const carrying = { ...whole, carries: ['an-adjustment'] };
    expect(encodeClose(carrying, '{"id":"x"}')).toBe(sixth);
    expect(decodeClose(sixth)).toEqual(carrying);
  });

  it('is valid where no catalogue after its own was announced before it', () => {
    const notice = { number: 2, version: 'v2', author: 'Ada' };
    const [, , , , fifth = ''] = linesOf('closes-1.ndjson');
    expect([encodeNotice(notice), decodeNotice(fifth)]).toEqual([fifth, notice]);
    const under = (catalogueEntry: number | null, offset: number) =>
      encodeClose({ ...close(1, offset), catalogueEntry }, '{}');
    const values = [
      under(1, 1),
      encodeNotice(notice),
      under(1, 2), // too late
      under(2, 3),
      encodeNotice({ ...notice, number: 1 }), // late itself: what it announced is decided
      under(2, 4),
      'poison',
      encodeNotice({ ...notice, number: 3 }),
      under(2, 5), // too late
      under(null, 6), // of a version that does not say
    ];
    expect(validCloses(values).map(({ digest }) => digest)).toEqual(['d1', 'd3', 'd4', 'd6']);
  });

  it('is effective where it is the first of its revision', () => {
    const closes = [
      close(1, 3),
      close(1, 4),
      close(1, 9, '2026-04'),
      close(2, 7),
      close(1, 1, '2026-03', 'C2'),
      close(2, 8),
    ];
    expect(effectiveCloses(closes, 'C1', '2026-03').map(({ digest }) => digest)).toEqual(['d3', 'd7']);
    expect(effectiveCloses(closes, 'C1', '2026-05')).toEqual([]);
  });

  it('gives its event back byte for byte, and none where the record was edited', () => {
    const event = canonicalJson({ id: 'x', data: { lines: [{ amount: '1.10', text: 'é "quoted" \n' }] } });
    const written = encodeClose({ ...close(1, 3), digest: hash('sha256', event) }, event);
    expect(eventInClose(written)).toBe(event);
    expect(eventInClose(written.replace('1.10', '1.11'))).toBeNull();
    expect(eventInClose('{"data":{}}')).toBeNull();
  });
});
