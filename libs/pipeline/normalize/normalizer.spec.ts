import { describe, expect, it } from '@jest/globals';
import type { Connection } from '#catalogue/catalogue.js';
import type { Log, NewRecord } from '#log/log.js';
import { platforms } from '#platforms/platforms.js';
import { encodeRaw, rawDelivery } from '#wire/raw.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { normalizer } from './normalizer.js';

const receivedAt = Date.UTC(2026, 10, 20, 12);
const bank: Connection = {
  id: 'bank',
  platform: 'outcomes',
  timeZone: 'UTC',
  country: null,
  authentication: { scheme: 'none' },
  states: [],
};

async function normalized(
  body: string,
): Promise<{ told: RefusedRecord[]; kept: unknown[]; facts: NewRecord[] }> {
  const told: RefusedRecord[] = [];
  const appended = new Map<string, NewRecord[]>();
  const log = {
    append: async (topic: string, records: readonly NewRecord[]) => {
      appended.set(topic, [...(appended.get(topic) ?? []), ...records]);
      return [];
    },
  } as unknown as Log;
  const handler = normalizer({
    log,
    connection: (id) => (id === 'bank' ? bank : null),
    platform: (name) => platforms[name],
    outcomes: [],
    pseudonym: (customer) => customer,
    onWarning: () => undefined,
    onRefused: (refused) => void told.push(refused),
  });
  const value = encodeRaw(rawDelivery('bank', Buffer.from(body), receivedAt, {}, 'outcome'));
  const records = [{ offset: 7, timestamp: receivedAt, key: '', value }];
  const result = await handler.batch({ topic: topics.raw.name, partition: 0, records, end: 8 });
  expect(result).toEqual({ status: 'done', next: 8 });
  const kept = (appended.get(topics.refused.name) ?? []).map((record) => decodeRefused(record.value));
  return { told, kept, facts: appended.get(topics.facts.name) ?? [] };
}

const sale = {
  specversion: '1.0',
  id: '1',
  source: '/crm',
  type: 'sale.made',
  subject: 'order',
  time: '2026-11-20T10:00:00Z',
  data: { amount: '1.00' },
};

describe('A delivery with many rows that cannot be used', () => {
  it('is told and kept with each of a hundred', async () => {
    const { told, kept } = await normalized(JSON.stringify(Array(100).fill({})));
    expect(told.map(({ row }) => row)).toEqual(Array.from({ length: 100 }, (_, row) => row));
    expect(kept).toEqual(told);
  });

  it('is summed up from the hundredth on, and what can be used of it counts', async () => {
    const rows = [...Array(3_000).fill({}), { ...sale, time: 'never' }, sale];
    const { told, kept, facts } = await normalized(JSON.stringify(rows));
    expect(told).toHaveLength(100);
    expect(told.at(-1)).toMatchObject({
      row: null,
      reason: 'unknown-kind',
      rows: 3_001 - 99,
      from: { offset: 7 },
    });
    expect(told.at(-1)?.message).toContain('unknown-kind: 2901, invalid-field: 1');
    expect(kept).toEqual(told);
    expect(facts).toHaveLength(1);
  });
});
