import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import type { PostingPosition } from '#domain/posting/posting.js';
import { meteredFacts } from '#pipeline/close/cut.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { meter } from '#pipeline/meter/meter.js';
import type { Store } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { type Cut, encodeClose } from '#wire/closes.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord, encodeJournalRecord, linkOf } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';
import { auditJournal, type JournalAudit } from './audit-journal.js';
import { closedCuts, closesAffected } from './closed-cuts.js';
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

/** `store`: by default the one that the meter works on. */
async function audit(store: Pick<Store, 'load'> = embedded.store): Promise<JournalAudit> {
  const { log } = embedded;
  return auditJournal(log, await knownHeads(log, store, await closedCuts(log)));
}

/** A store that was lost. */
const lostStore: Pick<Store, 'load'> = { load: async (_, keys) => keys.map(() => null) };

/** Writes down a close at what the meter has committed, as an invoicer does. */
async function close(contract: string, changed: Partial<Cut> = {}): Promise<Cut> {
  const { log, store } = embedded;
  const cut = {
    catalogue: 'v1',
    ...(await meteredFacts(log, store, 2)),
    journal: [1_000, 1_000],
    without: [],
    ...changed,
  };
  const head = {
    contract,
    period: '2026-03',
    revision: 1,
    cut,
    catalogueEntry: 1,
    comparedTo: [],
    carriedBy: null,
    carries: [],
  };
  const software = { code: '1', node: '26', timeZones: '2026a', holidays: '1' };
  const omissions = { work: [], estimatedValues: [], refused: [], parked: [], acceptedBecause: null };
  const value = encodeClose({ ...head, invoice: 'i', digest: 'd', software, omissions }, '{}');
  await log.append(topics.closes.name, [{ key: contract, value }]);
  return cut;
}

/** All records of the journal by place, in the order of their positions. */
async function journal() {
  const read = await Promise.all(
    [0, 1].map(async (partition) => embedded.log.read(topics.postings.name, partition, 0, 1_000)),
  );
  return read
    .flatMap((records, partition) =>
      records.map(({ offset, value }) => ({ partition, offset, record: decodeJournalRecord(value)! })),
    )
    .sort((a, b) => a.record.position.offset - b.record.position.offset);
}

/** Edits what was posted at a fact, and gives all that follows links that fit. */
async function editedWithLinks({ partition: source, offset: from }: PostingPosition): Promise<void> {
  const all = await journal();
  const edited = all.find(
    ({ record: { position } }) => position.partition === source && position.offset === from,
  )!;
  let { before } = edited.record;
  for (const { partition, offset, record } of all) {
    if (record.position.partition !== source || record.position.offset < from) continue;
    const changes = record.postings.map(({ sign, content }) => {
      const contentText = encodeContent(content);
      return {
        sign,
        contentText: record === edited.record ? contentText.replace('60000', '66000') : contentText,
      };
    });
    const { value, link } = encodeJournalRecord({ ...record, before, changes });
    edit(`UPDATE JOURNAL${partition} SET value = ? WHERE offset = ?`, value, offset);
    before = link;
  }
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
  const table = (_: string, partition = '1') => `records_${String(topic?.['id'])}_${partition}`;
  database.prepare(sql.replace(/JOURNAL(\d)?/, table)).run(...values);
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

  it('names the closes that an edited posting lies before, and no other', async () => {
    // Heads or not: what lies below their cut was charged.
    await close('C0', { facts: [0, 0], heads: ['', ''] });
    await close('C1');
    await close('C2', { heads: null });
    expect((await audit()).faults).toEqual([]);
    const value = await valueAt(7);
    edit('UPDATE JOURNAL SET value = ? WHERE offset = 7', value.replace('60000', '66000'));
    const [fault] = (await audit()).faults;
    const cuts = await closedCuts(embedded.log);
    expect(closesAffected(fault!, cuts).map(({ name }) => name)).toEqual([
      'C1/2026-03 revision 1',
      'C2/2026-03 revision 1',
    ]);
  });

  it('names the close where an edited posting and all links after it were made to fit and the store is lost', async () => {
    const cut = await close('C1');
    await appendFacts(revisions);
    await fold();
    await close('C2');
    const all = await journal();
    // Of the facts of C2: C1 lies before it.
    const inC1 = all.find(
      ({ record: { position } }) => position.offset < (cut.facts[position.partition] ?? 0),
    )!;
    const { partition } = inC1.record.position;
    const onlyC2 = all.find(
      ({ record: { position } }) =>
        position.partition === partition && position.offset >= (cut.facts[partition] ?? 0),
    )!;
    const namesOf = async () =>
      (await audit(lostStore)).faults.map((fault) => [
        fault.code,
        fault.code === 'head-differs' && fault.known.close,
      ]);
    expect(await namesOf()).toEqual([]);
    await editedWithLinks(onlyC2.record.position);
    expect(await namesOf()).toEqual([['head-differs', 'C2/2026-03 revision 1']]);
    await editedWithLinks(inC1.record.position);
    expect(await namesOf()).toEqual([
      ['head-differs', 'C1/2026-03 revision 1'],
      ['head-differs', 'C2/2026-03 revision 1'],
    ]);
  });

  it('names a record that cannot be read', async () => {
    edit("UPDATE JOURNAL SET value = 'x' WHERE offset = 7");
    expect(await found()).toContainEqual(['unreadable', { partition: 1, offset: 7 }]);
  });
});
