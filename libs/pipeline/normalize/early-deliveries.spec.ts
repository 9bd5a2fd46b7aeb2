import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { openRefusals } from '#pipeline/redrive.js';
import { platforms } from '#platforms/platforms.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { encodeRaw, rawDelivery } from '#wire/raw.js';
import { decodeFact } from '#wire/facts.js';
import { topics, topicSettings } from '#wire/topics.js';
import { EarlyDeliveries } from './early-deliveries.js';
import { normalizer } from './normalizer.js';
import { bankLookup } from './outcomes.fixture.js';

/** Noon of 20 November; what lies after noon of the 21st is too far ahead. */
const noon = Date.UTC(2026, 10, 20, 12);
const hourMs = 3_600_000;
const reading = { platform: () => platforms.outcomes, pseudonym: (customer: string) => customer };

let log: MemoryLog;
let next: number;
let lookup: CatalogueIndex;
beforeEach(async () => {
  lookup = bankLookup;
  log = new MemoryLog(() => noon);
  await log.createTopics(topicSettings(1));
  next = 0;
});

function sale(id: string, time: string): object {
  return { specversion: '1.0', id, source: '/crm', type: 'sale.made', subject: id, time, data: {} };
}

async function deliver(...events: readonly object[]): Promise<void> {
  const raw = rawDelivery('bank', Buffer.from(JSON.stringify(events)), noon, {}, 'outcome');
  await log.append(topics.raw.name, [{ key: raw.id, value: encodeRaw(raw) }]);
}

/** Has the normalizer read what is new; answers the subjects that were understood. */
async function understood(): Promise<string[]> {
  const [before = { end: 0 }] = await log.bounds(topics.facts.name);
  const records = await log.read(topics.raw.name, 0, next, 1_000);
  const handler = normalizer({
    ...reading,
    log,
    catalogue: async () => lookup,
    onWarning: () => undefined,
    onRefused: () => undefined,
  });
  next += records.length;
  await handler.batch({ topic: topics.raw.name, partition: 0, records, end: next });
  const facts = await log.read(topics.facts.name, 0, before.end, 1_000);
  return facts
    .map(({ value }) => decodeFact(value)?.fact)
    .filter((fact) => fact?.type === 'outcome.recorded')
    .map((fact) => fact.entity);
}

function early(partitions: readonly number[] = [0]): EarlyDeliveries {
  return new EarlyDeliveries({
    ...reading,
    log,
    lookup: async () => lookup,
    partitions: () => partitions,
  });
}

describe('A delivery that was refused as too far ahead', () => {
  it('is sent again once its time is at most a day ahead, and counts then', async () => {
    await deliver(sale('now', '2026-11-20T11:00:00Z'), sale('soon', '2026-11-21T13:00:00Z'));
    expect(await understood()).toEqual(['bank:outcome/now']);
    expect(await openRefusals(log)).toMatchObject([{ reason: 'implausible-time', row: 1 }]);
    const watch = early();
    expect(await watch.look(noon)).toBe(0);
    expect(await watch.look(noon + hourMs - 1)).toBe(0);
    expect(await watch.look(noon + hourMs)).toBe(1);
    expect(await understood()).toEqual(['bank:outcome/now', 'bank:outcome/soon']);
    expect(await openRefusals(log)).toEqual([]);
    expect(await watch.look(noon + 2 * hourMs)).toBe(0);
  });

  it('is sent again for the rows whose time has come, while another waits on', async () => {
    await deliver(sale('soon', '2026-11-21T13:00:00Z'), sale('later', '2026-11-22T13:00:00Z'));
    await understood();
    const watch = early();
    expect(await watch.look(noon + hourMs)).toBe(1);
    expect(await understood()).toEqual(['bank:outcome/soon']);
    expect(await openRefusals(log)).toMatchObject([{ row: 1 }]);
    expect(await watch.look(noon + 2 * hourMs)).toBe(0);
    expect(await watch.look(noon + 25 * hourMs)).toBe(1);
    expect(await understood()).toEqual(['bank:outcome/soon', 'bank:outcome/later']);
    expect(await openRefusals(log)).toEqual([]);
  });

  it('waits, where its rows are summed up, until the last of them is due', async () => {
    const rows = Array.from({ length: 150 }, (_, row) =>
      sale(`${row}`, row === 149 ? '2026-11-22T13:00:00Z' : '2026-11-21T13:00:00Z'),
    );
    await deliver(...rows);
    await understood();
    const watch = early();
    expect(await watch.look(noon + hourMs)).toBe(99);
    expect(await understood()).toHaveLength(149);
    expect(await watch.look(noon + 2 * hourMs)).toBe(0);
    expect(await watch.look(noon + 25 * hourMs)).toBeGreaterThan(0);
    // What sums up the rows and the refusal of the last one have it sent twice, which counts once.
    expect(new Set(await understood()).size).toBe(150);
    expect(await openRefusals(log)).toEqual([]);
  });

  it('is left to the process that has its partition, and to a person where it is never plausible', async () => {
    await deliver(sale('soon', '2026-11-21T13:00:00Z'));
    await deliver(sale('old', '1980-01-01T00:00:00Z'));
    await understood();
    expect(await early([1]).look(noon + hourMs)).toBe(0);
    expect(await early().look(noon + hourMs)).toBe(1);
    expect(await early().look(noon + 1_000 * 24 * hourMs)).toBe(1);
  });

  it('is judged by the limit of its connection: a clock that is an hour ahead, where a quarter is allowed', async () => {
    lookup = {
      ...bankLookup,
      connection: (id) => {
        const bank = bankLookup.connection(id);
        const limits = { handlingMs: 1, waitMs: 1, stateMs: 1, aheadMs: hourMs / 4 };
        return bank === null ? null : { ...bank, limits };
      },
    };
    await deliver(
      sale('right', '2026-11-20T11:59:00Z'),
      sale('fast', '2026-11-20T12:15:00Z'),
      sale('ahead', '2026-11-20T12:59:00Z'),
    );
    expect(await understood()).toEqual(['bank:outcome/right', 'bank:outcome/fast']);
    expect(await openRefusals(log)).toMatchObject([
      { reason: 'implausible-time', message: expect.stringContaining('limits.ahead of the connection') },
    ]);
    const watch = early();
    expect(await watch.look(noon + 44 * 60_000 - 1)).toBe(0);
    expect(await watch.look(noon + 44 * 60_000)).toBe(1);
    expect(await understood()).toContain('bank:outcome/ahead');
  });
});
