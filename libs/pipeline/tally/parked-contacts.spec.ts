import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogueView } from '#catalogue/view.js';
import { tenSeconds } from '#domain/posting/call.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { allParked } from '#pipeline/parking.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { openRefusals } from '#pipeline/redrive.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { onlyCatalogue } from './tally-state.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { tally } from './tally.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-parked-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: () => ({ programme: 'p', queue: 'q' }),
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'queue', fcrWindowsMs: [], agentTime: 'split' }),
  agent: () => null,
  agentCode: (agent) => agent,
};

/** A call of 10 s of one customer, entered on the first day of 1970 at a second. */
function call(contact: string, second: number): ContactContent {
  return tenSeconds(contact, second * 1_000, 'one customer');
}

/** Appends the postings, signed, and has a tally read them from the beginning in one batch. */
async function tallied(...postings: readonly (readonly [sign: 1 | -1, content: ContactContent])[]) {
  const { log, store } = embedded;
  const write = journalWriter();
  const records = postings.map(([sign, content], offset) => {
    const position = { partition: 0, offset, index: 0 };
    return { key: 'one customer', value: write([{ position, sign, content }]) };
  });
  await log.append(topics.postings.name, records);
  const handler = tally({ log, store, catalogues: onlyCatalogue(view), onRefused: () => undefined });
  const from = await handler.assigned(0);
  const read = await log.read(topics.postings.name, 0, from, 100);
  const batch = { topic: topics.postings.name, partition: 0, records: read, end: read.length };
  return handler.batch(batch);
}

/** Handled contacts of the programme in the first hour of 1970. */
async function handled(): Promise<number | undefined> {
  const at = { keyspace: tallyStage.keyspace, partition: 0 };
  const { values } = await embedded.store.sums(at, ['programme|p|1970-01-01T00']);
  return values.get('programme|p|1970-01-01T00')?.get('0|fcrContacts');
}

describe('A contact with which the tally cannot go on', () => {
  it('is parked where it is taken back but was never posted; all others are counted', async () => {
    const result = await tallied([1, call('x', 10)], [-1, call('poison', 20)], [1, call('y', 90)]);
    expect(result).toEqual({ status: 'done', next: 3 });
    expect(await handled()).toBe(2);
    expect(await allParked(embedded.store, tallyStage.keyspace, 1)).toEqual([
      { entity: 'c:poison', partition: 0, offset: 1, cause: 'never-posted' },
    ]);
  });

  it('counts nothing more of it, for what came of it would be half of a change', async () => {
    await tallied([-1, call('poison', 20)], [1, call('poison', 30)], [1, call('y', 90)]);
    expect(await handled()).toBe(1);
    const refusals = await openRefusals(embedded.log);
    expect(refusals.map(({ stage, reason, from }) => [stage, reason, from.offset])).toEqual([
      ['tally', 'parked', 0],
      ['tally', 'parked', 1],
    ]);
  });

  it('does not take two contacts for one whose ids differ in half a surrogate pair only', async () => {
    const result = await tallied(
      [1, call('a\ud800', 10)],
      [1, call('a\ud801', 20)],
      [-1, call('a\ud800', 10)],
      [1, call('y', 90)],
    );
    expect(result).toEqual({ status: 'done', next: 4 });
    expect(await handled()).toBe(1);
    const refusals = await openRefusals(embedded.log);
    expect(refusals.map(({ reason }) => reason)).toEqual(Array<string>(3).fill('unreadable'));
  });
});
