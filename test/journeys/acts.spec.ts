import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topics } from '#wire/topics.js';
import { cli, cliJson } from './cli.js';

interface Acts {
  readonly records: number;
  readonly head: string;
  readonly withoutEntry: unknown[];
  readonly acts: readonly {
    readonly number: number;
    readonly trail: string;
    readonly act: string;
    readonly subject: string;
    readonly reason: string | null;
    readonly isDone: boolean | null;
    readonly actor: { readonly name: string; readonly via: string; readonly user?: string };
  }[];
}

/** The data of a demo month, which the demo leaves and names. */
let data: string;
beforeAll(async () => {
  const { stdout } = await cli('demo');
  data = / --data (\S+)/.exec(stdout)?.[1] ?? '';
}, 400_000);
afterAll(() => rmSync(dirname(data), { recursive: true, force: true }));

it('tallyline audit acts lists what was done on the command line, by whom and why', async () => {
  await cliJson(
    'hold',
    'aurore-hours',
    '2026-03',
    '--data',
    data,
    '--author',
    'Ada',
    '--reason',
    'a dispute',
  );
  await cliJson(
    'release',
    'aurore-hours',
    '2026-03',
    '--data',
    data,
    '--author',
    'Bob',
    '--reason',
    'settled',
  );
  const key = await cliJson<{ secret: string; id: string }>(
    'keys',
    'create',
    '--data',
    data,
    '--name',
    'Velora',
    '--role',
    'finance',
  );
  await cliJson('keys', 'revoke', key.id, '--data', data, '--author', 'Ada', '--reason', 'left the company');
  const { acts, records, withoutEntry } = await cliJson<Acts>('audit', 'acts', '--data', data);
  expect([records, withoutEntry]).toEqual([5, []]);
  expect(acts.map(({ trail, act, isDone }) => [trail, act, isDone])).toEqual([
    ['log', 'catalogue-applied', true],
    ['log', 'period-closed', true],
    ['log', 'period-closed', true],
    ['log', 'period-held', true],
    ['log', 'period-released', true],
    ['keys', 'key-created', null],
    ['keys', 'key-revoked', null],
  ]);
  expect(acts[3]).toMatchObject({
    subject: 'aurore-hours 2026-03',
    reason: 'a dispute',
    actor: { name: 'Ada', via: 'cli' },
  });
  expect(acts[6]).toMatchObject({ subject: `key ${key.id} (Velora)`, reason: 'left the company' });
  const text = await cli('audit', 'acts', '--data', data, '--contract', 'aurore-hours', '--last', '1');
  expect([text.code, text.stdout]).toEqual([
    0,
    expect.stringMatching(/period-released +aurore-hours 2026-03 +Bob/),
  ]);
  // No secret is in a trail.
  expect(readFileSync(join(data, 'keys.json.acts'), 'utf8')).not.toContain(key.secret.slice(15));
}, 400_000);

it('tallyline audit reads the trail as well, and names the entry that was edited', async () => {
  const { head, records } = await cliJson<Acts>('audit', 'acts', '--data', data);
  expect((await cli('audit', '--data', data)).stdout).toContain(
    `audit trail: ${records} entries, head ${records}:${head}`,
  );
  const noted = ['audit', 'acts', '--data', data, '--head', `${records}:${head}`];
  expect((await cli(...noted)).code).toBe(0);

  const database = new DatabaseSync(join(data, 'log.db'));
  const topic = database.prepare('SELECT id FROM topics WHERE name = ?').get(topics.trail.name);
  const table = `records_${String(topic?.['id'])}_0`;
  database.exec(`UPDATE ${table} SET value = replace(value, 'a dispute', 'no reason') WHERE offset = 3`);
  database.close();
  const edited = await cli('audit', '--data', data);
  expect(edited.code).toBe(19);
  expect(edited.stderr).toContain('audit.trail offset 3: entry 4 is not as it was written');
  expect((await cli(...noted)).stderr).toContain('and 2 more');
}, 400_000);

it('tallyline keys has its trail beside the file of keys, where there is no data', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-keys-'));
  try {
    const file = join(directory, 'keys.json');
    const { id } = await cliJson<{ id: string }>(
      'keys',
      'create',
      '--file',
      file,
      '--name',
      'Ada',
      '--role',
      'operator',
    );
    await cliJson('keys', 'rotate', id, '--file', file);
    expect(readFileSync(`${file}.acts`, 'utf8').trim().split('\n')).toHaveLength(2);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 300_000);
