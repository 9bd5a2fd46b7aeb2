import { describe, expect, it } from '@jest/globals';
import type { Authentication, Connection } from '#catalogue/catalogue.js';
import { LogUnavailable, type NewRecord } from '#log/log.js';
import { decodeRaw } from '#wire/raw.js';
import { DeliveryWriter, prepareDelivery, storedHeaders } from './delivery-writer.js';

const connection: Connection = {
  id: 'bank-genesys',
  platform: 'genesys',
  timeZone: 'UTC',
  country: null,
  authentication: { scheme: 'none' },
  states: [],
};
const bytes = (text: string) => Buffer.from(text);

describe('A prepared delivery', () => {
  it('holds the exact bytes, under an id that only connection and bytes decide', () => {
    const body = bytes('{"ü": "\\u00fc",\t1 }');
    const one = prepareDelivery(connection, { 'x-trace': '1' }, body, 1_000);
    const again = prepareDelivery(connection, { 'x-trace': '2' }, body, 2_000);
    const elsewhere = prepareDelivery({ ...connection, id: 'other' }, {}, body, 1_000);
    expect(decodeRaw(one.record.value)).toMatchObject({
      id: one.id,
      connection: 'bank-genesys',
      receivedAt: 1_000,
      body: '{"ü": "\\u00fc",\t1 }',
      headers: { 'x-trace': '1' },
    });
    expect(again.id).toBe(one.id);
    expect(elsewhere.id).not.toBe(one.id);
    expect(one.record.key).toBe(one.id);
  });

  it('holds bytes that are no text in base64', () => {
    const body = Buffer.from([0, 0xff, 0xfe, 0x80]);
    const decoded = decodeRaw(prepareDelivery(connection, {}, body, 0).record.value);
    expect(decoded?.bodyEncoding).toBe('base64');
    expect(Buffer.from(decoded?.body ?? '', 'base64').equals(body)).toBe(true);
  });
});

describe('The stored headers', () => {
  const headers = {
    authorization: 'Basic s3cret',
    'content-encoding': 'gzip',
    'content-type': 'application/json',
    cookie: 's3cret',
    'proxy-authorization': 's3cret',
    'webhook-id': 'msg_1',
    'webhook-signature': 'v1,s3cret',
    'x-api-key': 's3cret',
    'x-token': 's3cret',
    'x-client-secret': 's3cret',
  };

  it.each<Authentication>([
    { scheme: 'header', header: 'X-Api-Key', secret: 'NAME' },
    { scheme: 'header', header: 'x-api-key', secret: 'NAME' },
    { scheme: 'header', header: 'x-other', secret: 'NAME' },
    { scheme: 'none' },
  ])('hold no credentials of the scheme %p', (authentication) => {
    expect(storedHeaders(headers, { authentication })).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
    });
  });
});

describe('Accepting deliveries', () => {
  const clock = () => 0;
  const deliveries = ['a', 'b'].map((text) => prepareDelivery(connection, {}, bytes(text), 0));

  it('answers with the ids of what is durable', async () => {
    const written: NewRecord[] = [];
    const log = {
      append: async (topic: string, records: readonly NewRecord[]) => {
        expect(topic).toBe('telephony.raw');
        written.push(...records);
        return [];
      },
    };
    const acceptance = await new DeliveryWriter(log, clock).accept(deliveries);
    expect(acceptance).toEqual({ status: 'accepted', ids: deliveries.map(({ id }) => id) });
    expect(written.map(({ key }) => key)).toEqual(deliveries.map(({ id }) => id));
  });

  it('answers unavailable where the log does not acknowledge', async () => {
    const log = { append: () => Promise.reject(new LogUnavailable('disk full')) };
    const acceptance = await new DeliveryWriter(log, clock).accept(deliveries);
    expect(acceptance).toMatchObject({ status: 'unavailable', cause: { message: 'disk full' } });
  });
});
