import { describe, expect, it } from '@jest/globals';
import { decodeRaw, deliveryId, encodeRaw, rawDelivery } from './raw.js';
import { decodeRecorded, encodeRecorded } from './recorded-delivery.js';

const body = Buffer.from('{"a":1}');

describe('a delivery in the log', () => {
  it.each(['platform', 'outcome'] as const)('of kind %s decodes to what was encoded', (kind) => {
    const delivery = rawDelivery('crm', body, 1_000, { 'content-type': 'application/json' }, kind);
    expect(decodeRaw(encodeRaw(delivery))).toEqual(delivery);
    expect(delivery.kind).toBe(kind);
  });

  it('is a delivery of its platform where it names no kind', () => {
    const text = encodeRaw(rawDelivery('crm', body, 1_000, {}));
    expect(text).not.toContain('kind');
    expect(decodeRaw(text)).toMatchObject({ kind: 'platform', id: deliveryId('crm', body) });
  });

  it('of bytes that are no UTF-8 text decodes to the same bytes', () => {
    const delivery = rawDelivery('crm', Buffer.from([0xff, 0x00, 0x22]), 1_000, {});
    expect(delivery.bodyEncoding).toBe('base64');
    expect(decodeRaw(encodeRaw(delivery))).toEqual(delivery);
  });

  it('has another id where the same bytes are sent as outcomes', () => {
    expect(deliveryId('crm', body, 'outcome')).not.toBe(deliveryId('crm', body));
  });

  it('is not decoded where its kind is unknown', () => {
    const text = encodeRaw(rawDelivery('crm', body, 1_000, {}, 'outcome'));
    expect(decodeRaw(text.replace('"kind":"outcome"', '"kind":"rumour"'))).toBeNull();
  });
});

describe('a recorded delivery', () => {
  const line = '{"connection":"crm","receivedAt":"2026-03-02T10:00:00.000Z","headers":{},"body":"{}"}';

  it('may be a delivery of outcomes', () => {
    const text = line.replace('"receivedAt"', '"kind":"outcome","receivedAt"');
    const decoded = decodeRecorded(text);
    if ('fault' in decoded) throw new Error(decoded.fault);
    expect(decoded.delivery.kind).toBe('outcome');
    expect(encodeRecorded(decoded.delivery)).toBe(text);
  });

  it('is a delivery of its platform where it names no kind', () => {
    const decoded = decodeRecorded(line);
    if ('fault' in decoded) throw new Error(decoded.fault);
    expect(decoded.delivery.kind).toBeUndefined();
    expect(encodeRecorded(decoded.delivery)).toBe(line);
  });

  it.each([
    ['body', line.replace('"body":"{}"', '"body":"\\ud800"')],
    ['connection', line.replace('"crm"', '"crm\\udc00"')],
    ['x-trace', line.replace('"headers":{}', '"headers":{"x-trace":"\\ud800"}')],
  ])(
    'with half a surrogate pair in %s is rejected: it has no bytes that could have been sent',
    (field, text) => {
      expect(decodeRecorded(text)).toMatchObject({
        fault: expect.stringMatching(`^${field}: half a surrogate`),
      });
    },
  );

  it('of an unknown kind is rejected with what is allowed', () => {
    const decoded = decodeRecorded(line.replace('"receivedAt"', '"kind":"rumour","receivedAt"'));
    expect(decoded).toMatchObject({ fault: expect.stringMatching(/^kind: .*"platform"\|"outcome"/) });
  });
});
