import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topics } from '#wire/topics.js';
import { cli, cliJson } from './cli.js';

/** The data of a demo month, which the demo leaves and names. */
let data: string;
beforeAll(async () => {
  const { stdout } = await cli('demo');
  data = / --data (\S+)/.exec(stdout)?.[1] ?? '';
}, 120_000);
afterAll(() => rmSync(dirname(data), { recursive: true, force: true }));

it('tallyline reinterpret changes nothing where the program is the same, and asks who decides it and why', async () => {
  const dryRun = await cliJson<{ entities: unknown[] }>('reinterpret', '--dry-run', '--data', data);
  expect(dryRun.entities).toEqual([]);
  const nameless = await cli('reinterpret', '--data', data);
  expect(nameless.code).toBe(2);
  expect(nameless.stderr).toContain('--author');
}, 60_000);

it('tallyline audit-sums --repair shows what it would set, and sets it by an act with author and reason', async () => {
  const database = new DatabaseSync(join(data, 'store.db'));
  database.exec(`UPDATE sum SET value = value + 1000 WHERE field LIKE '0|offered%' AND value = (
    SELECT max(value) FROM sum WHERE field LIKE '0|offered%')`);
  const { changes } = database.prepare('SELECT changes() AS changes').get() ?? {};
  database.close();
  expect(Number(changes)).toBeGreaterThan(0);
  const repair = ['audit-sums', '--repair', '--data', data];
  const shown = await cli(...repair);
  expect([shown.code, shown.stdout]).toEqual([13, expect.stringContaining('0|offered')]);
  expect((await cli(...repair, '--apply')).stderr).toContain('--author');
  const decided = ['--apply', '--author', 'Ops', '--reason', 'a disk was full'];
  const done = await cliJson<{ status: string; drifts?: unknown[] }[]>(...repair, ...decided);
  expect(done.flatMap(({ drifts = [] }) => drifts)).toHaveLength(Number(changes));
  expect(await cliJson<unknown[]>('audit-sums', '--data', data)).toHaveLength(done.length);
  const act = await cliJson('log', 'show', topics.operatorActs.name, '0', '0', '--data', data);
  expect(JSON.stringify(act)).toContain('a disk was full');
}, 300_000);

it('tallyline rebuild lists which states of the meter differ, and sets them right by an act with author and reason', async () => {
  expect((await cli('rebuild', '--data', data)).code).toBe(0);
  const database = new DatabaseSync(join(data, 'store.db'));
  database.exec(`DELETE FROM state WHERE key IN (SELECT key FROM state WHERE length(key) = 20 LIMIT 7)`);
  database.close();
  const shown = await cli('rebuild', '--data', data);
  expect([shown.code, shown.stdout]).toEqual([15, expect.stringContaining('entity')]);
  expect((await cli('rebuild', '--data', data, '--apply')).stderr).toContain('--author');
  const decided = ['--apply', '--author', 'Ops', '--reason', 'a disk was full'];
  const done = await cliJson<{ status: string }[]>('rebuild', '--data', data, ...decided);
  expect(done.map(({ status }) => status)).toContain('repaired');
  expect((await cli('rebuild', '--data', data)).code).toBe(0);
}, 300_000);

it('tallyline audit says of a directory without a store what is missing and what makes it again', async () => {
  const store = join(data, 'store.db');
  renameSync(store, `${store}.away`);
  const lacking = await cli('audit', '--data', data);
  renameSync(`${store}.away`, store);
  expect([lacking.code, lacking.stderr]).toEqual([4, expect.stringContaining('has a log and no store')]);
}, 60_000);

// The last: it changes the data.
it('tallyline audit finds nothing in the demo month, and names a posting that is edited afterwards', async () => {
  const { faults, sources } = await cliJson<{ faults: unknown[]; sources: { postings: number }[] }>(
    'audit',
    '--data',
    data,
  );
  expect(faults).toEqual([]);
  expect(sources.reduce((sum, { postings }) => sum + postings, 0)).toBeGreaterThan(1_000);

  const database = new DatabaseSync(join(data, 'log.db'));
  const topic = database.prepare('SELECT id FROM topics WHERE name = ?').get(topics.postings.name);
  const table = `records_${String(topic?.['id'])}_0`;
  database.exec(`UPDATE ${table} SET value = replace(value, '"answered"', '"abandoned"') WHERE offset = 12`);
  database.exec(`UPDATE ${table} SET value = replace(value, '"TRAINING"', '"PREP"') WHERE offset = 12`);
  database.exec(`UPDATE ${table} SET value = replace(value, ',1,[', ',-1,[') WHERE offset = 12`);
  database.close();
  const edited = await cli('audit', '--data', data);
  expect(edited.code).toBe(14);
  expect(edited.stderr).toContain('journal.postings partition 0 offset 12');
  // All months of the demo were closed after it.
  expect(edited.stderr).toMatch(/it lies before the cut of \S+\/\d{4}-\d\d revision 1/);
}, 60_000);
