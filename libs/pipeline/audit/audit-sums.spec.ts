import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { tally } from '#pipeline/tally/tally.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Change } from '#store/store.js';
import { encodeContent } from '#wire/posting-content.js';
import { encodeJournalRecord } from '#wire/postings.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { auditSums, type SumsAudit } from './audit-sums.js';

const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: () => ({ programme: 'p', queue: 'q' }),
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'queue', fcrWindowsMs: [], agentTime: 'split' }),
  agent: () => null,
  agentCode: (agent) => agent,
};
const catalogues = onlyCatalogue(view);
const at = { keyspace: tallyStage.keyspace, partition: 0 };
const hour = 'programme|p|1970-01-01T00';

/** A call of one of three customers, of 10 s, by its number: one a minute. */
function call(number: number): ContactContent {
  return tenSeconds(number, number * 60_000, `customer ${number % 3}`);
}

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
let scratches = 0;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-audit-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
  await post(0, 30);
  await tallyUp();
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

async function post(from: number, to: number): Promise<void> {
  const records = Array.from({ length: to - from }, (_, index) => {
    const { value } = encodeJournalRecord({
      position: { partition: 0, offset: from + index, index: 0 },
      interpretation: 1,
      cause: 'fact',
      recordedAt: null,
      before: '',
      changes: [{ sign: 1, contentText: encodeContent(call(from + index)) }],
    });
    return { key: 'k', value };
  });
  await embedded.log.append(topics.postings.name, records);
}

/** What the running tally does: counts what it has not counted yet. */
async function tallyUp(): Promise<void> {
  const { log, store } = embedded;
  const handler = tally({ log, store, catalogues, onRefused: () => undefined });
  const from = await handler.assigned(0);
  const records = await log.read(topics.postings.name, 0, from, 100);
  if (records.length === 0) return;
  const batch = { topic: topics.postings.name, partition: 0, records, end: from + records.length };
  expect((await handler.batch(batch)).status).toBe('done');
}

async function audited(pause?: () => Promise<void>): Promise<SumsAudit> {
  const scratchDirectory = join(directory, `scratch-${scratches++}`);
  mkdirSync(scratchDirectory);
  const scratch = new SqliteStore({ directory: scratchDirectory });
  try {
    return await auditSums(0, {
      ...embedded,
      scratch,
      catalogues,
      ...(pause === undefined ? {} : { pause }),
    });
  } finally {
    await scratch.close();
  }
}

/** Changes the store as no commit of the tally does: its position stays where it is. */
async function falsified(change: Partial<Change>): Promise<void> {
  const { store } = embedded;
  const { epoch, next } = await store.claim(at);
  const empty = { puts: [], deletes: [], increments: new Map() };
  await store.commit(at, { epoch, expectedNext: next, next: next + 1, ...empty, ...change });
  // And its record of the journal is one that changes nothing.
  await embedded.log.append(topics.postings.name, [{ key: 'k', value: 'no posting' }]);
  const [record] = await embedded.log.read(topics.postings.name, 0, next, 1);
  expect(record?.offset).toBe(next);
}

const sum = (key: string, field: string, delta: number) => ({
  increments: new Map([[key, new Map([[field, delta]])]]),
});

/** Drifts beside that of the fingerprint, which the falsification itself leaves behind. */
const driftsOf = ({ drifts }: SumsAudit) => drifts.filter(({ key }) => key !== 'last-read');

describe('An audit of the sums of a tally', () => {
  it('finds no drift where there is none, and has compared every sum, chain and position', async () => {
    const { compared, ...audit } = await audited();
    expect(audit).toEqual({ partition: 0, offset: 30, differing: 0, drifts: [], byKind: {} });
    const { states, sums } = await embedded.store.keys(at);
    expect(states.filter((key) => key.startsWith('chain|'))).toHaveLength(3);
    const { values } = await embedded.store.sums(at, sums);
    const fields = [...values.values()].reduce((count, each) => count + each.size, 0);
    // under which catalogue it counts is a state and a sum; limits that were in force once are in no journal
    expect(compared).toBe(fields + states.length - 3);
  });

  it('names a live sum that is 1 010 instead of 10, with both figures', async () => {
    const { values } = await embedded.store.sums(at, [hour]);
    const offered = values.get(hour)?.get('0|offered') ?? 0;
    expect(offered).toBe(15);
    await falsified(sum(hour, '0|offered', 1_000));
    expect(driftsOf(await audited())).toEqual([{ key: hour, field: '0|offered', journal: 15, tally: 1_015 }]);
  });

  it.each([
    ['a sum that the journal does not know', 'programme|nowhere|1970-01-01T00', '0|offered', 7, null, 7],
    ['a sum of a contract', 'contract|c|1970-01', 'line/L1/1/-/-/-', 5, null, 5],
    ['a sum of an agent', 'agent|p|1970-01-01T00', '0|legs|c:a', -15, 15, null],
    ['a gap of repeat contacts', hour, '0|gap3', -15, 15, 0],
  ])('finds %s', async (_, key, field, delta, journal, tallied) => {
    const known = (await embedded.store.sums(at, [key])).values.get(key)?.get(field) ?? null;
    await falsified(sum(key, field, delta));
    const expected = known === null ? tallied : known + delta === 0 ? null : known + delta;
    expect(driftsOf(await audited())).toEqual([{ key, field, journal: known, tally: expected }]);
    expect(journal === null).toBe(known === null);
  });

  it('finds a chain of repeat contacts that is lost or another one', async () => {
    const [one = '', two = ''] = (await embedded.store.keys(at)).states.filter((key) =>
      key.startsWith('chain|'),
    );
    await falsified({ deletes: [one], puts: [[two, '[]']] });
    const drifts = driftsOf(await audited());
    expect(drifts.map(({ key, field, tally: found }) => [key, field, found])).toEqual(
      expect.arrayContaining([
        [one, null, null],
        [two, null, '[]'],
      ]),
    );
    expect(drifts).toHaveLength(2);
  });

  it('compares at equal offsets while the tally counts on', async () => {
    let steps = 0;
    const audit = await audited(async () => {
      steps += 1;
      if (steps > 3) return;
      await post(30 + steps, 31 + steps);
      await tallyUp();
    });
    expect(audit).toMatchObject({ offset: 33, differing: 0 });
  });

  it('writes nothing: neither into the log nor into the store of the tally', async () => {
    await embedded.log.append(topics.postings.name, [{ key: 'k', value: 'no posting' }]);
    await tallyUp();
    const before = JSON.stringify([
      await embedded.log.bounds(topics.refused.name),
      await embedded.store.nexts(at.keyspace, [0]),
    ]);
    await audited();
    const after = JSON.stringify([
      await embedded.log.bounds(topics.refused.name),
      await embedded.store.nexts(at.keyspace, [0]),
    ]);
    expect(after).toBe(before);
  });
});
