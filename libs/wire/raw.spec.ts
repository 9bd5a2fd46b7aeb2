import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeRaw, deliveryId, encodeRaw, rawDelivery } from './raw.js';
import { decodeRecorded, encodeRecorded } from './recorded-delivery.js';

const body = Buffer.from('{"a":1}');

describe('a delivery in the log', () => {
  it.each(['platform', 'outcome'] as const)('of kind %s comes back as it was', (kind) => {
    const delivery = rawDelivery('crm', body, 1_000, { 'content-type': 'application/json' }, kind);
    expect(decodeRaw(encodeRaw(delivery))).toEqual(delivery);
    expect(delivery.kind).toBe(kind);
  });

  it('is of its platform where it says nothing, as before there were outcomes', () => {
    const text = encodeRaw(rawDelivery('crm', body, 1_000, {}));
    expect(text).not.toContain('kind');
    expect(decodeRaw(text)).toMatchObject({ kind: 'platform', id: deliveryId('crm', body) });
  });

  it('is the JSON of the event, whatever characters its parts have', () => {
    const text = fc.string({ unit: 'binary' });
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

  it('of bytes that are no text comes back as it was', () => {
    const delivery = rawDelivery('crm', Buffer.from([0xff, 0x00, 0x22]), 1_000, {});
    expect(delivery.bodyEncoding).toBe('base64');
    expect(decodeRaw(encodeRaw(delivery))).toEqual(delivery);
  });

  it('is another one where the same bytes are sent as outcomes', () => {
    expect(deliveryId('crm', body, 'outcome')).not.toBe(deliveryId('crm', body));
  });

  it('is none of ours where its kind is unknown', () => {
    const text = encodeRaw(rawDelivery('crm', body, 1_000, {}, 'outcome'));
    expect(decodeRaw(text.replace('"kind":"outcome"', '"kind":"rumour"'))).toBeNull();
  });
});

describe('a recorded delivery', () => {
  const line = '{"connection":"crm","receivedAt":"2026-03-02T10:00:00.000Z","headers":{},"body":"{}"}';

  it('may be of outcomes', () => {
    const told = line.replace('"receivedAt"', '"kind":"outcome","receivedAt"');
    const decoded = decodeRecorded(told);
    if ('fault' in decoded) throw new Error(decoded.fault);
    expect(decoded.delivery.kind).toBe('outcome');
    expect(encodeRecorded(decoded.delivery)).toBe(told);
  });

  it('is of its platform where it does not say so', () => {
    const decoded = decodeRecorded(line);
    if ('fault' in decoded) throw new Error(decoded.fault);
    expect(decoded.delivery.kind).toBeUndefined();
    expect(encodeRecorded(decoded.delivery)).toBe(line);
  });

  it('of another kind is told what is allowed', () => {
    const decoded = decodeRecorded(line.replace('"receivedAt"', '"kind":"rumour","receivedAt"'));
    expect(decoded).toMatchObject({ fault: expect.stringMatching(/^kind: .*"platform"\|"outcome"/) });
  });
});
