import { describe, expect, it } from '@jest/globals';
import type { Log, NewRecord } from '#log/log.js';
import type { Platform } from '#platforms/platform.js';
import { platforms } from '#platforms/platforms.js';
import { erasedValue } from '#wire/erased.js';
import { decodeFact } from '#wire/facts.js';
import { encodeRaw, rawDelivery } from '#wire/raw.js';
import { decodeRefused, type RefusedRecord } from '#wire/refused.js';
import { topics } from '#wire/topics.js';
import { normalizer } from './normalizer.js';
import { bankLookup } from './outcomes.fixture.js';

const receivedAt = Date.UTC(2026, 10, 20, 12);
interface Normalized {
  readonly reported: RefusedRecord[];
  readonly kept: unknown[];
  readonly facts: NewRecord[];
}

async function normalized(body: string): Promise<Normalized> {
  return normalizedRecord(encodeRaw(rawDelivery('bank', Buffer.from(body), receivedAt, {}, 'outcome')));
}

async function normalizedRecord(value: string): Promise<Normalized> {
  return normalizedRecords([value]);
}

async function normalizedRecords(
  values: readonly string[],
  outcomes: Platform = platforms.outcomes,
): Promise<Normalized> {
  const reported: RefusedRecord[] = [];
  const appended = new Map<string, NewRecord[]>();
  const log = {
    append: async (topic: string, records: readonly NewRecord[]) => {
      appended.set(topic, [...(appended.get(topic) ?? []), ...records]);
      return [];
    },
  } as unknown as Log;
  const handler = normalizer({
    log,
    catalogue: async () => bankLookup,
    platform: () => outcomes,
    pseudonym: (customer) => customer,
    onWarning: () => undefined,
    onRefused: (refused) => void reported.push(refused),
  });
  const records = values.map((value, index) => ({
    offset: 7 + index,
    timestamp: receivedAt,
    key: '',
    value,
  }));
  const result = await handler.batch({
    topic: topics.raw.name,
    partition: 0,
    records,
    end: 7 + records.length,
  });
  expect(result).toEqual({ status: 'done', next: 7 + records.length });
  const kept = (appended.get(topics.refused.name) ?? []).map((record) => decodeRefused(record.value));
  return { reported, kept, facts: appended.get(topics.facts.name) ?? [] };
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
  it('is reported and kept with each of a hundred', async () => {
    const { reported, kept } = await normalized(JSON.stringify(Array.from({ length: 100 }, () => ({}))));
    expect(reported.map(({ row }) => row)).toEqual(Array.from({ length: 100 }, (_, row) => row));
    expect(kept).toEqual(reported);
  });

  it('is summed up from the hundredth on, and what can be used of it counts', async () => {
    const rows = [...Array.from({ length: 3_000 }, () => ({})), { ...sale, time: 'never' }, sale];
    const { reported, kept, facts } = await normalized(JSON.stringify(rows));
    expect(reported).toHaveLength(100);
    expect(reported.at(-1)).toMatchObject({
      row: null,
      reason: 'unknown-kind',
      rows: 3_001 - 99,
      from: { offset: 7 },
    });
    expect(reported.at(-1)?.message).toContain('unknown-kind: 2901, invalid-field: 1');
    expect(kept).toEqual(reported);
    // The sale, and which subject its event is about.
    const types = facts.map(({ value }) => decodeFact(value)?.fact.type);
    expect(types).toEqual(['outcome.recorded', 'outcome.placed']);
  });
});

describe('A delivery that was erased', () => {
  it('is read once more without facts and without a refusal', async () => {
    const erased = await normalizedRecord(`${erasedValue}     `);
    expect(erased).toEqual({ reported: [], kept: [], facts: [] });
    const other = await normalizedRecord('{"type":"tallyline.other.v1"}');
    expect(other.reported).toMatchObject([{ reason: 'unreadable' }]);
  });
});

describe('A delivery on which the program fails', () => {
  it('is refused and kept, and what comes after it is read', async () => {
    const deliveries = ['fails', JSON.stringify(sale)].map((body) =>
      encodeRaw(rawDelivery('bank', Buffer.from(body), receivedAt, {}, 'outcome')),
    );
    const { reported, kept, facts } = await normalizedRecords(deliveries, {
      ...platforms.outcomes,
      normalize(delivery, connection) {
        if (delivery.body === 'fails') throw new TypeError('+33612345678 is not a function');
        return platforms.outcomes.normalize(delivery, connection);
      },
    });
    expect(reported).toMatchObject([{ reason: 'not-understood', from: { offset: 7 }, row: null }]);
    expect(reported[0]?.message).toContain('TypeError');
    // The text of the error may quote what was sent.
    expect(reported[0]?.message).not.toContain('33612345678');
    expect(kept).toEqual(reported);
    const types = facts.map(({ value }) => decodeFact(value)?.fact.type);
    expect(types).toEqual(['outcome.recorded', 'outcome.placed']);
  });
});
