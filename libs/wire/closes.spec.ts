import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';
import { type Close, decodeClose, effectiveCloses, encodeClose, eventInClose, invoiceId } from './closes.js';
import { linesOf } from './samples/lines.fixture.js';

const close = (revision: number, offset: number, period = '2026-03', contract = 'C1'): Close => ({
  contract,
  period,
  revision,
  cut: { catalogue: 'v1', facts: [offset], heads: [`head-${offset}`], journal: [offset + 1], without: [] },
  comparedTo: [offset],
  carriedBy: revision === 1 ? null : '2026-05',
  invoice: invoiceId(contract, period, revision),
  digest: `d${offset}`,
  software: { code: '1.0.0+abc', node: '26.1.0', timeZones: '2026a', holidays: '3.37.0' },
  omissions: { work: [], estimatedValues: [], refused: [], parked: [], acceptedBecause: null },
});

describe('a close', () => {
  it('decodes to what was encoded', () => {
    expect(decodeClose(encodeClose(close(2, 7), '{}'))).toEqual(close(2, 7));
    expect(decodeClose('{"type":"tallyline.close.v2"}')).toBeNull();
  });

  it('has the bytes of the last sample; those before lack the heads, and what was left out', () => {
    const [first = '', second = '', third = ''] = linesOf('closes-1.ndjson');
    expect(decodeClose(first)).toEqual({ ...close(1, 3), cut: { ...close(1, 3).cut, heads: null } });
    expect(decodeClose(second)).toEqual(close(2, 7));
    const without = [{ entity: 'c:1', partition: 0, offset: 4 }];
    const parked = [{ stage: 'tally', entity: 'c:1', refusal: 'r', author: 'Ops', reason: 'lost' }] as const;
    const last: Close = close(2, 7);
    const whole: Close = {
      ...last,
      cut: { ...last.cut, without },
      omissions: { ...last.omissions, parked: [...parked], acceptedBecause: 'agreed' },
    };
    expect(encodeClose(whole, '{"id":"x"}')).toBe(third);
    expect(decodeClose(third)).toEqual(whole);
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
