import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import { type Interpret, interpretEntity } from '#domain/entity/fold.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { type Close, encodeClose } from '#wire/closes.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { meterStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { closedFacts } from './closed-facts.js';
import { meter } from './meter.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-closed-facts-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(2));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** `request`: that it confirms. */
const closeAt = (facts: readonly number[], request?: string): string => {
  const close: Close = {
    contract: 'C1',
    period: '2026-03',
    revision: 1,
    cut: { catalogue: 'v1', facts, heads: facts.map(() => ''), journal: [0, 0], without: [] },
    catalogueEntry: 1,
    comparedTo: [0, 0],
    carriedBy: null,
    carries: [],
    invoice: 'i',
    digest: 'd',
    software: { code: '1', node: '26', timeZones: '2026a', holidays: '3' },
    omissions: { work: [], estimatedValues: [], refused: [], parked: [], acceptedBecause: null },
  };
  return encodeClose({ ...close, request }, '{}');
};

async function appendClose(value: string): Promise<void> {
  await embedded.log.append(topics.closes.name, [{ key: 'C1', value }]);
}

async function append(talkMs: number, revision: number): Promise<void> {
  const own = fact('segment.summarized', 0, { entity: 'c:1', customer: 'v1', talkMs, revision });
  const value = encodeFact({ ...own, id: 'c:1' });
  await embedded.log.append(topics.facts.name, [{ key: 'c:1', value, partition: 0 }]);
}

/** Folds what there is of the facts from an offset on, by the program of a version. */
async function fold(from: number, interpret: Interpret, version: number): Promise<void> {
  const { log, store } = embedded;
  const onRefused = (refused: unknown): void => expect(refused).toBeUndefined();
  const handler = meter({ log, store, onRefused, interpretation: { version, interpret } });
  expect(await handler.assigned(0)).toBe(from);
  const records = await log.read(topics.facts.name, 0, from, 10);
  const batch = { topic: topics.facts.name, partition: 0, records, end: from + records.length };
  expect(await handler.batch(batch)).toEqual({ status: 'done', next: from + records.length });
}

/** Signs and milliseconds of talk of all postings. */
async function posted(): Promise<(readonly [number, number | null])[]> {
  const records = [0, 1].map(async (partition) => embedded.log.read(topics.postings.name, partition, 0, 100));
  return (await Promise.all(records)).flat().flatMap(({ value }) => {
    const { postings } = decodeJournalRecord(value) ?? { postings: [] };
    return postings.map(({ sign, content }) => {
      return [sign, content.kind === 'contact' ? (content.legs[0]?.talkMs ?? null) : null] as const;
    });
  });
}

describe('Facts below the cut of a close', () => {
  it('are not posted by a later program whose store was lost, where the one before posted nothing of them', async () => {
    await append(60_000, 0);
    // The program of before took such calls for nothing, and a close charged nothing for it.
    await fold(0, () => null, 1);
    await appendClose(closeAt([1, 0]));
    await embedded.store.drop(meterStage.keyspace);
    await fold(0, interpretEntity, 2);
    expect(await posted()).toEqual([]);
    // What comes now is counted as it is taken to mean now.
    await append(50_000, 1);
    await fold(1, interpretEntity, 2);
    expect(await posted()).toEqual([[1, 50_000]]);
  });

  it('are those below the highest of the last cuts, of a partition, as far as there are facts', async () => {
    const { log } = embedded;
    expect(await closedFacts(log, 0, 9)).toBe(0);
    for (const facts of [
      [3, 1],
      [5, 2],
      [4, 2],
    ])
      await appendClose(closeAt(facts));
    for (let record = 0; record < 120; record++) await appendClose('something else');
    expect([await closedFacts(log, 0, 9), await closedFacts(log, 1, 9)]).toEqual([5, 2]);
    // A close that was confirmed late has the cut of its request, made long before.
    for (let record = 0; record < 60; record++) await appendClose(closeAt([1, 1], 'a request'));
    expect(await closedFacts(log, 0, 9)).toBe(5);
    // Facts that end before were made again: a close of the old ones says nothing of them.
    expect([await closedFacts(log, 0, 5), await closedFacts(log, 0, 4)]).toEqual([5, 0]);
  });
});
