import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { meter } from '#pipeline/meter/meter.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord, linkOf } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { auditJournal, type JournalAudit } from './audit-journal.js';
import { knownHeads } from './known-heads.js';

/** A journal of two partitions from a hundred contacts, half of them revised, on the real embedded log. */
let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-audit-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(2));
  await appendFacts(contacts);
  await fold();
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

const contacts: Fact[] = Array.from({ length: 100 }, (_, index) =>
  fact('segment.summarized', index, { entity: `c:${index}`, customer: `cust-${index}` }),
).map((each) => ({ ...each, id: each.entity }));
const revisions = contacts.slice(0, 50).map((each) => ({ ...each, revision: 1, talkMs: 50_000 }) as Fact);

async function appendFacts(facts: readonly Fact[]): Promise<void> {
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each) }));
  await embedded.log.append(topics.facts.name, records);
}

async function fold(): Promise<void> {
  const { log, store } = embedded;
  for (const partition of [0, 1]) {
    const handler = meter({ log, store, onRefused: (refused) => expect(refused).toBeUndefined() });
    const from = await handler.assigned(partition);
    const records = await log.read(topics.facts.name, partition, from, 1_000);
    if (records.length === 0) continue;
    const end = (records.at(-1)?.offset ?? 0) + 1;
    const result = await handler.batch({ topic: topics.facts.name, partition, records, end });
    expect(result).toEqual({ status: 'done', next: end });
  }
}

async function audit(): Promise<JournalAudit> {
  const { log, store } = embedded;
  return auditJournal(log, await knownHeads(log, store));
}

/** What is at fault, and where. */
async function found(): Promise<unknown[]> {
  return (await audit()).faults.map((fault) => {
    if (fault.code === 'unreadable') return [fault.code, fault.at];
    if (fault.code === 'head-differs') return [fault.code, fault.known.name];
    return [fault.code, fault.record.at];
  });
}

/** Changes the file of the log, as a text editor would. */
function edit(sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(join(directory, 'log.db'));
  const topic = database.prepare('SELECT id FROM topics WHERE name = ?').get(topics.postings.name);
  database.prepare(sql.replace('JOURNAL', `records_${String(topic?.['id'])}_1`)).run(...values);
  database.close();
}

async function valueAt(offset: number): Promise<string> {
  const [record] = await embedded.log.read(topics.postings.name, 1, offset, 1);
  return record?.value ?? '';
}

describe('The audit of a journal', () => {
  it('finds nothing where every posting is as it was posted, whatever a crash has appended twice', async () => {
    const { log } = embedded;
    const copies = await log.read(topics.postings.name, 1, 0, 5);
    await log.append(
      topics.postings.name,
      copies.map(({ key, value }) => ({ key, value, partition: 1 })),
    );
    await appendFacts(revisions);
    await fold();
    const { records, skipped, sources, faults } = await audit();
    expect(faults).toEqual([]);
    expect([records, skipped]).toEqual([155, 5]);
    // 100 contacts, and of 50 the old content taken back and the new one posted
    expect(sources.reduce((sum, { postings }) => sum + postings, 0)).toBe(200);
  });

  it('names a posting that was edited', async () => {
    const value = await valueAt(7);
    edit('UPDATE JOURNAL SET value = ? WHERE offset = 7', value.replace('60000', '66000'));
    expect(await found()).toEqual([['changed', { partition: 1, offset: 7 }]]);
  });

  it('names the next one where the edited posting was given a link that fits', async () => {
    const value = await valueAt(7);
    const other = value.replace('60000', '66000');
    const decoded = decodeJournalRecord(other)!;
    edit('UPDATE JOURNAL SET value = ? WHERE offset = 7', other.replace(decoded.link, linkOf(decoded)));
    const [[code]] = (await found()) as [[string]];
    expect(code).toBe('broken-chain');
  });

  it('names what follows a posting that was removed, and the last one by the state of the meter', async () => {
    const last = (await embedded.log.bounds(topics.postings.name))[1]!.end - 1;
    edit('DELETE FROM JOURNAL WHERE offset = 7');
    const { faults } = await audit();
    expect(faults.map(({ code }) => code)).toEqual(['broken-chain']);
    edit('DELETE FROM JOURNAL WHERE offset = ?', last);
    expect((await audit()).faults.length).toBeGreaterThan(1);
  });

  it('names two postings whose places were changed', async () => {
    const [seventh, eighth] = [await valueAt(7), await valueAt(8)];
    edit('UPDATE JOURNAL SET value = ? WHERE offset = 7', eighth);
    edit('UPDATE JOURNAL SET value = ? WHERE offset = 8', seventh);
    expect(await found()).toEqual([['out-of-order', { partition: 1, offset: 8 }]]);
  });

  it('names what is counted twice at one position, in two partitions of the journal', async () => {
    await appendFacts([fact('segment.summarized', 1, { entity: 'c:last', customer: 'cust-last' })]);
    await fold();
    const { log } = embedded;
    const ends = (await log.bounds(topics.postings.name)).map(({ end }) => end);
    const lasts = await Promise.all(
      ends.map(async (end, partition) => (await log.read(topics.postings.name, partition, end - 1, 1))[0]),
    );
    const partition = lasts.findIndex((record) => record?.value.includes('"c:last"') === true);
    const other = 1 - partition;
    const copy = { key: 'x', value: lasts[partition]?.value ?? '', partition: other };
    await log.append(topics.postings.name, [copy]);
    expect(await found()).toEqual([['posted-twice', { partition: other, offset: ends[other] }]]);
  });

  it('names a record that cannot be read', async () => {
    edit("UPDATE JOURNAL SET value = 'x' WHERE offset = 7");
    expect(await found()).toContainEqual(['unreadable', { partition: 1, offset: 7 }]);
  });
});
