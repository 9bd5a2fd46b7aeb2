import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Close, decodeClose, encodeClose, invoiceId, effectiveCloses } from './closes.js';
import { decodeInvoiceReady } from './invoice-ready.js';
import { invoicedUpTo, invoicedNet } from './invoiced.js';

const close = (revision: number, offset: number, period = '2026-03', contract = 'C1'): Close => ({
  contract,
  period,
  revision,
  cut: { catalogue: 'v1', offsets: [offset] },
  carriedBy: revision === 1 ? null : '2026-05',
  invoice: invoiceId(contract, period, revision),
  digest: `d${offset}`,
});

describe('a close', () => {
  it('decodes to what was encoded', () => {
    expect(decodeClose(encodeClose(close(2, 7)))).toEqual(close(2, 7));
    expect(decodeClose('{"type":"tallyline.close.v2"}')).toBeNull();
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

  it('is read with its event in the format from before adjustments', () => {
    const file = readFileSync(new URL('samples/before-adjustments.ndjson', import.meta.url), 'utf8');
    const [written = '', event = ''] = file.split('\n');
    expect(decodeClose(written)).toMatchObject({ revision: 1, cut: { offsets: [12, 7] }, carriedBy: null });
    const ready = decodeInvoiceReady(event);
    if (ready === null) throw new Error('the event is not read');
    expect(ready.id).toBe(decodeClose(written)?.invoice);
    expect(invoicedNet(ready).toFixed(2)).toBe('94.00');
    expect(invoicedUpTo(ready).lines).toMatchObject([{ line: 'L1', row: ready.data.lines[0]?.explainedBy }]);
    expect(ready.data.earlierPeriods).toEqual([]);
  });
});
