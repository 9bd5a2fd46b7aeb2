import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueView } from '#catalogue/view.js';
import type { Log, PartitionHandler } from '#log/log.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { onlyCatalogue } from './tally-state.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { tally } from './tally.js';

const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: () => null,
  hasProgramme: (programme) => programme !== 'nowhere',
  rules: () => ({ thresholdsMs: [], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
  agent: () => null,
  agentCode: () => null,
};

/** An empty posting of a delivery that the log acknowledged at `recordedAt`. */
function posting(
  offset: number,
  recordedAt: number | null,
): { key: string; value: string; partition: number } {
  const content = {
    kind: 'contact' as const,
    contact: `c:${offset}`,
    connection: 'c',
    direction: 'inbound' as const,
    media: 'voice' as const,
    customer: null,
    segments: [],
    legs: [],
    missed: [],
  };
  const position = { partition: 0, offset, index: 0 };
  return { key: 'c', value: journalWriter()([{ position, sign: 1, content }], recordedAt), partition: 0 };
}

/** All records from the position of the handler on, in one batch. */
async function handOver(handler: PartitionHandler, log: Log): Promise<void> {
  const next = await handler.assigned(0);
  const records = await log.read(topics.postings.name, 0, next, 100);
  const end = records.at(-1)!.offset + 1;
  const batch = { topic: topics.postings.name, partition: 0, records, end };
  expect(await handler.batch(batch)).toEqual({ status: 'done', next: end });
}

describe('The whole delay of postings', () => {
  async function withTally(
    run: (log: Log, store: Store, newTally: () => PartitionHandler, reported: number[]) => Promise<void>,
  ): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-delay-'));
    const log = openSqliteLog({ directory });
    const store = new SqliteStore({ directory });
    await log.createTopics(topicSettings(1));
    const reported: number[] = [];
    const newTally = () =>
      tally({
        log,
        store,
        catalogues: onlyCatalogue(view),
        onRefused: () => undefined,
        onTallied: (ats) => reported.push(...ats),
      });
    try {
      await run(log, store, newTally, reported);
    } finally {
      await store.close();
      await log.close();
      rmSync(directory, { recursive: true });
    }
  }

  it('is reported once for each posting that is new to the tally, and not for those without a time', () =>
    withTally(async (log, _store, newTally, reported) => {
      const append = (...records: ReturnType<typeof posting>[]) => log.append(topics.postings.name, records);
      await append(posting(0, 100));
      const first = newTally();
      await handOver(first, log);
      // What lay there before a tally began is read again for it, and delayed nothing.
      expect(reported).toEqual([]);

      await append(posting(1, 200), posting(2, null), posting(1, 200), posting(3, 300));
      await handOver(newTally(), log);
      expect(reported).toEqual([200, 300]);
    }));

  it('is not reported again where the store has lost its state and the journal is read again', () =>
    withTally(async (log, store, newTally, reported) => {
      await log.append(topics.postings.name, [posting(0, 100), posting(1, 200)]);
      await handOver(newTally(), log);
      await store.drop(tallyStage.keyspace);
      await handOver(newTally(), log);
      expect(reported).toEqual([]);
      await log.append(topics.postings.name, [posting(2, 300)]);
      await handOver(newTally(), log);
      expect(reported).toEqual([300]);
    }));
});
