import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Programme } from '#catalogue/catalogue.js';
import { sumField, sumKey } from '#domain/live/sum-name.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { type KpiGrouping, type KpiReport, readKpis } from './read-kpis.js';

const programme: Programme = {
  id: 'aurore',
  brand: 'Aurore',
  timeZone: 'Europe/Paris',
  thresholdsMs: [20_000],
  serviceLevel: { thresholdMs: 20_000, shortAbandonMs: 5_000 },
  fcr: { windows: [], reason: 'none' },
  agentTime: 'split',
  queues: [],
  agents: [],
};

/** One contact offered in each of these quarter-hours, two hours on either side of a change of the clock. */
const entries = [
  // 2026-03-29: at 02:00 the clock goes to 03:00
  '2026-03-28T23:00:00Z',
  '2026-03-29T00:45:00Z',
  '2026-03-29T01:00:00Z',
  '2026-03-29T21:59:00Z',
  '2026-03-29T22:00:00Z',
  // 2026-10-25: at 03:00 the clock goes back to 02:00
  '2026-10-24T22:00:00Z',
  '2026-10-25T00:00:00Z',
  '2026-10-25T00:45:00Z',
  '2026-10-25T01:00:00Z',
  '2026-10-25T01:45:00Z',
  '2026-10-25T02:00:00Z',
  '2026-10-25T22:59:00Z',
];

let directory: string;
let store: SqliteStore;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-read-kpis-'));
  store = new SqliteStore({ directory });
  const ref = { keyspace: 'tally', partition: 0 };
  const { epoch, next } = await store.claim(ref);
  const increments = new Map<string, Map<string, number>>();
  for (const entry of entries) {
    const at = Date.parse(entry);
    const key = sumKey('programme', programme.id, at);
    const fields = increments.get(key) ?? new Map<string, number>();
    increments.set(key, fields.set(sumField(at, 'offered', null), 1));
  }
  await store.commit(ref, { epoch, expectedNext: next, next: next + 1, puts: [], deletes: [], increments });
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

async function report(from: string, to: string, by: KpiGrouping | null): Promise<KpiReport> {
  const source = async (keys: readonly string[]) => [
    (await store.sums({ keyspace: 'tally', partition: 0 }, keys)).values,
  ];
  return readKpis(source, { programme, contracts: [], from, to, by, asOf: Date.parse('2027-01-01') });
}

const names = ({ groups }: KpiReport): string[] => groups.map(({ name }) => name);

describe('KPIs of the days on which the clock changes', () => {
  it('names quarter-hours by the local clock, which has no 02:00 when it goes forward', async () => {
    expect(names(await report('2026-03-29', '2026-03-29', 'quarter-hour'))).toEqual([
      '2026-03-29T00:00:00+01:00',
      '2026-03-29T01:45:00+01:00',
      '2026-03-29T03:00:00+02:00',
      '2026-03-29T23:45:00+02:00',
    ]);
  });

  it('shows the repeated 02:00 with its offset when the clock goes back, in order of time', async () => {
    expect(names(await report('2026-10-25', '2026-10-25', 'quarter-hour'))).toEqual([
      '2026-10-25T00:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:45:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T02:45:00+01:00',
      '2026-10-25T03:00:00+01:00',
      '2026-10-25T23:45:00+01:00',
    ]);
  });

  it('counts 23 hours into the short day and 25 into the long one', async () => {
    const short = await report('2026-03-28', '2026-03-30', 'day');
    expect(short.groups.map(({ name, kpis }) => [name, kpis.offered])).toEqual([
      ['2026-03-29', 4],
      ['2026-03-30', 1],
    ]);
    const long = await report('2026-10-25', '2026-10-26', 'day');
    expect(long.groups.map(({ name, kpis }) => [name, kpis.offered])).toEqual([['2026-10-25', 7]]);
    expect(long.total.offered).toBe(7);
  });
});
